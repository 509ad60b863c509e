/** @file Tests. What a review says: the ruler in two clocks, the choice of a recording, the service's answer in sentences. */
import { describe, expect, it } from 'vitest';
import { Recording, RecordingId, Track, TrackId } from '../../../src/preload/contract/nouns.ts';
import type { Lane } from '../../../src/preload/contract/review.ts';
import { laneTrouble } from '../../../src/renderer/review/lane-words.ts';
import { choicesOf } from '../../../src/renderer/review/choices.ts';
import { meetingMarks, wallMarks } from '../../../src/renderer/review/ruler.ts';
import { differenceText, firstLines, shapeText } from '../../../src/renderer/review/vendor-text.ts';

const labelled = <Mark extends { label: string | null }>(marks: readonly Mark[]) =>
  marks.filter(({ label }) => label !== null);

describe('the ruler', () => {
  // Local times, so that the test holds in every zone.
  const beforeMidnight = new Date(2026, 10, 22, 23, 59, 41, 500).getTime();
  const span = { fromMs: 0, toMs: 60_000, perSecond: 15, labelPx: 96 };

  it('stands on round times of the wall clock and of the meeting alike', () => {
    const wall = labelled(wallMarks(span, beforeMidnight));
    expect(wall.map(({ label }) => label)).toEqual([
      '23:59:50',
      '00:00:00',
      '00:00:10',
      '00:00:20',
      '00:00:30',
      '00:00:40',
    ]);
    expect(wall[0]?.atMs).toBe(8_500);
    const meeting = labelled(meetingMarks(span)).map(({ label }) => label);
    expect(meeting).toEqual(['0:00', '0:10', '0:20', '0:30', '0:40', '0:50', '1:00']);
  });

  it('says which day begins, at midnight and nowhere else', () => {
    const marks = wallMarks(span, beforeMidnight);
    const days = marks.filter(({ day }) => day !== null);
    expect(days).toHaveLength(1);
    expect(days[0]?.atMs).toBe(18_500);
    expect(days[0]?.day).toContain('23');
  });

  it('has hours and minutes from afar, tenths from near', () => {
    const day = { fromMs: 0, toMs: 36_000_000, perSecond: 0.02, labelPx: 96 };
    for (const { label } of labelled(wallMarks(day, beforeMidnight))) {
      expect(label).toMatch(/^\d\d:\d\d$/);
    }
    const near = { fromMs: 0, toMs: 3_000, perSecond: 200, labelPx: 96 };
    const labels = labelled(wallMarks(near, beforeMidnight)).map(({ label }) => label);
    expect(labels).toEqual([
      '23:59:41.5',
      '23:59:42.0',
      '23:59:42.5',
      '23:59:43.0',
      '23:59:43.5',
      '23:59:44.0',
      '23:59:44.5',
    ]);
  });
});

describe('the choice of a recording', () => {
  const recording = (more: Partial<Recording>): Recording =>
    Recording.parse({
      recordingId: 'fff1',
      meetingId: 'bbb1',
      sessionId: '5e550000-0000-4000-8000-000000000001',
      title: null,
      kind: 'track',
      vendorStatus: 'UPLOADED',
      errorMessage: null,
      state: 'sealed',
      goneAtProvider: false,
      invokedAt: new Date(2026, 10, 22, 9, 5).getTime(),
      startedAt: null,
      stoppedAt: null,
      deadlineAt: null,
      observedAt: null,
      trackCount: 2,
      peopleCount: 2,
      bytes: 10,
      lengthMs: 63_000,
      absent: [],
      ...more,
    });

  it('says when, how long, how much and what became of it', () => {
    const [only] = choicesOf([recording({})]);
    expect(only?.text).toContain('09:05');
    expect(only?.detail).toBe('Sealed · 1:03 · 2 tracks');
  });

  it('tells sessions apart where a meeting had several, and only there', () => {
    const other = recording({
      recordingId: RecordingId.parse('fff2'),
      sessionId: null,
      invokedAt: null,
      lengthMs: null,
      trackCount: 1,
    });
    const [first, second] = choicesOf([recording({}), other]);
    expect(first?.detail).toMatch(/session 5e5500…0001$/);
    expect(second).toEqual({ value: 'fff2', text: 'Unknown time', detail: 'Sealed · 1 track' });
  });
});

describe('the answer of the service', () => {
  it('has a sentence for each kind of difference, with what was found', () => {
    const said = (kind: Parameters<typeof differenceText>[0]['kind'], found: string) =>
      differenceText({ path: 'status', kind, found });
    expect(said('unknown-word', '“STOPPED”')).toBe(
      'A word the documentation does not list. Found: “STOPPED”.',
    );
    expect(said('missing-member', '')).toBe('Documented, but not in the answer.');
    expect(said('other-type', 'text')).toContain('Found: text.');
    expect(said('unknown-member', 'number')).toContain('Not documented.');
  });

  it('names the form of the list, wrapped or not, known or not', () => {
    expect(shapeText('layers')).toContain('as documented');
    expect(shapeText('json-links')).toBe(`${shapeText('links')}; written as JSON inside a text`);
    expect(shapeText('spiral')).toBe('spiral');
  });

  it('is cut after so many lines, and says how many are left', () => {
    expect(firstLines('a\nb\nc\nd', 2)).toEqual({ text: 'a\nb', rest: 2 });
    expect(firstLines('a\nb', 2)).toEqual({ text: 'a\nb', rest: 0 });
    expect(firstLines('a\nb', Infinity)).toEqual({ text: 'a\nb', rest: 0 });
    expect(firstLines('', 5)).toEqual({ text: '', rest: 0 });
  });
});

describe('what the matter is with a lane', () => {
  const trackId = TrackId.parse('a'.repeat(32));
  const lane: Lane = {
    key: 'x',
    speaker: null,
    userId: null,
    customParticipantId: null,
    joinedBy: 'alone',
    streamKind: 'peer',
    mediaKind: 'audio',
    playable: true,
    talkMs: null,
    clips: [{ trackId, offsetMs: 0, durationMs: 5_000, hasWaveform: true }],
  };
  const tracks = (more: Partial<Track>) =>
    new Map([
      [
        trackId,
        Track.parse({
          trackId,
          recordingId: 'fff1',
          meetingId: null,
          sessionId: null,
          layerName: 'default',
          fileName: 'a.webm',
          path: 'recordings/a.webm',
          bytes: 1,
          sha256: 'f'.repeat(64),
          reading: 'unreadable',
          prefix: null,
          userId: null,
          peerId: null,
          streamKind: null,
          mediaKind: null,
          trackStamp: null,
          candidates: [],
          flags: [],
          evidence: [],
          customParticipantId: null,
          speaker: null,
          startedAt: null,
          durationMs: 5_000,
          holes: [],
          media: { kind: 'ok' },
          importedFrom: null,
          state: 'verified',
          verifiedAt: null,
          ...more,
        }),
      ],
    ]);
  const truncated = { kind: 'damaged', fromMs: 4_000, why: 'truncated' } as const;

  it('is nothing where every file is whole', () => {
    expect(laneTrouble(lane, tracks({}), new Map())).toBeNull();
  });

  it('names a file that came damaged, from where and how', () => {
    expect(laneTrouble(lane, tracks({ media: truncated }), new Map())).toBe(
      'Damaged from 0:04: It ends in the middle of the sound.',
    );
  });

  it('says first what is graver: bytes lost on disk before all else', () => {
    const unreadable = new Map([[trackId, { code: 'audio.unreadable' as const, message: '' }]]);
    expect(laneTrouble(lane, tracks({ media: truncated }), unreadable)).toContain('cannot be read');
    const missing = tracks({ media: truncated, state: 'missing' });
    expect(laneTrouble(lane, missing, unreadable)).toMatch(/^Missing: /);
  });
});
