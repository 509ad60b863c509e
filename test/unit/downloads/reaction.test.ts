/** @file Tests of how long the queue pauses when nobody says how long. */
import { expect, test } from 'vitest';
import { pauseMs } from '../../../src/main/downloads/reaction.ts';

test.each(['api.unreachable', 'api.rate-limited', 'disk.full', 'disk.refused'] as const)(
  'pauses for %s reach the minute a pass waits at most, so that every pass ends',
  (because) => {
    const pauses = [0, 1, 2, 3, 4, 5, 6].map((round) => pauseMs(because, round));
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(60_000);
    expect(pauseMs(because, 1)).toBeGreaterThan(pauseMs(because, 0));
  },
);
