/** @file Index. Recordings and the meetings they belong to: rows, values, queries. */
import { z } from 'zod';
import {
  AbsentFile,
  MeetingId,
  RecordingId,
  RecordingKind,
  RecordingState,
  SessionId,
  type MeetingSummary,
  type Recording,
} from '#contract';
import type { Concluded } from '../conclude.ts';
import { compareNatural, foldForSearch } from '../file-names/index.ts';
import type { Page } from '../types.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, toJson } from './json-text.ts';
import { cursorOf, pageOf, readCursor, type Loose } from './paging.ts';
import { writeTracks, type Query } from './tracks.ts';

const Person = z.object({ key: z.string(), name: z.string().nullable() });
const NullableText = z.string().nullable();
const NullableNumber = z.number().nullable();

const Row = z.object({
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
type Row = z.infer<typeof Row>;

const columns = Object.keys(Row.shape).join(', ');

function toRecording(row: Row): Recording {
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

/** Puts a recording, its tracks and the summary of its meeting in place of what was there. */
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
  ];
  const names = Object.keys(Row.shape);
  catalogue
    .sql(
      `INSERT INTO recordings (${columns}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (recording_id) DO UPDATE SET
         ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    )
    .run(...values);
  writeTracks(catalogue, concluded);
  if (before !== undefined && before !== meetingKey) refreshMeeting(catalogue, before);
  refreshMeeting(catalogue, meetingKey);
}

/** Computes a meeting's row from its recordings; a meeting without any has none. */
function refreshMeeting(catalogue: Catalogue, meetingKey: string): void {
  const rows = z.array(Row).parse(
    catalogue
      .sql(
        `SELECT ${columns} FROM recordings WHERE meeting_key = ?
           ORDER BY sort_at DESC, recording_id DESC`,
      )
      .all(meetingKey),
  );
  const newest = rows[0];
  catalogue.sql('DELETE FROM meetings WHERE meeting_key = ?').run(meetingKey);
  if (newest === undefined) return;
  const title = rows.find((row) => row.title_json !== null)?.title_json ?? null;
  const names = new Map(
    rows.flatMap((row) =>
      row.people_json.flatMap(({ key, name }) => (name === null ? [] : [[key, name] as const])),
    ),
  );
  const people = [...names.values()].sort(compareNatural);
  const times = rows.flatMap((row) => row.started_at ?? row.invoked_at ?? []);
  const deadlines = rows.flatMap((row) =>
    row.deadline_at !== null && row.absent_json.some(({ state }) => state === 'pending')
      ? [row.deadline_at]
      : [],
  );
  catalogue
    .sql(`INSERT INTO meetings VALUES (${Array<string>(13).fill('?').join(', ')})`)
    .run(
      meetingKey,
      newest.meeting_id,
      toJson(title),
      times.length === 0 ? null : Math.max(...times),
      newest.sort_at,
      rows.length,
      sum(rows.map((row) => row.track_count)),
      toJson(people),
      sum(rows.map((row) => row.bytes)),
      sum(rows.map((row) => row.length_ms ?? 0)),
      toJson([...new Set(rows.map((row) => row.state))].sort()),
      deadlines.length === 0 ? null : Math.min(...deadlines),
      toJson(foldForSearch([title ?? '', meetingKey, ...people].join('\n'))),
    );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
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
    text: `SELECT ${columns} FROM recordings ${condition}
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
  const rows = z.array(Row).parse(catalogue.sql(text).all(...values));
  const page = pageOf(rows, limit, (row) => cursorOf([row.sort_at, row.recording_id]));
  return { items: page.items.map(toRecording), next: page.next };
}

export function readRecording(catalogue: Catalogue, recordingId: string): Recording | null {
  const found = catalogue
    .sql(`SELECT ${columns} FROM recordings WHERE recording_id = ?`)
    .get(recordingId);
  return found === undefined ? null : toRecording(Row.parse(found));
}

const MeetingRow = z.object({
  meeting_key: z.string(),
  meeting_id: MeetingId.nullable(),
  title_json: jsonColumn(NullableText),
  last_at: NullableNumber,
  sort_at: z.number(),
  recordings: z.number(),
  track_count: z.number(),
  people_json: jsonColumn(z.array(z.string())),
  bytes: z.number(),
  length_ms: z.number(),
  states_json: jsonColumn(z.array(RecordingState)),
  deadline_at: NullableNumber,
});

/**
 * Meetings, newest first; `text` is looked for literally in title, id and people, in any case: in an
 * index that holds nothing else, so that only the rows that fit are read.
 */
export function meetingsQuery(
  query: Loose<{ after?: string | null; text?: string }>,
  limit: number,
): Query {
  const cursor = readCursor(query.after, TimeCursor);
  const { text = '' } = query;
  const where: string[] = [];
  const values: unknown[] = [];
  if (text !== '') {
    where.push('instr(one.folded, ?) > 0');
    values.push(toJson(foldForSearch(text)).slice(1, -1));
  }
  if (cursor !== null) {
    where.push('(one.sort_at, one.meeting_key) < (?, ?)');
    values.push(...cursor);
  }
  const shown = text === '' ? 'one' : 'row';
  const columns = Object.keys(MeetingRow.shape).map((name) => `${shown}.${name}`);
  const from =
    text === ''
      ? 'meetings AS one'
      : `meetings AS one INDEXED BY meetings_by_words
         CROSS JOIN meetings AS row ON row.meeting_key = one.meeting_key`;
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return {
    text: `SELECT ${columns.join(', ')} FROM ${from} ${condition}
           ORDER BY one.sort_at DESC, one.meeting_key DESC LIMIT ?`,
    values: [...values, limit + 1],
  };
}

export function readMeetings(
  catalogue: Catalogue,
  query: Loose<{ after?: string | null; text?: string }>,
  limit: number,
): Page<MeetingSummary> {
  const { text, values } = meetingsQuery(query, limit);
  const rows = z.array(MeetingRow).parse(catalogue.sql(text).all(...values));
  const page = pageOf(rows, limit, (row) => cursorOf([row.sort_at, row.meeting_key]));
  const items = page.items.map((row) => ({
    meetingId: row.meeting_id,
    key: row.meeting_key,
    title: row.title_json,
    lastAt: row.last_at,
    recordings: row.recordings,
    trackCount: row.track_count,
    people: row.people_json,
    bytes: row.bytes,
    lengthMs: row.length_ms,
    states: row.states_json,
    deadlineAt: row.deadline_at,
  }));
  return { items, next: page.next };
}
