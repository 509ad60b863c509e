/** @file Main process. How much of a connection is in none of its files. Pure. */

/** Sound that is here; `startedAt` is null when nobody told when it began. */
export interface Sound {
  startedAt: number | null;
  durationMs: number;
}

/** Epoch ms. */
export interface Span {
  fromAt: number;
  untilAt: number;
}

/** Media may begin long after the recording and the join, and nothing is lost by it (contract 8.1: ≈ 47 s). */
const lateStartMs = 60_000;
/** What a clock, a packet and a goodbye take. */
const leastMissingMs = 5_000;
const leastMissingShare = 0.02;

/**
 * What is missing of `expected`, in ms; 0 when it is within what is usual. Three things are looked at,
 * each by itself: a late start counts from a minute on, then in full, for whoever joins is not heard at
 * once; an early end and a stretch between two files count beyond 5 s or 2 % of the expected length,
 * whichever is more. Silence inside a file is no loss.
 *
 * A file that would run past the end by its stamp was padded at its beginning (U13 reading B) and is moved
 * back. Without a stamp only lengths can be compared.
 */
export function shortfallMs(sounds: readonly Sound[], expected: Span): number {
  const expectedMs = expected.untilAt - expected.fromAt;
  const usualMs = Math.max(leastMissingMs, expectedMs * leastMissingShare);
  const placed = sounds.flatMap((sound) => placeOf(sound, expected, usualMs) ?? []);
  if (placed.length < sounds.length) {
    const heardMs = sounds.reduce((sum, { durationMs }) => sum + durationMs, 0);
    return beyond(expectedMs - heardMs, lateStartMs + usualMs);
  }
  let heardUntil = expected.fromAt;
  let missing = 0;
  let usual = Math.max(lateStartMs, usualMs);
  for (const { fromAt, untilAt } of placed.toSorted((a, b) => a.fromAt - b.fromAt)) {
    missing += beyond(Math.min(fromAt, expected.untilAt) - heardUntil, usual);
    heardUntil = Math.max(heardUntil, untilAt);
    usual = usualMs;
  }
  return missing + beyond(expected.untilAt - heardUntil, usualMs);
}

function placeOf(
  { startedAt, durationMs }: Sound,
  { fromAt, untilAt }: Span,
  usualMs: number,
): Span | null {
  if (startedAt === null) return null;
  const endsAt = startedAt + durationMs;
  const start =
    endsAt > untilAt + usualMs
      ? Math.min(startedAt, Math.max(fromAt, untilAt - durationMs))
      : startedAt;
  return { fromAt: start, untilAt: start + durationMs };
}

function beyond(lackingMs: number, usualMs: number): number {
  return lackingMs > usualMs ? Math.round(lackingMs) : 0;
}
