/** @file Tests of the poller: one pass at a time, by itself in the background, and what it says of itself. */
import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '../../../src/preload/contract/index.ts';
import { createSync, type Sync, type SyncOptions } from '../../../src/main/sync/index.ts';
import type { VendorRecording } from '../../../src/main/realtimekit/index.ts';

/** A clock whose sleepers wake only when a test says so. */
function clockByHand() {
  const sleepers = new Set<{ ms: number; wake: () => void }>();
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = {
          ms,
          wake: () => {
            sleepers.delete(sleeper);
            now += ms;
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    waits: () => [...sleepers].map(({ ms }) => ms),
    wakeAll: () => {
      for (const sleeper of [...sleepers]) sleeper.wake();
    },
  };
}

let listings: (() => Promise<void>)[] = [];
let passes = 0;
let atOnce = 0;
let most = 0;
let sync: Sync;

function connect(clock = clockByHand(), more: Partial<SyncOptions> = {}) {
  passes = 0;
  most = 0;
  listings = [];
  sync = createSync({
    clock,
    source: { host: 'h', accountId: 'a', appId: 'b' },
    realtimekit: {
      async *listRecordings(): AsyncGenerator<VendorRecording> {
        passes += 1;
        atOnce += 1;
        most = Math.max(most, atOnce);
        try {
          await (listings.shift() ?? (() => Promise.resolve()))();
        } finally {
          atOnce -= 1;
        }
        yield* [];
      },
      getRecording: () => Promise.resolve(null),
      getSession: () => Promise.resolve(null),
      listSessionParticipants: () => Promise.resolve([]),
      listMeetingParticipants: () => Promise.resolve([]),
    },
    library: {
      observe: () => Promise.resolve(),
      markGone: () => Promise.resolve(),
      markLost: () => Promise.resolve(),
      seal: () => Promise.resolve('pending'),
      recording: () => Promise.resolve(null),
      recordings: () => Promise.resolve({ items: [], next: null }),
      observation: () => Promise.resolve(null),
    },
    downloads: {
      enqueue: () => Promise.resolve(),
      list: () => [],
      whenIdle: () => Promise.resolve(),
      status: () => ({
        paused: null,
        active: [],
        counts: { queued: 0, running: 0, waiting: 0, kept: 0, failed: 0, cancelled: 0 },
        bytesPerSecond: 0,
      }),
    },
    ...more,
  });
  return clock;
}

/** Lets everything run that waits for nothing but itself. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => sync.stop());

describe('passes', () => {
  test('run one at a time, in the order they were asked for', async () => {
    connect();
    await Promise.all([sync.pass(), sync.pass(), sync.pass()]);
    expect({ passes, most }).toEqual({ passes: 3, most: 1 });
  });

  test('one that fails does not hold up the next', async () => {
    connect();
    listings.push(() => Promise.reject(new Failure('api.unreachable', 'away')));
    await expect(sync.pass()).rejects.toMatchObject({ code: 'api.unreachable' });
    expect(sync.status()).toEqual({ kind: 'offline', nextPassAt: null });
    expect(sync.pullStatus()).toMatchObject({
      state: 'failed',
      failure: { code: 'api.unreachable' },
    });
    await sync.pass();
    expect(sync.status()).toMatchObject({ kind: 'idle' });
    expect(sync.pullStatus()).toMatchObject({ state: 'done', failure: null });
  });

  test('end when their signal says so', async () => {
    connect();
    const controller = new AbortController();
    listings.push(
      () =>
        new Promise((_resolve, reject) => {
          controller.signal.addEventListener('abort', () => {
            reject(controller.signal.reason as Error);
          });
        }),
    );
    const pass = sync.pass({ signal: controller.signal });
    await settled();
    expect(sync.status()).toMatchObject({ kind: 'running', progress: { step: 'listing' } });
    expect(sync.pullStatus().state).toBe('listing');
    controller.abort(new Failure('cancelled', 'enough'));
    await expect(pass).rejects.toMatchObject({ code: 'cancelled' });
    expect(sync.pullStatus().state).toBe('cancelled');
  });
});

describe('in the background', () => {
  test('starting returns at once and passes repeat at their interval', async () => {
    const clock = connect();
    sync.start({ everyMs: 300_000 });
    expect(passes).toBe(0);
    await settled();
    expect(passes).toBe(1);
    expect(clock.waits()).toEqual([300_000]);
    expect(sync.status()).toMatchObject({ kind: 'waiting', failure: null });
    clock.wakeAll();
    await settled();
    expect(passes).toBe(2);
  });

  test('after failures it tries sooner at first, and not before the vendor allows', async () => {
    const clock = connect();
    const retryAt = clock.now() + 900_000;
    listings.push(
      () => Promise.reject(new Failure('api.unreachable', 'away')),
      () => Promise.reject(new Failure('api.unreachable', 'away')),
      () => Promise.reject(new Failure('api.rate-limited', 'slow', { retryAt })),
    );
    sync.start({ everyMs: 300_000 });
    await settled();
    expect(clock.waits()).toEqual([15_000]);
    expect(sync.status()).toMatchObject({ kind: 'offline' });
    clock.wakeAll();
    await settled();
    expect(clock.waits()).toEqual([30_000]);
    clock.wakeAll();
    await settled();
    expect(clock.waits()).toEqual([900_000 - 45_000]);
    clock.wakeAll();
    await settled();
    expect(clock.waits()).toEqual([300_000]);
  });

  test('stopping ends waiting and the pass that runs', async () => {
    const clock = connect();
    sync.start({ everyMs: 300_000 });
    await settled();
    await sync.stop();
    expect(clock.waits()).toEqual([]);
    expect(sync.status()).toMatchObject({ kind: 'idle' });
    await expect(sync.pass()).rejects.toMatchObject({ code: 'cancelled' });
  });
});
