/** @file Main process. How fast the line is over many minutes: only time in which something was being fetched counts. */
import { z } from 'zod';

import type { Clock } from '../clock.ts';

/** What is remembered from one run to the next: bytes and the time they took, older ones counting less. */
export const SpeedMemory = z.object({ bytes: z.number(), ms: z.number() });
export type SpeedMemory = z.infer<typeof SpeedMemory>;

export interface LineSpeed {
  /** Something is being fetched from now on, or nothing any more. */
  fetching(isFetching: boolean): void;
  add(bytes: number): void;
  /** Bytes per second; null as long as too little was seen. */
  rate(): number | null;
  memory(): SpeedMemory;
}

/** After so much time of fetching, in ms, what was measured before counts a third. */
const memoryMs = 10 * 60_000;
/** Nobody looked for longer than this: the computer slept, or its clock was set. */
const longestStepMs = 90_000;
/** Less than this, in ms, says more of the first connections than of the line. */
const leastMs = 10_000;

export function createLineSpeed(clock: Clock, memory: SpeedMemory | null): LineSpeed {
  let { bytes, ms } = memory ?? { bytes: 0, ms: 0 };
  let since: number | null = null;

  /** Pauses and idle hours are no time, so that they make nothing older either. */
  const settle = () => {
    if (since === null) return;
    const now = clock.now();
    const passedMs = Math.min(longestStepMs, Math.max(0, now - since));
    since = now;
    const kept = Math.exp(-passedMs / memoryMs);
    bytes *= kept;
    ms = ms * kept + passedMs;
  };

  return {
    fetching(isFetching) {
      settle();
      since = isFetching ? clock.now() : null;
    },
    add(added) {
      settle();
      bytes += added;
    },
    rate() {
      settle();
      return ms < leastMs || bytes === 0 ? null : (bytes * 1000) / ms;
    },
    memory() {
      settle();
      return { bytes, ms };
    },
  };
}
