/** @file Sandbox. The service's own time: runs by itself, and jumps when a test says so. */

export interface SandboxClock {
  /** Epoch ms. */
  now(): number;
  /** Moves the clock on by `ms` (links expire, statuses step). */
  advance(ms: number): void;
  /** Sets the clock to an epoch ms; it runs on from there. */
  set(at: number): void;
}

/** @param startAt epoch ms shown at first; default: the computer's time */
export function createClock(startAt?: number): SandboxClock {
  let offsetMs = startAt === undefined ? 0 : startAt - Date.now();
  return {
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
    set: (at) => {
      offsetMs = at - Date.now();
    },
  };
}

/** ISO 8601 in UTC, without fractions of a second, as the service writes times (contract 1). */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
