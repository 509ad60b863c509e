/** @file Tests. What a person stops, a full disk, a sleeping computer and an app that was off do to the queue: nothing is lost by them but time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure, type Forecast } from '../../src/preload/contract/index.ts';
import {
  changeAtRest,
  createDownloads,
  pauseAtRest,
  readAtRest,
  type Downloads,
  type DownloadsOptions,
  type ListedDownload,
} from '../../src/main/downloads/index.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { createWeekClock, type WeekClock } from '../bench/week-clock.ts';
import { fileNamed } from './downloads-bench.ts';

/** A file under way; the test says what comes of it. */
interface UnderWay {
  name: string;
  receive(bytes: number): void;
  arrive(): void;
  fail(failure: Failure): void;
}

const hourMs = 3_600_000;
const mega = 1_000_000;
let dir = '';
let clock: WeekClock;
let underWay: Map<string, UnderWay>;
let forecasts: Forecast[];
const opened: Downloads[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trackvault-halts-'));
  clock = createWeekClock();
  underWay = new Map();
  forecasts = [];
});
afterEach(async () => {
  for (const downloads of opened.splice(0)) await downloads.stop();
  await rm(dir, { recursive: true });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
const pass = async (ms: number) => {
  clock.pass(ms);
  await settled();
};
const place = () => ({ queuePath: join(dir, 'queue.db') });

async function open(more: Partial<DownloadsOptions> = {}): Promise<Downloads> {
  const kept = new Set<string>();
  const downloads = await createDownloads({
    library: {
      partPath: () => join(dir, 'part'),
      holds: ({ fileName }) => Promise.resolve(kept.has(fileName)),
      keep: () => Promise.reject(new Error('not asked')),
      tracks: () => Promise.resolve({ items: [], next: null }),
    },
    freshLink: (file) => Promise.resolve(linkTo(file.fileName)),
    facts: () => Promise.reject(new Error('not asked')),
    clock,
    ...place(),
    heartbeatMs: 60_000,
    random: () => 0.5,
    onEvent: (event) => {
      if (event.kind === 'forecast') forecasts.push(event.forecast);
    },
    createFetch: ({ onBytes }) => ({
      fetchFile: (job, signal) =>
        new Promise((resolve, reject) => {
          const name = job.file.fileName;
          const end = () => underWay.delete(name);
          signal.addEventListener('abort', () => {
            end();
            reject(signal.reason as Error);
          });
          underWay.set(name, {
            name,
            receive(bytes) {
              job.totalBytes = 10 * mega;
              job.receivedBytes += bytes;
              onBytes(job, bytes);
            },
            arrive() {
              end();
              kept.add(name);
              resolve({ sha256: 'a'.repeat(64), bytes: 10 * mega });
            },
            fail(failure) {
              end();
              reject(failure);
            },
          });
        }),
      rescue: () => Promise.resolve(null),
      close: () => Promise.resolve(),
    }),
    ...more,
  });
  opened.push(downloads);
  return downloads;
}

const linkTo = (name: string) => new Link(`https://files.example/${name}?X-Amz-Signature=feed`);
const listed = (name: string, hours: number | null = null): ListedDownload => ({
  ...fileNamed(name),
  deadlineAt: hours === null ? null : clock.now() + hours * hourMs,
  expectedBytes: 10 * mega,
  link: linkTo(name),
});
const attemptsOf = (downloads: Downloads) => downloads.list().map(({ state }) => state.attempts);
const running = () => [...underWay.keys()].sort();
const file = (name: string): UnderWay => {
  const found = underWay.get(name);
  if (found === undefined) throw new Error(`${name} is not under way`);
  return found;
};
const quit = async (downloads: Downloads) => {
  opened.splice(opened.indexOf(downloads), 1);
  await downloads.stop();
};

describe('a person', () => {
  test('stops all transfers, and a restart changes nothing about it', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a'), listed('b')]);
    expect(running()).toEqual(['a', 'b']);
    downloads.pauseAll(true);
    await downloads.whenIdle();
    expect(running()).toEqual([]);
    downloads.resume();
    downloads.retry(fileNamed('a'));
    await downloads.enqueue([listed('c')]);
    expect(running(), 'neither a pass nor a wish for one file is a word about all').toEqual([]);
    await quit(downloads);

    const again = await open();
    await pass(hourMs);
    expect(running()).toEqual([]);
    expect(again.status()).toMatchObject({ pausedByPerson: true, paused: null });
    again.pauseAll(false);
    expect(running()).toEqual(['a', 'b', 'c']);
    expect(attemptsOf(again)).toEqual([0, 0, 0]);
  });

  test('sets one file aside while it comes; what is there of it is continued when they ask', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a'), listed('b')]);
    file('a').receive(3 * mega);
    downloads.pause(fileNamed('a'));
    await settled();
    expect(running()).toEqual(['b']);
    await downloads.enqueue([listed('a')]);
    expect(running(), 'a listing is not a person').toEqual(['b']);
    await quit(downloads);

    const again = await open();
    expect(running()).toEqual(['b']);
    expect(again.unfinished().find(({ fileName }) => fileName === 'a')).toMatchObject({
      state: { kind: 'paused', attempts: 0 },
      receivedBytes: 3 * mega,
      totalBytes: 10 * mega,
    });
    again.retry(fileNamed('a'));
    expect(running()).toEqual(['a', 'b']);
  });

  test('says the same to a queue that nobody runs', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a', 50), listed('b', 60)]);
    await quit(downloads);
    await pauseAtRest(place(), true);
    await changeAtRest(place(), [fileNamed('b')], 'pause', clock);
    const resting = readAtRest(place());
    expect(resting?.pausedByPerson).toBe(true);
    expect(resting?.forecast(clock, null)).toMatchObject({
      speed: { from: 'nothing' },
      files: 1,
      doomedCount: 1,
      doneAt: null,
    });
    resting?.close();
    await pauseAtRest(place(), false);
    const free = readAtRest(place());
    expect(free?.forecast(clock, 1_000)).toMatchObject({
      speed: { bytesPerSecond: 1_000, from: 'limit' },
      doomedCount: 0,
      doneAt: clock.now() + 10_000_000,
    });
    free?.close();
  });
});

describe('a disk', () => {
  test('without room for the next file is waited for, and the file that fits goes first', async () => {
    let free: number | null = 215 * mega;
    const downloads = await open({ freeBytes: () => Promise.resolve(free), atOnce: () => 2 });
    await downloads.enqueue([
      { ...listed('large', 40), expectedBytes: 90 * mega },
      listed('small', 50),
    ]);
    await settled();
    expect(running()).toEqual(['small']);
    free = 205 * mega;
    await pass(11_000);
    file('small').arrive();
    await settled();
    await settled();
    expect(downloads.status().paused?.because).toBe('disk.full');
    expect(attemptsOf(downloads)).toEqual([0, 0]);
    free = null;
    await pass(2 * 60_000);
    await settled();
    expect(running(), 'a disk that does not say is tried').toEqual(['large']);
  });

  test('that fills up meanwhile stops what runs before nothing is left, without cost', async () => {
    let free = 900 * mega;
    const downloads = await open({ freeBytes: () => Promise.resolve(free) });
    await downloads.enqueue([listed('a')]);
    await settled();
    expect(running()).toEqual(['a']);
    free = 100 * mega;
    await pass(11_000);
    file('a').receive(mega);
    await settled();
    await settled();
    expect(running()).toEqual([]);
    expect(downloads.status().paused?.because).toBe('disk.full');
    expect(attemptsOf(downloads)).toEqual([0]);
  });
});

describe('a computer that sleeps', () => {
  test('and says so stops what runs, and goes on when it wakes', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    downloads.suspend();
    await settled();
    expect(running()).toEqual([]);
    clock.sleepThrough(8 * hourMs);
    downloads.wake();
    expect(running()).toEqual(['a']);
    file('a').fail(new Failure('api.unreachable', 'the network is not back yet'));
    await settled();
    expect(running()).toEqual([]);
    await pass(3_000);
    expect(running()).toEqual(['a']);
    expect(attemptsOf(downloads)).toEqual([0]);
  });

  test('and then does not sleep after all goes on by itself', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a')]);
    downloads.suspend();
    await settled();
    await pass(31_000);
    expect(running()).toEqual(['a']);
    expect(attemptsOf(downloads)).toEqual([0]);
  });

  test('without a word begins anew what its connections no longer bring, and says what it cost', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('gone', 5), listed('there', 90)]);
    await pass(60_000);
    const before = file('there');
    clock.sleepThrough(9 * hourMs);
    expect(downloads.wasOff()).toBeNull();
    await pass(60_000);
    await settled();
    expect(file('there')).not.toBe(before);
    expect(downloads.wasOff()).toMatchObject({ lost: 1, untilAt: clock.now() });
    expect(attemptsOf(downloads)).toEqual([0, 0]);
    file('gone').arrive();
    await settled();
    expect(downloads.wasOff()?.lost, 'it came after all').toBe(0);
  });
});

describe('an app that was off', () => {
  test('says since when, and how many files their deadline has cost', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('gone', 5), listed('there', 90)]);
    expect(downloads.wasOff()).toBeNull();
    await quit(downloads);
    const quitAt = clock.now();
    clock.sleepThrough(20 * hourMs);
    const again = await open();
    expect(again.wasOff()).toEqual({ fromAt: quitAt, untilAt: clock.now(), lost: 1 });
  });

  test('is not told about half an hour', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a', 0.2)]);
    await quit(downloads);
    clock.sleepThrough(hourMs / 2);
    expect((await open()).wasOff()).toBeNull();
  });

  test('still knows how fast the line was', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a', 50)]);
    expect(downloads.forecast().speed).toEqual({ bytesPerSecond: 125_000, from: 'assumed' });
    for (let second = 0; second < 12; second += 1) {
      await pass(1_000);
      file('a').receive(mega);
    }
    const measured = downloads.forecast().speed;
    expect(measured.from).toBe('measured');
    expect(measured.bytesPerSecond).toBeCloseTo(mega, -5);
    await quit(downloads);
    clock.sleepThrough(30 * hourMs);
    const again = await open();
    expect(again.forecast().speed.bytesPerSecond).toBeCloseTo(measured.bytesPerSecond ?? 0, -3);
  });
});

describe('the forecast', () => {
  test('is told when it changes, at most every five seconds, by this computer’s clock', async () => {
    const skewMs = 40 * 60_000;
    const downloads = await open({ skewMs: () => skewMs });
    forecasts = [];
    await pass(6_000);
    await downloads.enqueue([
      { ...listed('large', 3), expectedBytes: 5_000 * mega },
      listed('a', 3),
    ]);
    expect(forecasts.at(-1)).toMatchObject({
      files: 2,
      estimatedSizes: 2,
      skewMs,
      doomedCount: 1,
      doomed: [{ fileName: 'large', bytes: null, title: null }],
    });
    const doomedAt = forecasts.at(-1)?.doomed[0]?.deadlineAt;
    expect(doomedAt).toBe(clock.now() + 3 * hourMs - skewMs);
    const told = forecasts.length;
    for (let step = 0; step < 40; step += 1) {
      await pass(100);
      file('a').receive(1_000);
    }
    expect(forecasts.length).toBe(told);
    await pass(2_000);
    file('a').receive(1_000);
    expect(forecasts.length).toBe(told + 1);
  });

  test('reckons with nothing once an obstacle has lasted for ten minutes', async () => {
    const downloads = await open();
    await downloads.enqueue([listed('a', 30)]);
    for (let minute = 0; minute < 15; minute += 1) {
      underWay.get('a')?.fail(new Failure('api.unreachable', 'offline'));
      await settled();
      if (minute === 2) expect(downloads.forecast()).toMatchObject({ doomedCount: 0 });
      await pass(60_000);
    }
    underWay.get('a')?.fail(new Failure('api.unreachable', 'offline'));
    await settled();
    expect(downloads.forecast()).toMatchObject({ speed: { from: 'nothing' }, doomedCount: 1 });
    expect(attemptsOf(downloads)).toEqual([0]);
  });

  test('takes the end of a link for the end of its file until links are known to be renewed', async () => {
    let renewal: 'unknown' | 'renews' | 'fixed' = 'unknown';
    const downloads = await open({ renewal: () => renewal });
    const endingSoon = new Link('https://files.example/a?X-Amz-Signature=f', clock.now() + hourMs);
    await downloads.enqueue([{ ...listed('a', 90), link: endingSoon }]);
    expect(downloads.forecast().doomedCount).toBe(1);
    renewal = 'renews';
    expect(downloads.forecast().doomedCount).toBe(0);
    renewal = 'fixed';
    expect(downloads.forecast().doomedCount).toBe(1);
  });
});

test('a file that must be here soon gets the line for itself', async () => {
  const downloads = await open();
  await downloads.enqueue([listed('a', 90), listed('b', 90), listed('c', 90)]);
  const receive = async () => {
    await pass(1_000);
    for (const name of running()) underWay.get(name)?.receive(100_000);
    await settled();
  };
  for (let second = 0; second < 12; second += 1) await receive();
  expect(running()).toEqual(['a', 'b', 'c']);
  // 60 MB at four fifths of 300 kB a second take 250 s; three minutes are kept clear before the end.
  await downloads.enqueue([{ ...listed('urgent', 445 / 3600), expectedBytes: 60 * mega }]);
  for (let second = 0; second < 6; second += 1) await receive();
  expect(running()).toEqual(['urgent']);
  expect(attemptsOf(downloads)).toEqual([0, 0, 0, 0]);
});
