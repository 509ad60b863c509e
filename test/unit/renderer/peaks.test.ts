/** @file Tests. Stored waveforms: read as the library that defines the format reads them, halved, laid on a time line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import WaveformData from 'waveform-data';
import { TrackId } from '../../../src/preload/contract/nouns.ts';
import {
  composeLane,
  greatestSwing,
  halve,
  levelFor,
  levels,
  overviewLevel,
  readPeaks,
  type Peaks,
} from '../../../src/renderer/review/peaks.ts';

function dat(pairs: readonly number[], stated = pairs.length / 2): ArrayBuffer {
  const bytes = new ArrayBuffer(24 + pairs.length);
  const view = new DataView(bytes);
  view.setInt32(0, 2, true);
  view.setUint32(4, 1, true);
  view.setInt32(8, 16_000, true);
  view.setInt32(12, 160, true);
  view.setUint32(16, stated, true);
  view.setInt32(20, 1, true);
  new Int8Array(bytes, 24).set(pairs);
  return bytes;
}

const read = (bytes: ArrayBuffer): Peaks => {
  const peaks = readPeaks(bytes);
  if (!peaks) throw new Error('not read');
  return peaks;
};

const track = TrackId.parse('a'.repeat(32));
const other = TrackId.parse('b'.repeat(32));

describe('reading', () => {
  it('agrees with waveform-data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -128, max: 0 }), fc.integer({ min: 0, max: 127 })), {
          minLength: 1,
          maxLength: 200,
        }),
        (pairs) => {
          const bytes = dat(pairs.flat());
          const ours = read(bytes);
          const theirs = WaveformData.create(bytes);
          const channel = theirs.channel(0);
          expect(ours.pairsPerSecond).toBe(theirs.pixels_per_second);
          expect([...ours.pairs].filter((_, index) => index % 2 === 0)).toEqual(
            channel.min_array(),
          );
          expect([...ours.pairs].filter((_, index) => index % 2 === 1)).toEqual(
            channel.max_array(),
          );
        },
      ),
    );
  });

  it('takes a file that is still being written as far as it goes', () => {
    expect(read(dat([-1, 1, -2, 2], 500)).pairs).toHaveLength(4);
  });

  it('refuses what is not such a file', () => {
    expect(readPeaks(new ArrayBuffer(10))).toBeNull();
    expect(readPeaks(new ArrayBuffer(64))).toBeNull();
    const sixteenBits = dat([-1, 1]);
    new DataView(sixteenBits).setUint32(4, 0, true);
    expect(readPeaks(sixteenBits)).toBeNull();
  });
});

describe('levels', () => {
  it('keep every extreme when halved', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -128, max: 127 }), { maxLength: 64 }), (values) => {
        const pairs = Int8Array.from(
          values.flatMap((value) => [Math.min(0, value), Math.max(0, value)]),
        );
        let peaks: Peaks = { pairsPerSecond: 100, pairs };
        const swing = greatestSwing([peaks]);
        for (let step = 0; step < 6; step += 1) peaks = halve(peaks);
        expect(greatestSwing([peaks])).toBe(swing);
        expect(peaks.pairsPerSecond).toBe(overviewLevel);
      }),
    );
  });

  it('are chosen so that each device pixel has a pair, and no finer', () => {
    expect(levelFor(0.3, 1)).toBe(overviewLevel);
    expect(levelFor(10, 1)).toBe(12.5);
    expect(levelFor(10, 2)).toBe(25);
    expect(levelFor(200, 2)).toBe(100);
    expect(levels).toHaveLength(7);
  });
});

describe('a lane', () => {
  const loud: Peaks = { pairsPerSecond: 100, pairs: Int8Array.from([-64, 64, -32, 127]) };

  it('puts each clip at its offset and leaves the rest silent', () => {
    const clips = [{ trackId: track, offsetMs: 30, durationMs: 20, hasWaveform: true }];
    const lane = composeLane(clips, () => loud, 100, 100);
    expect(lane.max).toHaveLength(10);
    expect([...lane.max].map((value) => value > 0)).toEqual(
      Array.from({ length: 10 }, (_, index) => index === 3 || index === 4),
    );
    expect(lane.min[3]).toBe(-0.5);
  });

  it('draws the larger swing where clips overlap, and survives clips beyond the end', () => {
    const clips = [
      { trackId: track, offsetMs: 0, durationMs: 20, hasWaveform: true },
      { trackId: other, offsetMs: 10, durationMs: 20, hasWaveform: true },
      { trackId: other, offsetMs: 500, durationMs: 20, hasWaveform: true },
    ];
    const lane = composeLane(clips, () => loud, 40, 100);
    expect([...lane.max].map((value) => Math.round(value * 128))).toEqual([64, 127, 127, 0]);
  });

  it('spreads a coarser waveform over the finer time line', () => {
    const coarse: Peaks = { pairsPerSecond: 25, pairs: Int8Array.from([-10, 10, -20, 20]) };
    const clips = [{ trackId: track, offsetMs: 0, durationMs: 80, hasWaveform: true }];
    const lane = composeLane(clips, () => coarse, 80, 100);
    expect([...lane.max].map((value) => Math.round(value * 128))).toEqual([
      10, 10, 10, 10, 20, 20, 20, 20,
    ]);
  });
});
