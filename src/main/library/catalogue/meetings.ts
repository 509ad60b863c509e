/** @file Index. Meetings: a row computed from its recordings, read in any order, page by page. */
import { z } from 'zod';
import { MeetingId, type MeetingSort, type MeetingSummary, RecordingState } from '#contract';
import { compareNatural, foldForSearch, naturalKey } from '../file-names/index.ts';
import type { Page } from '../types.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, jsonInside, toJson } from './json-text.ts';
import { foldedWords, withWords, type WordHit, type WordSearch } from './words.ts';
import { cursorOf, readCursor, type Loose } from './paging.ts';
import type { RecordingRow } from './recording-row.ts';
import type { Query } from './tracks.ts';

const Count = z
  .number()
  .nullable()
  .transform((count) => count ?? 0);

const Row = z.object({
  meeting_key: z.string(),
  meeting_id: MeetingId.nullable(),
  title_json: jsonColumn(z.string().nullable()),
  last_at: z.number().nullable(),
  recordings: z.number(),
  track_count: Count,
  people_json: jsonColumn(z.array(z.string())),
  bytes: Count,
  length_ms: Count,
  states_json: jsonColumn(z.array(RecordingState)),
  deadline_at: z.number().nullable(),
});
type Row = z.infer<typeof Row>;

function toSummary(row: Row): MeetingSummary {
  return {
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
  };
}

/** Puts the row of a meeting in place of what was there; `rows` are its recordings, newest first. */
export function writeMeeting(
  catalogue: Catalogue,
  meetingKey: string,
  rows: readonly RecordingRow[],
): void {
  catalogue.sql('DELETE FROM meetings WHERE meeting_key = ?').run(meetingKey);
  const newest = rows[0];
  if (newest === undefined) return;
  const title = rows.find((row) => row.title_json !== null)?.title_json ?? null;
  const names = new Map(
    rows.flatMap((row) =>
      row.people_json.flatMap(({ key, name }) => (name === null ? [] : [[key, name] as const])),
    ),
  );
  const people = [...names.values()].sort(compareNatural);
  const times = rows.flatMap(
    (row) => row.started_at ?? row.invoked_at ?? (row.sort_at > 0 ? row.sort_at : []),
  );
  const deadlines = rows.flatMap((row) =>
    row.deadline_at !== null && row.absent_json.some(({ state }) => state === 'pending')
      ? [row.deadline_at]
      : [],
  );
  const titleKey = naturalKey(title ?? '');
  catalogue
    .sql(`INSERT INTO meetings VALUES (${Array<string>(14).fill('?').join(', ')})`)
    .run(
      meetingKey,
      newest.meeting_id,
      toJson(title),
      titleKey === '' ? null : titleKey,
      times.length === 0 ? null : Math.max(...times),
      rows.length,
      sumOrNull(rows.map((row) => row.track_count)),
      toJson(people),
      people.length === 0 ? null : people.length,
      sumOrNull(rows.map((row) => row.bytes)),
      sumOrNull(rows.map((row) => row.length_ms ?? 0)),
      toJson([...new Set(rows.map((row) => row.state))].sort()),
      deadlines.length === 0 ? null : Math.min(...deadlines),
      foldedWords([title ?? '', ...people, meetingKey]),
    );
}

function sumOrNull(numbers: readonly number[]): number | null {
  const sum = numbers.reduce((total, one) => total + one, 0);
  return sum === 0 ? null : sum;
}

const sortColumns = {
  when: 'last_at',
  title: 'title_key',
  people: 'people_count',
  tracks: 'track_count',
  length: 'length_ms',
  bytes: 'bytes',
  deadline: 'deadline_at',
} satisfies Record<MeetingSort['by'], string>;

const newestFirst: MeetingSort = { by: 'when', descending: true };

/** Where a walk goes on: behind the row with this value and key. */
export interface MeetingPlace {
  value: string | number | null;
  key: string;
}

export interface MeetingWalk {
  sort: MeetingSort;
  /** Rows that have a value in the order wished for, or those that have none and follow them. */
  part: 'valued' | 'bare';
  text: string;
  from: MeetingPlace | null;
}

/**
 * One walk along one index; `text` is looked for literally in title, people and id, in any case, in
 * the index itself, so that only the rows that fit are read.
 */
export function meetingsQuery(walk: MeetingWalk, limit: number): Query {
  const { sort, part, text, from } = walk;
  const column = `one.${sortColumns[sort.by]}`;
  const direction = sort.descending ? 'DESC' : 'ASC';
  const where = [`${column} IS ${part === 'bare' ? '' : 'NOT '}NULL`];
  const values: unknown[] = [];
  if (from !== null) {
    const behind = sort.descending ? '<' : '>';
    if (part === 'bare') where.push(`one.meeting_key ${behind} ?`);
    else {
      where.push(`(${column}, one.meeting_key) ${behind} (?, ?)`);
      values.push(from.value);
    }
    values.push(from.key);
  }
  if (text !== '') {
    where.push('instr(one.folded, ?) > 0');
    values.push(jsonInside(foldForSearch(text)));
  }
  const shown = Object.keys(Row.shape).map((name) => `row.${name}`);
  return {
    text: `SELECT ${shown.join(', ')}, ${column} AS place
           FROM meetings AS one INDEXED BY meetings_by_${sort.by}
           CROSS JOIN meetings AS row ON row.meeting_key = one.meeting_key
           WHERE ${where.join(' AND ')}
           ORDER BY ${column} ${direction}, one.meeting_key ${direction} LIMIT ?`,
    values: [...values, limit],
  };
}

const Place = z.union([z.string(), z.number()]).nullable();
const PlacedRow = Row.extend({ place: Place });

export function readMeetings(
  catalogue: Catalogue,
  query: Loose<{ after?: string | null; text?: string; sort?: MeetingSort }>,
  limit: number,
): Page<MeetingSummary> {
  const { sort = newestFirst, text = '' } = query;
  const cursor = readCursor(
    query.after,
    z.tuple([z.literal(sort.by), z.literal(sort.descending), Place, z.string()]),
  );
  const place = cursor === null ? null : { value: cursor[2], key: cursor[3] };
  const rows: z.infer<typeof PlacedRow>[] = [];
  for (const part of ['valued', 'bare'] as const) {
    if (part === 'valued' && place?.value === null) continue;
    const isHere = place !== null && (place.value === null) === (part === 'bare');
    const walk = { sort, part, text, from: isHere ? place : null };
    const { text: sql, values } = meetingsQuery(walk, limit + 1 - rows.length);
    rows.push(...z.array(PlacedRow).parse(catalogue.sql(sql).all(...values)));
    if (rows.length > limit) break;
  }
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toSummary),
    next:
      rows.length > limit && last !== undefined
        ? cursorOf([sort.by, sort.descending, last.place, last.meeting_key])
        : null,
  };
}

export function readMeeting(catalogue: Catalogue, key: string): MeetingSummary | null {
  const found = catalogue
    .sql(`SELECT ${Object.keys(Row.shape).join(', ')} FROM meetings WHERE meeting_key = ?`)
    .get(key);
  return found === undefined ? null : toSummary(Row.parse(found));
}

/** Counting goes no further: nobody reads a longer list to its end. */
const countedAtMost = 10_000;

export function countMeetingsQuery(text: string): Query {
  const where = text === '' ? '' : 'WHERE instr(folded, ?) > 0';
  return {
    text: `SELECT count(*) FROM
             (SELECT 1 FROM meetings INDEXED BY meetings_by_when ${where} LIMIT ?)`,
    values: [...(text === '' ? [] : [jsonInside(foldForSearch(text))]), countedAtMost + 1],
  };
}

export function countMeetings(
  catalogue: Catalogue,
  text: string,
): { count: number; more: boolean } {
  const query = countMeetingsQuery(text);
  const counted = z.number().parse(
    catalogue
      .sql(query.text)
      .pluck()
      .get(...query.values),
  );
  return { count: Math.min(counted, countedAtMost), more: counted > countedAtMost };
}

/** Meetings in which every word stands, newest first. */
export function meetingsWithWordsQuery(
  words: readonly string[],
  which: WordSearch,
  limit: number,
): Query {
  const { fits, begins, values } = withWords('one.folded', words, which);
  const shown = Object.keys(Row.shape).map((name) => `row.${name}`);
  return {
    text: `SELECT ${shown.join(', ')}, ${begins} AS begins
           FROM meetings AS one INDEXED BY meetings_by_when
           CROSS JOIN meetings AS row ON row.meeting_key = one.meeting_key
           WHERE ${fits}
           ORDER BY one.last_at DESC, one.meeting_key DESC LIMIT ?`,
    values: [...values, limit],
  };
}

const WordsRow = Row.extend({ begins: z.number() });

export function readMeetingsWithWords(
  catalogue: Catalogue,
  words: readonly string[],
  which: WordSearch,
  limit: number,
): WordHit<MeetingSummary>[] {
  const { text, values } = meetingsWithWordsQuery(words, which, limit);
  return z
    .array(WordsRow)
    .parse(catalogue.sql(text).all(...values))
    .map((row) => ({ key: row.meeting_key, begins: row.begins === 1, value: toSummary(row) }));
}
