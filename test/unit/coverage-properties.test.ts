/** @file Tests of what holds for the coverage of every call, however odd, and how long it takes of a large one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CoverageState } from '#contract';
import { type Known, at, coverage, file, minuteMs, order, person } from './coverage-tables.ts';

const keys = ['mara', 'tariq', 'anna', 'ghost'] as const;
const peers = ['p1', 'p2', 'p3', 'p4', 'p5'];
const minutes = fc.integer({ min: -30, max: 90 });

const joins = fc.record({
  peer: fc.option(fc.constantFrom(...peers)),
  from: fc.option(minutes),
  to: fc.option(minutes),
});
const people = fc.array(
  fc
    .tuple(fc.constantFrom(...keys), fc.array(joins, { maxLength: 3 }), fc.boolean())
    .map(([key, list, isNameless]) => person(key, list, isNameless ? { userId: null } : {})),
  { maxLength: 5 },
);
const tracks = fc
  .uniqueArray(
    fc.record({
      key: fc.option(fc.constantFrom(...keys)),
      peer: fc.option(fc.constantFrom(...peers)),
      sha256: fc.constantFrom('first', 'other'),
      startedAt: fc.option(minutes.map(at)),
      durationMs: fc.option(fc.integer({ min: 0, max: 80 * minuteMs })),
      streamKind: fc.constantFrom(null, 'peer', 'screenshare'),
      state: fc.constantFrom('kept' as const, 'verified' as const, 'missing' as const),
      customParticipantId: fc.option(fc.constantFrom('own-mara', 'own-nobody')),
      flags: fc.subarray(['evidence-disagrees']),
    }),
    { selector: ({ key, peer, sha256 }) => JSON.stringify([key, peer, sha256]), maxLength: 8 },
  )
  .map((list) => list.map(({ key, peer, ...more }) => file(key, peer, more)));
const orders = fc.option(
  fc.option(
    fc.uniqueArray(fc.constantFrom('user-mara', 'user-tariq', 'own-anna', 'user-nobody'), {
      minLength: 1,
    }),
  ),
);
const absent = fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3 }).chain((list) =>
  fc.tuple(
    ...list.map((key) =>
      fc.constantFrom('pending' as const, 'lost' as const).map((state) => ({
        layerName: 'default',
        fileName: file(key, 'p9').fileName,
        state,
      })),
    ),
  ),
);
const recordings = fc.record({
  state: fc.constantFrom('running' as const, 'pending' as const, 'sealed' as const),
  vendorStatus: fc.constantFrom('RECORDING', 'UPLOADING', 'UPLOADED', 'ERRORED', 'STOPPED'),
  goneAtProvider: fc.boolean(),
  startedAt: fc.constantFrom(null, at(0)),
  stoppedAt: fc.constantFrom(null, at(60)),
});
const calls: fc.Arbitrary<Known> = fc
  .record({ people: fc.option(people), tracks, absent, order: orders, recording: recordings })
  .map(({ order: chosen, ...known }) => ({
    ...known,
    order: chosen === null ? null : order(chosen[0] === undefined ? null : chosen),
  }));

test('every file stands in exactly one cell', () => {
  fc.assert(
    fc.property(calls, (known) => {
      const shown = coverage(known).rows.flatMap(({ cells }) =>
        cells.flatMap(({ files }) => files),
      );
      const names = (list: readonly { fileName: string }[] = []) =>
        list.map(({ fileName }) => fileName);
      expect(names(shown).sort()).toEqual([...names(known.tracks), ...names(known.absent)].sort());
      expect(shown.flatMap(({ trackId }) => trackId ?? []).sort()).toEqual(
        known.tracks?.map(({ trackId }) => trackId).sort(),
      );
    }),
  );
});

test('the counts are those of the cells', () => {
  fc.assert(
    fc.property(calls, (known) => {
      const { rows, counts } = coverage(known);
      const states = rows.flatMap(({ cells }) => cells.map(({ state }) => state));
      for (const [state, count] of Object.entries(counts))
        expect(states.filter((one) => one === state)).toHaveLength(count);
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(states.length);
    }),
  );
});

const withState = (known: Known, wanted: CoverageState) =>
  coverage(known).rows.flatMap((row) =>
    row.cells.filter(({ state }) => state === wanted).map((cell) => ({ row, cell })),
  );

test('nobody is left out by choice without an order of ours for others, or with a file', () => {
  fc.assert(
    fc.property(calls, (known) => {
      for (const { row, cell } of withState(known, 'not-recorded-by-choice')) {
        const taken = known.order?.taken;
        if (taken?.kind !== 'chosen') throw new Error('nobody chose');
        expect(row.userId).not.toBeNull();
        expect(taken.userIds).not.toContain(row.userId);
        // A shared screen is nobody's voice.
        for (const { trackId } of cell.files)
          expect(known.tracks?.find((one) => one.trackId === trackId)?.streamKind).toBe(
            'screenshare',
          );
      }
    }),
  );
});

test('what is missing, outside or pending says why; what is received or short has a file', () => {
  fc.assert(
    fc.property(calls, (known) => {
      for (const state of ['missing', 'outside', 'pending'] as const)
        for (const { cell } of withState(known, state)) expect(cell.why).not.toBeNull();
      for (const state of ['received', 'short', 'extra'] as const)
        for (const { cell } of withState(known, state))
          expect(cell.files.some(({ trackId }) => trackId !== null)).toBe(true);
      for (const { state, shortMs } of coverage(known).rows.flatMap(({ cells }) => cells))
        expect(shortMs > 0).toBe(state === 'short');
    }),
  );
});

test('a hundred people of three connections each take a moment', () => {
  const crowd = Array.from({ length: 100 }, (_, number) => `guest${number}`);
  const known: Known = {
    people: crowd.map((key) =>
      person(
        key,
        [0, 1, 2].map((part) => ({
          peer: `${key}-${part}`,
          from: part * 20,
          to: part * 20 + 19,
        })),
      ),
    ),
    tracks: crowd.flatMap((key) =>
      [0, 1, 2].map((part) =>
        file(key, `${key}-${part}`, { startedAt: at(part * 20), durationMs: 19 * minuteMs }),
      ),
    ),
    order: order(null),
  };
  const times = Array.from({ length: 7 }, () => {
    const began = performance.now();
    expect(coverage(known).counts.received).toBe(300);
    return performance.now() - began;
  });
  const median = times.toSorted((a, b) => a - b)[3];
  expect(median).toBeLessThan(20);
});
