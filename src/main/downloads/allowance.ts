/** @file Main process, its threads too. How many bytes a second all running transfers may take together: one account in shared memory. */
import { systemClock, type Clock } from '../clock.ts';

/** Time that no person and no time server turns back, alike in every thread of the process. */
export type SteadyTime = Clock;

const steadyTime: SteadyTime = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: systemClock.sleep,
};

export interface Allowance {
  /** Hand it to another thread: `openAllowance(memory)` there is the same account. */
  readonly memory: SharedArrayBuffer;
  /** Bytes a second for all together; null for no limit. Holds from the next piece on. */
  limitTo(bytesPerSecond: number | null): void;
  isLimited(): boolean;
  /** The most that should be taken at once, so that all get their turn and a new limit soon holds. */
  largestPiece(): number;
  /**
   * Waits until these bytes may be taken.
   * @throws the signal's reason
   */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

const limitCell = 0;
/** Microseconds of steady time up to which turns have been given out. */
const takenUntilCell = 1;

/** A piece is what the limit brings in this time. */
const pieceMs = 50;
const smallestPiece = 256;
/** So much of a time in which too little came is made good. */
const creditUs = 150_000n;

/** Opens the account in `memory`, or a new one without limit. */
export function openAllowance(
  memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT),
  time: SteadyTime = steadyTime,
): Allowance {
  const cells = new BigInt64Array(memory);
  const limit = () => Number(Atomics.load(cells, limitCell));

  return {
    memory,
    limitTo(bytesPerSecond) {
      const wanted = bytesPerSecond === null ? 0 : Math.max(1, Math.round(bytesPerSecond));
      Atomics.store(cells, limitCell, BigInt(wanted));
    },
    isLimited: () => limit() > 0,
    largestPiece() {
      const bytesPerSecond = limit();
      if (bytesPerSecond === 0) return Number.MAX_SAFE_INTEGER;
      return Math.max(smallestPiece, Math.floor((bytesPerSecond * pieceMs) / 1_000));
    },
    async take(bytes, signal) {
      for (;;) {
        const bytesPerSecond = limit();
        if (bytesPerSecond === 0) return;
        const now = BigInt(Math.floor(time.now() * 1_000));
        const taken = Atomics.load(cells, takenUntilCell);
        const from = taken > now - creditUs ? taken : now - creditUs;
        const until = from + BigInt(Math.ceil((bytes * 1e6) / bytesPerSecond));
        // Another thread may have been quicker: then look again.
        if (Atomics.compareExchange(cells, takenUntilCell, taken, until) !== taken) continue;
        // Its turn comes when those before it have had theirs.
        if (from > now) await time.sleep(Number(from - now) / 1_000, signal);
        return;
      }
    },
  };
}
