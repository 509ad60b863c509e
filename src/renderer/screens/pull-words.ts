/** @file Renderer. One line for the state of a pull, and how far it is. Pure. */
import type { FailureData, PullStatus } from '#contract';
import { wordsFor } from '../error-words.ts';
import { clockSecondsText, clockText, momentWithin, plural } from '../parts/format.ts';

/** The pull in one short sentence. */
export function headline(pull: PullStatus): string {
  const { files, recordings } = pull;
  // What ends while nothing may be fetched has not come to its end.
  const mayWait = pull.state === 'idle' || pull.state === 'fetching' || pull.state === 'done';
  if (pull.pausedByPerson && mayWait) return 'All transfers are paused.';
  switch (pull.state) {
    case 'idle':
      return 'Nothing is being fetched.';
    case 'listing':
      return recordings === 0
        ? 'Asking RealtimeKit what exists…'
        : `Asking RealtimeKit what exists… ${plural(recordings, 'recording')} so far`;
    case 'fetching':
      return 'Fetching recordings…';
    case 'verifying':
      return 'Reading back and verifying…';
    case 'done':
      if (files.failed > 0)
        return `Done, but ${plural(files.failed, 'file')} could not be fetched.`;
      return files.total === 0
        ? 'Done. There was nothing new.'
        : `Done. ${plural(files.kept, 'file')} archived.`;
    case 'failed':
      return 'Fetching stopped on a failure.';
    case 'cancelled':
      return `Stopped. ${plural(files.kept, 'file')} archived before that.`;
  }
}

/** Part of the pull that is done, 0 to 1, counting bytes of files under way; null while unknown. */
export function progressOf(pull: PullStatus): number | null {
  if (pull.state === 'listing' || pull.files.total === 0) return null;
  let done = pull.files.kept + pull.files.failed;
  for (const { state, receivedBytes, totalBytes } of pull.transfers) {
    if ((state === 'running' || state === 'waiting') && totalBytes !== null && totalBytes > 0) {
      done += Math.min(1, receivedBytes / totalBytes);
    }
  }
  return Math.min(1, done / pull.files.total);
}

/** Why nothing is fetched at the moment, and until when; empty while it goes on. `now` is epoch ms. */
export function pauseText(
  {
    pausedUntil,
    pausedBecause,
    pausedByPerson,
  }: Pick<PullStatus, 'pausedUntil' | 'pausedBecause' | 'pausedByPerson'>,
  now: number,
): string {
  if (pausedByPerson) return 'by you, until you let them go on';
  if (pausedUntil === null || pausedUntil <= now) return '';
  const until = clockSecondsText(pausedUntil);
  switch (pausedBecause) {
    case 'api.rate-limited':
      return `paused by the service until ${until}`;
    case 'disk.full':
      return `the disk is full, looked at again at ${until}; no try is lost`;
    case 'api.unreachable':
      return `no network, tried again at ${until}; no try is lost`;
    case null:
      return `paused until ${until}`;
    default: {
      const { what } = wordsFor({ code: pausedBecause, message: '' });
      return `${what} Tried again at ${until}.`;
    }
  }
}

/** For how long nobody fetched before this start, and what that cost; null when it was no time worth telling. */
export function offWords(
  { wasOff }: Pick<PullStatus, 'wasOff'>,
  now: number,
): { text: string; lost: number } | null {
  if (wasOff === null) return null;
  const { fromAt, untilAt, lost } = wasOff;
  const until = momentWithin(untilAt, now);
  const cost =
    lost === 0
      ? 'nothing was lost meanwhile.'
      : `${plural(lost, 'file')} ${lost === 1 ? 'was' : 'were'} lost meanwhile.`;
  return {
    text: `Trackvault was off from ${momentWithin(fromAt, now)} to ${until}; ${cost}`,
    lost,
  };
}

/** When the next pass begins by itself, or that none will; empty while one runs or nobody knows yet. */
export function nextText(
  { state, nextAt }: Pick<PullStatus, 'state' | 'nextAt'>,
  automatic: boolean,
  now: number,
): string {
  if (state === 'listing' || state === 'fetching' || state === 'verifying') return '';
  if (nextAt === null) return automatic ? '' : 'looks again when you ask';
  return nextAt - now < 60_000
    ? 'looks again within a minute'
    : `looks again at ${clockText(nextAt)}`;
}

/** `5 of 34 files`, while that says more than the headline; else empty. */
export function countText({ state, files }: Pick<PullStatus, 'state' | 'files'>): string {
  const isWhole = state === 'done' && files.failed === 0;
  return files.total === 0 || isWhole
    ? ''
    : `${String(files.kept)} of ${plural(files.total, 'file')}`;
}

/** A pause that ends only when somebody does something: the disk, the token. Null for one that ends by itself. */
export function lastingTrouble({
  pausedBecause,
}: Pick<PullStatus, 'pausedBecause'>): FailureData | null {
  return pausedBecause === null ||
    pausedBecause === 'api.rate-limited' ||
    pausedBecause === 'api.unreachable'
    ? null
    : { code: pausedBecause, message: '' };
}
