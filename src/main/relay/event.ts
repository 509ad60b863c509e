/** @file Main process. What a webhook is about: which meeting, and whether it can matter to the archive (contract 13.3). Pure. */
import { createHash } from 'node:crypto';
import { MeetingId } from '#contract';
import { z } from 'zod';

const Id = z.string().min(1).max(2048);

/** Spelled otherwise than the API's own answers; whatever else it says is asked of the API. */
const Body = z.object({
  event: z.string().max(200),
  recording: z.object({ id: Id.optional(), status: z.string().max(200).optional() }).optional(),
  meeting: z.object({ id: Id }).optional(),
});

/** Events after which something of a recording may be new. */
const ofRecordings = new Set(['recording.statusUpdate', 'meeting.started', 'meeting.ended']);
/** Events after which only the call looks otherwise: in a large one they come by the hundred. */
const ofCalls = new Set(['meeting.participantJoined', 'meeting.participantLeft']);

export interface RelayEvent {
  /** Where something of a recording may be new. */
  meetingId: MeetingId | null;
  /** False for what is taken and forgotten. */
  matters: boolean;
  /** A retry comes under another id (contract 13.2): the same words are the same event. */
  key: string;
}

/** Null for what is not an event. */
export function readEvent(body: Buffer): RelayEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  const parsed = Body.safeParse(value);
  if (!parsed.success) return null;
  const { event, meeting } = parsed.data;
  const meetingId = MeetingId.safeParse(meeting?.id);
  return {
    meetingId: meetingId.success && ofRecordings.has(event) ? meetingId.data : null,
    matters: ofRecordings.has(event) || ofCalls.has(event),
    key: createHash('sha256').update(body).digest('hex'),
  };
}
