/** @file Tests. A clock whose hands only the test turns. */
import type { Clock } from '../../src/main/clock.ts';

export interface HandClock extends Clock {
  /** How long each sleeper sleeps, in ms. */
  waits(): number[];
  /** Wakes everybody; time moves on by what each slept. */
  wakeAll(): void;
  /** Time moves on while everybody sleeps. */
  advance(ms: number): void;
  /** Time passes as it does for real: each sleeper wakes at its moment, and what follows has its turn. */
  pass(ms: number): Promise<void>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A clock whose sleepers wake only when a test says so. */
export function clockByHand(): HandClock {
  const sleepers = new Set<{ ms: number; dueAt: number; wake: (at: number) => void }>();
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = {
          ms,
          dueAt: now + ms,
          wake: (at: number) => {
            sleepers.delete(sleeper);
            now = at;
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
      for (const sleeper of [...sleepers]) sleeper.wake(now + sleeper.ms);
    },
    async pass(ms) {
      const until = now + ms;
      for (;;) {
        await turn();
        const [first] = [...sleepers]
          .filter(({ dueAt }) => dueAt <= until)
          .sort((a, b) => a.dueAt - b.dueAt);
        if (first === undefined) break;
        first.wake(Math.max(now, first.dueAt));
      }
      now = until;
    },
  };
}
