/** @file Tests. The stand-in service's clock as ours: it jumps when a test says so, and whoever sleeps is woken by that. */
import type { Clock } from '../../src/main/clock.ts';
import type { Sandbox } from '../sandbox/index.ts';

const runsOnMs = 20;

export interface DrivenClock extends Clock {
  /** Moves both clocks on; sleepers wake in the order of their times. */
  advance(ms: number): void;
}

export function drivenClock({ clock }: Pick<Sandbox, 'clock'>): DrivenClock {
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => clock.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(new Error('aborted', { cause: signal.reason }));
          return;
        }
        const sleeper = { until: clock.now() + ms, wake: resolve };
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
    advance(ms) {
      clock.advance(ms);
      // The service's clock runs on between two looks at it.
      const due = [...sleepers].filter(({ until }) => until <= clock.now() + runsOnMs);
      for (const sleeper of due.sort((a, b) => a.until - b.until)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
