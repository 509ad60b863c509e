/** @file Main process. Decides, as a pure function, what is begun and what gives way, from the plan and what runs. */
import type { Plan } from './plan.ts';

/** `ready`: may begin now. `later`: waits for its next try, or its last one still winds down. */
export type Readiness = 'ready' | 'running' | 'later';

export interface Lanes<File> {
  plan: Plan<File>;
  /** Files at once, at least 1. */
  atOnce: number;
  /** Lanes taken, those of attempts that wind down included. */
  taken: number;
  readiness(file: File): Readiness;
  /** So little is left of it that stopping it would gain nothing. */
  isNearlyDone(file: File): boolean;
}

export interface Moves<File> {
  begin: File[];
  /** To be interrupted; costs them nothing. */
  giveWay: File[];
}

/**
 * What runs is left alone, with two exceptions: files that leave nothing to spare get the line for
 * themselves, and what cannot be saved gives way to what can.
 */
export function moves<File>(lanes: Lanes<File>): Moves<File> {
  const { plan, atOnce, taken, readiness, isNearlyDone } = lanes;
  const { overdue, onTime, urgent, setAside } = plan;
  const isAtHand = (file: File) => readiness(file) !== 'later';
  const hurried = urgent.filter(isAtHand);
  const isHurry = hurried.length > 0;
  // One question settles an overdue file; a lane is left to it.
  const allowed = isHurry
    ? [...overdue, ...hurried]
    : [...overdue, ...onTime, ...setAside].filter(isAtHand);
  const ready = allowed.filter((file) => readiness(file) === 'ready');
  const begin = ready.slice(0, Math.max(0, atOnce - taken));

  const stayed = isHurry
    ? new Set([...overdue, ...allowed.filter(isAtHand).slice(0, atOnce)])
    : null;
  const isWaitedFor = onTime.filter((file) => readiness(file) === 'ready').length;
  const mayGo =
    stayed === null
      ? setAside.slice().reverse()
      : [...setAside.slice().reverse(), ...onTime.slice().reverse()].filter(
          (file) => !stayed.has(file),
        );
  const going = mayGo.filter((file) => readiness(file) === 'running' && !isNearlyDone(file));
  const free = Math.max(0, atOnce - taken);
  const giveWay = stayed === null ? going.slice(0, Math.max(0, isWaitedFor - free)) : going;
  return { begin, giveWay };
}
