/** @file Main process. Rings once at a given time, however long that is and whatever happens to the clock. */
import type { Clock } from '../clock.ts';

/** Timers lose count beyond some weeks, and a person may set the clock: rather once too often. */
const longestSleepMs = 600_000;

/** Sets the time, epoch ms, in place of the one before; null for none. It may ring too early, never twice. */
export function createAlarm(
  clock: Clock,
  ended: AbortSignal,
  ring: () => void,
): (at: number | null) => void {
  let set: AbortController | null = null;
  return (at) => {
    set?.abort();
    set = null;
    if (at === null) return;
    const own = new AbortController();
    set = own;
    const waitMs = Math.min(longestSleepMs, Math.max(1, at - clock.now()));
    clock.sleep(waitMs, AbortSignal.any([own.signal, ended])).then(ring, () => undefined);
  };
}
