/** @file Tests. What people read: failures in three parts, numbers and times, states, the pull in one line. */
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../src/preload/contract/errors.ts';
import type { PullStatus } from '../../../src/preload/contract/pull.ts';
import { wordsFor } from '../../../src/renderer/error-words.ts';
import {
  bytesText,
  durationText,
  elide,
  initials,
  leftText,
  lengthWords,
} from '../../../src/renderer/parts/format.ts';
import { whyMatched } from '../../../src/renderer/review/name-words.ts';
import { headline, progressOf } from '../../../src/renderer/screens/pull-words.ts';
import { statesOf } from '../../../src/renderer/screens/state-words.ts';

describe('failures', () => {
  it.each(errorCodes)('%s says what happened and what is safe, in whole sentences', (code) => {
    const { what, safe, next } = wordsFor({ code, message: 'for the log only' });
    for (const sentence of [what, safe, next].filter((each) => each !== '')) {
      expect(sentence).toMatch(/^[A-Z“].*[.!?]$/su);
      expect(sentence.toLowerCase()).not.toContain('something went wrong');
      expect(sentence).not.toContain('for the log only');
    }
    expect(what).not.toBe('');
    expect(safe).not.toBe('');
  });
});

describe('numbers', () => {
  it('are short and never round up into a strange unit', () => {
    expect([0, 999, 1000, 999_499, 999_500, 1_400_000, 123_456_789].map(bytesText)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 KB',
      '999 KB',
      '1.0 MB',
      '1.4 MB',
      '123 MB',
    ]);
  });

  it('show lengths as clocks, without rounding a tenth up into the next second', () => {
    expect(durationText(247_000)).toBe('4:07');
    expect(durationText(3_729_000)).toBe('1:02:09');
    expect(durationText(59_999, true)).toBe('0:59.9');
    expect(durationText(NaN)).toBe('0:00');
    expect(lengthWords(48_400)).toBe('48 s');
    expect(lengthWords(3_720_000)).toBe('1 h 2 min');
  });

  it('tell what is left until a deadline', () => {
    const now = 1_700_000_000_000;
    expect(leftText(now - 60_001, now)).toBe('passed');
    expect(leftText(now + 59 * 60_000, now)).toBe('59 min');
    expect(leftText(now + 5 * 3_600_000, now)).toBe('5 h 0 min');
    expect(leftText(now + 76 * 3_600_000, now)).toBe('3 d 4 h');
  });
});

describe('names and ids', () => {
  it('are cut in the middle by whole characters', () => {
    expect(elide('4f1c9a7e0242424242', 6, 4)).toBe('4f1c9a…4242');
    expect(elide('short')).toBe('short');
    expect(elide('👩'.repeat(30), 2, 2)).toBe('👩👩…👩👩');
  });

  it('have initials in any script, and a sign when there is nothing', () => {
    expect(
      [
        'Ines Okafor',
        'jonas.weidemann@x.org',
        'ليلى حداد',
        'Ada',
        'Tariq (tower)',
        'Jonas Weber 🚢',
        ' ⚓ ',
      ].map(initials),
    ).toEqual(['IO', 'JW', 'لح', 'A', 'TT', 'JW', '?']);
  });
});

describe('states of a meeting', () => {
  it('are said once each, the most urgent first', () => {
    const said = statesOf(['sealed', 'composite', 'pending', 'sealed']);
    expect(said.map(({ text, count }) => [text, count])).toEqual([
      ['Incomplete', 1],
      ['Sealed', 2],
      ['Composite', 1],
    ]);
  });
});

describe('a pull', () => {
  const pull = (more: Partial<PullStatus>): PullStatus => ({
    state: 'fetching',
    recordings: 2,
    composites: 0,
    files: { total: 4, kept: 1, failed: 1 },
    bytesPerSecond: 0,
    pausedUntil: null,
    pausedBecause: null,
    pausedByPerson: false,
    wasOff: null,
    nextAt: null,
    transfers: [],
    failure: null,
    endedAt: null,
    atRisk: [],
    ...more,
  });

  it('does not claim success when files are missing', () => {
    expect(headline(pull({ state: 'done' }))).toBe('Done, but 1 file could not be fetched.');
    expect(headline(pull({ state: 'done', pausedByPerson: true }))).toBe(
      'All transfers are paused.',
    );
    expect(headline(pull({ state: 'done', files: { total: 2, kept: 2, failed: 0 } }))).toBe(
      'Done. 2 files archived.',
    );
  });

  it('counts bytes under way and never passes the end', () => {
    expect(progressOf(pull({ state: 'listing' }))).toBeNull();
    expect(progressOf(pull({}))).toBe(0.5);
    expect(progressOf(pull({ files: { total: 1, kept: 1, failed: 1 } }))).toBe(1);
  });
});

describe('why a track was found', () => {
  it('says how the name is read and at most two facts, no shapes beside them', () => {
    expect(
      whyMatched([
        'reading-exact',
        'peer-known',
        'user-known',
        'peer-belongs-to-user',
        'two-uuids',
      ]),
    ).toEqual([
      'the name is read with evidence',
      'a participant of the session had this peer_id',
      'a participant of the meeting has this user_id',
    ]);
  });

  it('falls back on shapes where nothing else speaks', () => {
    expect(whyMatched(['reading-derived', 'two-uuids'])).toEqual([
      'the shape of the name allows only this reading',
      'the name ends in two UUIDs',
    ]);
  });
});
