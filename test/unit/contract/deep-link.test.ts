/** @file Tests. An address that was written is read as what it was; anything else is nothing. */
import { MeetingId, RecordingId, parseDeepLink, writeDeepLink } from '#contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const wellFormed = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
const odd = fc.constantFrom(
  'a/b',
  '.',
  '..',
  '%2F',
  '%',
  '_',
  '?',
  '#',
  '&t=1',
  '+',
  ' ',
  'ü/🎧',
  '\n',
);
const id = fc.oneof(wellFormed, odd);
const at = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant('offset' as const), ms: fc.nat(86_400_000) }),
  fc.record({
    kind: fc.constant('moment' as const),
    at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  }),
);

const at90 = { kind: 'offset', ms: 90_000 };
const timeOf = (t: string) => parseDeepLink(`trackvault://meeting/m?t=${t}`)?.at;

describe('the address of a moment', () => {
  it('is read as it was written, whatever the ids look like', () => {
    fc.assert(
      fc.property(id, fc.option(id), at, (meeting, recording, moment) => {
        const target = { meetingId: meeting, recordingId: recording, at: moment };
        expect(parseDeepLink(writeDeepLink(target))).toEqual(target);
      }),
    );
  });

  it('never throws, neither on what is written nor on what is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, tail) => {
        parseDeepLink(text);
        parseDeepLink(`trackvault://meeting/${text}?${tail}`);
        parseDeepLink(`trackvault://meeting/m?t=${tail}`);
      }),
    );
    const lone = writeDeepLink({ meetingId: 'a\ud800', recordingId: null, at: null });
    expect(parseDeepLink(lone)?.meetingId).toBe('a\ufffd');
  });

  it('looks as one would type it', () => {
    const meetingId = MeetingId.parse('aaa/1');
    const recordingId = RecordingId.parse('r 2');
    expect(writeDeepLink({ meetingId, recordingId, at: { kind: 'offset', ms: 90_500 } })).toBe(
      'trackvault://meeting/aaa%2F1?t=90.5&recording=r%202',
    );
    expect(writeDeepLink({ meetingId, recordingId: null, at: null })).toBe(
      'trackvault://meeting/aaa%2F1',
    );
  });

  it.each(['90', '90.0', '1m30s', '0h1m30s', '90s', '1:30', '0:01:30'])(
    'takes %s for ninety seconds',
    (t) => {
      expect(timeOf(t)).toEqual(at90);
    },
  );

  it.each([
    ['1:02:03', 3_723_000],
    ['1h', 3_600_000],
    ['90.5', 90_500],
    ['1:30.250', 90_250],
    ['0', 0],
  ])('takes %s for %i ms', (t, ms) => {
    expect(timeOf(t)).toEqual({ kind: 'offset', ms });
  });

  it.each([
    '2026-11-18T09:02:15Z',
    '2026-11-18T11:02:15+02:00',
    '2026-11-18T11%3A02%3A15%2B02%3A00',
  ])('takes %s for a moment of the day', (t) => {
    expect(timeOf(t)).toEqual({ kind: 'moment', at: Date.UTC(2026, 10, 18, 9, 2, 15) });
  });

  it.each([
    'https://meeting/m',
    'trackvault:meeting/m',
    'trackvault://recording/m',
    'trackvault://user@meeting/m',
    'trackvault://meeting:80/m',
    'trackvault://meeting/',
    'trackvault://meeting/a/b',
    'trackvault://meeting/%E0%A4%A',
    'trackvault://meeting/m?t=',
    'trackvault://meeting/m?t=-5',
    'trackvault://meeting/m?t=1e3',
    'trackvault://meeting/m?t=soon',
    'trackvault://meeting/m?t=2026-11-18T09:02:15',
    'trackvault://meeting/m?t=2026-13-40T09:02:15Z',
    'trackvault://meeting/m?t=1&t=2',
    'trackvault://meeting/m?recording=',
    'trackvault://meeting/m?do=pull',
    'trackvault://meeting/m?t=99999999999',
    'trackvault://meeting/m?__proto__=1',
    'trackvault://meeting/m --library /tmp/x',
    `trackvault://meeting/${'a'.repeat(2049)}`,
  ])('is nothing when it is %s', (text) => {
    expect(parseDeepLink(text)).toBeNull();
  });
});
