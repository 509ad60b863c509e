/** @file Tests. Made-up calls for the coverage: people who join and leave, files that came or did not, told in minutes. */
import {
  CustomParticipantId,
  type Coverage,
  MeetingId,
  type Order,
  PeerId,
  type Recording,
  type Track,
  TrackId,
  UserId,
} from '#contract';
import { createHash } from 'node:crypto';
import { coverageOf } from '../../src/main/coverage.ts';
import type { Download } from '../../src/main/downloads/index.ts';
import type { Connection, Observation, SessionPerson } from '../../src/main/library/index.ts';
import { madeUpRecording } from '../support/made-up-recording.ts';
import { observation } from '../support/temp-library.ts';

export const minuteMs = 60_000;
/** When the recording of every table begins; 2026-11-18 09:00 UTC. */
export const beganAt = Date.UTC(2026, 10, 18, 9);
export const at = (minutes: number): number => beganAt + minutes * minuteMs;

export interface Joined {
  peer: string | null;
  /** Minutes after the recording began; null when nobody told. */
  from: number | null;
  to?: number | null;
}

/** `mara` is the person with the user id `user-mara` and the custom id `own-mara`. */
export function person(key: string, joins: readonly Joined[], more: Partial<SessionPerson> = {}) {
  const connections = joins.map(({ peer, from, to = 60 }): Connection => ({
    peerId: peer === null ? null : PeerId.parse(peer),
    joinedAt: from === null ? null : at(from),
    leftAt: to === null ? null : at(to),
  }));
  const row: SessionPerson = {
    peerIds: connections.flatMap(({ peerId }) => peerId ?? []),
    userId: UserId.parse(`user-${key}`),
    customParticipantId: CustomParticipantId.parse(`own-${key}`),
    displayName: key,
    joinedAt: connections[0]?.joinedAt ?? null,
    leftAt: connections.at(-1)?.leftAt ?? null,
    connections,
    ...more,
  };
  return row;
}

/** A file read without a doubt, of this person's peer, as long as the recording. */
export function file(key: string | null, peer: string | null, more: Partial<Track> = {}): Track {
  const fileName = `x_${key === null ? 'nobody' : `user-${key}`}_${peer ?? 'nopeer'}_peer_audio_${beganAt}.webm`;
  const trackId = createHash('sha256')
    .update(`${fileName}${more.sha256 ?? ''}`)
    .digest('hex');
  const recording = madeUpRecording(at(60));
  return {
    trackId: TrackId.parse(trackId.slice(0, 32)),
    recordingId: recording.recordingId,
    meetingId: recording.meetingId,
    sessionId: null,
    layerName: 'default',
    fileName,
    path: `recordings/${fileName}`,
    bytes: 1000,
    sha256: trackId,
    reading: key === null ? 'unreadable' : 'exact',
    prefix: key === null ? null : 'x',
    userId: key === null ? null : `user-${key}`,
    peerId: peer,
    streamKind: 'peer',
    mediaKind: 'audio',
    trackStamp: `${beganAt}`,
    candidates: [],
    flags: [],
    evidence: [],
    customParticipantId: null,
    speaker: null,
    startedAt: beganAt,
    durationMs: 60 * minuteMs,
    holes: [],
    media: { kind: 'ok' },
    importedFrom: null,
    state: 'verified',
    verifiedAt: null,
    ...more,
  };
}

export function order(userIds: readonly string[] | null): Order {
  const { recordingId } = madeUpRecording(beganAt);
  return {
    orderId: 'order',
    meetingId: MeetingId.parse('m1'),
    sessionId: null,
    taken: userIds === null ? { kind: 'everyone' } : { kind: 'chosen', userIds: [...userIds] },
    prefix: 'x',
    consentNote: '',
    by: 'tester',
    at: beganAt,
    outcome: 'started',
    recordingId,
  };
}

/** What is known of one recording of sixty minutes, sealed unless said otherwise, asked two hours after it began. */
export interface Known {
  people?: readonly SessionPerson[] | null;
  meetingPeople?: Observation['meetingPeople'];
  tracks?: readonly Track[];
  /** Listed and not here. */
  absent?: Recording['absent'];
  queued?: readonly Pick<Download, 'layerName' | 'fileName' | 'state'>[];
  order?: Order | null;
  recording?: Partial<Recording>;
  /** Minutes after the recording began. */
  now?: number;
}

export function coverage(known: Known): Coverage {
  const { people = null, tracks = [], absent = [], queued = [] } = known;
  const recording = madeUpRecording(at(60), {
    state: 'sealed',
    startedAt: beganAt,
    invokedAt: beganAt - 4_000,
    stoppedAt: at(60),
    trackCount: tracks.length,
    absent,
    ...known.recording,
  });
  const told = observation(0, {
    recordingId: recording.recordingId,
    kind: recording.kind,
    status: recording.vendorStatus,
    recordingDurationMs: null,
    files: [...tracks, ...absent].map(({ layerName, fileName }) => ({
      layerName,
      fileName,
      customParticipantId: null,
      peerId: null,
    })),
    sessionPeople: people === null ? null : [...people],
    meetingPeople: known.meetingPeople ?? null,
  });
  return coverageOf({
    recording,
    observation: told,
    tracks,
    queued,
    order: known.order ?? null,
    now: at(known.now ?? 120),
  });
}

/** A table in words: one line a cell, `name/peer: state why`. */
export function cells({ rows }: Coverage): string[] {
  return rows.flatMap(({ name, userId, cells: list }) =>
    list.map(({ peerId, state, why, shortMs }) => {
      const detail = state === 'short' ? `${Math.round(shortMs / 1000)} s` : why;
      return `${name ?? userId ?? '?'}/${peerId ?? '-'}: ${state}${detail === null ? '' : ` ${detail}`}`;
    }),
  );
}
