/** @file Index. One row of recordings and the value it stands for. */
import { z } from 'zod';
import {
  AbsentFile,
  MeetingId,
  RecordingId,
  RecordingKind,
  RecordingState,
  SessionId,
  type Recording,
} from '#contract';
import { jsonColumn } from './json-text.ts';

const Person = z.object({ key: z.string(), name: z.string().nullable() });
const NullableText = z.string().nullable();
const NullableNumber = z.number().nullable();

export const RecordingRow = z.object({
  recording_id: RecordingId,
  meeting_key: z.string(),
  meeting_id: MeetingId.nullable(),
  session_id: SessionId.nullable(),
  title_json: jsonColumn(NullableText),
  kind: RecordingKind,
  vendor_status_json: jsonColumn(z.string()),
  error_message_json: jsonColumn(NullableText),
  state: RecordingState,
  gone: z.number(),
  invoked_at: NullableNumber,
  started_at: NullableNumber,
  stopped_at: NullableNumber,
  deadline_at: NullableNumber,
  observed_at: NullableNumber,
  sort_at: z.number(),
  track_count: z.number(),
  people_count: z.number(),
  people_json: jsonColumn(z.array(Person)),
  bytes: z.number(),
  length_ms: NullableNumber,
  absent_json: jsonColumn(z.array(AbsentFile)),
  bag: NullableText,
});
export type RecordingRow = z.infer<typeof RecordingRow>;

export const recordingColumns = Object.keys(RecordingRow.shape).join(', ');

export function toRecording(row: RecordingRow): Recording {
  return {
    recordingId: row.recording_id,
    meetingId: row.meeting_id,
    sessionId: row.session_id,
    title: row.title_json,
    kind: row.kind,
    vendorStatus: row.vendor_status_json,
    errorMessage: row.error_message_json,
    state: row.state,
    goneAtProvider: row.gone === 1,
    invokedAt: row.invoked_at,
    startedAt: row.started_at,
    stoppedAt: row.stopped_at,
    deadlineAt: row.deadline_at,
    observedAt: row.observed_at,
    trackCount: row.track_count,
    peopleCount: row.people_count,
    bytes: row.bytes,
    lengthMs: row.length_ms,
    absent: row.absent_json,
  };
}
