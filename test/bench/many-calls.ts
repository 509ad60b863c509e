/** @file Bench. A scenario of any number of recorded calls: the casts of `harbour` meet again and again. */
import type { Scenario } from '../sandbox/scenario.ts';
import { meetAgain } from '../sandbox/scenarios/again.ts';
import { harbour } from '../sandbox/scenarios/harbour.ts';

/** `calls` track recordings within the week before now, each with all files of its cast. */
export function manyCalls(calls: number): Scenario {
  const meetings = Array.from({ length: calls }, (_, number) => meetAgain(number));
  return { ...harbour, name: `${String(calls)} calls`, meetings };
}
