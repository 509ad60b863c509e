/** @file Renderer. Names the states of recordings and files for people, with the tone they are shown in. */
import type { Recording, RecordingState, TrackState } from '#contract';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'busy';

export interface StateWords {
  text: string;
  tone: Tone;
  /** One sentence for the tooltip and the empty review. */
  means: string;
}

const recordingStates = {
  running: { text: 'Recording', tone: 'busy', means: 'The service is still recording it.' },
  pending: {
    text: 'Incomplete',
    tone: 'warn',
    means: 'Files are listed or expected that are not here yet.',
  },
  errored: { text: 'Failed there', tone: 'bad', means: 'The service says no file will come.' },
  'closed-incomplete': {
    text: 'Files lost',
    tone: 'bad',
    means: 'The deadline passed with files missing.',
  },
  'without-files': {
    text: 'No files',
    tone: 'warn',
    means: 'It finished without any file: nobody spoke, or the people asked for were not found.',
  },
  complete: {
    text: 'Complete',
    tone: 'good',
    means: 'All listed files are here. The list may still grow for a few minutes.',
  },
  sealed: { text: 'Sealed', tone: 'good', means: 'The list is final and every file is here.' },
  composite: {
    text: 'Composite',
    tone: 'quiet',
    means: 'A composite recording, not archived here: Trackvault keeps one file per person.',
  },
} satisfies Record<RecordingState, StateWords>;

/** What the service has in hand, wherever it is told of (contract 10). */
export const atTheService = {
  invoked: {
    text: 'Invoked',
    tone: 'quiet',
    means: 'The service has the order and has not begun yet.',
  },
  paused: {
    text: 'Paused there',
    tone: 'quiet',
    means: 'Somebody paused this recording; it can be resumed in the call.',
  },
  uploading: {
    text: 'Uploading',
    tone: 'quiet',
    means: 'The call is over; the service puts its files together.',
  },
} satisfies Record<string, StateWords>;

/** What a recording is said to be: its state, more exactly where the service's own word tells more. */
export function recordingWords({
  state,
  vendorStatus,
  absent,
}: Pick<Recording, 'state' | 'vendorStatus' | 'absent'>): StateWords {
  if (state === 'running') {
    if (vendorStatus === 'INVOKED') return atTheService.invoked;
    if (vendorStatus === 'PAUSED') return atTheService.paused;
  }
  if (state === 'pending' && vendorStatus === 'UPLOADING' && absent.length === 0) {
    return atTheService.uploading;
  }
  return recordingStates[state];
}

/** Most urgent first: the order in which a meeting's states are said. */
const urgency = Object.keys(recordingStates);

/** Distinct states of a meeting, the most urgent first. */
export function statesOf(states: readonly RecordingState[]): (StateWords & { count: number })[] {
  const counts = new Map<RecordingState, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => urgency.indexOf(one) - urgency.indexOf(other))
    .map(([state, count]) => ({ ...recordingStates[state], count }));
}

export const trackStates = {
  kept: {
    text: 'Kept',
    tone: 'quiet',
    means: 'Its hash was taken while it was written; it has not been read back yet.',
  },
  verified: {
    text: 'Verified',
    tone: 'good',
    means: 'Read back from disk and equal to the manifest.',
  },
  damaged: {
    text: 'Damaged',
    tone: 'bad',
    means: 'The bytes on disk differ from the manifest. Restore this file from a backup.',
  },
  missing: {
    text: 'Missing',
    tone: 'bad',
    means: 'The manifest names it, but the file is not on disk. Restore it from a backup.',
  },
} satisfies Record<TrackState, StateWords>;
