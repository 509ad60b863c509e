/** @file Tests. Days, shares and speeds as people read them. */
import { describe, expect, it } from 'vitest';
import {
  agoText,
  nearDayText,
  percentText,
  speedText,
  weekdayText,
} from '../../../src/renderer/parts/format.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Noon of a Thursday, in the zone the tests run in. */
const now = new Date(2026, 2, 12, 12, 0).getTime();

describe('how long ago', () => {
  it.each([
    [20_000, 'just now'],
    [3 * minute, '3 min ago'],
    [59 * minute + 59_000, '59 min ago'],
    [2 * hour, '2 h ago'],
    [47 * hour, '47 h ago'],
    [5 * day, '5 d ago'],
    [-3 * minute, 'in 3 min'],
    [-26 * hour, 'in 26 h'],
  ])('%d ms is said “%s”', (ms, text) => {
    expect(agoText(now - ms, now)).toBe(text);
  });
});

describe('days', () => {
  it('near ones go by their names', () => {
    expect(nearDayText(now, now)).toBe('Today');
    expect(nearDayText(now - 11 * hour, now)).toBe('Today');
    expect(nearDayText(now - 13 * hour, now)).toBe('Yesterday');
    expect(nearDayText(now + 13 * hour, now)).toBe('Tomorrow');
    expect(nearDayText(now - 6 * day, now)).toBe(weekdayText(now - 6 * day));
  });

  it('a week ago is a date: its weekday is that of today', () => {
    expect(nearDayText(now - 7 * day, now)).toContain('5');
    expect(nearDayText(now - 7 * day, now)).not.toBe(weekdayText(now));
  });

  it('far ones carry their year', () => {
    expect(nearDayText(now - 400 * day, now)).toContain('2025');
  });

  it('count by midnights where clocks change too', () => {
    const spring = new Date(2026, 2, 29, 12, 0).getTime();
    expect(nearDayText(new Date(2026, 2, 28, 23, 30).getTime(), spring)).toBe('Yesterday');
    expect(nearDayText(new Date(2026, 2, 30, 0, 30).getTime(), spring)).toBe('Tomorrow');
  });
});

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '1 %'],
    [0.426, '43 %'],
    [0.9996, '99 %'],
    [1, '100 %'],
    [1.4, '100 %'],
    [NaN, '0 %'],
  ])('%d is %s: nothing and everything are said only when true', (share, text) => {
    expect(percentText(share)).toBe(text);
  });
});

describe('speeds', () => {
  it('are sizes each second, and a dash while unknown', () => {
    expect(speedText(1_440_000)).toBe('1.4 MB/s');
    expect(speedText(0)).toBe('0 bytes/s');
    expect(speedText(null)).toBe('–');
    expect(speedText(Infinity)).toBe('–');
  });
});
