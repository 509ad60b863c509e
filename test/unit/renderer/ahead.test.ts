/** @file Tests. What is said of the days to come: losses, ways out, links, clocks, alarms, estimates; and the life of a recording as lines. */
import { describe, expect, it } from 'vitest';
import { RecordingId, type Doomed, type Forecast, type TimelineMark } from '#contract';
import {
  estimateText,
  freeText,
  isAsked,
  isLarge,
  leftOutText,
  rangeText,
} from '../../../src/renderer/screens/estimate-words.ts';
import {
  alarmText,
  alarmUntilText,
  lossText,
  reckonedText,
  renewalText,
  skewText,
  toGoText,
  waysOut,
} from '../../../src/renderer/screens/forecast-words.ts';
import { offWords } from '../../../src/renderer/screens/pull-words.ts';
import { limitMeaning } from '../../../src/renderer/screens/settings/speed-words.ts';
import { stallNote } from '../../../src/renderer/screens/stall-words.ts';
import { timelineLines, toldTimeline } from '../../../src/renderer/screens/timeline-words.ts';
import { madeUpRecording } from '../../support/made-up-recording.ts';

const now = new Date(2026, 10, 20, 12).getTime();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const doomedAt = (deadlineAt: number): Doomed => ({
  recordingId: RecordingId.parse('r1'),
  title: 'Weekly',
  layerName: 'default',
  fileName: 'a.webm',
  bytes: 1,
  deadlineAt,
});

const forecastWith = (more: Partial<Forecast> = {}): Forecast => ({
  at: now,
  speed: { bytesPerSecond: 312_000, from: 'measured' },
  files: 34,
  bytes: 1.24e9,
  estimatedSizes: 12,
  doneAt: now + 4 * hourMs,
  doomed: [],
  doomedCount: 0,
  renewal: 'unknown',
  skewMs: null,
  ...more,
});

describe('a forecast', () => {
  it('says how many files will be lost and when the first, while it can still be changed', () => {
    const doomed = [doomedAt(now + 98 * hourMs), doomedAt(now + 99 * hourMs)];
    const said = (more: Partial<Forecast>) => lossText(forecastWith(more), now);
    expect(said({ doomed, doomedCount: 3 })).toBe(
      'At this speed 3 files will be lost, the first on Tuesday 14:00.',
    );
    expect(said({ doomed: [doomedAt(now + hourMs)], doomedCount: 1 })).toBe(
      'At this speed 1 file will be lost, today 13:00.',
    );
    expect(
      said({ doomed, doomedCount: 2, speed: { bytesPerSecond: null, from: 'nothing' } }),
    ).toMatch(/^As nothing is being fetched, 2 files/u);
    expect(said({ doomed: [doomedAt(now - 1)], doomedCount: 1 })).toBe('');
    expect(said({})).toBe('');
  });

  it('does not count what is past its deadline among what can still be saved', () => {
    const doomed = [doomedAt(now - 1), doomedAt(now + hourMs), doomedAt(now + 2 * hourMs)];
    expect(lossText(forecastWith({ doomed, doomedCount: 3 }), now)).toContain('2 files');
  });

  it('says what it reckons with, how much is to go, and what can be done', () => {
    const limited = forecastWith({ speed: { bytesPerSecond: 312_000, from: 'limit' } });
    expect(reckonedText(limited)).toBe('Reckoned with 312 KB/s, the limit you set.');
    expect(toGoText(forecastWith(), now)).toBe('about 1.2 GB to go, done about 16:00');
    expect(toGoText(forecastWith({ doneAt: null, estimatedSizes: 0 }), now)).toBe('1.2 GB to go');
    expect(toGoText(forecastWith({ files: 0 }), now)).toBe('');
    expect(waysOut({ limited: true, pausedByPerson: false, others: true })).toBe(
      'lift the limit of the speed, set aside what matters less, leave Trackvault on or go to a faster line.',
    );
    expect(waysOut({ limited: false, pausedByPerson: true, others: false })).toMatch(
      /^let the transfers go on, leave/u,
    );
  });

  it('tells what was learned of links, and a clock that is off by more than five minutes', () => {
    expect(renewalText({ renewal: 'unknown' })).toBe('');
    expect(renewalText({ renewal: 'fixed' })).toMatch(/^Links are not renewed/u);
    expect(renewalText({ renewal: 'renews' })).toMatch(/^Links are renewed/u);
    expect(skewText({ skewMs: 4 * minuteMs })).toBe('');
    expect(skewText({ skewMs: null })).toBe('');
    expect(skewText({ skewMs: 12 * minuteMs })).toContain('12 min behind the service’s');
    expect(skewText({ skewMs: -90 * minuteMs })).toContain('1 h 30 min ahead of the service’s');
  });

  it('says which alarm has begun and until when', () => {
    expect(alarmText({ hours: 12, files: 2 })).toBe('Less than 12 hours left for 2 files.');
    expect(alarmUntilText({ files: 1, deadlineAt: now + 90 * minuteMs }, now)).toBe(
      '1 file, 1 h 30 min left, until today 13:30',
    );
    expect(alarmUntilText({ files: 1, deadlineAt: now - 1 }, now)).toBe('1 file, deadline passed');
  });
});

describe('the time nobody fetched', () => {
  it('is told with what it cost', () => {
    const wasOff = { fromAt: now - 20 * hourMs, untilAt: now - hourMs, lost: 2 };
    expect(offWords({ wasOff }, now)).toEqual({
      text: 'Trackvault was off from yesterday 16:00 to today 11:00; 2 files were lost meanwhile.',
      lost: 2,
    });
    expect(offWords({ wasOff: { ...wasOff, lost: 0 } }, now)?.text).toContain('nothing was lost');
    expect(offWords({ wasOff: null }, now)).toBeNull();
  });
});

describe('an estimate', () => {
  const found = {
    recordings: 12,
    files: 40,
    bytes: { least: 1.2e9, most: 2.5e9 },
    freeBytes: 30e9,
    deadlineAt: null,
  };

  it('says a range in one unit, or in two', () => {
    expect(estimateText(found)).toBe('12 recordings, 40 files, about 1.2–2.5 GB');
    expect(rangeText({ least: 9e8, most: 1.5e9 })).toBe('900 MB – 1.5 GB');
    expect(rangeText({ least: 1e6, most: 1e6 })).toBe('1.0 MB');
    expect(freeText(found)).toBe('30.0 GB are free on the library’s disk.');
    expect(freeText({ ...found, freeBytes: null })).toBe('');
  });

  it('is asked about when the choice is to ask, or when it may take more than half of the disk', () => {
    expect(isAsked({ kind: 'all' }, found)).toBe(false);
    expect(isAsked({ kind: 'ask' }, found)).toBe(true);
    expect(isLarge({ ...found, freeBytes: 4.9e9 })).toBe(true);
    expect(isAsked({ kind: 'all' }, { ...found, freeBytes: 4.9e9 })).toBe(true);
    expect(isAsked({ kind: 'ask' }, { ...found, files: 0 })).toBe(false);
  });

  it('gives the size of what is left out only when it is about the same recordings', () => {
    const passages = [{ deadlineAt: now + 2 * hourMs }, { deadlineAt: null }];
    const small = { ...found, recordings: 2 };
    expect(leftOutText(passages, small, now)).toBe(
      '2 recordings (about 1.2–2.5 GB) are not fetched by your choice; the service deletes the first: today 14:00.',
    );
    expect(leftOutText(passages.slice(1), found, now)).toBe(
      '1 recording is not fetched by your choice.',
    );
  });
});

describe('a limit', () => {
  it('is said in the figures of a line and of an hour', () => {
    expect(limitMeaning(1_000_000)).toBe('That is 8.0 Mbit/s, or 3.6 GB an hour.');
  });
});

describe('a timeline', () => {
  const mark = (
    what: TimelineMark['what'],
    at: number | null,
    more: Partial<TimelineMark> = {},
  ): TimelineMark => ({ what, at, word: null, from: 'service', ...more });

  it('says when each thing happened, how long after the one before, and what is to come', () => {
    const lines = timelineLines(
      [
        mark('invoked', now - 62 * minuteMs),
        mark('started', now - hourMs),
        mark('uploaded', now - 10 * minuteMs, { from: 'seen', word: 'UPLOADED' }),
        mark('deadline', now + 50 * hourMs),
      ],
      now,
    );
    expect(lines.map(({ name, standing }) => [name, standing])).toEqual([
      ['Invoked', 'past'],
      ['Recording', 'past'],
      ['Uploaded', 'last'],
      ['Deleted by the service', 'ahead'],
    ]);
    expect(lines[1]).toMatchObject({ at: 'Today, 11:00:00', age: '1 h ago', after: 'after 2 min' });
    expect(lines[2]).toMatchObject({ after: '', note: 'seen then; it happened some time before' });
    expect(lines[3]?.age).toBe('2 d 2 h left');
  });

  it('passes on a word nobody knows, and marks what went wrong', () => {
    const [odd, failed] = timelineLines(
      [
        mark('other', now - 2 * hourMs, { word: 'STOPPED', from: 'seen' }),
        mark('errored', now - hourMs),
      ],
      now,
    );
    expect(odd).toMatchObject({ name: 'STOPPED', word: null });
    expect(failed?.standing).toBe('bad');
  });

  it('calls what has just happened no thing to come, though the clock of the window lags', () => {
    const [line] = timelineLines([mark('first-file', now + 20_000, { from: 'here' })], now);
    expect(line).toMatchObject({ age: 'just now', standing: 'last' });
  });

  it('of a recording no longer followed is what the service told, and the deadline only while it matters', () => {
    const recording = madeUpRecording(now);
    expect(toldTimeline(recording, now).map(({ what }) => what)).toEqual([
      'invoked',
      'started',
      'stopped',
    ]);
    const waiting = madeUpRecording(now, {
      absent: [{ layerName: 'default', fileName: 'a', state: 'pending' }],
    });
    expect(toldTimeline(waiting, now).at(-1)?.what).toBe('deadline');
  });
});

describe('a stall', () => {
  it('says what is at risk, for how long it lasts, and that it is too late when it is', () => {
    const recording = madeUpRecording(now);
    const until = (untilAt: number | null) =>
      stallNote(
        { what: 'upload-takes-long', sinceAt: now - 50 * minuteMs, untilAt },
        recording,
        now,
      ).risk;
    expect(until(now + hourMs)).toBe(
      'Its files may come late, or never. It has lasted for 50 min. The service keeps it until today 13:00: 1 h 0 min left.',
    );
    expect(until(now - hourMs)).toContain('can no longer be helped');
    expect(until(null)).toBe('Its files may come late, or never. It has lasted for 50 min.');
  });
});
