/** @file Main process. The vendor's rows, checked and turned into our nouns: `id` must be there, all else may be missing. */
import { z } from 'zod';

import { parseVendorTime } from './vendor-time.ts';
import { safeJson } from './safe-text.ts';
import type {
  VendorApp,
  VendorMeeting,
  VendorMeetingParticipant,
  VendorPeer,
  VendorPeerEvent,
  VendorSession,
  VendorSessionParticipant,
} from './vendor.ts';

/** Reads one row; `null` when it lacks what it cannot be without. */
export type ReadRow<Row> = (value: unknown) => Row | null;

// A field of the wrong type is worth as little as a missing one, and must not cost the row.
/** A longer one is no id; the archive could not hold it. */
export const Id = z.string().min(1).max(2048);
export const Text = z.string().min(1).nullable().catch(null);
export const Time = z.unknown().transform(parseVendorTime).catch(null);
const Count = z.number().nonnegative().nullable().catch(null);

/** Apps: everything but id and name is dropped on receipt, for rows carry a secret (contract 4.1). */
export const readApp = reader(z.object({ id: Id, name: Text }), (row): VendorApp => row);

export const readMeeting = reader(
  z.object({ id: Id, title: Text, created_at: Time, updated_at: Time }),
  (row, value): VendorMeeting => ({
    id: row.id,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    raw: safeJson(value),
  }),
);

export const readMeetingParticipant = reader(
  z.object({
    id: Id,
    custom_participant_id: Text,
    name: Text,
    preset_name: Text,
    created_at: Time,
  }),
  (row, value): VendorMeetingParticipant => ({
    userId: row.id,
    customParticipantId: row.custom_participant_id,
    name: row.name,
    presetName: row.preset_name,
    createdAt: row.created_at,
    raw: safeJson(value),
  }),
);

export const readSession = reader(
  z.object({
    id: Id,
    associated_id: Text,
    meeting_display_name: Text,
    status: z.string().catch(''),
    live_participants: Count,
    started_at: Time,
    ended_at: Time,
    created_at: Time,
  }),
  (row, value): VendorSession => ({
    id: row.id,
    meetingId: row.associated_id,
    meetingTitle: row.meeting_display_name,
    status: sessionStatus(row.status),
    statusText: row.status,
    liveParticipants: row.live_participants,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    createdAt: row.created_at,
    raw: safeJson(value),
  }),
);

const PeerEvent = z
  .object({ peer_id: Text, event_name: Text, participant_id: Text, created_at: Time })
  .transform((event): VendorPeerEvent => ({
    peerId: event.peer_id,
    eventName: event.event_name,
    userId: event.participant_id,
    at: event.created_at,
  }))
  .nullable()
  .catch(null);

export const readSessionParticipant = reader(
  z.object({
    id: Text,
    user_id: Text,
    custom_participant_id: Text,
    display_name: Text,
    preset_name: Text,
    joined_at: Time,
    left_at: Time,
    // Minutes, unlike every other span of the API (contract 6.4).
    duration: Count,
    peer_events: z.array(PeerEvent).catch([]),
  }),
  (row, value): VendorSessionParticipant => {
    const peerEvents = row.peer_events.filter((event) => event !== null);
    const peerIds = [...peerEvents.map((event) => event.peerId), row.id];
    return {
      id: row.id,
      userId: row.user_id,
      customParticipantId: row.custom_participant_id,
      displayName: row.display_name,
      presetName: row.preset_name,
      joinedAt: row.joined_at,
      leftAt: row.left_at,
      durationMs: row.duration === null ? null : Math.round(row.duration * 60_000),
      peerEvents,
      peerIds: [...new Set(peerIds.filter((id) => id !== null))],
      raw: safeJson(value),
    };
  },
);

/** A peer report without its `peer_report`: address, city and devices of a person are none of ours. */
export function readPeer(peerId: string): ReadRow<VendorPeer> {
  return reader(
    z.object({
      user_id: Text,
      custom_participant_id: Text,
      display_name: Text,
      role: Text,
      session_id: Text,
      joined_at: Time,
      left_at: Time,
    }),
    (row, value): VendorPeer => ({
      peerId,
      userId: row.user_id,
      customParticipantId: row.custom_participant_id,
      displayName: row.display_name,
      presetName: row.role,
      sessionId: row.session_id,
      joinedAt: row.joined_at,
      leftAt: row.left_at,
      raw: safeJson(without(value, 'peer_report')),
    }),
  );
}

/** Joins a schema with what becomes of a row that fits it. */
export function reader<Schema extends z.ZodType, Row>(
  schema: Schema,
  build: (row: z.output<Schema>, value: unknown) => Row,
): ReadRow<Row> {
  return (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? build(parsed.data, value) : null;
  };
}

function sessionStatus(word: string): VendorSession['status'] {
  if (word === 'LIVE') return 'live';
  return word === 'ENDED' ? 'ended' : 'unknown';
}

function without(value: unknown, dropped: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== dropped));
}
