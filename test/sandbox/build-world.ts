/** @file Sandbox. Turns a scenario and the truth about its audio into a world around the clock's start. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { audioFolder, readTruth, type MeetingTruth } from '../fixtures/truth.ts';
import type { SandboxClock } from './clock.ts';
import type {
  NameStyle,
  Scenario,
  ScenarioCall,
  ScenarioFile,
  ScenarioMeeting,
  ScenarioRecording,
} from './scenario.ts';
import {
  attachFile,
  createWorld,
  enterStatus,
  invokedRecording,
  type Meeting,
  type PeerConnection,
  type Recording,
  type Session,
  type World,
} from './world.ts';

/** From the session's start to the recording's request, its start and the first audio. */
const invokedAfterMs = 5_000;
const startedAfterMs = 8_000;
const audioAfterMs = 9_900;
/** The person is in the call a moment before the first packet. */
const joinBeforeAudioMs = 700;
const uploadMs = 95_000;

export function buildWorld(scenario: Scenario, clock: SandboxClock): World {
  const now = Math.floor(clock.now() / 1000) * 1000;
  const meetings = scenario.meetings.map((meeting) => buildMeeting(meeting, now));
  const calls = scenario.meetings.flatMap((meeting) =>
    meeting.calls.map((call) => ({ meeting, call, session: buildSession(meeting, call, now) })),
  );
  const world = createWorld({
    accountId: scenario.accountId,
    app: { ...scenario.app, createdAt: now - 200 * 86_400_000 },
    clock,
    meetings,
    sessions: calls.map(({ session }) => session),
    objects: new Map(),
    webhooks: new Map(),
  });
  for (const { meeting, call, session } of calls) {
    for (const recording of call.recordings) {
      world.addRecording(buildRecording(world, meeting, call, session, recording));
    }
  }
  return world;
}

function buildMeeting(meeting: ScenarioMeeting, now: number): Meeting {
  const firstCallAt = now - Math.max(0, ...meeting.calls.map((call) => call.agoMs));
  const createdAt = firstCallAt - 42 * 3_600_000;
  return {
    id: meeting.id,
    title: meeting.title,
    createdAt,
    participants: meeting.people.map((person, i) => ({
      ...person,
      createdAt: createdAt + (i + 1) * 31_000,
    })),
  };
}

function buildSession(meeting: ScenarioMeeting, call: ScenarioCall, now: number): Session {
  const startedAt = now - call.agoMs;
  const truth = readTruth(call.audio);
  const firstAudioAt = startedAt + audioAfterMs;
  const present = truth.tracks.filter((track) => call.cast[track.speaker] !== null);
  const connections = present.map((track): PeerConnection => {
    const role = call.cast[track.speaker];
    const peerId = role?.peerIds[track.connection - 1];
    if (!role || peerId === undefined)
      throw new Error(`${call.audio}: nobody is cast as ${track.speaker}`);
    const person = meeting.people.find((each) => each.userId === role.userId);
    const audioAt = firstAudioAt + track.startOffsetMs;
    return {
      userId: role.userId,
      peerId,
      displayName: person?.displayName ?? person?.name ?? null,
      joinedAt: audioAt - joinBeforeAudioMs,
      leftAt: call.live ? null : audioAt + track.durationMs + 400,
      audioAt,
      audio: track.file,
    };
  });
  const endedAt = call.live ? null : firstAudioAt + truth.lengthMs + 8_000;
  return { id: call.sessionId, meetingId: meeting.id, startedAt, endedAt, connections };
}

function buildRecording(
  world: World,
  meeting: ScenarioMeeting,
  call: ScenarioCall,
  session: Session,
  plan: ScenarioRecording,
): Recording {
  const truth = readTruth(call.audio);
  const prefix = plan.kind === 'track' ? plan.prefix : '';
  const place = { meetingId: meeting.id, sessionId: session.id };
  const recording = invokedRecording(
    place,
    plan.kind,
    prefix,
    session.startedAt + invokedAfterMs,
    plan.id,
  );
  recording.errMessage = plan.errMessage ?? null;
  walkTo(recording, plan.status, session, truth);
  if (plan.kind === 'composite') {
    attachFile(world, recording, {
      fileName: recording.outputFileName,
      ...fixtureBytes(plan.audio),
    });
    return recording;
  }
  const files = plan.files ?? session.connections.map(({ audio }): ScenarioFile => ({ audio }));
  for (const file of files) attachTrack(world, recording, session, file, plan.padded ?? false);
  return recording;
}

/** Gives the recording the times it would have on its way to this status. */
function walkTo(recording: Recording, status: string, session: Session, truth: MeetingTruth): void {
  const startedAt = session.startedAt + startedAfterMs;
  const stoppedAt = session.startedAt + audioAfterMs + truth.lengthMs + 2_000;
  if (status === 'INVOKED') return;
  enterStatus(recording, 'RECORDING', startedAt);
  if (status === 'RECORDING' || status === 'PAUSED') {
    recording.status = status;
    return;
  }
  recording.stopReason = status === 'ERRORED' ? 'INTERNAL_ERROR' : 'API_CALL';
  enterStatus(recording, 'UPLOADING', stoppedAt);
  enterStatus(recording, status, stoppedAt + uploadMs);
}

/** Lists the file of one connection under the name the service would give it (contract 9). */
function attachTrack(
  world: World,
  recording: Recording,
  session: Session,
  file: ScenarioFile,
  padded: boolean,
): void {
  const connection = session.connections.find(
    ({ audio }) => baseName(audio) === baseName(file.audio),
  );
  const userId = file.userId ?? connection?.userId ?? 'aaa00000-0000-4000-8000-000000000000';
  const peerId = file.peerId ?? connection?.peerId ?? '00000000-0000-4000-8000-000000000000';
  const firstAudioAt = session.startedAt + audioAfterMs;
  const stamp = padded ? firstAudioAt : (connection?.audioAt ?? firstAudioAt);
  const person = world.meetings
    .find((meeting) => meeting.id === recording.meetingId)
    ?.participants.find((each) => each.userId === userId);
  attachFile(world, recording, {
    layerName: file.layerName ?? 'default',
    fileName:
      file.fileName ??
      trackFileName([recording.prefix, userId, peerId], stamp, file.style ?? 'usual'),
    customParticipantId: person?.customId ?? null,
    listed: !(file.late ?? false),
    ...fixtureBytes(file.audio),
  });
}

/** Contract 9. @param ids prefix, user id, peer id */
export function trackFileName(ids: readonly string[], stamp: number, style: NameStyle): string {
  const kinds = style === 'media-kind' ? ['peer', 'media_kind', 'audio'] : ['peer', 'audio'];
  const time = style === 'fraction' ? `${stamp}.2737` : `${stamp}`;
  return `${[...ids, ...kinds, time].join('_')}.webm`;
}

function fixtureBytes(audio: string): { bytes: Buffer; sourcePath: string } {
  const sourcePath = fileURLToPath(new URL(audio, audioFolder));
  return { bytes: readFileSync(sourcePath), sourcePath };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
