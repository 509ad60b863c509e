/** @file Tests. Limit headers in every spelling. */
import { describe, expect, test } from 'vitest';

import {
  readAllowance,
  readQuota,
  readRetryAfterMs,
  shareLeft,
} from '../../../src/main/realtimekit/rate-limit.ts';

const now = Date.UTC(2026, 10, 18, 9);

describe('what is left of the quota', () => {
  test.each([
    [
      { ratelimit: '"default";r=612;t=143', 'ratelimit-policy': '"default";q=1200;w=300' },
      { remaining: 612, quota: 1200, resetMs: 143_000 },
    ],
    [
      { ratelimit: 'default;r=5;t=2', 'ratelimit-policy': 'whole;q=50;w=60' },
      { remaining: 5, quota: 50, resetMs: 2_000 },
    ],
    [{ ratelimit: '"a";r=5;t=2' }, { remaining: 5, quota: null, resetMs: 2_000 }],
    [
      { ratelimit: 'limit=100, remaining=7, reset=5' },
      { remaining: 7, quota: 100, resetMs: 5_000 },
    ],
    [
      { 'x-ratelimit-limit': '250', 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '3' },
      { remaining: 9, quota: 250, resetMs: 3_000 },
    ],
    [
      { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '1' },
      { remaining: 1, quota: 100, resetMs: null },
    ],
    [
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 30) },
      { remaining: 0, quota: null, resetMs: 30_000 },
    ],
  ])('%j', (headers, expected) => {
    expect(readAllowance(headers, now)).toEqual(expected);
  });

  test('of several policies the tightest counts', () => {
    const headers = {
      ratelimit: '"day";r=900;t=3000, "burst";r=1;t=4',
      'ratelimit-policy': '"day";q=1000;w=86400, "burst";q=50;w=10',
    };
    expect(readAllowance(headers, now)).toEqual({ remaining: 1, quota: 50, resetMs: 4_000 });
  });

  test.each([
    {},
    { ratelimit: '' },
    { ratelimit: ';;;==,,' },
    { ratelimit: '"default";r=-1;t=x' },
    { 'x-ratelimit-remaining': 'many' },
    { ratelimit: '"'.repeat(100_000) },
  ])('headers without sense are as good as none', (headers) => {
    expect(readAllowance(headers, now)).toBeNull();
  });

  test('no time to wait exceeds an hour', () => {
    expect(readAllowance({ ratelimit: '"a";r=0;t=99999999' }, now)?.resetMs).toBe(3_600_000);
  });

  test('the share left is known with and without a quota', () => {
    expect(shareLeft({ remaining: 30, quota: 300, resetMs: null })).toBeCloseTo(0.1);
    expect(shareLeft({ remaining: 0, quota: null, resetMs: null })).toBe(0);
    expect(shareLeft({ remaining: 1, quota: null, resetMs: null })).toBe(1);
  });
});

test.each([
  [{ 'retry-after': '143' }, 143_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
  [{ 'retry-after': new Date(now + 20_000).toUTCString() }, 20_000],
  [{ 'retry-after': new Date(now - 20_000).toUTCString() }, 0],
  [{ 'retry-after': '99999999' }, 3_600_000],
  [{ 'retry-after': 'later' }, null],
  [{}, null],
])('%j asks to wait %s ms', (headers, ms) => {
  expect(readRetryAfterMs(headers, now)).toBe(ms);
});

describe('what the service says it allows', () => {
  test('is calls in a window, of several policies the slowest', () => {
    expect(readQuota({ 'ratelimit-policy': '"default";q=1200;w=300' })).toEqual({
      calls: 1200,
      windowMs: 300_000,
    });
    expect(readQuota({ 'ratelimit-policy': '"burst";q=50;w=10, "day";q=8640;w=86400' })).toEqual({
      calls: 8640,
      windowMs: 86_400_000,
    });
  });

  test.each([{}, { 'ratelimit-policy': '"default";q=1200' }, { 'ratelimit-policy': 'q=0;w=300' }])(
    'is unknown from %j',
    (headers) => {
      expect(readQuota(headers)).toBeNull();
    },
  );
});
