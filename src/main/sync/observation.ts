/** @file Main process. Turns the vendor's answers about one recording into the words the library keeps. Pure. */
import { CustomParticipantId, MeetingId, PeerId, RecordingId, SessionId, UserId } from '#contract';

import type { Connection, MeetingPerson, Observation, SessionPerson } from '../library/index.ts';
import type {
  VendorFile,
  VendorMeetingParticipant,
  VendorRecording,
  VendorSessionParticipant,
} from '../realtimekit/index.ts';

/** Where it was learned. */
export type Source = Observation['source'];

const dayMs = 24 * 3_600_000;

/**
 * A list row carries the meeting, the single read the reasons (contract 7.4): what one of them
 * leaves out stays as the other said it. `single` is the newer one.
 */
export function joinReads(row: VendorRecording, single: VendorRecording | null): VendorRecording {
  if (single === null) return row;
  const isSilent = single.kind === 'probably-track';
  return {
    ...single,
    kind: isSilent ? row.kind : single.kind,
    meetingId: single.meetingId ?? row.meetingId,
    meetingTitle: single.meetingTitle ?? row.meetingTitle,
    sessionId: single.sessionId ?? row.sessionId,
    linksExpireAt: single.linksExpireAt ?? row.linksExpireAt,
    errorText: single.errorText ?? row.errorText,
    startReason: single.startReason ?? row.startReason,
    raw: isObject(row.raw) && isObject(single.raw) ? { ...row.raw, ...single.raw } : single.raw,
  };
}

/** Epoch ms after which the vendor deletes the files (contract 11); null while nothing is stopped. */
export function deadlineOf(recording: VendorRecording): number | null {
  if (recording.linksExpireAt !== null) return recording.linksExpireAt;
  // The upload comes later than the stop: this errs on the careful side.
  return recording.stoppedAt === null ? null : recording.stoppedAt + 7 * dayMs;
}

/** Of one file. That its link may end earlier is another matter: the vendor may sign anew (U12). */
export function deadlineOfFile(recording: VendorRecording, file: VendorFile): number | null {
  return deadlineOf(recording) ?? file.link.expiresAt;
}

export function toObservation(
  recording: VendorRecording,
  people: { session: SessionPerson[] | null; meeting: MeetingPerson[] | null },
  source: Source,
): Observation {
  return {
    recordingId: RecordingId.parse(recording.id),
    kind: recording.kind,
    status: recording.statusText,
    meetingId: idOrNull(MeetingId, recording.meetingId),
    sessionId: idOrNull(SessionId, recording.sessionId),
    title: recording.meetingTitle,
    errorMessage: recording.errorText,
    invokedAt: recording.invokedAt,
    startedAt: recording.startedAt,
    stoppedAt: recording.stoppedAt,
    recordingDurationMs: recording.durationMs,
    deadlineAt: deadlineOf(recording),
    shape: recording.shape,
    files: recording.files.map((file) => ({
      layerName: file.layerName,
      fileName: file.fileName,
      customParticipantId: idOrNull(CustomParticipantId, file.customParticipantId),
      peerId: idOrNull(PeerId, file.peerId),
    })),
    sessionPeople: people.session,
    meetingPeople: people.meeting,
    source,
    raw: recording.raw,
  };
}

export function toSessionPerson(row: VendorSessionParticipant): SessionPerson {
  return {
    peerIds: row.peerIds.flatMap((id) => idOrNull(PeerId, id) ?? []),
    userId: idOrNull(UserId, row.userId),
    customParticipantId: idOrNull(CustomParticipantId, row.customParticipantId),
    displayName: row.displayName,
    joinedAt: row.joinedAt,
    leftAt: row.leftAt,
    connections: connectionsOf(row),
  };
}

/**
 * The joins of one row, in their order. Where events name peers, these are the connections, and the
 * row's own id is one only if it is among them; without events it is taken for the peer id, as the
 * reference says (contract 6.4, U3). What an event leaves open is filled from the row: it says when
 * the person came first, and when they were gone with every device.
 */
function connectionsOf(row: VendorSessionParticipant): Connection[] {
  const spells = new Map<PeerId, { joins: number[]; leaves: number[] }>();
  for (const { peerId, eventName, at } of row.peerEvents) {
    const id = idOrNull(PeerId, peerId);
    if (id === null) continue;
    const spell = spells.get(id) ?? { joins: [], leaves: [] };
    spells.set(id, spell);
    if (at === null) continue;
    if (eventName === 'PEER_CREATED' || eventName === 'PEER_JOINING') spell.joins.push(at);
    if (eventName === 'PEER_LEAVING') spell.leaves.push(at);
  }
  if (spells.size === 0) {
    const { joinedAt, leftAt } = row;
    return [{ peerId: idOrNull(PeerId, row.id), joinedAt, leftAt }];
  }
  const isOnly = spells.size === 1;
  return [...spells]
    .map(([peerId, { joins, leaves }]): Connection => {
      const lastLeave = Math.max(...leaves);
      // Back under the same peer id after a broken line: it goes on.
      const hasLeft = leaves.length > 0 && lastLeave >= Math.max(...joins);
      return {
        peerId,
        joinedAt: joins.length > 0 ? Math.min(...joins) : isOnly ? row.joinedAt : null,
        leftAt: hasLeft ? lastLeave : row.leftAt,
      };
    })
    .sort(byJoin);
}

/** The same in every read, whatever the order of the events. */
function byJoin(one: Connection, other: Connection): number {
  const [a, b] = [one.joinedAt ?? Infinity, other.joinedAt ?? Infinity];
  if (a !== b) return a < b ? -1 : 1;
  return (one.peerId ?? '') < (other.peerId ?? '') ? -1 : 1;
}

export function toMeetingPerson(row: VendorMeetingParticipant): MeetingPerson[] {
  const userId = idOrNull(UserId, row.userId);
  if (userId === null) return [];
  const customParticipantId = idOrNull(CustomParticipantId, row.customParticipantId);
  return [{ userId, customParticipantId, name: row.name }];
}

/** Key of a file inside its recording. */
export function fileKey({ layerName, fileName }: { layerName: string; fileName: string }): string {
  return JSON.stringify([layerName, fileName]);
}

/** Different people, counted by the lasting id where there is one. */
export function countPeople(people: readonly SessionPerson[] | null): number | null {
  if (people === null) return null;
  return new Set(
    people.map(
      ({ userId, customParticipantId, peerIds }) => userId ?? customParticipantId ?? peerIds[0],
    ),
  ).size;
}

/** An id that is empty or absurdly long is as good as none; the raw answer keeps it. */
function idOrNull<Id>(
  schema: { safeParse(value: unknown): { success: true; data: Id } | { success: false } },
  value: string | null,
): Id | null {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

function isObject(
  value: VendorRecording['raw'],
): value is Readonly<Record<string, VendorRecording['raw']>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
