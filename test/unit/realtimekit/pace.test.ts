/** @file Tests. The queue that slows down and stops. */
import { describe, expect, test } from 'vitest';

import { createPace, type PaceOptions } from '../../../src/main/realtimekit/pace.ts';
import { createEagerClock } from './eager-clock.ts';

function open(options: Partial<PaceOptions> = {}) {
  const clock = createEagerClock(0);
  const pauses: number[] = [];
  const pace = createPace({
    clock,
    concurrency: 4,
    maxPauseMs: Number.POSITIVE_INFINITY,
    onPause: (until) => pauses.push(until),
    ...options,
  });
  const call = (status = 200, headers: Record<string, string> = {}) =>
    pace.run(
      (ticket) => {
        pace.learn(status, headers, ticket);
        return Promise.resolve(clock.now());
      },
      { ms: 0 },
      undefined,
    );
  return { clock, pace, pauses, call };
}

describe('the queue of calls', () => {
  test('runs no more at once than it may', async () => {
    const { pace } = open({ concurrency: 3 });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => pace.run(work, { ms: 0 }, undefined)));
    expect(most).toBe(3);
  });

  test('a 429 stops every call until the time the service asks for', async () => {
    const { clock, pace, pauses, call } = open();
    await call(429, { 'retry-after': '143' });
    expect(pace.pausedUntil()).toBe(143_000);
    const startedAt = await Promise.all([call(), call(), call()]);
    expect(startedAt.every((at) => at >= 143_000)).toBe(true);
    expect(pauses).toEqual([143_000]);
    expect(clock.waits[0]).toBe(143_000);
    expect(pace.pausedUntil()).toBeNull();
  });

  test('without `Retry-After` the reset counts, without both a minute growing to five', async () => {
    const { clock, call } = open();
    await call(429, { ratelimit: '"default";r=0;t=7' });
    await call();
    expect(clock.waits).toEqual([7_000]);
    clock.waits.length = 0;
    for (let n = 0; n < 5; n += 1) await call(429);
    await call();
    expect(clock.waits).toEqual([60_000, 120_000, 240_000, 300_000, 300_000]);
    await call(429);
    await call();
    expect(clock.waits.at(-1)).toBe(60_000);
  });

  test('several calls refused together make one pause', async () => {
    const { clock, pace, pauses } = open();
    const tickets: number[] = [];
    const note = (ticket: number) => Promise.resolve(tickets.push(ticket));
    await Promise.all([1, 2, 3].map(() => pace.run(note, { ms: 0 }, undefined)));
    for (const ticket of tickets) pace.learn(429, {}, ticket);
    expect(pauses).toEqual([60_000]);
    clock.advance(60_000);
    expect(pace.pausedUntil()).toBeNull();
  });

  test('below a tenth of the quota calls are spread over the time left', async () => {
    const { call } = open();
    const headers = { ratelimit: '"a";r=10;t=30', 'ratelimit-policy': '"a";q=1200;w=300' };
    await call(200, headers);
    const first = await call();
    const second = await call();
    const third = await call();
    expect([second - first, third - second]).toEqual([3_000, 3_000]);
  });

  test('with nothing left the next call waits for the new window', async () => {
    const { clock, call } = open();
    await call(200, { ratelimit: '"a";r=0;t=143', 'ratelimit-policy': '"a";q=1200;w=300' });
    await call();
    expect(clock.waits).toEqual([143_000]);
  });

  test('with a tenth or more left nothing is slowed', async () => {
    const { clock, call } = open();
    const headers = { ratelimit: '"a";r=120;t=30', 'ratelimit-policy': '"a";q=1200;w=300' };
    for (let n = 0; n < 5; n += 1) await call(200, headers);
    expect(clock.waits).toEqual([]);
  });

  test('a pause longer than a call may wait fails at once and says when to come back', async () => {
    const { clock, call } = open({ maxPauseMs: 10_000 });
    await call(429, { 'retry-after': '60' });
    await expect(call()).rejects.toMatchObject({ code: 'api.rate-limited', retryAt: 60_000 });
    expect(clock.waits).toEqual([]);
  });

  test('one call may be less patient than the others', async () => {
    const { clock, pace, call } = open();
    await call(429, { 'retry-after': '30' });
    const work = () => Promise.resolve('sent');
    await expect(pace.run(work, { ms: 0, atMostMs: 0 }, undefined)).rejects.toMatchObject({
      code: 'api.rate-limited',
      retryAt: 30_000,
    });
    await expect(pace.run(work, { ms: 0 }, undefined)).resolves.toBe('sent');
    expect(clock.waits).toEqual([30_000]);
  });

  test('an aborted call leaves the queue with the reason of its signal', async () => {
    const { pace, call } = open();
    const reason = new Error('closed');
    const signal = AbortSignal.abort(reason);
    await call(429);
    const work = () => Promise.resolve('sent');
    await expect(pace.run(work, { ms: 0 }, signal)).rejects.toBe(reason);
  });
});
