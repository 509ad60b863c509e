/** @file Renderer. What the ruler says: ticks and labels of the wall clock and of meeting time, and where a day begins. Pure; zone and locale the system's. */
import { clockSecondsText, clockText, dayText, durationText } from '../parts/format.ts';
import { ticks, tickStep } from './layout.ts';

export interface RulerMark {
  /** From the ruler's zero. */
  atMs: number;
  /** Null: a small tick. */
  label: string | null;
  /** The day that begins here. */
  day: string | null;
}

export interface RulerSpan {
  fromMs: number;
  toMs: number;
  perSecond: number;
  /** Labels stand at least so far apart. */
  labelPx: number;
}

const dayMs = 86_400_000;

/** What `at` reads on a clock of the system's zone, as epoch ms: round there, whatever the zone. */
const localMs = (at: number): number => at - new Date(at).getTimezoneOffset() * 60_000;

const tenths = (ms: number): string =>
  `.${String(Math.floor((((ms % 1000) + 1000) % 1000) / 100))}`;

/** The wall clock: round times of day; midnight says which day begins. */
export function wallMarks(span: RulerSpan, startsAt: number): RulerMark[] {
  const step = tickStep(span.perSecond, span.labelPx);
  const origin = localMs(startsAt);
  return ticks(span.fromMs, span.toMs, step, origin).map(({ atMs, major }) => {
    const at = Math.round(startsAt + atMs);
    if (!major) return { atMs, label: null, day: null };
    const label =
      step % 60_000 === 0
        ? clockText(at)
        : step % 1000 === 0
          ? clockSecondsText(at)
          : `${clockSecondsText(at)}${tenths(at)}`;
    const begins = Math.round(origin + atMs) % dayMs === 0;
    return { atMs, label, day: begins ? dayText(at) : null };
  });
}

/** Meeting time: how long the recording has been going. */
export function meetingMarks(span: RulerSpan): RulerMark[] {
  const step = tickStep(span.perSecond, span.labelPx);
  return ticks(span.fromMs, span.toMs, step, 0).map(({ atMs, major }) => ({
    atMs,
    label: major ? durationText(atMs, step % 1000 !== 0) : null,
    day: null,
  }));
}
