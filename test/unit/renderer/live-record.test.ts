/** @file Tests. Choosing whom to record: by name, by pasted ids, up to a hundred; and what is said before an order is given. */
import { describe, expect, it } from 'vitest';
import { Check, type Preflight, type Recordable } from '../../../src/preload/contract/recorder.ts';
import { fitting, listed, readIds, withMore } from '../../../src/renderer/live/choosing.ts';
import {
  checkText,
  inOrder,
  prefixRefusal,
  refusalText,
  whatIsMissing,
  type Unsettled,
} from '../../../src/renderer/live/record-words.ts';

const idOf = (number: number): string =>
  `aaa5d2f0-6b1c-4e83-90d7-${String(number).padStart(12, '0')}`;

const someone = (number: number, more: Partial<Recordable> = {}): Recordable => ({
  userId: idOf(number),
  customParticipantId: null,
  names: [`Person ${String(number)}`],
  inCall: false,
  from: ['meeting'],
  ...more,
});

const mara = someone(1, { names: ['Mara Lindqvist'], customParticipantId: 'guest_17' });
const anna = someone(2, { names: ['Anna Schmidt'], inCall: true });
const otherAnna = someone(3, { names: ['anna schmidt ', 'Field'] });
const people = [mara, anna, otherAnna];

describe('the people who may be chosen', () => {
  it('stand with those in the call first, and two of one name are told apart', () => {
    const all = listed(people);
    expect(all.map(({ userId }) => userId)).toEqual([anna, otherAnna, mara].map((p) => p.userId));
    expect(all.map(({ sharesName }) => sharesName)).toEqual([true, true, false]);
    expect(all[1]?.otherNames).toEqual(['Field']);
  });

  it('do not share a name by having none', () => {
    const nameless = [someone(7, { names: [] }), someone(8, { names: [] })];
    expect(listed(nameless).map(({ sharesName, name }) => [sharesName, name])).toEqual([
      [false, null],
      [false, null],
    ]);
  });

  it('are found by any of their names, their id or their custom id', () => {
    const found = (words: string) => fitting(listed(people), words).map(({ userId }) => userId);
    expect(found('lind mara')).toEqual([mara.userId]);
    expect(found('FIELD')).toEqual([otherAnna.userId]);
    expect(found('guest_17')).toEqual([mara.userId]);
    expect(found(anna.userId.slice(-6))).toEqual([anna.userId]);
    expect(found('nobody')).toEqual([]);
    expect(found('  ')).toHaveLength(3);
  });
});

describe('pasted ids', () => {
  const choices = { people, customIds: ['guest_17', 'left long ago, 2024'] };

  it('of known people choose them, in any case and parted by anything usual', () => {
    const text = `${mara.userId.toUpperCase()},\n ${anna.userId}; ${anna.userId}`;
    expect(readIds(text, choices)).toEqual({
      userIds: [mara.userId, anna.userId],
      customIds: [],
      unknown: [],
    });
  });

  it('of the integrator’s own are refused, also those with blanks in them', () => {
    expect(readIds('guest_17', choices)).toMatchObject({ userIds: [], customIds: ['guest_17'] });
    expect(readIds(' left long ago, 2024 ', choices)?.customIds).toEqual(['left long ago, 2024']);
  });

  it('that nobody has are refused', () => {
    expect(readIds(idOf(99), choices)).toMatchObject({ userIds: [], unknown: [idOf(99)] });
    expect(readIds(`${mara.userId} whoever`, choices)).toMatchObject({
      userIds: [mara.userId],
      unknown: ['whoever'],
    });
  });

  it('are no ids where they are words to search for', () => {
    expect(readIds('Mara Lindqvist', choices)).toBeNull();
    expect(readIds('', choices)).toBeNull();
  });
});

describe('the 101st', () => {
  it('is refused, and said to be', () => {
    const hundred = Array.from({ length: 100 }, (_each, index) => idOf(index));
    expect(withMore(hundred, [idOf(5)])).toEqual({ chosen: hundred, left: [] });
    const { chosen, left } = withMore(hundred, [idOf(100)]);
    expect(chosen).toEqual(hundred);
    expect(left).toEqual([idOf(100)]);
    expect(refusalText({ kind: 'too-many', left: ['Mara'] })).toMatch(
      /takes 100 people in one order\. Mara was not added/,
    );
  });
});

describe('what is said of a refusal', () => {
  it('names the consequence of a custom id and who is meant', () => {
    expect(refusalText({ kind: 'custom-ids', ids: ['guest_17'], named: ['Mara'] })).toBe(
      '“guest_17” is a custom id. The service would take the order, record nobody under it and leave zero files. Choose Mara in the list instead.',
    );
  });

  it('has words for every check and every reason', () => {
    for (const what of Check.shape.what.options) {
      expect(checkText({ what, state: 'good', why: null, about: [] })).not.toBe('');
    }
    for (const why of Check.shape.why.unwrap().options) {
      const text = checkText({ what: 'people', state: 'bad', why, about: ['guest_17'] });
      expect(text).toMatch(/^[^ ].*\.$/);
    }
  });

  it('names each thing wrong with a prefix', () => {
    const preview = { fileName: '', reading: 'ambiguous', candidates: [] } as const;
    const ids = { prefix: null, userId: null, peerId: null };
    const said = (refusal: 'underscore' | 'empty' | null) =>
      prefixRefusal({ ...preview, ...ids, candidates: [], refusal });
    expect(said('underscore')).toMatch(/hyphen/);
    expect(said('empty')).toMatch(/forty/);
    expect(said(null)).toBeNull();
  });
});

describe('before an order', () => {
  const good: Preflight = { checks: [], mayStart: true, running: [] };
  const settled: Unsettled = {
    hasWhom: true,
    chosenCount: null,
    prefixBad: false,
    told: true,
    preflight: good,
  };

  it('nothing is missing only when all is settled and people were told', () => {
    expect(whatIsMissing(settled)).toBeNull();
    expect(whatIsMissing({ ...settled, told: false })).toMatch(/told/);
    expect(whatIsMissing({ ...settled, hasWhom: false })).toMatch(/who/);
    expect(whatIsMissing({ ...settled, chosenCount: 0 })).toMatch(/Choose/);
    expect(whatIsMissing({ ...settled, prefixBad: true })).toMatch(/prefix/);
    expect(whatIsMissing({ ...settled, preflight: null })).toMatch(/Looking/);
  });

  it('says the reason why it would fail', () => {
    const bad: Check = { what: 'call', state: 'bad', why: 'not-live', about: [] };
    const doubt: Check = { what: 'people', state: 'doubt', why: 'people-partial', about: [] };
    const fine: Check = { what: 'access', state: 'good', why: null, about: [] };
    const preflight = { ...good, mayStart: false, checks: [fine, doubt, bad] };
    expect(whatIsMissing({ ...settled, preflight })).toMatch(/Nobody is in this meeting/);
    expect(inOrder(preflight.checks)).toEqual([bad, doubt, fine]);
    const silent = (what: Check['what'], state: Check['state']): Check =>
      Check.parse({ what, state, why: 'unreachable', about: [] });
    const alone = inOrder([fine, silent('call', 'doubt'), silent('access', 'bad')]);
    expect(alone).toEqual([silent('access', 'bad'), fine]);
  });
});
