/** @file Renderer. What can be done with a meeting, a recording or a track, wherever it is shown. */
import {
  writeDeepLink,
  type MeetingId,
  type MeetingSummary,
  type Recording,
  type RecordingId,
  type Track,
} from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask } from '../api.ts';
import { asFailure, wordsFor } from '../error-words.ts';
import { copyText } from '../clipboard.ts';
import { bytesText, plural } from '../parts/format.ts';
import { toasts } from '../parts/toasts.svelte.ts';
import type { Actions } from './action.ts';

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

/** The recordings an item stands for, newest first. */
async function recordingsOf(item: Item): Promise<Recording[]> {
  switch (item.kind) {
    case 'recording':
      return [item.recording];
    case 'track': {
      const recording = await ask('library.recording', { recordingId: item.track.recordingId });
      return recording === null ? [] : [recording];
    }
    case 'meeting':
      return recordingsOfMeeting(item.meeting);
  }
}

async function recordingsOfMeeting(meeting: MeetingSummary): Promise<Recording[]> {
  if (meeting.meetingId !== null) {
    const { meetingId } = meeting;
    return (await ask('library.recordings', { meetingId, limit: 100 })).items;
  }
  // The key of a recording without a meeting names the recording.
  const recordingId = meeting.key.replace(/^recording:/, '') as RecordingId;
  const recording = await ask('library.recording', { recordingId });
  return recording === null ? [] : [recording];
}

/** The newest recording with something to hear; else the newest. */
const bestOf = (recordings: readonly Recording[]): Recording | null =>
  recordings.find((each) => each.trackCount > 0) ?? recordings[0] ?? null;

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
  const recording = bestOf(await recordingsOf(item));
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
  const recording = bestOf(await recordingsOf(item));
  if (recording) await ask('library.showInFolder', { recordingId: recording.recordingId });
}

/** Reads every byte of the item's recordings back from disk and says what it found. */
export async function verify(item: Item): Promise<void> {
  const sum = { verified: 0, damaged: 0, missing: 0, bytes: 0 };
  const held = (await recordingsOf(item)).filter((each) => each.trackCount > 0);
  for (const { recordingId } of held) {
    const found = await ask('library.verify', { recordingId });
    sum.verified += found.verified;
    sum.damaged += found.damaged;
    sum.missing += found.missing;
    sum.bytes += found.bytes;
  }
  const bad = sum.damaged + sum.missing;
  if (held.length === 0) {
    toasts.say({ tone: 'info', text: 'There is no file on disk to verify.' });
  } else if (bad === 0) {
    toasts.say({
      tone: 'good',
      text: `${plural(sum.verified, 'file')} read back and equal to the manifest.`,
      detail: `${bytesText(sum.bytes)} checked.`,
    });
  } else {
    toasts.say({
      tone: 'bad',
      text: `${plural(sum.damaged, 'file')} damaged, ${String(sum.missing)} missing.`,
      detail: `${plural(sum.verified, 'file')} equal to the manifest. ${wordsFor({ code: 'file.corrupt', message: '' }).next}`,
    });
  }
}

/** Ids as lines `name: value`, which any program can take apart. */
export function idsText(item: Item): string {
  const lines: [string, string | null][] = [];
  switch (item.kind) {
    case 'meeting':
      lines.push(['meeting_id', item.meeting.meetingId]);
      if (item.meeting.meetingId === null) {
        lines.push(['recording_id', item.meeting.key.replace(/^recording:/, '')]);
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
    'item.verify': { run: act(verify), enabled: withFiles },
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
