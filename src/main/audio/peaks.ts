/** @file Main process. Sound → pairs of lowest and highest, 100 a second, written while they come as audiowaveform `.dat` v2, 8 bit. */
import type { FileHandle } from 'node:fs/promises';
import { PICTURE_RATE } from './decoder.ts';

/** Samples at 16 kHz per pair of `peaks.dat`: 100 pairs a second. */
export const PEAK_SAMPLES = 160;
/** Samples at 16 kHz per pair of `overview.dat`: 1.5625 pairs a second. */
export const OVERVIEW_SAMPLES = 10_240;
const PEAKS_PER_OVERVIEW = OVERVIEW_SAMPLES / PEAK_SAMPLES;

export const DAT_HEADER_BYTES = 24;

/** Header of a `.dat` file: version 2, 8 bit, one channel. */
export function datHeader(samplesPerPair: number, pairs: number): Buffer {
  const header = Buffer.alloc(DAT_HEADER_BYTES);
  [2, 1, PICTURE_RATE, samplesPerPair, pairs, 1].forEach((value, i) => {
    header.writeUInt32LE(value, 4 * i);
  });
  return header;
}

/** Told of each pair of `peaks.dat` as it is finished: the mean square of its samples. */
export type OnPeak = (meanSquare: number) => void;

/** Takes sound in order and keeps what is to be drawn. Silence costs next to nothing. */
export class PeakReducer {
  /** Pairs not yet taken by `takePeaks`. */
  #pairs = Buffer.alloc(2 * 16_384);
  #filled = 0;
  #inPair = 0;
  #low = 0;
  #high = 0;
  #squares = 0;
  #overview: Buffer;
  #overviewPairs = 0;
  #pairsInOverview = 0;
  #overviewLow = 0;
  #overviewHigh = 0;
  readonly #onPeak: OnPeak;

  /** @param samples length of the whole at 16 kHz; more is not taken */
  constructor(samples: number, onPeak: OnPeak) {
    this.#onPeak = onPeak;
    this.#overview = Buffer.alloc(2 * Math.ceil(samples / OVERVIEW_SAMPLES));
  }

  sound(samples: Float32Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const end = Math.min(to, at + PEAK_SAMPLES - this.#inPair);
      let low = this.#low;
      let high = this.#high;
      let squares = this.#squares;
      for (let i = at; i < end; i++) {
        const sample = samples[i] ?? 0;
        if (sample < low) low = sample;
        if (sample > high) high = sample;
        squares += sample * sample;
      }
      this.#low = low;
      this.#high = high;
      this.#squares = squares;
      this.#inPair += end - at;
      at = end;
      if (this.#inPair === PEAK_SAMPLES) this.#closePair();
    }
  }

  silence(samples: number): void {
    let left = samples;
    while (left > 0) {
      const part = Math.min(left, PEAK_SAMPLES - this.#inPair);
      this.#inPair += part;
      left -= part;
      if (this.#inPair === PEAK_SAMPLES) this.#closePair();
    }
  }

  /** Closes what has begun; nothing more may come. */
  end(): void {
    if (this.#inPair > 0) this.#closePair();
    if (this.#pairsInOverview > 0) this.#closeOverviewPair();
  }

  /** The pairs finished since the last call. */
  takePeaks(): Buffer {
    const taken = Buffer.from(this.#pairs.subarray(0, this.#filled));
    this.#filled = 0;
    return taken;
  }

  get pendingBytes(): number {
    return this.#filled;
  }

  /** The overview so far, as a whole `.dat`. */
  overview(): Buffer {
    return Buffer.concat([
      datHeader(OVERVIEW_SAMPLES, this.#overviewPairs),
      this.#overview.subarray(0, 2 * this.#overviewPairs),
    ]);
  }

  #closePair(): void {
    if (this.#filled + 2 > this.#pairs.length) {
      this.#pairs = Buffer.concat([this.#pairs], 2 * this.#pairs.length);
    }
    const low = Math.max(-128, Math.round(this.#low * 128));
    const high = Math.min(127, Math.round(this.#high * 128));
    this.#pairs.writeInt8(low, this.#filled);
    this.#pairs.writeInt8(high, this.#filled + 1);
    this.#filled += 2;
    this.#onPeak(this.#squares / PEAK_SAMPLES);
    this.#inPair = 0;
    this.#low = 0;
    this.#high = 0;
    this.#squares = 0;
    if (low < this.#overviewLow) this.#overviewLow = low;
    if (high > this.#overviewHigh) this.#overviewHigh = high;
    if (++this.#pairsInOverview === PEAKS_PER_OVERVIEW) this.#closeOverviewPair();
  }

  #closeOverviewPair(): void {
    const at = 2 * this.#overviewPairs;
    if (at + 2 <= this.#overview.length) {
      this.#overview.writeInt8(this.#overviewLow, at);
      this.#overview.writeInt8(this.#overviewHigh, at + 1);
      this.#overviewPairs++;
    }
    this.#pairsInOverview = 0;
    this.#overviewLow = 0;
    this.#overviewHigh = 0;
  }
}

/** Writes `peaks.dat` as its pairs come; the header last, when their number is known. */
export class PeakFile {
  readonly #file: FileHandle;
  #pairs = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async append(pairs: Buffer): Promise<void> {
    await this.#file.write(pairs, 0, pairs.length, DAT_HEADER_BYTES + 2 * this.#pairs);
    this.#pairs += pairs.length / 2;
  }

  async finish(): Promise<void> {
    const header = datHeader(PEAK_SAMPLES, this.#pairs);
    await this.#file.write(header, 0, header.length, 0);
  }
}
