/** @file Tests. A clock whose hands only the test turns. */
import type { Clock } from '../../src/main/clock.ts';

export interface HandClock extends Clock {
  /** How long each sleeper sleeps, in ms. */
  waits(): number[];
  /** Wakes everybody; time moves on by what each slept. */
  wakeAll(): void;
  /** Time moves on while everybody sleeps. */
  advance(ms: number): void;
}

/** A clock whose sleepers wake only when a test says so. */
export function clockByHand(): HandClock {
  const sleepers = new Set<{ ms: number; wake: () => void }>();
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = {
          ms,
          wake: () => {
            sleepers.delete(sleeper);
            now += ms;
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    waits: () => [...sleepers].map(({ ms }) => ms),
    advance: (ms) => {
      now += ms;
    },
    wakeAll: () => {
      for (const sleeper of [...sleepers]) sleeper.wake();
    },
  };
}
