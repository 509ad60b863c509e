/** @file Main process. Looks whether the disk has room before a file is begun, and while files grow. */
import type { Clock } from '../clock.ts';

/** How long, in ms, one look at the disk is good for. */
const looksLastMs = 10_000;
/** Left free for everything else that lives on the disk, the index of this very library first. */
const reserveBytes = 200_000_000;

export interface Room {
  /** Bytes there are for files, negative when the reserve is touched, infinite when nobody can say; `unknown`: look first. */
  forFiles(): number | 'unknown';
  /** Looks again when the last look is too old; resolves when there is a new figure, at once when not. */
  look(): Promise<void>;
}

/** Without `freeBytes` there is always room, until the disk itself says otherwise. */
export function createRoom(
  clock: Clock,
  freeBytes: (() => Promise<number | null>) | undefined,
): Room {
  let seen: { at: number; bytes: number } | null = null;
  let looking: Promise<void> | null = null;

  const isGood = () =>
    seen !== null && clock.now() - seen.at < looksLastMs && clock.now() >= seen.at;
  const look = async (ask: () => Promise<number | null>) => {
    // A disk that cannot be asked is not called full.
    const bytes = await ask().catch(() => null);
    seen = { at: clock.now(), bytes: (bytes ?? Infinity) - reserveBytes };
  };

  return {
    forFiles() {
      if (freeBytes === undefined) return Infinity;
      return seen !== null && isGood() ? seen.bytes : 'unknown';
    },
    async look() {
      if (freeBytes === undefined || isGood()) return;
      looking ??= look(freeBytes).finally(() => {
        looking = null;
      });
      await looking;
    },
  };
}
