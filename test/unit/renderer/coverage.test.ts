/** @file Tests. What the ledger of coverage says: sums, who speaks for a person, reasons, orders, and its table as CSV. */
import { describe, expect, it } from 'vitest';
import {
  coverageStates,
  CoverageReason,
  MeetingId,
  RecordingId,
  type Coverage,
  type CoverageCell,
  type CoverageRow,
  type Order,
} from '#contract';
import { coverageCsv } from '../../../src/renderer/coverage/coverage-csv.ts';
import {
  cellReason,
  cellTimes,
  consentText,
  headline,
  headTone,
  inOrder,
  nameBasisText,
  orderText,
  ownNameBasis,
  reasonTexts,
  rowName,
  standingOf,
  standingWords,
  takenText,
  usualNameBasis,
} from '../../../src/renderer/coverage/coverage-words.ts';

const at = (hour: number, minute: number) => new Date(2026, 10, 20, hour, minute).getTime();

const cell = (state: CoverageCell['state'], more: Partial<CoverageCell> = {}): CoverageCell => ({
  peerId: 'p1',
  joinedAt: at(14, 2),
  leftAt: at(14, 31),
  state,
  why: null,
  shortMs: 0,
  files: [],
  ...more,
});

const row = (name: string | null, ...cells: CoverageCell[]): CoverageRow => ({
  userId: name === null ? null : `id of ${name}`,
  customParticipantId: null,
  name,
  nameFrom: name === null ? null : 'call',
  cells,
});

const coverageOf = (rows: CoverageRow[], more: Partial<Coverage> = {}): Coverage => ({
  recordingId: RecordingId.parse('r1'),
  taken: { kind: 'everyone' },
  order: null,
  basis: 'events',
  rows,
  counts: {
    received: 0,
    short: 0,
    pending: 0,
    'not-recorded-by-choice': 0,
    missing: 0,
    outside: 0,
    extra: 0,
  },
  observedAt: null,
  ...more,
});

const order: Order = {
  orderId: 'o1',
  meetingId: MeetingId.parse('m1'),
  sessionId: null,
  taken: { kind: 'chosen', userIds: ['id of Ada', 'id of nobody'] },
  prefix: 'desk',
  consentNote: ' said at the start ',
  by: 'mara on desk-3',
  at: at(14, 0),
  outcome: 'started',
  recordingId: RecordingId.parse('r1'),
};

describe('the sum', () => {
  it('counts people, not files: who is here, who was left out, who is missing', () => {
    const rows = [
      row('Ada', cell('received')),
      row('Bo', cell('received'), cell('outside')),
      row('Cy', cell('received')),
      row('Di', cell('not-recorded-by-choice')),
    ];
    expect(headline({ rows })).toBe('3 of 4 people received · 1 not recorded by choice');
    expect(
      headline({ rows: [...rows, row('Ed', cell('missing')), row(null, cell('extra'))] }),
    ).toBe(
      '3 of 5 people received · 1 missing · 1 not recorded by choice · 1 file of nobody known',
    );
    expect(headline({ rows: [] })).toBe('Nobody is known to have been in the call');
  });

  it('lets the gravest connection speak for a person, and calls what is partly here so', () => {
    expect(standingOf(row('Ada', cell('received'), cell('short')))).toBe('short');
    expect(standingOf(row('Ada', cell('received'), cell('missing')))).toBe('in-part');
    expect(standingOf(row('Ada', cell('pending'), cell('missing')))).toBe('missing');
    expect(standingOf(row('Ada', cell('outside')))).toBe('outside');
  });

  it('puts first what needs a look', () => {
    const rows = [
      row('Ada', cell('received')),
      row('Bo', cell('missing')),
      row('Cy', cell('short')),
    ];
    expect(inOrder(rows).map(({ name }) => name)).toEqual(['Bo', 'Cy', 'Ada']);
  });

  it('is in order when all are here of whom something was to come', () => {
    const left = row('Di', cell('not-recorded-by-choice'));
    expect(headTone({ rows: [row('Ada', cell('received')), left] }).tone).toBe('good');
    expect(headTone({ rows: [row('Ada', cell('missing')), left] }).tone).toBe('bad');
    expect(headTone({ rows: [left] }).tone).toBe('quiet');
  });
});

describe('a connection', () => {
  it('has words, a mark of its own and a sentence for every state and reason', () => {
    const all = coverageStates.map((state) => standingWords(state));
    expect(new Set(all.map(({ icon }) => icon)).size).toBe(coverageStates.length);
    for (const { means } of all) expect(means).toMatch(/^[A-Z].*\.$/u);
    for (const why of CoverageReason.options) expect(reasonTexts[why]).toMatch(/^[A-Z].*\.$/u);
  });

  it('says when it was, how much is not there and why', () => {
    expect(cellTimes(cell('received'))).toBe('14:02 – 14:31');
    expect(cellTimes(cell('received', { leftAt: null }))).toBe('from 14:02');
    expect(cellTimes(cell('received', { joinedAt: null, leftAt: null }))).toBe('');
    expect(cellReason(cell('short', { shortMs: 12_300 }))).toBe('Short by 12 s.');
    expect(cellReason(cell('missing', { why: 'selection-unknown' }))).toBe(
      'Started elsewhere: whether this person was chosen cannot be known.',
    );
    expect(cellReason(cell('received'))).toBe('');
  });

  it('gives nobody a name that is not known', () => {
    expect(rowName({ ...row(null), userId: 'u1' })).toBe('Name not known');
    expect(rowName(row(null))).toBe('Nobody known');
  });
});

describe('names', () => {
  const fromMeeting: CoverageRow = { ...row('Cy', cell('missing')), nameFrom: 'meeting' };
  const fromCall = [row('Ada', cell('received')), row('Bo', cell('received'))];

  it('say once what they rest on, and beside a name what that one does', () => {
    const rows = [...fromCall, fromMeeting];
    expect(nameBasisText(fromCall)).toBe('The names are those used in the call.');
    expect(nameBasisText(rows)).toContain('unless it is said beside one');
    const usual = usualNameBasis(rows);
    expect(rows.map((each) => ownNameBasis(each, usual))).toEqual([
      '',
      '',
      'name given in the meeting',
    ]);
    expect(nameBasisText([row(null, cell('extra'))])).toBe('');
  });
});

describe('the order', () => {
  it('says who was to be recorded: by name where one is known, and never guessed', () => {
    const rows = [row('Ada', cell('received'))];
    expect(takenText({ taken: order.taken, rows })).toBe(
      'These 2 people were to be recorded: Ada, id of nobody.',
    );
    expect(takenText({ taken: { kind: 'unknown' }, rows })).toBe(
      'Started elsewhere: who was chosen cannot be known.',
    );
  });

  it('says who gave it, when, and what people were told', () => {
    expect(orderText(order)).toMatch(/^Ordered by mara on desk-3 on .*14:00\.$/u);
    expect(consentText(order)).toContain('“said at the start”');
    expect(consentText({ ...order, consentNote: ' ' })).not.toContain('“');
  });
});

describe('the table as CSV', () => {
  it('has one line a connection, with times in UTC and fields quoted as RFC 4180 says', () => {
    const file = { fileName: 'a,"b".webm', trackId: null };
    const csv = coverageCsv(
      coverageOf([
        row('Ada', cell('received', { joinedAt: 0, leftAt: 60_000, files: [file] })),
        row('=HYPERLINK("x")', cell('short', { joinedAt: null, leftAt: null, shortMs: 1_400 })),
      ]),
    );
    expect(csv.split('\r\n')).toEqual([
      'recording_id,name,name_from,user_id,custom_participant_id,peer_id,joined_at,left_at,state,reason,short_s,files',
      'r1,Ada,call,id of Ada,,p1,1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z,received,,,"a,""b"".webm"',
      `r1,"'=HYPERLINK(""x"")",call,"id of =HYPERLINK(""x"")",,p1,,,short,,1,`,
      '',
    ]);
  });
});
