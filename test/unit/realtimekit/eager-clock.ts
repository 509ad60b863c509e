/** @file Test support. A clock on which every wait is over at once, and remembered. */
import type { Clock } from '../../../src/main/clock.ts';

export interface EagerClock extends Clock {
  /** Every wait asked for, in ms. */
  readonly waits: number[];
  advance(ms: number): void;
}

export function createEagerClock(start = Date.UTC(2026, 10, 18, 9)): EagerClock {
  let now = start;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}
