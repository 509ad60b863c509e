/** @file Tests of the coverage: small calls and the table that must come of each. */
import { describe, expect, test } from 'vitest';
import { CustomParticipantId, UserId } from '#contract';
import { at, beganAt, cells, coverage, file, minuteMs, order, person } from './coverage-tables.ts';

const mara = person('mara', [{ peer: 'm1', from: -1 }]);
const tariq = person('tariq', [{ peer: 't1', from: -1 }]);
const absent = (key: string, peer: string, state: 'pending' | 'lost') => ({
  layerName: 'default',
  fileName: file(key, peer).fileName,
  state,
});

describe('a person with a file', () => {
  test('is received, and the counts say so', () => {
    const found = coverage({ people: [mara], tracks: [file('mara', 'm1')], order: order(null) });
    expect(cells(found)).toEqual(['mara/m1: received']);
    expect(found).toMatchObject({ basis: 'events', taken: { kind: 'everyone' } });
    expect(found.counts).toMatchObject({ received: 1, missing: 0, extra: 0 });
  });

  test('has one cell a connection, with its own times and file', () => {
    const twice = person('mara', [
      { peer: 'm2', from: 40 },
      { peer: 'm1', from: -1, to: 20 },
    ]);
    const tracks = [
      file('mara', 'm2', { startedAt: at(40), durationMs: 20 * minuteMs }),
      file('mara', 'm1', { durationMs: 20 * minuteMs }),
    ];
    const found = coverage({ people: [twice], tracks });
    expect(cells(found)).toEqual(['mara/m1: received', 'mara/m2: received']);
    expect(found.rows[0]?.cells[0]).toMatchObject({ joinedAt: at(-1), leftAt: at(20) });
    expect(found.rows[0]?.cells[1]?.files).toEqual([
      { fileName: tracks[0]?.fileName, trackId: tracks[0]?.trackId },
    ]);
  });

  test('who rejoined as a second row is one row of two cells', () => {
    const again = person('mara', [{ peer: 'm2', from: 30 }]);
    const tracks = [file('mara', 'm1')];
    expect(cells(coverage({ people: [mara, again], tracks, order: order(null) }))).toEqual([
      'mara/m1: received',
      'mara/m2: missing unknown',
    ]);
  });

  test('on two devices at once misses the one that has none', () => {
    const both = person('mara', [
      { peer: 'laptop', from: 0 },
      { peer: 'phone', from: 0 },
    ]);
    const tracks = [file('mara', 'phone')];
    expect(cells(coverage({ people: [both], tracks, order: order(null) })).sort()).toEqual([
      'mara/laptop: missing unknown',
      'mara/phone: received',
    ]);
  });

  test('who was not chosen was recorded all the same', () => {
    const found = coverage({
      people: [mara],
      tracks: [file('mara', 'm1')],
      order: order(['user-tariq']),
    });
    expect(cells(found)).toEqual(['mara/m1: received']);
  });

  test('that is a shared screen alone is not heard', () => {
    const tracks = [file('mara', 'm1', { streamKind: 'screenshare' })];
    const found = coverage({ people: [mara], tracks, order: order(null) });
    expect(cells(found)).toEqual(['mara/m1: missing unknown']);
    expect(found.rows[0]?.cells[0]?.files).toHaveLength(1);
  });

  test.each([
    { state: 'missing' as const },
    { media: { kind: 'not-webm' as const, why: 'no EBML' } },
  ])('of which nothing can be heard is lost: %j', (more) => {
    const tracks = [file('mara', 'm1', more)];
    expect(cells(coverage({ people: [mara], tracks }))).toEqual(['mara/m1: missing file-lost']);
  });
});

describe('a file whose peer nobody told of', () => {
  const rows = person('mara', [
    { peer: 'row-1', from: -1, to: 20 },
    { peer: 'row-2', from: 30 },
  ]);

  test('goes to the connection of its person that is nearest in time', () => {
    const late = file('mara', 'm2', { startedAt: at(31), durationMs: 29 * minuteMs });
    expect(cells(coverage({ people: [rows], tracks: [late], order: order(null) }))).toEqual([
      'mara/row-1: missing unknown',
      'mara/m2: received',
    ]);
  });

  test('never to one that was over when it began', () => {
    const early = person('mara', [{ peer: 'row-1', from: -1, to: 20 }]);
    const late = file('mara', 'm2', { startedAt: at(31), durationMs: 29 * minuteMs });
    expect(cells(coverage({ people: [early], tracks: [late], order: order(null) }))).toEqual([
      'mara/row-1: missing unknown',
      'mara/m2: received',
    ]);
  });

  test('is found by the custom id of its entry', () => {
    const tracks = [
      file(null, null, { customParticipantId: 'own-mara', trackStamp: null, startedAt: null }),
    ];
    expect(cells(coverage({ people: [mara, tariq], tracks, order: order(null) }))).toEqual([
      'mara/m1: received',
      'tariq/t1: missing unknown',
    ]);
  });

  test('is nobody’s when two people share that custom id', () => {
    const guest = CustomParticipantId.parse('guest');
    const people = [
      { ...mara, customParticipantId: guest },
      { ...tariq, customParticipantId: guest },
    ];
    const tracks = [file(null, null, { customParticipantId: 'guest' })];
    expect(cells(coverage({ people, tracks, order: order(null) }))).toEqual([
      'mara/m1: missing unknown',
      'tariq/t1: missing unknown',
      '?/-: extra nobody-known',
    ]);
  });
});

describe('a file is nobody’s', () => {
  test('when nobody has its ids, and its row says them', () => {
    const found = coverage({ people: [mara], tracks: [file('mara', 'm1'), file('ghost', 'g1')] });
    expect(cells(found)).toEqual(['mara/m1: received', 'user-ghost/g1: extra nobody-known']);
  });

  test('when facts contradict each other, whatever they are', () => {
    const tracks = [file('mara', 'm1', { flags: ['evidence-disagrees'] })];
    expect(cells(coverage({ people: [mara], tracks, order: order(null) }))).toEqual([
      'mara/m1: missing unknown',
      '?/-: extra nobody-known',
    ]);
  });

  test('when its name names one person and the peer of another', () => {
    const tracks = [file('tariq', 'm1')];
    expect(cells(coverage({ people: [mara, tariq], tracks, order: order(null) }))).toEqual([
      'mara/m1: missing unknown',
      'tariq/t1: missing unknown',
      'user-tariq/m1: extra nobody-known',
    ]);
  });

  test('when its name can be read in several ways', () => {
    const tracks = [
      file('mara', 'm1', {
        reading: 'ambiguous',
        userId: null,
        peerId: null,
        candidates: [{ prefix: 'x', userId: 'user-mara', peerId: 'm1', reasons: [] }],
      }),
    ];
    expect(cells(coverage({ people: [mara], tracks, order: order(null) }))).toEqual([
      'mara/m1: missing unknown',
      '?/-: extra nobody-known',
    ]);
  });

  test('when its ids were only taken from the shape of its name', () => {
    const tracks = [
      file('a', 'b', { reading: 'derived', evidence: [{ kind: 'three-parts', value: 'x' }] }),
    ];
    expect(cells(coverage({ people: [mara], tracks, order: order(null) }))).toEqual([
      'mara/m1: missing unknown',
      '?/-: extra nobody-known',
    ]);
  });

  test('and bears the name of somebody added to the meeting who never was seen in the call', () => {
    const speaker = { name: 'Ines', userId: 'user-ines', evidence: [] };
    const tracks = [file('mara', 'm1'), file('ines', 'i1', { speaker })];
    expect(cells(coverage({ people: [mara], tracks }))).toEqual([
      'mara/m1: received',
      'Ines/i1: extra',
    ]);
  });
});

describe('without a file', () => {
  test('who left before or came after was outside, and is not missing', () => {
    const people = [
      person('early', [{ peer: 'e', from: -20, to: -1 }]),
      person('late', [{ peer: 'l', from: 61 }]),
      person('all', [{ peer: 'a', from: 0 }]),
    ];
    const found = coverage({ people, tracks: [file('all', 'a')], order: order(null) });
    expect(cells(found)).toEqual([
      'early/e: outside left-before-it-began',
      'all/a: received',
      'late/l: outside joined-after-it-ended',
    ]);
    expect(found.counts).toMatchObject({ outside: 2, missing: 0 });
  });

  test('whom our order left out was not recorded by choice', () => {
    const found = coverage({
      people: [mara, tariq],
      tracks: [file('mara', 'm1')],
      order: order(['user-mara']),
    });
    expect(cells(found)).toEqual(['mara/m1: received', 'tariq/t1: not-recorded-by-choice']);
  });

  test('nobody knows whom an order from elsewhere left out', () => {
    const found = coverage({ people: [mara, tariq], tracks: [file('mara', 'm1')] });
    expect(cells(found)).toEqual(['mara/m1: received', 'tariq/t1: missing selection-unknown']);
    expect(found.taken).toEqual({ kind: 'unknown' });
  });

  test('whoever was chosen by a custom id was not recorded by that mistake (U4)', () => {
    const found = coverage({ people: [mara, tariq], order: order(['own-mara']) });
    expect(cells(found)).toEqual([
      'mara/m1: missing ordered-by-custom-id',
      'tariq/t1: not-recorded-by-choice',
    ]);
  });

  test('a custom id that is another person’s own id chooses that person', () => {
    const twin = person('other', [{ peer: 'o1', from: 0 }], { userId: UserId.parse('own-mara') });
    const tracks = [file('mara', 'x', { userId: 'own-mara', peerId: 'o1' })];
    const found = coverage({ people: [mara, twin], tracks, order: order(['own-mara']) });
    expect(cells(found)).toEqual(['mara/m1: not-recorded-by-choice', 'other/o1: received']);
  });

  test('a person without an id of the service cannot be said to be left out', () => {
    const nameless = { ...mara, userId: null };
    const found = coverage({
      people: [nameless, tariq],
      tracks: [file('tariq', 't1')],
      order: order(['user-tariq']),
    });
    expect(cells(found)).toEqual(['mara/m1: missing unknown', 'tariq/t1: received']);
  });
});

describe('as long as the service works', () => {
  const open = { state: 'pending' as const, deadlineAt: at(9000) };

  test.each([
    ['RECORDING', { state: 'running' as const, stoppedAt: null }],
    ['UPLOADING', {}],
  ])('everybody may still come: %s', (vendorStatus, more) => {
    const found = coverage({
      people: [mara, tariq],
      order: order(['user-mara', 'own-tariq']),
      recording: { ...open, vendorStatus, ...more },
      now: 2000,
    });
    expect(new Set(cells(found).map((line) => line.split(': ')[1]))).toEqual(
      new Set(['pending service-still-works']),
    );
  });

  test('a list without files may still get some for ten minutes', () => {
    const known = { people: [mara], order: order(null), recording: open };
    expect(cells(coverage({ ...known, now: 69 }))).toEqual([
      'mara/m1: pending service-still-works',
    ]);
    expect(cells(coverage({ ...known, now: 71 }))).toEqual([
      'mara/m1: missing finished-without-files',
    ]);
  });

  test('what is listed and not fetched is pending, also of people nobody knows', () => {
    const list = [absent('mara', 'm1', 'pending'), absent('ghost', 'g1', 'pending')];
    expect(cells(coverage({ people: [mara], absent: list, recording: open }))).toEqual([
      'mara/m1: pending file-not-fetched-yet',
      '?/-: pending file-not-fetched-yet',
    ]);
  });
});

describe('when it is over', () => {
  const nobody = { people: [mara], order: order(null) };

  test.each([
    ['recording-errored', { state: 'errored' as const, vendorStatus: 'ERRORED' }],
    [
      'recording-gone',
      { state: 'closed-incomplete' as const, vendorStatus: 'RECORDING', goneAtProvider: true },
    ],
    ['file-lost', { state: 'closed-incomplete' as const, vendorStatus: 'UPLOADING' }],
    ['finished-without-files', { state: 'without-files' as const }],
  ])('the reason is %s', (why, recording) => {
    expect(cells(coverage({ ...nobody, recording }))).toEqual([`mara/m1: missing ${why}`]);
  });

  test('a hung upload is given up with its deadline, also before the library has noticed', () => {
    const recording = {
      state: 'pending' as const,
      vendorStatus: 'UPLOADING',
      deadlineAt: at(9000),
    };
    const lines = [9000, 9001].map((now) => cells(coverage({ ...nobody, recording, now }))[0]);
    expect(lines).toEqual(['mara/m1: pending service-still-works', 'mara/m1: missing file-lost']);
  });

  test('a listed file that never came is lost', () => {
    const list = [absent('mara', 'm1', 'lost')];
    expect(cells(coverage({ ...nobody, absent: list }))).toEqual(['mara/m1: missing file-lost']);
  });

  test('the queue knows of a loss before the library does', () => {
    const list = [absent('mara', 'm1', 'pending')];
    const job = {
      layerName: 'default',
      fileName: file('mara', 'm1').fileName,
      state: {
        kind: 'failed' as const,
        because: 'link.expired' as const,
        lost: true,
        attempts: 1,
        allowed: 5,
        failedAt: beganAt,
      },
    };
    expect(cells(coverage({ ...nobody, absent: list, queued: [job] }))).toEqual([
      'mara/m1: missing file-lost',
    ]);
  });
});

describe('what it rests on', () => {
  test('a mixed recording has no rows', () => {
    const found = coverage({
      people: [mara],
      recording: { kind: 'composite', state: 'composite' },
    });
    expect(found).toMatchObject({ rows: [], basis: 'nothing' });
  });

  test('without an answer about the call the files speak for themselves', () => {
    const speaker = { name: 'Mara', userId: 'user-mara', evidence: [] };
    const tracks = [file('mara', 'm1', { speaker }), file('tariq', 't1')];
    const found = coverage({ tracks });
    expect(found.basis).toBe('nothing');
    expect(cells(found)).toEqual(['Mara/m1: received', 'user-tariq/t1: received nobody-known']);
    expect(found.rows.map(({ nameFrom }) => nameFrom)).toEqual(['file', null]);
  });

  test('without one the order says whom to expect', () => {
    const found = coverage({
      order: order(['user-mara', 'own-tariq', 'user-else']),
      tracks: [file('mara', 'm1')],
      meetingPeople: [
        {
          userId: UserId.parse('user-tariq'),
          customParticipantId: CustomParticipantId.parse('own-tariq'),
          name: 'Tariq',
        },
      ],
    });
    expect(found.basis).toBe('people');
    expect(cells(found).sort()).toEqual([
      'Tariq/-: missing ordered-by-custom-id',
      'user-else/-: missing unknown',
      'user-mara/m1: received',
    ]);
    expect(found.rows.find(({ name }) => name === 'Tariq')?.nameFrom).toBe('meeting');
  });

  test('what was observed before connections were told apart still tells people', () => {
    const { connections: _none, ...one } = mara;
    const { connections: _two, ...several } = person('tariq', [
      { peer: 't1', from: -1, to: 20 },
      { peer: 't2', from: 30 },
    ]);
    const tracks = [
      file('mara', 'm1', { durationMs: 30 * minuteMs }),
      file('tariq', 't1', { durationMs: 10 * minuteMs }),
      file('tariq', 't2'),
    ];
    const found = coverage({ people: [one, several], tracks, order: order(null) });
    // One peer: its times are known. Several: whose times they are is not.
    expect(cells(found)).toEqual([
      'mara/m1: short 1800 s',
      'tariq/t1: received',
      'tariq/t2: received',
    ]);
  });

  test('without any times nobody is too short or outside', () => {
    const people = [person('mara', [{ peer: 'm1', from: null, to: null }])];
    const found = coverage({ people, tracks: [file('mara', 'm1', { durationMs: 1000 })] });
    expect(found.basis).toBe('people');
    expect(cells(found)).toEqual(['mara/m1: received']);
  });
});
