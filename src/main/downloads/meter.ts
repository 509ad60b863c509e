/** @file Main process. Measures how fast bytes arrive, over the last few seconds. */
import type { Clock } from '../clock.ts';

export interface Meter {
  add(bytes: number): void;
  /** Bytes per second; 0 when nothing came lately. */
  rate(): number;
}

const windowMs = 5_000;
const slotMs = 250;

export function createMeter(clock: Clock): Meter {
  let slots: { at: number; bytes: number }[] = [];

  const recent = () => {
    const since = clock.now() - windowMs;
    slots = slots.filter((slot) => slot.at > since);
    return slots;
  };

  return {
    add(bytes) {
      const last = slots.at(-1);
      if (last !== undefined && clock.now() - last.at < slotMs) last.bytes += bytes;
      else recent().push({ at: clock.now(), bytes });
    },
    rate() {
      const kept = recent();
      const [first] = kept;
      if (first === undefined) return 0;
      const bytes = kept.reduce((sum, slot) => sum + slot.bytes, 0);
      // At least a second, or one packet would look like a fast line.
      return Math.round((bytes * 1000) / Math.max(1_000, clock.now() - first.at));
    },
  };
}
