/** @file Tests of what an object host's answer means before any byte of it is used. */
import { expect, test } from 'vitest';
import { judge } from '../../../src/main/downloads/answer.ts';

const now = Date.UTC(2026, 10, 18, 9, 2, 10);
const asked = {
  heldBytes: 0,
  held: null,
  expiresAt: null,
  deadlineAt: null,
  pathHash: 'p',
  now,
  skewMs: 0,
};
const limited = (retryAfter: string) =>
  judge({ status: 429, headers: { 'retry-after': retryAfter } }, Buffer.alloc(0), asked);

test.each([
  ['30', now + 30_000],
  ['Wed, 18 Nov 2026 09:03:10 GMT', now + 60_000],
  ['999999999999999', now + 3_600_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', now + 3_600_000],
  ['Wed, 18 Nov 2026 08:00:00 GMT', now],
])('a host that asks to wait %s is obeyed, for an hour at most', (retryAfter, retryAt) => {
  expect(limited(retryAfter)).toMatchObject({
    kind: 'failure',
    failure: { code: 'api.rate-limited', retryAt },
  });
});

test('a wait in words nobody knows is left to the queue', () => {
  expect(limited('soon')).toMatchObject({ failure: { retryAt: undefined } });
});
