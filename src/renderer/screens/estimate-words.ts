/** @file Renderer. How much a pull would bring, whether the disk holds it, and what is left out by choice. Pure. */
import type { ArchivePolicy, Passage, PullEstimate } from '#contract';
import { bytesText, momentWithin, plural } from '../parts/format.ts';

/** `1.2–2.5 GB`; one figure where both ends read the same. */
export function rangeText({ least, most }: PullEstimate['bytes']): string {
  const [low, high] = [bytesText(least), bytesText(most)];
  if (low === high) return high;
  const [lowFigure, lowUnit] = low.split(' ');
  return high.endsWith(` ${lowUnit ?? ''}`) ? `${lowFigure ?? low}–${high}` : `${low} – ${high}`;
}

/** `12 recordings, 40 files, about 1.2–2.5 GB`. */
export function estimateText({ recordings, files, bytes }: PullEstimate): string {
  if (recordings === 0) return 'The service lists no recording now.';
  if (files === 0) return `${plural(recordings, 'recording')}, no file listed yet`;
  return `${plural(recordings, 'recording')}, ${plural(files, 'file')}, about ${rangeText(bytes)}`;
}

/** `30 GB are free on this disk.`; empty while nobody knows. */
export const freeText = ({ freeBytes }: PullEstimate): string =>
  freeBytes === null ? '' : `${bytesText(freeBytes)} are free on the library’s disk.`;

/** Worth asking before: it may take more than half of what is free. */
export const isLarge = ({ bytes, freeBytes }: PullEstimate): boolean =>
  freeBytes !== null && bytes.most > freeBytes / 2;

/** Does not fit even at its smallest. */
export const isTooLarge = ({ bytes, freeBytes }: PullEstimate): boolean =>
  freeBytes !== null && bytes.least > freeBytes;

/** A person is asked before the first pull. */
export const isAsked = (policy: ArchivePolicy, estimate: PullEstimate): boolean =>
  estimate.files > 0 && (policy.kind === 'ask' || isLarge(estimate));

/** `12 recordings (about 1.2–2.5 GB) are not fetched by your choice; the first is deleted on Tuesday 14:05.` */
export function leftOutText(
  leftOut: readonly Pick<Passage, 'deadlineAt'>[],
  estimate: PullEstimate | null,
  now: number,
): string {
  const count = leftOut.length;
  const size = estimate !== null && estimate.recordings === count && estimate.bytes.most > 0;
  const about = size ? ` (about ${rangeText(estimate.bytes)})` : '';
  const deadlines = leftOut.flatMap(({ deadlineAt }) => deadlineAt ?? []).filter((at) => at > now);
  const first = deadlines.length === 0 ? null : momentWithin(Math.min(...deadlines), now);
  const until =
    first === null ? '.' : `; the service deletes ${count === 1 ? 'it' : 'the first'}: ${first}.`;
  return `${plural(count, 'recording')}${about} ${count === 1 ? 'is' : 'are'} not fetched by your choice${until}`;
}

export const policyNames = {
  all: { text: 'Everything', means: 'Every recording is fetched as soon as its files are listed.' },
  chosen: {
    text: 'Chosen meetings',
    means: 'Only recordings of these meetings; the rest waits for your word, until it is deleted.',
  },
  ask: {
    text: 'Only what I ask for',
    means: 'Nothing by itself. What is not asked for is deleted by the service after seven days.',
  },
} as const satisfies Record<ArchivePolicy['kind'], { text: string; means: string }>;
