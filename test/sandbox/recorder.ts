/** @file Sandbox. The service's recorder: what becomes of a recording as time goes by, and the files it leaves (contract 9, 10). */
import { trackFileName } from './build-world.ts';
import type { Switches } from './switches.ts';
import { trackBytes } from './voice.ts';
import {
  attachFile,
  enterStatus,
  invokedRecording,
  type PeerConnection,
  type Recording,
  type Session,
  type World,
} from './world.ts';

export interface Service {
  readonly world: World;
  readonly switches: Switches;
}

export interface Wish {
  readonly prefix: string;
  /** null: everybody. */
  readonly userIds: readonly string[] | null;
  /** The recording stops by itself after so long. */
  readonly maxSeconds?: number | undefined;
}

export const runningStatuses: readonly string[] = ['INVOKED', 'RECORDING', 'PAUSED'];
const longestSeconds = 86_400;
/** The file that is listed late comes this long after the upload. */
const lateMs = 150_000;

/** Takes an order: `INVOKED`, and what follows from it. */
export function beginRecording(service: Service, session: Session, wish: Wish): Recording {
  const { world, switches } = service;
  const place = { meetingId: session.meetingId, sessionId: session.id };
  const now = world.clock.now();
  const recording = invokedRecording(place, 'track', wish.prefix, now);
  recording.userIds = wish.userIds;
  const startAt = now + switches.startSeconds * 1000;
  const plan = (at: number, take: () => void) => recording.steps.push({ at, take });
  plan(startAt, () => {
    if (switches.afterInvoked === 'nothing') return;
    if (switches.afterInvoked === 'errored') {
      fail(service, recording, startAt);
      return;
    }
    enterStatus(recording, 'RECORDING', startAt);
    const { breaksAfterSeconds } = switches;
    if (breaksAfterSeconds !== null) {
      const breakAt = startAt + breaksAfterSeconds * 1000;
      plan(breakAt, () => fail(service, recording, breakAt));
    }
    const endAt = startAt + (wish.maxSeconds ?? longestSeconds) * 1000;
    plan(endAt, () => endRecording(service, recording, endAt, null));
  });
  world.addRecording(recording);
  return recording;
}

/** Ends the recording and brings its files up; the status may show it only after a while. */
export function endRecording(
  service: Service,
  recording: Recording,
  at: number,
  reason: Recording['stopReason'],
): void {
  const { switches } = service;
  // Stopped before, and only not yet to be seen.
  if (recording.isStopping) return;
  recording.isStopping = true;
  recording.stopReason = reason;
  recording.steps.length = 0;
  const shownAt = at + switches.stopLagSeconds * 1000;
  if (shownAt === at) upload(service, recording, at);
  else recording.steps.push({ at: shownAt, take: () => upload(service, recording, shownAt) });
}

/** The running recordings of a session. */
export function runningIn({ world }: Service, session: Session): Recording[] {
  return world
    .recordings()
    .filter((each) => each.sessionId === session.id && runningStatuses.includes(each.status));
}

function upload(service: Service, recording: Recording, at: number): void {
  const { world, switches } = service;
  const neverBegan = recording.startedAt === null;
  enterStatus(recording, 'UPLOADING', at);
  const session = world.sessions.find((each) => each.id === recording.sessionId);
  const isTrack = recording.kind === 'track' && !neverBegan;
  const recorded = isTrack ? (session?.connections ?? []).filter(isRecorded(recording)) : [];
  const { uploadListing, uploadSeconds, afterUploading } = switches;
  const endAt = at + uploadSeconds * 1000;
  const listAt = (index: number): number => {
    if (uploadListing === 'growing') {
      return at + Math.round(((index + 1) / (recorded.length + 1)) * (endAt - at));
    }
    return uploadListing === 'late' && index === recorded.length - 1 ? endAt + lateMs : endAt;
  };
  recording.steps.push({
    at: endAt,
    take: () => {
      if (afterUploading === 'uploaded') enterStatus(recording, 'UPLOADED', endAt);
      if (afterUploading === 'errored') fail(service, recording, endAt);
    },
  });
  const isComing = afterUploading === 'uploaded' || uploadListing === 'growing';
  for (const [index, connection] of isComing ? recorded.entries() : []) {
    recording.steps.push({
      at: listAt(index),
      take: () => attachConnection(service, recording, connection),
    });
  }
}

/** Who leaves a file: in the call while it ran, chosen if anybody was, heard (contract 7.1, 7.2, 9). */
function isRecorded({ userIds, ...recording }: Recording) {
  return (connection: PeerConnection): boolean => {
    const { muted = false, oldSdk = false } = connection.habits ?? {};
    const isChosen = userIds === null || (userIds.includes(connection.userId) && !oldSdk);
    return isChosen && !muted && spanOf(recording, connection).lengthMs > 0;
  };
}

function attachConnection(
  { world, switches }: Service,
  recording: Recording,
  connection: PeerConnection,
): void {
  const { style = 'usual', fileName } = connection.habits ?? {};
  const { userId, peerId } = connection;
  const { fromAt, lengthMs } = spanOf(recording, connection);
  const beginsAt = switches.alignment === 'padded' ? (recording.startedAt ?? fromAt) : fromAt;
  const leadMs = fromAt - beginsAt;
  const person = world.meetings
    .find((meeting) => meeting.id === recording.meetingId)
    ?.participants.find((each) => each.userId === userId);
  attachFile(world, recording, {
    fileName: fileName ?? trackFileName([recording.prefix, userId, peerId], beginsAt, style),
    customParticipantId: person?.customId ?? null,
    bytes: trackBytes(connection.audio, `${recording.id} ${peerId}`, leadMs + lengthMs, {
      leadMs,
      hasDuration: switches.webmDuration === 'present',
    }),
  });
}

/** What of a connection is in the recording. */
function spanOf(
  { startedAt, stoppedAt }: Pick<Recording, 'startedAt' | 'stoppedAt'>,
  { audioAt, leftAt, habits }: PeerConnection,
): { fromAt: number; lengthMs: number } {
  const fromAt = Math.max(startedAt ?? Infinity, audioAt);
  const toAt = Math.min(stoppedAt ?? Infinity, leftAt ?? Infinity);
  return { fromAt, lengthMs: toAt - fromAt - (habits?.losesMs ?? 0) };
}

function fail({ switches }: Service, recording: Recording, at: number): void {
  recording.steps.length = 0;
  recording.stopReason = 'INTERNAL_ERROR';
  recording.errMessage = switches.errorText;
  enterStatus(recording, 'ERRORED', at);
}
