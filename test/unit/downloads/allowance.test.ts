/** @file Tests of the limit on the speed: exact, shared, and changed while bytes come. Time is by hand. */
import { describe, expect, test } from 'vitest';
import { openAllowance, type Allowance } from '../../../src/main/downloads/allowance.ts';

/** Time that moves on when everybody waits; a sleeper wakes up to 3 ms late, as real ones do. */
function timeOfSleepers() {
  let now = 1_000_000;
  const sleepers: { until: number; wake: () => void }[] = [];
  return {
    time: {
      now: () => now,
      sleep: (ms: number) =>
        new Promise<void>((wake) => {
          sleepers.push({ until: now + ms + (sleepers.length % 4), wake });
        }),
    },
    async run(ms: number) {
      for (const end = now + ms; ;) {
        // Whoever was woken takes what it may before time moves on.
        await new Promise((resolve) => setImmediate(resolve));
        sleepers.sort((a, b) => a.until - b.until);
        const [next] = sleepers;
        if (next === undefined || next.until > end) {
          now = end;
          return;
        }
        sleepers.shift();
        now = Math.max(now, next.until);
        next.wake();
      }
    },
  };
}

/** Takes for ever, as a transfer with more to come than the limit lets through. */
function lane(allowance: Allowance): { taken: number; stop(): void } {
  const controller = new AbortController();
  const one = {
    taken: 0,
    stop() {
      controller.abort();
    },
  };
  const chunkBytes = 65_536;
  const work = async () => {
    while (!controller.signal.aborted) {
      for (let at = 0; at < chunkBytes;) {
        const bytes = Math.min(chunkBytes - at, allowance.largestPiece());
        await allowance.take(bytes, controller.signal);
        one.taken += bytes;
        at += bytes;
      }
    }
  };
  void work();
  return one;
}

describe.each([20_000, 300_000, 5_000_000, 80_000_000])('%i bytes a second', (limit) => {
  test('over five seconds come within a tenth, and each lane has its share', async () => {
    const { time, run } = timeOfSleepers();
    const allowance = openAllowance(undefined, time);
    allowance.limitTo(limit);
    // Each opens the account anew, as the threads do.
    const lanes = [1, 2, 3].map(() => lane(openAllowance(allowance.memory, time)));
    await run(5_000);
    const taken = lanes.reduce((sum, each) => sum + each.taken, 0);
    expect(taken / 5).toBeGreaterThan(limit * 0.9);
    expect(taken / 5).toBeLessThan(limit * 1.1);
    for (const each of lanes) expect(each.taken).toBeGreaterThan(taken / 4);
    lanes.forEach((each) => {
      each.stop();
    });
  });

  test.each([4, 0.25])('times %f from now on holds within a second', async (factor) => {
    const { time, run } = timeOfSleepers();
    const allowance = openAllowance(undefined, time);
    allowance.limitTo(limit);
    const one = lane(allowance);
    await run(2_000);
    allowance.limitTo(limit * factor);
    await run(1_000);
    const before = one.taken;
    await run(5_000);
    expect((one.taken - before) / 5 / limit / factor).toBeGreaterThan(0.9);
    expect((one.taken - before) / 5 / limit / factor).toBeLessThan(1.1);
    one.stop();
  });
});

test('what was not taken while nothing came is not made up for later', async () => {
  const { time, run } = timeOfSleepers();
  const allowance = openAllowance(undefined, time);
  allowance.limitTo(100_000);
  await run(60_000);
  const one = lane(allowance);
  await run(1_000);
  expect(one.taken).toBeLessThan(130_000);
  one.stop();
});

test('without a limit nobody waits', async () => {
  const allowance = openAllowance();
  await allowance.take(1e12, new AbortController().signal);
  expect(allowance.isLimited()).toBe(false);
  expect(allowance.largestPiece()).toBe(Number.MAX_SAFE_INTEGER);
});

test('whoever waits stops when told to', async () => {
  const allowance = openAllowance();
  allowance.limitTo(10);
  await allowance.take(256, new AbortController().signal);
  const controller = new AbortController();
  const waiting = allowance.take(256, controller.signal);
  controller.abort(new Error('quit'));
  await expect(waiting).rejects.toThrow('quit');
});
