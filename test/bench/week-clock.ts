/** @file Bench. The hands of a simulated week: true time, the computer's own clock, and timers that stand still while it sleeps. */
import type { Clock } from '../../src/main/clock.ts';

/** What true time 0 is called by the service's clock, epoch ms. */
export const weekStart = Date.UTC(2026, 10, 16, 8);

export interface WeekClock extends Clock {
  /** Ms of true time since the beginning. */
  trueNow(): number;
  /** When the next sleeper wakes, true time, as long as the computer stays awake. */
  nextWake(): number;
  /** Awake time passes; wakes whoever is due. */
  pass(ms: number): void;
  /** The computer sleeps: time passes, timers do not. */
  sleepThrough(ms: number): void;
  /** The service's clock minus ours from now on. */
  setSkew(skewMs: number): void;
  /** Epoch ms by the service's clock. */
  serviceNow(): number;
}

export function createWeekClock(): WeekClock {
  let trueMs = 0;
  let awakeMs = 0;
  let skew = 0;
  const sleepers = new Map<object, { dueAt: number; wake: () => void }>();

  const wakeDue = () => {
    for (const [key, { dueAt, wake }] of [...sleepers]) {
      if (dueAt > awakeMs) continue;
      sleepers.delete(key);
      wake();
    }
  };

  return {
    now: () => Math.round(weekStart + trueMs - skew),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const key = {};
        const giveUp = () => {
          sleepers.delete(key);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        if (signal?.aborted === true) {
          giveUp();
          return;
        }
        signal?.addEventListener('abort', giveUp, { once: true });
        sleepers.set(key, {
          dueAt: awakeMs + ms,
          wake: () => {
            signal?.removeEventListener('abort', giveUp);
            resolve();
          },
        });
      }),
    trueNow: () => trueMs,
    nextWake: () =>
      trueMs + Math.min(...[...sleepers.values()].map(({ dueAt }) => dueAt - awakeMs), Infinity),
    pass(ms) {
      trueMs += ms;
      awakeMs += ms;
      wakeDue();
    },
    sleepThrough(ms) {
      trueMs += ms;
    },
    setSkew(skewMs) {
      skew = skewMs;
    },
    serviceNow: () => weekStart + trueMs,
  };
}
