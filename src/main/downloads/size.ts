/** @file Main process. What a file weighs before anybody has asked for it. */

/** Bytes of one hour of one person's audio, at 32 and at 64 kbit/s (contract 9). */
export const bytesPerHour = { least: 14_000_000, most: 29_000_000 } as const;

const hourMs = 3_600_000;
/** Of a file about which nothing is known: an hour. */
const unknownBytes = (bytesPerHour.least + bytesPerHour.most) / 2;

/** The middle of what a track of this length weighs; null when the length is not known. */
export function expectedBytesOf(durationMs: number | null): number | null {
  return durationMs === null || durationMs <= 0
    ? null
    : Math.round((unknownBytes * durationMs) / hourMs);
}

export interface Sizes {
  /** A file's true size was learned. */
  learn(bytes: number): void;
  of(file: { totalBytes: number | null; expectedBytes: number | null; receivedBytes: number }): {
    bytesLeft: number;
    isEstimate: boolean;
  };
}

/** How much one file that came counts against the mean so far. */
const newsPart = 0.02;

/** `meanBytes` of the files that came before; null when none came. */
export function createSizes(meanBytes: number | null): Sizes {
  let mean = meanBytes;
  return {
    learn(bytes) {
      mean = mean === null ? bytes : mean + (bytes - mean) * newsPart;
    },
    of({ totalBytes, expectedBytes, receivedBytes }) {
      const guess = expectedBytes ?? mean ?? unknownBytes;
      // At least one: what is complete has yet to be looked at and kept.
      const bytesLeft = Math.max(1, (totalBytes ?? guess) - receivedBytes);
      return { bytesLeft, isEstimate: totalBytes === null };
    },
  };
}
