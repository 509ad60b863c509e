/** @file Renderer. Where an address puts the playhead. Pure. */
import type { Moment } from '#contract';
import { clamp } from './layout.ts';

/**
 * Milliseconds from the ruler's zero, inside the recording. A moment of the day needs the recording's
 * own time: without one it is the beginning.
 * @param startsAt epoch ms of the ruler's zero; null when no time is known
 */
export function placeOf(at: Moment, startsAt: number | null, lengthMs: number): number {
  if (at.kind === 'offset') return clamp(at.ms, 0, lengthMs);
  return startsAt === null ? 0 : clamp(at.at - startsAt, 0, lengthMs);
}
