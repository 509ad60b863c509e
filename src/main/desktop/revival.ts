/** @file Main process. What to do about a page that died: again at once, then later, then ask. Pure. */

export type Revival = { kind: 'reload'; afterMs: number } | { kind: 'ask' };

/** Deaths further apart than this, in ms, have nothing to do with each other. */
const togetherMs = 60_000;
/** Waits before the first, second, third reload, in ms. */
const waitsMs = [0, 1_000, 5_000];

/** `deaths` are the times (epoch ms) of all deaths so far, this one included. */
export function revivalAfter(deaths: readonly number[], now: number): Revival {
  const recent = deaths.filter((at) => now - at < togetherMs).length;
  const afterMs = waitsMs[recent - 1];
  return afterMs === undefined ? { kind: 'ask' } : { kind: 'reload', afterMs };
}
