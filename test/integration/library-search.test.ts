/** @file Tests of finding: certain and possible hits, literal text, pages by key, and the plan of every query. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { CustomParticipantId, type Found, MeetingId, MeetingSort, type TrackId } from '#contract';
import { keyRanges } from '../../src/main/library/catalogue/json-text.ts';
import {
  countMeetingsQuery,
  meetingsQuery,
  meetingsWithWordsQuery,
} from '../../src/main/library/catalogue/meetings.ts';
import { peopleWithWordsQuery } from '../../src/main/library/catalogue/people.ts';
import { recordingsQuery } from '../../src/main/library/catalogue/recordings.ts';
import { walkQuery } from '../../src/main/library/catalogue/search.ts';
import { todayQueries } from '../../src/main/library/catalogue/today.ts';
import { holdsQuery, tracksQuery, type Query } from '../../src/main/library/catalogue/tracks.ts';
import type { IdSearch, Page } from '../../src/main/library/index.ts';
import {
  invokedAt,
  keepAll,
  mara,
  observation,
  tempLibrary,
  usualName,
  type TempLibrary,
} from '../support/temp-library.ts';

const stamp = 1_763_456_535_118;
const other = 'aaa90c3e-41d8-47fa-b2e5-7d6089a1c4f3';
const names = [
  usualName(stamp),
  usualName(stamp + 1, mara.toUpperCase()),
  usualName(stamp + 2, other, '90c1d8b5-2e47-4fa6-b3d0-7a6f5e4c1d28'),
  `speaker_user-123_peer-456_peer_audio_${stamp}.webm`,
  `case_12_A_u1_p1_peer_audio_${stamp}.webm`,
  `x_u%_p_peer_audio_${stamp}.webm`,
  `y_U%_p_peer_audio_${stamp}.webm`,
  `a_b_${mara.slice(0, 8)}_d_e_peer_audio_${stamp}.webm`,
];

let temp: TempLibrary;
beforeAll(async () => {
  temp = await tempLibrary();
  for (const [number, fileName] of names.entries())
    await keepAll(
      temp.library,
      observation(number, {
        meetingId: MeetingId.parse(number < 3 ? 'meeting one' : 'meeting two'),
        title: number < 3 ? 'Harbour' : 'Straße 100%',
        sessionPeople: number < 3 ? observation(0).sessionPeople : [],
        meetingPeople: [],
        files: [
          {
            layerName: 'default',
            fileName,
            customParticipantId:
              number === 2 ? CustomParticipantId.parse('Otis@example.org') : null,
            peerId: null,
          },
        ],
      }),
    );
});
afterAll(async () => {
  await temp.close();
});

async function find(search: Omit<IdSearch, 'field'> & Partial<IdSearch>): Promise<Found[]> {
  const found: Found[] = [];
  let after: string | null = null;
  do {
    const page: Page<Found> = await temp.library.findById({ field: 'userId', ...search, after });
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
}
const fileNames = (found: Found[], match?: Found['match']): string[] =>
  found
    .filter((one) => match === undefined || one.match === match)
    .map(({ track }) => track.fileName)
    .sort();

test('a UUID is found in any case, with certainty and its reasons', async () => {
  const found = await find({ text: mara.toUpperCase(), how: 'exact' });
  expect(fileNames(found, 'certain')).toEqual([names[1], names[0]].sort());
  expect(found).toHaveLength(2);
  expect(found[0]?.why[0]).toBe('reading-exact');
});

test('a reading by shape alone is only possible, and says so', async () => {
  const found = await find({ text: 'user-123', how: 'exact' });
  expect(found).toMatchObject([{ match: 'possible' }]);
  expect(found[0]?.why).toContain('reading-derived');
});

test('every candidate of an ambiguous name is found, once', async () => {
  for (const text of ['u1', 'A', 'A_u1', '12_A_u1'])
    expect(fileNames(await find({ text, how: 'exact' }), 'possible'), text).toEqual([names[4]]);
  expect(fileNames(await find({ text: 'A_', how: 'prefix' }))).toEqual([names[4]]);
});

test('a prefix finds UUIDs in any case and other ids in theirs', async () => {
  const found = await find({ text: 'AAA5D2F0', how: 'prefix' });
  expect(fileNames(found, 'certain')).toEqual([names[1], names[0]].sort());
  const lower = await find({ text: 'aaa5d2f0', how: 'prefix' });
  expect(fileNames(lower, 'possible')).toEqual([names[7]]);
  expect(fileNames(await find({ text: 'USER', how: 'prefix' }))).toEqual([]);
});

test('percent, underscore and quotes mean themselves', async () => {
  expect(fileNames(await find({ text: 'u%', how: 'prefix' }))).toEqual([names[5]]);
  expect(fileNames(await find({ text: 'u_', how: 'prefix' }))).toEqual([]);
  expect(fileNames(await find({ text: `user" OR 1=1`, how: 'prefix' }))).toEqual([]);
  expect(fileNames(await find({ text: `x' OR '1'='1`, how: 'exact' }))).toEqual([]);
});

test('custom ids are found as they are written', async () => {
  const field = 'customParticipantId';
  expect(fileNames(await find({ text: 'Otis@', how: 'prefix', field }))).toEqual([names[2]]);
  expect(fileNames(await find({ text: 'otis@', how: 'prefix', field }))).toEqual([]);
});

test('pages of one join to the whole, in the same order', async () => {
  for (const text of ['', 'a', 'aaa', 'u']) {
    const whole = await find({ text, how: 'prefix' });
    const single = await find({ text, how: 'prefix', limit: 1 });
    expect(single.map(({ track }) => track.trackId)).toEqual(
      whole.map(({ track }) => track.trackId),
    );
    expect(new Set(whole.map(({ track }) => track.trackId)).size).toBe(whole.length);
  }
  const seen: TrackId[] = [];
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page: Page<{ trackId: TrackId }> = await temp.library.tracks({ after, limit: 3 });
    seen.push(...page.items.map(({ trackId }) => trackId));
    after = page.next;
  }
  expect(new Set(seen).size).toBe(names.length);
});

test('meetings are found by title in any case, literally, and by people', async () => {
  const keys = async (text: string) =>
    (await temp.library.meetings({ text })).items.map(({ key }) => key);
  expect(await keys('HARBOUR')).toEqual(['meeting one']);
  expect(await keys('100%')).toEqual(['meeting two']);
  expect(await keys('1__%')).toEqual([]);
  expect(await keys('mara lind')).toEqual(['meeting one']);
  expect(await keys('')).toEqual(['meeting two', 'meeting one']);
});

test('a place in a list that no page gave is refused', async () => {
  await expect(temp.library.tracks({ after: 'elsewhere' })).rejects.toMatchObject({
    code: 'input.invalid',
  });
});

const sorts = MeetingSort.shape.by.options;

const everyQuery: [string, Query][] = [
  ['tracks', tracksQuery({ after: '[1,"x"]' }, 10)],
  ['tracks of a recording', tracksQuery({ recordingId: observation(0).recordingId }, 10)],
  ['tracks of a meeting', tracksQuery({ meetingId: MeetingId.parse('m'), after: '[1,"x"]' }, 10)],
  ['recordings', recordingsQuery({ after: '[1,"x"]' }, 10)],
  ['recordings of a meeting', recordingsQuery({ meetingId: 'm' }, 10)],
  ...sorts.flatMap((by) =>
    [true, false].flatMap((descending) =>
      (['valued', 'bare'] as const).flatMap((part) =>
        ['', 'x'].flatMap((text) =>
          [null, { value: part === 'bare' ? null : 1, key: 'x' }].map((from): [string, Query] => [
            `meetings by ${by}, ${descending ? 'down' : 'up'}, ${part}, ${text === '' ? 'all' : 'some'}, ${from === null ? 'first' : 'next'}`,
            meetingsQuery({ sort: { by, descending }, part, text, from }, 10),
          ]),
        ),
      ),
    ),
  ),
  ['meetings counted', countMeetingsQuery('')],
  ['meetings counted by text', countMeetingsQuery('x')],
  ...(['anywhere', 'beginning'] as const).flatMap((which): [string, Query][] => [
    [`meetings with words ${which}`, meetingsWithWordsQuery(['x', 'y'], which, 6)],
    [`people with words ${which}`, peopleWithWordsQuery(['x', 'y'], which, 6)],
  ]),
  ...Object.entries(todayQueries(invokedAt)).map(([list, query]): [string, Query] => [
    `recordings of today: ${list}`,
    query,
  ]),
  ['a file by its identity', { text: holdsQuery, values: ['r', '"f"', '"l"'] }],
  ...(['exact', 'prefix'] as const).flatMap((how) =>
    ([0, 1] as const).flatMap((certain) =>
      keyRanges('aaa5', how).map((range, at, ranges): [string, Query] => [
        `${how}, ${certain === 1 ? 'certain' : 'possible'}, range ${at}`,
        walkQuery(
          'userId',
          { range, certain },
          ranges.slice(0, at),
          { key: 'u:a', trackId: 'x' },
          9,
        ),
      ]),
    ),
  ),
];

test.each(everyQuery)('%s are read along an index, without sorting', (name, { text, values }) => {
  const db = new Database(join(temp.dir, 'index.db'), { readonly: true });
  try {
    const plan = z
      .array(z.object({ detail: z.string() }))
      .parse(db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values))
      .map(({ detail }) => detail);
    expect(plan.join('\n')).not.toContain('TEMP B-TREE');
    for (const step of plan) {
      if (step.startsWith('SCAN')) {
        if (step === 'SCAN (subquery-1)') continue;
        // A walk in the order of the list, not of the table.
        expect(step).toMatch(/USING (COVERING )?INDEX/);
        expect(name).toMatch(/^(meetings|people|tracks|recordings)/);
      } else expect(step).toMatch(/^SEARCH .* USING |^CORRELATED|^LIST|^CO-ROUTINE/);
    }
    expect(plan.length).toBeGreaterThan(0);
  } finally {
    db.close();
  }
});
