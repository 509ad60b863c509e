/** @file Tests. Timestamps in every spelling. */
import { expect, test } from 'vitest';

import { parseVendorTime } from '../../../src/main/realtimekit/vendor-time.ts';

const at = Date.UTC(2026, 10, 18, 9, 2, 10);

test.each([
  ['2026-11-18T09:02:10Z', at],
  ['2026-11-18 09:02:10.183746Z', at + 183],
  ['2026-11-18T09:02:10.5Z', at + 500],
  ['2026-11-18T09:02:10', at],
  ['2026-11-18 09:02:10 UTC', at],
  ['2026-11-18T10:02:10+01:00', at],
  ['2026-11-18T03:32:10.000-0530', at],
  ['20261118T090210Z', at],
  [' 2026-11-18T09:02:10Z ', at],
  [at / 1000, at],
  [at, at],
  [at + 0.7, at],
])('%s is read', (value, expected) => {
  expect(parseVendorTime(value)).toBe(expected);
});

test.each([
  null,
  undefined,
  '',
  '0',
  'soon',
  '2026-13-18T09:02:10Z',
  '2026-11-18',
  {},
  0,
  -1,
  NaN,
  1e300,
  9e15,
])('%s is no time', (value) => {
  expect(parseVendorTime(value)).toBeNull();
});
