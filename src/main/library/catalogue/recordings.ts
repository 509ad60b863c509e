/** @file Index. Recordings: row, value, queries; what is written of one is written of its tracks, people and meeting. */
import { z } from 'zod';
import type { Recording } from '#contract';
import type { Concluded } from '../conclude.ts';
import type { Page, Totals } from '../types.ts';
import type { Catalogue } from './database.ts';
import { toJson } from './json-text.ts';
import { writeMeeting } from './meetings.ts';
import { cursorOf, pageOf, readCursor, type Loose } from './paging.ts';
import { writePeople } from './people.ts';
import { recordingColumns, RecordingRow, toRecording } from './recording-row.ts';
import { writeTracks, type Query } from './tracks.ts';

/** What `today.ts` looks along. */
const attentionColumns = [
  'received_at',
  'lost_at',
  'pending_count',
  'damaged_count',
  'missing_count',
];

/** Puts a recording, its tracks, its people and the summary of its meeting in place of what was there. */
export function writeRecording(catalogue: Catalogue, concluded: Concluded): void {
  const { recording, meetingKey } = concluded;
  const before = z
    .string()
    .optional()
    .parse(
      catalogue
        .sql('SELECT meeting_key FROM recordings WHERE recording_id = ?')
        .pluck()
        .get(recording.recordingId),
    );
  const values = [
    recording.recordingId,
    meetingKey,
    recording.meetingId,
    recording.sessionId,
    toJson(recording.title),
    recording.kind,
    toJson(recording.vendorStatus),
    toJson(recording.errorMessage),
    recording.state,
    recording.goneAtProvider ? 1 : 0,
    recording.invokedAt,
    recording.startedAt,
    recording.stoppedAt,
    recording.deadlineAt,
    recording.observedAt,
    concluded.sortAt,
    recording.trackCount,
    recording.peopleCount,
    toJson(concluded.people),
    recording.bytes,
    recording.lengthMs,
    toJson(recording.absent),
    concluded.bag,
    concluded.receivedAt,
    concluded.lostAt,
    recording.absent.filter(({ state }) => state === 'pending').length,
    concluded.tracks.filter(({ track }) => track.state === 'damaged').length,
    concluded.tracks.filter(({ track }) => track.state === 'missing').length,
  ];
  const names = [...Object.keys(RecordingRow.shape), ...attentionColumns];
  catalogue
    .sql(
      `INSERT INTO recordings (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (recording_id) DO UPDATE SET
         ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    )
    .run(...values);
  writeTracks(catalogue, concluded);
  writePeople(catalogue, concluded);
  if (before !== undefined && before !== meetingKey) refreshMeeting(catalogue, before);
  refreshMeeting(catalogue, meetingKey);
}

/** Computes a meeting's row from its recordings; a meeting without any has none. */
function refreshMeeting(catalogue: Catalogue, meetingKey: string): void {
  const rows = catalogue
    .sql(
      `SELECT ${recordingColumns} FROM recordings WHERE meeting_key = ?
       ORDER BY sort_at DESC, recording_id DESC`,
    )
    .all(meetingKey);
  writeMeeting(catalogue, meetingKey, z.array(RecordingRow).parse(rows));
}

const TimeCursor = z.tuple([z.number(), z.string()]);

/** Recordings of a meeting or of all, newest first. */
export function recordingsQuery(
  query: Loose<{ meetingId?: string; after?: string | null }>,
  limit: number,
): Query {
  const cursor = readCursor(query.after, TimeCursor);
  const where: string[] = [];
  const values: unknown[] = [];
  if (query.meetingId !== undefined) {
    where.push('meeting_key = ?');
    values.push(query.meetingId);
  }
  if (cursor !== null) {
    where.push('(sort_at, recording_id) < (?, ?)');
    values.push(...cursor);
  }
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return {
    text: `SELECT ${recordingColumns} FROM recordings ${condition}
           ORDER BY sort_at DESC, recording_id DESC LIMIT ?`,
    values: [...values, limit + 1],
  };
}

export function readRecordings(
  catalogue: Catalogue,
  query: Loose<{ meetingId?: string; after?: string | null }>,
  limit: number,
): Page<Recording> {
  const { text, values } = recordingsQuery(query, limit);
  const rows = z.array(RecordingRow).parse(catalogue.sql(text).all(...values));
  const page = pageOf(rows, limit, (row) => cursorOf([row.sort_at, row.recording_id]));
  return { items: page.items.map(toRecording), next: page.next };
}

export function readRecording(catalogue: Catalogue, recordingId: string): Recording | null {
  const found = catalogue
    .sql(`SELECT ${recordingColumns} FROM recordings WHERE recording_id = ?`)
    .get(recordingId);
  return found === undefined ? null : toRecording(RecordingRow.parse(found));
}

const TotalsRow = z.object({ recordings: z.number(), tracks: z.number(), bytes: z.number() });

/** One walk through the rows of recordings: some ms for tens of thousands. */
export function readTotals(catalogue: Catalogue): Totals {
  const row = catalogue
    .sql(
      `SELECT count(*) AS recordings, coalesce(sum(track_count), 0) AS tracks, coalesce(sum(bytes), 0) AS bytes
       FROM recordings`,
    )
    .get();
  return TotalsRow.parse(row);
}
