/** @file Tests of the list of meetings in every order, of counting it, and of jumping to meetings and people. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  MeetingId,
  MeetingSort,
  PeerId,
  RecordingId,
  UserId,
  type MeetingSummary,
} from '#contract';
import type { Library, Observation, Page } from '../../src/main/library/index.ts';
import { delivery, observation, tempLibrary, type TempLibrary } from '../support/temp-library.ts';

interface Wish {
  title: string | null;
  /** Names, one file each, of so many bytes. */
  people: string[];
  bytes: number;
  lengthMs: number;
  /** A file more is listed and does not come. */
  isPending?: boolean;
}

const wishes: Wish[] = [
  { title: 'Episode 10', people: ['Mara Lind'], bytes: 30, lengthMs: 5000 },
  { title: 'episode 9', people: ['Mara Lind', 'Jonas Weber'], bytes: 10, lengthMs: 9000 },
  { title: null, people: ['Mara Lind', 'Ada'], bytes: 20, lengthMs: 1000, isPending: true },
  { title: 'Ärger', people: [], bytes: 0, lengthMs: 0 },
  { title: 'EPISODE 010', people: ['Ada'], bytes: 500, lengthMs: 20, isPending: true },
  { title: 'Harbour\npilots, "low" 100%', people: ['Tariq Osei'], bytes: 7, lengthMs: 700 },
  { title: '  ', people: ['Marlene', 'Otis', 'Ada'], bytes: 3, lengthMs: 9000 },
];

/** People of one name are one person in these meetings, but for the two called Ada. */
const userOf = (name: string, number: number): UserId =>
  UserId.parse(name === 'Ada' ? `ada-${String(number === 2 ? 1 : 2)}` : `user-${name}`);

function observed(number: number, { title, people, isPending = false }: Wish): Observation {
  const peer = (name: string) => PeerId.parse(`peer-${name}-${String(number)}`);
  const names = people.map((name) => ({ name, user: userOf(name, number) }));
  const file = (fileName: string) => ({
    layerName: 'default',
    fileName,
    customParticipantId: null,
    peerId: null,
  });
  return observation(number, {
    meetingId: MeetingId.parse(`meeting ${String(number)}`),
    title,
    files: [
      ...names.map(({ name, user }) =>
        file(`p_${user}_${peer(name)}_peer_audio_${String(1_763_456_535_118 + number)}.webm`),
      ),
      ...(isPending ? [file('late_u_p_peer_audio_1763456535118.webm')] : []),
    ],
    sessionPeople: names.map(({ name, user }) => ({
      peerIds: [peer(name)],
      userId: user,
      customParticipantId: null,
      displayName: name,
      joinedAt: null,
      leftAt: null,
    })),
    meetingPeople: [],
  });
}

async function put(library: Library, number: number, wish: Wish): Promise<void> {
  const words = observed(number, wish);
  await library.observe(words);
  for (const { layerName, fileName } of words.files.slice(0, wish.people.length)) {
    const file = { recordingId: words.recordingId, layerName, fileName };
    await library.keep(
      await delivery(library, file, 'x'.repeat(wish.bytes) + fileName.slice(0, 4), {
        durationMs: wish.lengthMs,
      }),
    );
  }
}

let temp: TempLibrary;
beforeAll(async () => {
  temp = await tempLibrary();
  for (const [number, wish] of wishes.entries()) await put(temp.library, number, wish);
  // One whose time nobody knows.
  await temp.library.observe(
    observation(90, {
      recordingId: RecordingId.parse('without times'),
      meetingId: null,
      title: 'No time',
      invokedAt: null,
      startedAt: null,
      stoppedAt: null,
      deadlineAt: null,
      files: [],
    }),
  );
});
afterAll(async () => {
  await temp.close();
});

async function listed(sort: MeetingSort, limit: number, text = ''): Promise<MeetingSummary[]> {
  const found: MeetingSummary[] = [];
  let after: string | null = null;
  do {
    const page: Page<MeetingSummary> = await temp.library.meetings({ sort, limit, after, text });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
}

const valueOf: Record<MeetingSort['by'], (row: MeetingSummary) => unknown> = {
  when: (row) => row.lastAt,
  title: (row) => row.title,
  people: (row) => row.people.length,
  tracks: (row) => row.trackCount,
  length: (row) => row.lengthMs,
  bytes: (row) => row.bytes,
  deadline: (row) => row.deadlineAt,
};

test.each(MeetingSort.shape.by.options)(
  'sorted by %s, rows without a value come last in either direction, and pages join to the whole',
  async (by) => {
    for (const descending of [true, false]) {
      const whole = await listed({ by, descending }, 100);
      expect(whole).toHaveLength(wishes.length + 1);
      for (const limit of [1, 2, 3]) expect(await listed({ by, descending }, limit)).toEqual(whole);
      const values = whole.map(valueOf[by]);
      const isBare = (value: unknown): boolean =>
        value === null || value === 0 || (typeof value === 'string' && value.trim() === '');
      const bare = values.filter(isBare);
      expect(bare.length).toBeGreaterThan(0);
      expect(values.slice(-bare.length).every(isBare)).toBe(true);
      if (by === 'title') continue;
      const known = values.filter(
        (value): value is number => typeof value === 'number' && value > 0,
      );
      expect(known).toEqual(known.toSorted((a, b) => (descending ? b - a : a - b)));
      expect(known.length).toBeGreaterThan(1);
    }
  },
);

test('titles are in natural order whatever their case', async () => {
  const titles = async (descending: boolean) =>
    (await listed({ by: 'title', descending }, 2)).map(({ title }) => title);
  const up = await titles(false);
  expect(up.slice(0, 3)).toEqual(['episode 9', 'Episode 10', 'EPISODE 010']);
  expect(up.slice(3, 6)).toEqual(['Harbour\npilots, "low" 100%', 'No time', 'Ärger']);
  expect((await titles(true)).slice(0, 6)).toEqual(up.slice(0, 6).toReversed());
});

test('any order can be narrowed to words, literally', async () => {
  for (const by of MeetingSort.shape.by.options) {
    const sort = { by, descending: false };
    const found = await listed(sort, 1, 'EPISODE');
    expect(new Set(found.map(({ key }) => key))).toEqual(
      new Set(['meeting 0', 'meeting 1', 'meeting 4']),
    );
    expect(await listed(sort, 1, '100%')).toHaveLength(1);
    expect(await listed(sort, 1, '1_0%')).toEqual([]);
  }
});

test('a place in one order is no place in another', async () => {
  const { next } = await temp.library.meetings({
    sort: { by: 'title', descending: false },
    limit: 1,
  });
  const elsewhere = temp.library.meetings({
    sort: { by: 'bytes', descending: false },
    after: next,
  });
  await expect(elsewhere).rejects.toMatchObject({ code: 'input.invalid' });
});

test('meetings are counted, all or those that fit, and found by their key', async () => {
  expect(await temp.library.countMeetings('')).toEqual({ count: wishes.length + 1, more: false });
  expect(await temp.library.countMeetings('mara')).toEqual({ count: 3, more: false });
  expect(await temp.library.countMeetings('nobody')).toEqual({ count: 0, more: false });
  const all = await listed({ by: 'when', descending: true }, 100);
  for (const row of all) expect(await temp.library.meeting(row.key)).toEqual(row);
  expect(await temp.library.meeting('recording:without times')).toMatchObject({ title: 'No time' });
  expect(await temp.library.meeting('elsewhere')).toBeNull();
});

test('a jump finds meetings by all words, those that begin so first, newest first', async () => {
  const titles = async (text: string) =>
    (await temp.library.jump(text)).meetings.map(({ title }) => title);
  expect(await titles('EPI')).toEqual(['EPISODE 010', 'episode 9', 'Episode 10']);
  expect(await titles('EPI 10')).toEqual(['Episode 10', 'EPISODE 010']);
  expect(await titles('10 episode lind')).toEqual(['Episode 10']);
  expect(await titles('ilots low')).toEqual(['Harbour\npilots, "low" 100%']);
  expect(await titles('episode nobody')).toEqual([]);
  expect(await titles('arb')).toEqual(['Harbour\npilots, "low" 100%']);
  expect((await titles('')).length).toBe(6);
});

test('a jump finds people once each, most heard first, told apart by id', async () => {
  const people = async (text: string) => (await temp.library.jump(text)).people;
  expect(await people('mar')).toEqual([
    { name: 'Mara Lind', userId: 'user-Mara Lind', tracks: 3 },
    { name: 'Marlene', userId: 'user-Marlene', tracks: 1 },
  ]);
  expect(await people('ada')).toEqual([
    { name: 'Ada', userId: 'ada-2', tracks: 2 },
    { name: 'Ada', userId: 'ada-1', tracks: 1 },
  ]);
  expect(await people('lind mara')).toHaveLength(1);
  expect(await people('user-otis')).toMatchObject([{ name: 'Otis' }]);
  expect(await people('%')).toEqual([]);
});

test('what begins a word comes before what only stands in one, however many there are', async () => {
  const other = await tempLibrary();
  try {
    for (let number = 0; number < 60; number++)
      await other.library.observe(
        observation(number, {
          meetingId: MeetingId.parse(`m${String(number)}`),
          title: number === 3 ? 'Tide tables' : `Riptide ${String(number)}`,
          files: [],
          sessionPeople: [],
        }),
      );
    const { meetings } = await other.library.jump('tide');
    expect(meetings.map(({ title }) => title)).toEqual([
      'Tide tables',
      ...[59, 58, 57, 56, 55].map((number) => `Riptide ${String(number)}`),
    ]);
  } finally {
    await other.close();
  }
});
