/** @file Main process. Knows when nobody fetched: the app was off, or the computer slept; and what that cost. */
import type { Clock } from '../clock.ts';
import type { FileIdentity } from '../library/index.ts';
import type { WasOff } from './types.ts';

/** Nothing was fetched from then until then; epoch ms. */
export interface Absence {
  fromAt: number;
  untilAt: number;
}

export interface Presence {
  /** Nobody was there; a short absence is not worth telling. */
  missed(absence: Absence): void;
  /** The last one worth telling. */
  wasOff(): WasOff | null;
  /** Beats every `everyMs` until `ended`; where beats were missed that is told first. */
  keep(everyMs: number, ended: AbortSignal): void;
}

/** Beats that stay away for so many in a row were slept through. */
const missedBeats = 5;
/** A shorter absence is not worth telling, in ms. */
const tellingMs = 60 * 60_000;

export function createPresence(world: {
  clock: Clock;
  /** Files still to come whose deadline lay in it. */
  endedIn: (absence: Absence) => FileIdentity[];
  /** It came after all. */
  hasCome: (file: FileIdentity) => boolean;
  onBeat: () => void;
  /** Beats were missed: the computer slept, or its clock was set. */
  onReturn: () => void;
}): Presence {
  const { clock } = world;
  let last: (Absence & { ended: FileIdentity[] }) | null = null;

  const missed = (absence: Absence) => {
    if (absence.untilAt - absence.fromAt <= tellingMs) return;
    last = { ...absence, ended: world.endedIn(absence) };
  };

  return {
    missed,
    wasOff() {
      if (last === null) return null;
      const { fromAt, untilAt, ended } = last;
      return { fromAt, untilAt, lost: ended.filter((file) => !world.hasCome(file)).length };
    },
    keep(everyMs, ended) {
      let lastAt = clock.now();
      const beat = () => {
        const now = clock.now();
        const fromAt = lastAt;
        lastAt = now;
        if (now - fromAt > missedBeats * everyMs) {
          missed({ fromAt, untilAt: now });
          world.onReturn();
        }
        world.onBeat();
        clock.sleep(everyMs, ended).then(beat, () => undefined);
      };
      beat();
    },
  };
}
