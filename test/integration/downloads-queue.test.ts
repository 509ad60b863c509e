/** @file Tests of the queue as a whole: order, pauses, doubts, restarts, against hand-written answers and a small library. */
import Database from 'better-sqlite3';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '../../src/preload/contract/index.ts';
import {
  createDownloads,
  type Downloads,
  type DownloadsEvent,
  type DownloadsOptions,
  type ListedDownload,
} from '../../src/main/downloads/index.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { clockByHand } from '../support/clock-by-hand.ts';
import {
  fileNamed,
  hastyClock,
  readFacts,
  smallLibrary,
  webmLike,
  type SmallLibrary,
} from './downloads-bench.ts';
import { fixed, object, openHost, type Answer, type HostByHand } from './downloads-host.ts';

let host: HostByHand;
let dir: string;
let library: SmallLibrary;
let clock: ReturnType<typeof hastyClock>;
let events: DownloadsEvent[];
const opened: Downloads[] = [];

beforeEach(async () => {
  host = await openHost();
  dir = await mkdtemp(join(tmpdir(), 'trackvault-queue-'));
  library = smallLibrary(dir);
  clock = hastyClock();
  events = [];
});

afterEach(async () => {
  for (const downloads of opened.splice(0)) await downloads.stop().catch(() => undefined);
  await host.close();
  await rm(dir, { recursive: true });
});

async function open(more: Partial<DownloadsOptions> = {}): Promise<Downloads> {
  const downloads = await createDownloads({
    library,
    freshLink: (file, refused) => Promise.resolve(refused ?? linkTo(file.fileName)),
    facts: readFacts,
    clock,
    queuePath: join(dir, 'queue.db'),
    onEvent: (event) => events.push(event),
    random: () => 0.5,
    ...more,
  });
  opened.push(downloads);
  return downloads;
}

const linkTo = (name: string) => new Link(`${host.origin}/${name}?X-Amz-Signature=feedface`);
const listed = (name: string, deadlineAt: number | null = null): ListedDownload => ({
  ...fileNamed(name),
  deadlineAt,
  link: linkTo(name),
});
const patience = { patienceMs: 10 * 60_000 };
const states = (downloads: Downloads) =>
  Object.fromEntries(downloads.list().map(({ fileName, state }) => [fileName, state]));

/** Answers each file with its own answers, whatever the order of asking. */
function byName(answers: Record<string, Answer[]>): Answer {
  return (request, response) => {
    const list = answers[(request.url ?? '').slice(1).split('?')[0] ?? ''] ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    (answer ?? fixed(500, ''))(request, response);
  };
}

describe('the queue', () => {
  test('keeps every file it is given, at most three at once', async () => {
    let now = 0;
    let most = 0;
    const slow = object(webmLike(2_000));
    host.answer((request, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        slow(request, response);
      }, 20);
    });
    const downloads = await open();
    await downloads.enqueue(Array.from({ length: 10 }, (_, index) => listed(`${index}.webm`)));
    await downloads.whenIdle();
    expect(most).toBe(3);
    expect(library.kept.size).toBe(10);
    expect(downloads.status()).toMatchObject({
      active: [],
      counts: { kept: 10, queued: 0 },
      paused: null,
    });
  });

  test('starts more at once as soon as more are allowed, and names the host of each request', async () => {
    let allowed = 1;
    const waiting: (() => void)[] = [];
    const bytes = object(webmLike(500));
    host.answer((request, response) => {
      waiting.push(() => {
        bytes(request, response);
      });
    });
    const hosts: string[] = [];
    const downloads = await open({
      atOnce: () => allowed,
      onRequest: (each) => hosts.push(each),
    });
    await downloads.enqueue(Array.from({ length: 5 }, (_, index) => listed(`${index}.webm`)));
    await expect.poll(() => waiting.length).toBe(1);
    expect(downloads.status().active).toHaveLength(1);

    allowed = 4;
    downloads.reconsider();
    await expect.poll(() => waiting.length).toBe(4);
    expect(downloads.status().active).toHaveLength(4);

    allowed = 5;
    host.answer(bytes);
    for (const answer of waiting) answer();
    await downloads.whenIdle();
    expect(library.kept.size).toBe(5);
    expect(hosts).toEqual(Array(5).fill(new URL(host.origin).host));
  });

  test('fetches the nearest deadline first and unknown deadlines last', async () => {
    host.answer(object(webmLike(500)));
    // One at a time shows the order.
    const downloads = await open({ atOnce: () => 1 });
    const soon = clock.now() + 3_600_000;
    const names = ['none', 'late', 'soon', 'sooner', 'soonest'];
    await downloads.enqueue(
      names.map((name, index) =>
        listed(name, name === 'none' ? null : soon + (4 - index) * 60_000),
      ),
    );
    await downloads.whenIdle();
    const order = host.asked.map(({ url }) => url.slice(1).split('?')[0]);
    expect(order).toEqual(['soonest', 'sooner', 'soon', 'late', 'none']);
  });

  test('tells its status at most five times a second and at the end', async () => {
    host.answer(object(webmLike(3_000_000)));
    const downloads = await open();
    const startedAt = clock.now();
    await downloads.enqueue([listed('a'), listed('b')]);
    await downloads.whenIdle();
    const told = events.filter((event) => event.kind === 'status');
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(2 + Math.ceil((clock.now() - startedAt) / 200));
    const changes = events.flatMap((event) =>
      event.kind === 'changed' ? [event.download.state.kind] : [],
    );
    expect(changes.filter((kind) => kind === 'kept')).toHaveLength(2);
  });

  test('goes on after a cut and loses no byte to it', async () => {
    const bytes = webmLike(200_000);
    const downloads = await open();
    const held = () => downloads.status().active[0]?.receivedBytes ?? 0;
    const cut = object(bytes, { cut: { afterBytes: 80_000, held } });
    host.answer(cut, cut, object(bytes));
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle(patience);
    expect([...library.kept.values()][0]?.content.equals(bytes)).toBe(true);
    expect(host.servedBytes()).toBe(bytes.length);
    expect(states(downloads)).toMatchObject({ a: { kind: 'kept', attempts: 2, allowed: 10 } });
  });

  test('gives up after its attempts, and takes the file up again when it is listed again', async () => {
    host.answer(fixed(500, ''));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle({ patienceMs: 3_600_000 });
    expect(states(downloads)).toMatchObject({
      a: { kind: 'failed', lost: false, attempts: 8, because: 'api.server-trouble' },
    });
    host.answer(object(webmLike(100)));
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(states(downloads)).toMatchObject({ a: { kind: 'kept' } });
  });

  test('calls a file lost only when the vendor has no better link, and says so once', async () => {
    host.answer(fixed(403, '<Error><Code>ExpiredRequest</Code></Error>'));
    const downloads = await open();
    await downloads.enqueue([listed('a', clock.now() - 1000)]);
    await downloads.whenIdle(patience);
    expect(states(downloads)).toMatchObject({
      a: { kind: 'failed', lost: true, because: 'link.expired' },
    });
    await downloads.enqueue([listed('a', clock.now() - 1000)]);
    await downloads.whenIdle(patience);
    expect(host.asked).toHaveLength(1);
    await downloads.enqueue([listed('a', clock.now() + 60_000)]);
    await downloads.whenIdle(patience);
    expect(host.asked).toHaveLength(1);
    const other = new Link(`${host.origin}/a?X-Amz-Signature=other`);
    await downloads.enqueue([{ ...listed('a', clock.now() + 60_000), link: other }]);
    await downloads.whenIdle(patience);
    expect(host.asked).toHaveLength(2);
  });

  test('leaves a cancelled file alone until a person asks', async () => {
    host.answer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000', etag: '"e"' });
      response.write(webmLike(600));
    });
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    while ((downloads.status().active[0]?.receivedBytes ?? 0) < 600) await clock.sleep(1);
    downloads.cancel(fileNamed('a'));
    host.answer(object(webmLike(1000), { etag: '"e"' }));
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(states(downloads)).toMatchObject({ a: { kind: 'cancelled', attempts: 0 } });
    downloads.retry(fileNamed('a'));
    await downloads.whenIdle();
    expect(states(downloads)).toMatchObject({ a: { kind: 'kept' } });
  });

  test('fetches a kept file again, as a new round, when the archive no longer holds it', async () => {
    host.answer(object(webmLike(1000)));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(host.asked).toHaveLength(1);
    library.kept.clear();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(host.asked).toHaveLength(2);
    expect(downloads.list()).toHaveLength(1);
    expect(downloads.status().counts.kept).toBe(2);
  });

  test('keeps files apart whose names differ only in a lone surrogate or in case', async () => {
    const names = ['a\uD800', 'a\uD801', 'A\uD800'];
    host.answer(object(webmLike(100)));
    const downloads = await open();
    await downloads.enqueue(names.map((name) => ({ ...listed('x'), fileName: name })));
    await downloads.whenIdle();
    expect(Object.keys(states(downloads)).sort()).toEqual([...names].sort());
    expect(library.kept.size).toBe(3);
  });
});

describe('a pause', () => {
  test.each([
    ['a rate limit', fixed(429, '', { 'retry-after': '30' }), 30_000],
    ['a rate limit without a time', fixed(429, ''), 60_000],
  ])('for %s stops all and costs no attempt', async (_case, answer, waitMs) => {
    host.answer(answer);
    // A pause must outlast the answers still under way, however slowly they come.
    const hand = clockByHand();
    const downloads = await open({ clock: hand });
    await downloads.enqueue([listed('a'), listed('b'), listed('c'), listed('d')]);
    await downloads.whenIdle();
    expect(downloads.status().paused?.because).toBe('api.rate-limited');
    expect(hand.waits()).toContain(waitMs);
    expect(host.asked).toHaveLength(3);
    expect(states(downloads)).toMatchObject({
      a: { kind: 'queued', attempts: 0 },
      d: { kind: 'queued', attempts: 0 },
    });
    host.answer(object(webmLike(1000)));
    const done = downloads.whenIdle(patience);
    hand.wakeAll();
    await done;
    expect(downloads.status().counts.kept).toBe(4);
  });

  test('while offline costs no attempt and ends by itself', async () => {
    const away = host.origin;
    await host.close();
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(downloads.status().paused?.because).toBe('api.unreachable');
    expect(states(downloads)).toMatchObject({ a: { kind: 'queued', attempts: 0 } });
    host = await openHost();
    expect(host.origin).not.toBe(away);
    host.answer(object(webmLike(1000)));
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle(patience);
    expect(states(downloads)).toMatchObject({ a: { kind: 'kept', attempts: 0 } });
  });

  test('for a full disk keeps the part and can be ended by a person', async () => {
    const keep = library.keep;
    library.keep = () => Promise.reject(new Failure('disk.full', 'full'));
    host.answer(object(webmLike(1000)));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(downloads.status().paused?.because).toBe('disk.full');
    library.keep = keep;
    downloads.resume();
    await downloads.whenIdle();
    expect(states(downloads)).toMatchObject({ a: { kind: 'kept', attempts: 0 } });
    expect(host.servedBytes()).toBe(1000);
  });
});

describe('bytes that look wrong', () => {
  const odd = Buffer.from('OggS and something that is not a WebM');

  test('are fetched once more, and kept and flagged when they come again', async () => {
    host.answer(fixed(200, odd, { etag: '"e"' }));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect(host.asked).toHaveLength(2);
    const [kept] = library.kept.values();
    expect(kept).toMatchObject({ media: { kind: 'not-webm' }, bytes: odd.length, problems: [] });
    expect(kept?.content.equals(odd)).toBe(true);
  });

  test('give way to good ones', async () => {
    const good = webmLike(1000);
    host.answer(fixed(200, odd), fixed(200, good));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect([...library.kept.values()][0]).toMatchObject({ media: { kind: 'ok' }, bytes: 1000 });
  });

  test('that differ at each fetch are kept in the end and said to differ', async () => {
    host.answer(
      ...['1', '2', '3'].map((end) => fixed(200, Buffer.concat([odd, Buffer.from(end)]))),
    );
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect([...library.kept.values()][0]).toMatchObject({ problems: ['fetches-differ'] });
    expect(host.asked).toHaveLength(3);
  });

  test('are kept when they cannot be fetched again before the vendor deletes them', async () => {
    host.answer(fixed(200, odd), fixed(403, '<Error><Code>ExpiredRequest</Code></Error>'));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle(patience);
    expect([...library.kept.values()][0]).toMatchObject({
      problems: ['fetched-once'],
      bytes: odd.length,
    });
    expect(states(downloads)).toMatchObject({ a: { kind: 'kept' } });
  });

  test('are kept although the walk itself fails', async () => {
    host.answer(object(webmLike(1000)));
    const downloads = await open({ facts: () => Promise.reject(new Error('walk')) });
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle();
    expect([...library.kept.values()][0]).toMatchObject({
      problems: ['walk-failed'],
      media: { kind: 'damaged' },
    });
  });

  test('an error page is never kept, however often it comes', async () => {
    host.answer(fixed(200, '<html>Sign in</html>', { 'content-type': 'text/html' }));
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    await downloads.whenIdle({ patienceMs: 3_600_000 });
    expect(library.kept.size).toBe(0);
    expect(states(downloads)).toMatchObject({ a: { kind: 'failed', because: 'file.not-media' } });
  });
});

describe('a restart', () => {
  test('after an orderly quit costs nothing and continues the part', async () => {
    const bytes = webmLike(90_000);
    host.answer((_request, response) => {
      response.writeHead(200, { 'content-length': String(bytes.length), etag: '"strong-1"' });
      response.write(bytes.subarray(0, 40_000));
    });
    const before = await open();
    await before.enqueue([listed('a')]);
    while ((before.status().active[0]?.receivedBytes ?? 0) < 40_000) await clock.sleep(1);
    await before.stop();
    host.answer(object(bytes));
    const after = await open();
    await after.whenIdle();
    expect(states(after)).toMatchObject({ a: { kind: 'kept', attempts: 0 } });
    expect(host.asked.at(-1)?.headers.range).toBe('bytes=40000-');
  });

  test('after a crash costs one attempt', async () => {
    host.answer(object(webmLike(1000)));
    const before = await open();
    await before.enqueue([listed('a')]);
    await before.whenIdle();
    await before.stop();
    library.kept.clear();
    const running = { kind: 'running', attempts: 0, allowed: 8, startedAt: 1 };
    const database = new Database(join(dir, 'queue.db'));
    database.prepare('UPDATE job SET state = ?').run(JSON.stringify(running));
    database.close();
    const after = await open();
    await after.whenIdle(patience);
    expect(states(after)).toMatchObject({ a: { kind: 'kept', attempts: 1 } });
  });

  test('finds what was kept just before the crash without fetching it again', async () => {
    host.answer(object(webmLike(1000)));
    const before = await open();
    await before.enqueue([listed('a')]);
    await before.whenIdle();
    await before.stop();
    const database = new Database(join(dir, 'queue.db'));
    database
      .prepare('UPDATE job SET state = ?')
      .run(JSON.stringify({ kind: 'queued', attempts: 0, allowed: 8 }));
    database.close();
    const after = await open();
    await after.whenIdle();
    expect(host.asked).toHaveLength(1);
    expect(states(after)).toMatchObject({ a: { kind: 'kept' } });
  });

  test('with an unreadable queue begins a new one and keeps the old beside it', async () => {
    writeFileSync(
      join(dir, 'queue.db'),
      'this is not a database, but it is long enough to be looked at'.repeat(50),
    );
    const downloads = await open();
    expect(downloads.list()).toEqual([]);
    expect(readFileSync(join(dir, 'queue.db.unreadable'), 'utf8')).toContain('not a database');
  });

  test('leaves no link in the queue', async () => {
    host.answer(byName({ a: [object(webmLike(1000))], b: [fixed(500, '')] }));
    const downloads = await open();
    await downloads.enqueue([listed('a'), listed('b')]);
    await downloads.whenIdle({ patienceMs: 3_600_000 });
    await downloads.stop();
    expect(readFileSync(join(dir, 'queue.db')).includes('feedface')).toBe(false);
  });
});

describe('files of another app in the same queue', () => {
  test('are not asked of this one, keep their tries, and go on when their own app lists them', async () => {
    const first = await open();
    host.answer((_request, response) => {
      response.destroy();
    });
    await first.enqueue([listed('theirs.webm')]);
    await first.whenIdle();
    const [waiting] = first.list();
    await first.stop();
    const before = host.asked.length;

    const other = await open({ concerns: () => Promise.resolve(false) });
    await other.whenIdle({ patienceMs: 3_600_000 });
    expect(host.asked.length).toBe(before);
    expect(other.list()).toEqual([waiting]);
    await other.stop();

    host.answer(object(webmLike(400)));
    const again = await open();
    await again.enqueue([listed('theirs.webm')]);
    await again.whenIdle({ patienceMs: 3_600_000 });
    expect(again.list()).toMatchObject([{ fileName: 'theirs.webm', state: { kind: 'kept' } }]);
  });
});
