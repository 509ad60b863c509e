/** @file Main process. Decides, as a pure function, what a failed attempt means: for the file, or for the whole queue. */
import type { ErrorCode, Failure } from '#contract';

import type { Pace } from './job.ts';

export type Reaction =
  /** Nothing is wrong with the file: the queue pauses and the attempt costs nothing. `untilAt` null: as long as usual. */
  | { kind: 'pause'; untilAt: number | null }
  /** The vendor no longer has the file. */
  | { kind: 'lost' }
  | { kind: 'fail'; pace: Pace };

const pausing = new Set<ErrorCode>([
  'api.unreachable',
  'api.rate-limited',
  'disk.full',
  'disk.refused',
  'library.locked',
  'library.read-only',
  'credentials.malformed',
  'credentials.unknown',
  'credentials.expired',
  'credentials.disabled',
  'credentials.lack-rights',
  'credentials.wrong-account',
  'credentials.wrong-app',
  'credentials.missing',
  'keychain.unavailable',
]);

/**
 * @param deadlineAt epoch ms after which the vendor deletes the file, null when unknown
 * @param now epoch ms
 */
export function reactionTo(failure: Failure, deadlineAt: number | null, now: number): Reaction {
  if (pausing.has(failure.code)) return { kind: 'pause', untilAt: failure.retryAt ?? null };
  switch (failure.code) {
    case 'link.expired':
      // The recording was read again; the same link means that there is no better one (contract 8.4).
      return failure.details?.['renewed'] === true
        ? { kind: 'fail', pace: 'soon' }
        : { kind: 'lost' };
    case 'file.gone':
      return { kind: 'lost' };
    case 'recording.gone':
      return deadlineAt !== null && now >= deadlineAt
        ? { kind: 'lost' }
        : { kind: 'fail', pace: 'later' };
    case 'file.not-ready':
      return { kind: 'fail', pace: 'later' };
    case 'link.refused':
      return { kind: 'fail', pace: 'never' };
    default:
      return { kind: 'fail', pace: 'soon' };
  }
}

const usual: Partial<Record<ErrorCode, { firstMs: number; longestMs: number }>> = {
  'api.unreachable': { firstMs: 2_000, longestMs: 60_000 },
  'api.rate-limited': { firstMs: 60_000, longestMs: 300_000 },
  'disk.full': { firstMs: 30_000, longestMs: 120_000 },
};

/** Length of a pause in ms when nobody said it; `round` counts pauses in a row for this reason, from 0. */
export function pauseMs(because: ErrorCode, round: number): number {
  const { firstMs, longestMs } = usual[because] ?? { firstMs: 60_000, longestMs: 300_000 };
  return Math.min(longestMs, firstMs * 2 ** round);
}
