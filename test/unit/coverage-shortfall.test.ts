/** @file Tests of how much of a connection is in none of its files. */
import { describe, expect, test } from 'vitest';
import { shortfallMs } from '../../src/main/covering/shortfall.ts';

const secondMs = 1000;
const sound = (from: number | null, length: number) => ({
  startedAt: from === null ? null : from * secondMs,
  durationMs: length * secondMs,
});
/** In seconds, of a connection of ten minutes. */
const short = (...sounds: ReturnType<typeof sound>[]): number =>
  shortfallMs(sounds, { fromAt: 0, untilAt: 600_000 }) / secondMs;

describe('of ten minutes', () => {
  test.each([
    ['all of it', [sound(0, 600)], 0],
    ['an end within 2 %', [sound(0, 588)], 0],
    ['an end beyond', [sound(0, 587)], 13],
    ['a start as late as media begin', [sound(47, 553)], 0],
    ['a start more than a minute late counts in full', [sound(90, 510)], 90],
    ['a late start and an early end', [sound(90, 410)], 190],
    ['a stretch between two files', [sound(0, 200), sound(300, 300)], 100],
    ['files that overlap', [sound(100, 500), sound(0, 400)], 0],
    ['a file inside another', [sound(0, 600), sound(100, 20)], 0],
    ['a file padded at its beginning', [sound(300, 600)], 0],
    ['a length without a stamp', [sound(null, 540)], 0],
    ['too little of one', [sound(null, 400)], 200],
    ['a stamp on one of two', [sound(null, 300), sound(300, 290)], 0],
    ['nothing but a moment', [sound(0, 0)], 600],
  ])('%s', (_what, sounds, expected) => {
    expect(short(...sounds)).toBe(expected);
  });

  test('five seconds are usual however short it was', () => {
    const ofTwenty = (length: number) =>
      shortfallMs([sound(0, length)], { fromAt: 0, untilAt: 20_000 });
    expect([ofTwenty(15), ofTwenty(14)]).toEqual([0, 6000]);
  });
});
