/** @file Tests. The stand-in service's clock as ours: it jumps when a test says so, and whoever sleeps is woken by that. */
import type { Clock } from '../../src/main/clock.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { createSleepers } from './sleepers.ts';

const runsOnMs = 20;

export interface DrivenClock extends Clock {
  /** Moves both clocks on; sleepers wake in the order of their times. */
  advance(ms: number): void;
}

export function drivenClock({ clock }: Pick<Sandbox, 'clock'>): DrivenClock {
  const now = () => clock.now();
  const { sleep, wakeUntil } = createSleepers(now);
  return {
    now,
    sleep,
    advance(ms) {
      clock.advance(ms);
      // The service's clock runs on between two looks at it.
      wakeUntil(clock.now() + runsOnMs);
    },
  };
}
