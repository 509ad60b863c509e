/** @file Tests of the poller: one pass at a time, and what it says of itself. */
import { describe, expect, test } from 'vitest';

import { Failure } from '../../../src/preload/contract/index.ts';
import { createSync, type Sync, type SyncOptions } from '../../../src/main/sync/index.ts';
import type { VendorRecording } from '../../../src/main/realtimekit/index.ts';
import { clockByHand } from '../../support/clock-by-hand.ts';

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
      holds: () => Promise.resolve(false),
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
      unfinished: () => [],
      wasOff: () => null,
      whenIdle: () => Promise.resolve(),
      status: () => ({
        paused: null,
        pausedByPerson: false,
        active: [],
        counts: { queued: 0, running: 0, waiting: 0, kept: 0, failed: 0, cancelled: 0, paused: 0 },
        bytesPerSecond: 0,
      }),
    },
    ...more,
  });
  return clock;
}

/** Lets everything run that waits for nothing but itself. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

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
    expect(sync.pullStatus()).toMatchObject({
      state: 'failed',
      failure: { code: 'api.unreachable' },
    });
    await sync.pass();
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
    expect(sync.pullStatus().state).toBe('listing');
    controller.abort(new Failure('cancelled', 'enough'));
    await expect(pass).rejects.toMatchObject({ code: 'cancelled' });
    expect(sync.pullStatus().state).toBe('cancelled');
  });
});
