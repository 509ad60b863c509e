/** @file Renderer. Reads stored waveforms, makes coarser levels of them, lays a lane's clips on one time line. Pure. */
import type { Clip, TrackId } from '#contract';

/** Least and greatest sample of equal stretches of time, −128 to 127. */
export interface Peaks {
  pairsPerSecond: number;
  /** min, max, min, max … */
  pairs: Int8Array;
}

/** What a lane draws: one value per stretch over the whole recording, −1 to 1. */
export interface LanePeaks {
  max: Float32Array;
  min: Float32Array;
}

/** Pairs per second of the full waveform and of the overview that is stored beside it. */
export const fullLevel = 100;
export const overviewLevel = 100 / 64;
/** Finest first; each holds half the pairs of the one before. */
export const levels = Array.from({ length: 7 }, (_, power) => fullLevel / 2 ** power);

const headerBytes = 24;
const eightBits = 1;

/**
 * Reads an audiowaveform `.dat` of version 2 with 8-bit pairs of one channel.
 * A file that is still being written is read as far as it goes.
 * @returns null when the bytes are something else.
 */
export function readPeaks(bytes: ArrayBuffer): Peaks | null {
  if (bytes.byteLength < headerBytes) return null;
  const header = new DataView(bytes);
  const version = header.getInt32(0, true);
  const flags = header.getUint32(4, true);
  const sampleRate = header.getInt32(8, true);
  const samplesPerPair = header.getInt32(12, true);
  const stated = header.getUint32(16, true);
  const channels = header.getInt32(20, true);
  if (version !== 2 || flags !== eightBits || channels !== 1) return null;
  if (sampleRate <= 0 || samplesPerPair <= 0) return null;
  const held = Math.floor((bytes.byteLength - headerBytes) / 2);
  return {
    pairsPerSecond: sampleRate / samplesPerPair,
    pairs: new Int8Array(bytes, headerBytes, Math.min(stated, held) * 2),
  };
}

/** The next coarser level: half as many pairs, each spanning two; an odd last pair stays alone. */
export function halve({ pairsPerSecond, pairs }: Peaks): Peaks {
  const count = Math.ceil(pairs.length / 4);
  const coarse = new Int8Array(count * 2);
  for (let index = 0; index < count; index += 1) {
    const at = index * 4;
    const min = pairs[at] ?? 0;
    const max = pairs[at + 1] ?? 0;
    coarse[index * 2] = Math.min(min, pairs[at + 2] ?? min);
    coarse[index * 2 + 1] = Math.max(max, pairs[at + 3] ?? max);
  }
  return { pairsPerSecond: pairsPerSecond / 2, pairs: coarse };
}

/** The coarsest level that still has a pair for each device pixel; the finest when none has. */
export function levelFor(pxPerSecond: number, pixelRatio: number): number {
  const wanted = pxPerSecond * pixelRatio;
  return levels.findLast((level) => level >= wanted) ?? fullLevel;
}

/**
 * Lays clips on one time line of the recording's length, in stretches of `1 / level` seconds. Peaks of
 * another level are spread to it. Where clips overlap, the larger swing is drawn.
 */
export function composeLane(
  clips: readonly Clip[],
  peaksOf: (trackId: TrackId) => Peaks | null,
  lengthMs: number,
  level: number,
): LanePeaks {
  const length = Math.max(1, Math.ceil((lengthMs / 1000) * level));
  const max = new Float32Array(length);
  const min = new Float32Array(length);
  for (const { trackId, offsetMs } of clips) {
    const peaks = peaksOf(trackId);
    if (!peaks) continue;
    const start = Math.round((offsetMs / 1000) * level);
    const count = peaks.pairs.length / 2;
    const spread = level / peaks.pairsPerSecond;
    for (let index = 0; index < count; index += 1) {
      const low = (peaks.pairs[index * 2] ?? 0) / 128;
      const high = (peaks.pairs[index * 2 + 1] ?? 0) / 128;
      const first = Math.max(0, start + Math.floor(index * spread));
      const end = Math.min(length, Math.max(first + 1, start + Math.floor((index + 1) * spread)));
      for (let at = first; at < end; at += 1) {
        if (low < (min[at] ?? 0)) min[at] = low;
        if (high > (max[at] ?? 0)) max[at] = high;
      }
    }
  }
  return { max, min };
}

/** The greatest swing of several waveforms, 0 to 1: lanes share one scale, so that loud stays loud. */
export function greatestSwing(all: Iterable<Peaks>): number {
  let greatest = 0;
  for (const { pairs } of all) {
    for (const value of pairs) greatest = Math.max(greatest, Math.abs(value));
  }
  return greatest / 128;
}
