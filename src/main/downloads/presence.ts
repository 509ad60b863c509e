/** @file Main process. Knows when the queue ran last, and notices when it did not: the app was off, or the computer slept. */
import type { Clock } from '../clock.ts';

/** Nothing was fetched from then until then; epoch ms. */
export interface Absence {
  fromAt: number;
  untilAt: number;
}

/** Beats that stay away for so many in a row were slept through. */
const missedBeats = 5;
/** A shorter absence is not worth telling, in ms. */
const tellingMs = 60 * 60_000;

/** What an absence says to a person: null when it was too short. */
export function worthTelling(absence: Absence): Absence | null {
  return absence.untilAt - absence.fromAt > tellingMs ? absence : null;
}

/** Beats every `everyMs` until `ended`; `onAbsence` is told first when beats were missed. */
export function keepPresent(world: {
  clock: Clock;
  everyMs: number;
  ended: AbortSignal;
  onBeat: () => void;
  onAbsence: (absence: Absence) => void;
}): void {
  const { clock, everyMs, ended } = world;
  let lastAt = clock.now();
  const beat = () => {
    const now = clock.now();
    const fromAt = lastAt;
    lastAt = now;
    if (now - fromAt > missedBeats * everyMs) world.onAbsence({ fromAt, untilAt: now });
    world.onBeat();
    clock.sleep(everyMs, ended).then(beat, () => undefined);
  };
  beat();
}
