/** @file Tests. The list of meetings in plain functions: columns and order, people and colours, sessions, strips, words. */
import { describe, expect, it } from 'vitest';
import {
  MeetingId,
  RecordingId,
  SessionId,
  type MeetingColumn,
  type Recording,
  type SpeechLane,
} from '#contract';
import {
  arrangementIn,
  chooseable,
  columnsThatFit,
  nextSort,
  withColumn,
} from '../../../src/renderer/screens/meeting-columns.ts';
import { castOf } from '../../../src/renderer/screens/meeting-people.ts';
import { sessionsOf } from '../../../src/renderer/screens/meeting-sessions.ts';
import {
  stripHeight,
  stripLengthMs,
  stripWords,
} from '../../../src/renderer/screens/meeting-strip.ts';
import {
  absentWords,
  countText,
  knownOf,
  spanText,
  stateMeaning,
  sumText,
} from '../../../src/renderer/screens/meeting-words.ts';
import { recordingWords } from '../../../src/renderer/screens/state-words.ts';

const minute = 60_000;
const noon = new Date(2026, 10, 21, 12).getTime();

function recording(change: Partial<Recording> = {}): Recording {
  return {
    recordingId: RecordingId.parse('r1'),
    meetingId: MeetingId.parse('m1'),
    sessionId: SessionId.parse('s1'),
    title: null,
    kind: 'track',
    vendorStatus: 'UPLOADED',
    errorMessage: null,
    state: 'sealed',
    goneAtProvider: false,
    invokedAt: noon,
    startedAt: noon,
    stoppedAt: noon + 64 * minute,
    deadlineAt: null,
    observedAt: null,
    trackCount: 2,
    peopleCount: 2,
    bytes: 1000,
    lengthMs: 64 * minute,
    absent: [],
    ...change,
  };
}

function lane(change: Partial<SpeechLane> = {}): SpeechLane {
  return { key: 'k', name: null, userId: null, clips: [], talkMs: 0, turns: [], ...change };
}

describe('columns', () => {
  it('keep the order of the table, whatever was chosen first', () => {
    expect(withColumn(['bytes', 'when'], 'people')).toEqual(['when', 'people', 'bytes']);
    expect(withColumn(['when', 'people'], 'when')).toEqual(['people']);
  });

  it('all stand where there is room, and the most wanted alone where there is little', () => {
    expect(columnsThatFit(chooseable, 100)).toEqual(chooseable);
    expect(columnsThatFit(chooseable, 32)).toEqual(['when', 'state']);
    expect(columnsThatFit(chooseable, 12)).toEqual([]);
  });

  it('never show what was not chosen', () => {
    const chosen: MeetingColumn[] = ['tracks', 'bytes'];
    expect(columnsThatFit(chosen, 100)).toEqual(chosen);
  });

  it('sort in their own direction first, then in the other, and by no column without an order', () => {
    const byWhen = { by: 'when', descending: true } as const;
    const byTitle = nextSort(byWhen, 'title');
    expect(byTitle).toEqual({ by: 'title', descending: false });
    expect(nextSort(byTitle, 'title')).toEqual({ by: 'title', descending: true });
    expect(nextSort(byTitle, 'bytes')).toEqual({ by: 'bytes', descending: true });
    expect(nextSort(byWhen, 'state')).toEqual(byWhen);
  });

  it('leave the details beside, below or over the list by the room there is', () => {
    expect(arrangementIn(70, 40)).toBe('beside');
    expect(arrangementIn(40, 60)).toBe('below');
    expect(arrangementIn(40, 30)).toBe('over');
  });
});

describe('the people of a meeting', () => {
  it('keep the colour the list gives them when their lanes come', () => {
    const before = castOf(['Mara', 'Noor'], []);
    const after = castOf(
      ['Mara', 'Noor'],
      [[lane({ key: '2', name: 'Noor', userId: 'u2' }), lane({ key: '1', name: 'Mara' })]],
    );
    expect(after.people.map(({ colour }) => colour)).toEqual(
      before.people.map(({ colour }) => colour),
    );
    expect(after.colourOf(lane({ name: 'Noor', userId: 'u2' }))).toBe(before.people[1]?.colour);
  });

  it('of one name are two when their ids differ, in two colours', () => {
    const lanes = [
      lane({ key: '1', name: 'Kim', userId: 'u1', talkMs: 1000 }),
      lane({ key: '2', name: 'Kim', userId: 'u2', talkMs: 4000 }),
    ];
    const { people } = castOf(['Kim', 'Kim'], [lanes]);
    expect(people.map(({ userId, talkMs }) => [userId, talkMs])).toEqual([
      ['u1', 1000],
      ['u2', 4000],
    ]);
    expect(new Set(people.map(({ colour }) => colour)).size).toBe(2);
  });

  it('have their talk of all recordings added up, and none where no speech map is made', () => {
    const { people } = castOf(
      ['Mara', 'Noor'],
      [
        [lane({ name: 'Mara', userId: 'u1', talkMs: 1000 })],
        [
          lane({ name: 'Mara', userId: 'u1', talkMs: 2000 }),
          lane({ name: 'Noor', userId: 'u2', talkMs: null, turns: null }),
        ],
      ],
    );
    expect(people.map(({ talkMs }) => talkMs)).toEqual([3000, null]);
  });

  it('nobody knows stand together at the end and take nobody’s name', () => {
    const { people } = castOf(
      ['Mara'],
      [[lane({ key: 'a', talkMs: 500 }), lane({ key: 'b', talkMs: 700 })]],
    );
    expect(people.at(-1)).toMatchObject({ name: null, userId: null, talkMs: 1200 });
    expect(people[0]).toMatchObject({ name: 'Mara', talkMs: null });
  });
});

describe('sessions', () => {
  it('hold their recordings in the order of the list, and begin with the earliest', () => {
    const at = (id: string, sessionId: string | null, startedAt: number) =>
      recording({
        recordingId: RecordingId.parse(id),
        sessionId: sessionId === null ? null : SessionId.parse(sessionId),
        startedAt,
      });
    const sessions = sessionsOf([
      at('c', 'two', noon + 3),
      at('d', null, noon + 2),
      at('b', 'one', noon + 1),
      at('a', 'two', noon),
    ]);
    expect(
      sessions.map(({ sessionId, startedAt, recordings }) => [
        sessionId,
        startedAt,
        recordings.map(({ recordingId }) => recordingId).join(''),
      ]),
    ).toEqual([
      ['two', noon, 'ca'],
      [null, noon + 2, 'd'],
      ['one', noon + 1, 'b'],
    ]);
  });
});

describe('a strip', () => {
  it('says who spoke how long, the most first, and who said nothing', () => {
    const lanes = [
      lane({ name: 'Mara', talkMs: 4 * minute }),
      lane({ name: 'Noor', talkMs: 12 * minute }),
      lane({ name: 'Kim' }),
    ];
    expect(stripWords(lanes)).toBe('Noor spoke 12 min, Mara 4 min; 1 person said nothing.');
  });

  it('takes what is not known yet for what it is, not for silence', () => {
    expect(
      stripWords([lane({ talkMs: null, turns: null }), lane({ talkMs: null, turns: null })]),
    ).toBe('Of 2 tracks it is not known yet.');
    expect(stripWords([lane(), lane()])).toBe('2 people said nothing.');
  });

  it('names eight and counts the rest', () => {
    const many = Array.from({ length: 11 }, (_, at) =>
      lane({ name: `P${String(at)}`, talkMs: (20 - at) * minute }),
    );
    const words = stripWords(many);
    expect(words).toContain('P7');
    expect(words).not.toContain('P8');
    expect(words).toContain('3 people more');
  });

  it('is as long as its last file, and at least as long as the recording says', () => {
    const lanes = [lane({ clips: [{ startMs: 0, endMs: 900 }] })];
    expect(stripLengthMs(lanes, null)).toBe(900);
    expect(stripLengthMs(lanes, 1200)).toBe(1200);
    expect(stripLengthMs([], null)).toBe(0);
  });

  it('grows with its people to a bound', () => {
    expect(stripHeight(4)).toBeGreaterThan(stripHeight(2));
    expect(stripHeight(100)).toBe(stripHeight(1000));
  });
});

describe('words', () => {
  it('count meetings as far as they were counted', () => {
    expect(countText({ count: 1, more: false })).toBe('1 meeting');
    expect(countText({ count: 10_000, more: true })).toBe(`${(10_000).toLocaleString()}+ meetings`);
  });

  it('sum up a meeting without what is nothing', () => {
    const meeting = {
      meetingId: null,
      key: 'recording:r1',
      title: null,
      lastAt: null,
      recordings: 1,
      trackCount: 0,
      people: [],
      bytes: 0,
      lengthMs: 0,
      states: [],
      deadlineAt: null,
    };
    expect(sumText(meeting)).toBe('0 tracks');
    expect(
      sumText({ ...meeting, recordings: 3, trackCount: 14, lengthMs: 64_000, bytes: 1_400_000 }),
    ).toBe('3 recordings · 14 tracks · 1:04 · 1.4 MB');
  });

  it('say when a recording was, across midnight too, and that it runs', () => {
    expect(spanText(recording())).toBe('12:00 – 13:04');
    expect(spanText(recording({ stoppedAt: noon + 13 * 60 * minute }))).toMatch(
      /^12:00 – \D*22\D+2026, 01:00$/,
    );
    expect(spanText(recording({ stoppedAt: noon + 38_000 }))).toBe('12:00');
    expect(spanText(recording({ state: 'running', stoppedAt: null }))).toBe('since 12:00');
    expect(
      spanText(
        recording({
          state: 'running',
          vendorStatus: 'INVOKED',
          stoppedAt: null,
          lengthMs: null,
        }),
      ),
    ).toBe('12:00');
    expect(spanText(recording({ startedAt: null, invokedAt: null }))).toBe('time unknown');
  });

  it('tell what is still to come from what is lost for good', () => {
    const absent = (state: 'pending' | 'lost') => ({
      layerName: 'default',
      fileName: `${state}.webm`,
      state,
    });
    const said = absentWords(
      recording({
        absent: [absent('lost'), absent('pending'), absent('pending')],
        deadlineAt: noon + 90 * minute,
      }),
      noon,
    );
    expect(said.map(({ tone }) => tone)).toEqual(['bad', 'warn']);
    expect(said[0]?.text).toBe('1 file lost: the service deleted it before it was fetched.');
    expect(said[1]?.text).toMatch(
      /^2 files not here yet\. The service keeps them until .*13:30: 1 h 30 min left\.$/,
    );
    const [late] = absentWords(
      recording({ absent: [absent('pending')], deadlineAt: noon - minute }),
      noon,
    );
    expect(late?.text).toMatch(/has passed\.$/);
    expect(absentWords(recording(), noon)).toEqual([]);
  });

  it('explain a state that is not good, with the service’s own words', () => {
    expect(stateMeaning(recording())).toBeNull();
    expect(stateMeaning(recording({ state: 'errored', errorMessage: 'Room closed' }))).toBe(
      'The service says no file will come. It says: “Room closed”.',
    );
  });

  it('say of what runs whether it was begun, is paused or recorded', () => {
    const said = (vendorStatus: string) =>
      recordingWords(recording({ state: 'running', vendorStatus })).text;
    expect(['INVOKED', 'PAUSED', 'RECORDING'].map(said)).toEqual([
      'Invoked',
      'Paused there',
      'Recording',
    ]);
  });

  it('tell an upload at the service from files that are listed and not here', () => {
    const pending = { state: 'pending', vendorStatus: 'UPLOADING' } as const;
    const absent = [{ layerName: 'default', fileName: 'a.webm', state: 'pending' as const }];
    expect(recordingWords(recording(pending)).text).toBe('Uploading');
    expect(recordingWords(recording({ ...pending, absent })).text).toBe('Incomplete');
  });

  it('own up to how much is known', () => {
    expect(knownOf(2, 12)).toBe('in 2 of 12 recordings');
    expect(knownOf(12, 12)).toBe('');
  });
});
