/** @file Main process. Everything that keeps the whole queue still: obstacles for a while, a person until they say otherwise, a sleeping computer. */
import type { ErrorCode } from '#contract';

import type { Clock } from '../clock.ts';
import { pauseMs } from './reaction.ts';
import type { Pause } from './types.ts';

/** An obstacle that lasts longer is no hiccup any more, in ms. */
const lastingMs = 10 * 60_000;
/** A computer that announced its sleep and still counts after so long, in ms, does not sleep. */
const drowsyMs = 30_000;

export interface Halts {
  /** The obstacle in the way, if any. */
  pause(): Pause | null;
  byPerson(): boolean;
  /** From when on files may be fetched: now, later, or null when nobody can say. */
  openAt(): number | null;
  /**
   * From when on the forecast may reckon with fetching: like `openAt`, but an obstacle that has been
   * there for ten minutes has no foreseeable end.
   */
  foreseenAt(): number | null;
  /** Pauses for an obstacle; `untilAt` null: as long as usual, longer each time in a row. */
  pauseFor(because: ErrorCode, untilAt: number | null): void;
  /** A file came through: the next obstacle is a new one. */
  cameThrough(): void;
  /** Somebody says that the obstacle is gone. */
  lift(): void;
  /** A person stops everything, or lets it go on. */
  setByPerson(paused: boolean): void;
  sleep(): void;
  wake(): void;
}

export function createHalts(clock: Clock, wasPausedByPerson: boolean): Halts {
  let byPerson = wasPausedByPerson;
  let pause: (Pause & { sinceAt: number }) | null = null;
  let inARow = 0;
  /** When the first obstacle of the row came up. */
  let hinderedSince: number | null = null;
  let drowsyUntil: number | null = null;

  const current = () => {
    // A clock that was set back must not make a pause of hours.
    if (pause !== null && (clock.now() >= pause.until || clock.now() < pause.sinceAt)) pause = null;
    return pause;
  };
  const lift = () => {
    pause = null;
    inARow = 0;
    hinderedSince = null;
  };
  const openAt = (): number | null => {
    if (byPerson) return null;
    const now = clock.now();
    if (drowsyUntil !== null && now >= drowsyUntil) drowsyUntil = null;
    return Math.max(now, current()?.until ?? now, drowsyUntil ?? now);
  };

  return {
    pause() {
      const found = current();
      return found === null ? null : { because: found.because, until: found.until };
    },
    byPerson: () => byPerson,
    openAt,
    foreseenAt() {
      const isLasting =
        current() !== null && hinderedSince !== null && clock.now() - hinderedSince >= lastingMs;
      return isLasting ? null : openAt();
    },
    pauseFor(because, untilAt) {
      const now = clock.now();
      const before = current();
      // Three transfers may meet the same obstacle at once: one pause, and the longest asked for holds.
      if (before === null) inARow += 1;
      hinderedSince ??= now;
      const until = untilAt ?? now + pauseMs(because, Math.max(0, inARow - 1));
      if (before === null || until > before.until) pause = { because, until, sinceAt: now };
    },
    cameThrough() {
      inARow = 0;
      hinderedSince = null;
    },
    lift,
    setByPerson(paused) {
      byPerson = paused;
    },
    sleep() {
      drowsyUntil = clock.now() + drowsyMs;
    },
    wake() {
      drowsyUntil = null;
      lift();
    },
  };
}
