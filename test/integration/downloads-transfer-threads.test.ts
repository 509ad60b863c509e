/** @file Tests of fetching in threads of their own: the same bytes, prompt aborts, deaths that cost an attempt and no part, one limit for all. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { systemClock } from '../../src/main/clock.ts';
import { openAllowance, type Allowance } from '../../src/main/downloads/allowance.ts';
import { attempt } from '../../src/main/downloads/attempt.ts';
import { createDownloads } from '../../src/main/downloads/index.ts';
import { createTransferThreads, type TransferThreads } from '../../src/main/downloads/threads.ts';
import { entries } from '../../src/main/entries.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { attemptBench, failing, sha256, type AttemptBench } from './downloads-attempt.ts';
import { fileNamed, readFacts, smallLibrary, webmLike } from './downloads-bench.ts';
import { fixed, object, openHost, type Answer, type HostByHand } from './downloads-host.ts';

const canary = 'feedfacecanary';
const content = webmLike(300_000);
let host: HostByHand;
let bench: AttemptBench;
let allowance: Allowance;
let threads: TransferThreads;

beforeEach(async () => {
  host = await openHost();
  bench = await attemptBench();
  allowance = openAllowance();
  threads = createTransferThreads({ entry: entries.transferWorker, size: 2, allowance });
});
afterEach(async () => {
  await threads.close();
  await host.close();
  await bench.close();
});

const world = (name: string) =>
  bench.world(`${host.origin}/${name}?X-Amz-Signature=${canary}`, { name, ask: threads.ask });

/** The first bytes of a body that is never finished. */
const unfinished: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': String(content.length), etag: '"strong-1"' });
  response.write(content.subarray(0, 50_000));
};

test('several files at once come whole, each told of until its last byte', async () => {
  host.answer(object(content));
  const worlds = ['a', 'b', 'c', 'd'].map(world);
  for (const received of await Promise.all(worlds.map(attempt))) {
    expect(received).toEqual({
      sha256: sha256(content),
      bytes: content.length,
      etag: '"strong-1"',
      lastModified: 'Wed, 18 Nov 2026 09:49:02 GMT',
      matchesEtag: true,
    });
  }
  for (const each of worlds) {
    expect(each.part().equals(content)).toBe(true);
    expect(each.progress.at(-1)).toBe(content.length);
  }
});

test('what a host answers means the same there, and nothing of the link comes back', async () => {
  host.answer(
    fixed(503, '<Error><Code>ServiceUnavailable</Code></Error>'),
    fixed(403, '<Error><Code>ExpiredRequest</Code></Error>'),
    object(content),
  );
  const hosts: string[] = [];
  const one = { ...world('a'), onRequest: (name: string) => hosts.push(name) };
  const failure = await failing(attempt(one));
  expect(failure).toMatchObject({ code: 'api.server-trouble' });
  expect(await failing(attempt(one))).toMatchObject({ code: 'link.expired' });
  expect((await attempt(one)).bytes).toBe(content.length);
  expect(hosts).toEqual(Array(3).fill(new URL(host.origin).host));
  expect(`${failure.message} ${failure.stack ?? ''}`).not.toContain(canary);
  for (const name of await readdir(bench.dir)) {
    expect(readFileSync(join(bench.dir, name)).includes(canary)).toBe(false);
  }
});

test('an abort ends it at once, and what came is continued', async () => {
  host.answer(unfinished, object(content));
  const controller = new AbortController();
  const one = { ...world('a'), signal: controller.signal };
  let abortedAt = 0;
  one.onProgress = (bytes) => {
    if (bytes < 50_000) return;
    abortedAt = performance.now();
    controller.abort(new Error('quit'));
  };
  await expect(attempt(one)).rejects.toThrow('quit');
  expect(performance.now() - abortedAt).toBeLessThan(500);
  expect(one.part().length).toBe(50_000);
  expect((await attempt(world('a'))).sha256).toBe(sha256(content));
  expect(host.asked[1]?.headers.range).toBe('bytes=50000-');
});

test('a thread that dies fails what it had; its parts are continued in another', async () => {
  host.answer(unfinished, object(content), object(content));
  const first = world('a');
  const begun = new Promise<void>((resolve) => {
    first.onProgress = (bytes) => {
      if (bytes === 50_000) resolve();
    };
  });
  const failed = failing(attempt(first));
  await begun;
  // No question it knows: it ends by that. The second thread is asked first, for it is idle.
  const deadly = { ...world('x'), deadlineAt: 'never' as unknown as number };
  expect((await failing(attempt(deadly))).message).toContain('thread died');
  const other = world('b');
  expect((await attempt(other)).bytes).toBe(content.length);
  const again = Promise.all([failing(attempt(deadly)), failing(attempt(deadly))]);
  for (const failure of [...(await again), await failed]) {
    expect(failure.message).toContain('thread died');
    expect(failure.message).not.toContain(canary);
  }
  expect((await attempt(world('a'))).sha256).toBe(sha256(content));
  expect(host.asked.at(-1)?.headers.range).toBe('bytes=50000-');
});

test('a limit holds for all threads together, and another from then on', async () => {
  const large = webmLike(2_000_000);
  host.answer(object(large));
  const limit = 800_000;
  allowance.limitTo(limit);
  const worlds = ['a', 'b', 'c'].map(world);
  const received = () => worlds.reduce((sum, each) => sum + (each.progress.at(-1) ?? 0), 0);
  const attempts = worlds.map(attempt);
  await expect.poll(received, { timeout: 20_000 }).toBeGreaterThan(0);
  const [from, startedAt] = [received(), performance.now()];
  await systemClock.sleep(1_000);
  const rate = ((received() - from) / (performance.now() - startedAt)) * 1_000;
  expect(rate).toBeGreaterThan(limit * 0.6);
  expect(rate).toBeLessThan(limit * 1.4);
  allowance.limitTo(null);
  for (const each of await Promise.all(attempts)) expect(each.sha256).toBe(sha256(large));
});

test('a queue with threads keeps its files, asks for the limit while they come, and ends its threads', async () => {
  host.answer(object(content));
  const library = smallLibrary(bench.dir);
  let asked = 0;
  const downloads = await createDownloads({
    library,
    freshLink: (file) => Promise.resolve(new Link(`${host.origin}/${file.fileName}`)),
    facts: readFacts,
    clock: systemClock,
    queuePath: join(bench.dir, 'queue.db'),
    transferWorkerUrl: entries.transferWorker,
    speedLimit: () => {
      asked += 1;
      return 2_000_000;
    },
  });
  const files = ['a', 'b', 'c'].map((name) => ({
    ...fileNamed(name),
    deadlineAt: null,
    link: new Link(`${host.origin}/${name}`),
  }));
  const startedAt = performance.now();
  await downloads.enqueue(files);
  await downloads.whenIdle();
  expect(performance.now() - startedAt).toBeGreaterThan(300);
  expect(asked).toBeGreaterThan(files.length);
  await downloads.stop();
  expect([...library.kept.values()].map(({ sha256: hash }) => hash)).toEqual(
    files.map(() => sha256(content)),
  );
});
