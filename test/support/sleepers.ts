/** @file Tests. Who sleeps on a clock that a test moves, and who of them wakes. */
import type { Clock } from '../../src/main/clock.ts';

export interface Sleepers {
  sleep: Clock['sleep'];
  /** Wakes, in the order of their times, those whose time has come by `at`. */
  wakeUntil(at: number): void;
}

export function createSleepers(now: () => number): Sleepers {
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(new Error('aborted', { cause: signal.reason }));
          return;
        }
        const sleeper = { until: now() + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            sleepers.delete(sleeper);
            reject(new Error('aborted', { cause: signal.reason }));
          },
          { once: true },
        );
      }),
    wakeUntil(at) {
      const due = [...sleepers].filter(({ until }) => until <= at);
      for (const sleeper of due.sort((a, b) => a.until - b.until)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
