/** @file Renderer. What can be done with a meeting, a recording or a track, wherever it is shown. */
import {
  RecordingId,
  writeDeepLink,
  type MeetingId,
  type MeetingSummary,
  type Recording,
  type Track,
} from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask } from '../api.ts';
import { asFailure, wordsFor } from '../error-words.ts';
import { copyText } from '../clipboard.ts';
import { bytesText } from '../parts/format.ts';
import { toasts } from '../parts/toasts.svelte.ts';
import type { Actions } from './action.ts';
import { foundText, verifications } from './verification.svelte.ts';

export type Item =
  | { kind: 'meeting'; meeting: MeetingSummary }
  | { kind: 'recording'; recording: Recording }
  | { kind: 'track'; track: Track; atMs?: number };

/** Runs something a person asked for; what fails is said in words. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code === 'cancelled') return;
    const { what, safe, next } = wordsFor(failure);
    toasts.say({ tone: 'bad', text: what, detail: `${safe} ${next}`.trim() });
  }
}

/** The recordings an item stands for, newest first; read as far as they are wanted. */
async function* recordingsOf(item: Item): AsyncGenerator<Recording> {
  if (item.kind === 'recording') {
    yield item.recording;
    return;
  }
  const meetingId = item.kind === 'meeting' ? item.meeting.meetingId : null;
  if (meetingId === null) {
    const recordingId = item.kind === 'track' ? item.track.recordingId : recordingIn(item.meeting);
    const recording = await ask('library.recording', { recordingId });
    if (recording !== null) yield recording;
    return;
  }
  let after: string | null = null;
  do {
    const page: { items: Recording[]; next: string | null } = await ask('library.recordings', {
      meetingId,
      after,
      limit: 100,
    });
    yield* page.items;
    after = page.next;
  } while (after !== null);
}

/** The key of a recording without a meeting names the recording. */
const recordingIn = ({ key }: MeetingSummary): RecordingId =>
  RecordingId.parse(key.replace(/^recording:/, ''));

/** The newest recording with something to hear; else the newest. */
async function bestOf(item: Item): Promise<Recording | null> {
  let newest: Recording | null = null;
  for await (const recording of recordingsOf(item)) {
    if (recording.trackCount > 0) return recording;
    newest ??= recording;
  }
  return newest;
}

async function review(item: Item): Promise<void> {
  if (item.kind === 'track') {
    archive.go({
      name: 'review',
      recordingId: item.track.recordingId,
      trackId: item.track.trackId,
      at: item.atMs === undefined ? null : { kind: 'offset', ms: item.atMs },
    });
    return;
  }
  const recording = await bestOf(item);
  if (recording) {
    archive.go({
      name: 'review',
      recordingId: recording.recordingId,
      trackId: null,
      at: null,
    });
  }
}

async function reveal(item: Item): Promise<void> {
  if (item.kind === 'track') {
    await ask('library.showInFolder', { trackId: item.track.trackId });
    return;
  }
  const recording = await bestOf(item);
  if (recording) await ask('library.showInFolder', { recordingId: recording.recordingId });
}

/** Reads every byte of the item's recordings back from disk and says what it found. */
async function verify(item: Item): Promise<void> {
  const recordings: Recording[] = [];
  for await (const recording of recordingsOf(item)) recordings.push(recording);
  const found = await verifications.run(recordings);
  if (found === null) {
    toasts.say({ tone: 'info', text: 'There is no file on disk to verify.' });
    return;
  }
  const isGood = found.damaged + found.missing === 0;
  toasts.say({
    tone: isGood ? 'good' : 'bad',
    text: `${foundText(found)}.`,
    detail: isGood
      ? `${bytesText(found.bytes)} checked.`
      : 'Restore what is damaged or missing from a backup, then verify again.',
  });
}

/** Ids as lines `name: value`, which any program can take apart. */
function idsText(item: Item): string {
  const lines: [string, string | null][] = [];
  switch (item.kind) {
    case 'meeting':
      lines.push(['meeting_id', item.meeting.meetingId]);
      if (item.meeting.meetingId === null) {
        lines.push(['recording_id', recordingIn(item.meeting)]);
      }
      break;
    case 'recording':
      lines.push(
        ['meeting_id', item.recording.meetingId],
        ['session_id', item.recording.sessionId],
        ['recording_id', item.recording.recordingId],
      );
      break;
    case 'track':
      lines.push(
        ['meeting_id', item.track.meetingId],
        ['session_id', item.track.sessionId],
        ['recording_id', item.track.recordingId],
        ['user_id', item.track.userId],
        ['peer_id', item.track.peerId],
        ['custom_participant_id', item.track.customParticipantId],
        ['file_name', item.track.fileName],
        ['sha256', item.track.sha256],
      );
      break;
  }
  return lines.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])).join('\n');
}

function meetingIdOf(item: Item): MeetingId | null {
  if (item.kind === 'meeting') return item.meeting.meetingId;
  return item.kind === 'recording' ? item.recording.meetingId : item.track.meetingId;
}

function linkOf(item: Item): string | null {
  const meetingId = meetingIdOf(item);
  if (meetingId === null) return null;
  const recordingId =
    item.kind === 'meeting'
      ? null
      : item.kind === 'recording'
        ? item.recording.recordingId
        : item.track.recordingId;
  const at =
    item.kind === 'track' && item.atMs !== undefined
      ? { kind: 'offset' as const, ms: Math.round(item.atMs) }
      : null;
  return writeDeepLink({ meetingId, recordingId, at });
}

const holdsFiles = (item: Item): boolean =>
  item.kind === 'track' ||
  (item.kind === 'meeting' ? item.meeting.trackCount : item.recording.trackCount) > 0;

const isBeingVerified = (item: Item): boolean =>
  item.kind !== 'meeting' &&
  verifications.isBusy(item.kind === 'track' ? item.track.recordingId : item.recording.recordingId);

/** Actions for the commands `item.*` on whatever `current` names then; null: nothing is chosen. */
export function itemActions(current: () => Item | null): Actions {
  const act = (work: (item: Item) => Promise<void>) => () => {
    const item = current();
    if (item !== null) void attempt(() => work(item));
  };
  const there = () => current() !== null;
  const withFiles = () => {
    const item = current();
    return item !== null && holdsFiles(item);
  };
  return {
    'item.review': { run: act(review), enabled: there },
    'item.reveal': { run: act(reveal), enabled: withFiles },
    'item.verify': {
      run: act(verify),
      enabled: () => {
        const item = current();
        return item !== null && holdsFiles(item) && !isBeingVerified(item);
      },
    },
    'item.copyIds': {
      run: act((item) => copyText(idsText(item), 'Ids')),
      enabled: there,
    },
    'item.copyLink': {
      run: act((item) => copyText(linkOf(item) ?? '', 'Link')),
      enabled: () => {
        const item = current();
        return item !== null && linkOf(item) !== null;
      },
    },
  };
}
