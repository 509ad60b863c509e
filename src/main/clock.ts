/** @file Main process. The only home of time: modules are given a `Clock`, so tests turn its hands themselves. */

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /**
   * Waits for `ms` milliseconds.
   * @throws the signal's reason when `signal` aborts first
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const fail = () => {
        const reason: unknown = signal?.reason;
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      };
      if (signal?.aborted === true) {
        fail();
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        fail();
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** Time that only goes forward, for rhythms: a clock may be set back, by an hour too. */
export interface SteadyTime {
  /** In ms, never earlier than before. */
  now(): number;
  /** Epoch ms by the clock as it goes now. */
  toClock(at: number): number;
  fromClock(at: number): number;
}

/** Follows a clock wherever it goes, except back. */
export function steadyTime(clock: Pick<Clock, 'now'>): SteadyTime {
  let latest = -Infinity;
  let setBackMs = 0;
  const now = (): number => {
    setBackMs = Math.max(setBackMs, latest - clock.now());
    latest = clock.now() + setBackMs;
    return latest;
  };
  return {
    now,
    toClock(at) {
      now();
      return at - setBackMs;
    },
    fromClock(at) {
      now();
      return at + setBackMs;
    },
  };
}
