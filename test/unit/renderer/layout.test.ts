/** @file Tests. Time and pixels of the lanes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/preload/contract/review.ts';
import { TrackId } from '../../../src/preload/contract/nouns.ts';
import {
  clampScroll,
  clipNear,
  closestPxPerSecond,
  contentWidth,
  fitPxPerSecond,
  isAudible,
  pxPerSecond,
  ticks,
  tickStep,
  visibleRows,
  zoomAt,
  zoomFromShare,
  zoomShare,
  type View,
} from '../../../src/renderer/review/layout.ts';

const hour = 3_600_000;
const view = (more: Partial<View> = {}): View => ({
  width: 1000,
  lengthMs: hour,
  zoom: null,
  ...more,
});
const clip = (digit: string, offsetMs: number, durationMs: number): Clip => ({
  trackId: TrackId.parse(digit.repeat(32)),
  offsetMs,
  durationMs,
  hasWaveform: true,
});

describe('zoom', () => {
  it('fits the whole recording into the width when nothing else is asked', () => {
    expect(contentWidth(view())).toBeCloseTo(1000, 6);
    expect(contentWidth(view({ width: 640 }))).toBeCloseTo(640, 6);
  });

  it('never goes below fit or beyond the closest zoom', () => {
    expect(pxPerSecond(view({ zoom: 0.001 }))).toBe(fitPxPerSecond(view()));
    expect(pxPerSecond(view({ zoom: 5000 }))).toBe(closestPxPerSecond);
  });

  it('keeps the time under the pointer where it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: 1.05, max: 4, noNaN: true }),
        (zoom, share, anchor, factor) => {
          const before = view({ zoom });
          const scroll = clampScroll(before, share * contentWidth(before));
          const timeBefore = (scroll + anchor) / pxPerSecond(before);
          const next = zoomAt(before, scroll, anchor, factor);
          const after = view({ zoom: next.zoom });
          expect((next.scroll + anchor) / pxPerSecond(after)).toBeCloseTo(timeBefore, 3);
        },
      ),
    );
  });

  it('falls back to fit when zoomed all the way out', () => {
    expect(zoomAt(view({ zoom: 10 }), 500, 300, 1e-6)).toEqual({ zoom: null, scroll: 0 });
  });

  it('has a slider whose position and zoom are each other’s inverse', () => {
    for (const share of [0.1, 0.5, 0.9, 1]) {
      expect(zoomShare(view({ zoom: zoomFromShare(view(), share) }))).toBeCloseTo(share, 6);
    }
  });

  it('does not divide by an empty recording', () => {
    const empty = view({ lengthMs: 0 });
    expect(contentWidth(empty)).toBe(0);
    expect(clampScroll(empty, 50)).toBe(0);
  });
});

describe('ticks', () => {
  it('stand on round times of the wall clock, not of the recording', () => {
    const origin = Date.UTC(2026, 10, 20, 9, 2, 13, 400);
    const labelled = ticks(0, 60_000, tickStep(10, 96), origin).filter((tick) => tick.major);
    expect(labelled.length).toBeGreaterThan(3);
    for (const { atMs } of labelled) expect((origin + atMs) % 10_000).toBe(0);
  });

  it('leave room for their labels at any zoom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 200, noNaN: true }), (perSecond) => {
        const toMs = (1200 / perSecond) * 1000;
        const at = ticks(0, toMs, tickStep(perSecond, 96), 0)
          .filter((tick) => tick.major)
          .map((tick) => tick.atMs);
        for (const [index, each] of at.entries()) {
          const before = at[index - 1];
          if (before === undefined) continue;
          expect(((each - before) / 1000) * perSecond).toBeGreaterThanOrEqual(95.9);
        }
      }),
    );
  });
});

describe('rows in sight', () => {
  it('are few however many lanes there are', () => {
    expect(visibleRows(7200, 600, 72, 1000)).toEqual({ first: 98, end: 111 });
    expect(visibleRows(0, 600, 72, 3)).toEqual({ first: 0, end: 3 });
    expect(visibleRows(0, 600, 72, 0)).toEqual({ first: 0, end: 0 });
  });
});

describe('the clip at a time', () => {
  const clips = [clip('a', 0, 1000), clip('b', 5000, 1000)];

  it('is the one that covers it, else the nearest', () => {
    expect(clipNear(clips, 5500)).toBe(clips[1]);
    expect(clipNear(clips, 2000)).toBe(clips[0]);
    expect(clipNear(clips, 4900)).toBe(clips[1]);
    expect(clipNear([], 0)).toBeNull();
  });
});

describe('mute and solo', () => {
  const none = new Set<string>();

  it('let everything sound when nothing is set', () => {
    expect(isAudible('a', none, none)).toBe(true);
  });

  it('let only solo lanes sound, and silence always win', () => {
    expect(isAudible('a', none, new Set(['b']))).toBe(false);
    expect(isAudible('b', none, new Set(['b']))).toBe(true);
    expect(isAudible('b', new Set(['b']), new Set(['b']))).toBe(false);
  });
});
