/** @file Renderer. Time and pixels of the lanes: zoom, scroll, ticks, which rows and clips are in sight. Pure. */
import type { Clip, Hole, Lane, Track, TrackId } from '#contract';

/** Pixels per second at the closest zoom. */
export const closestPxPerSecond = 200;

export interface View {
  /** Width of the lanes' area in pixels. */
  width: number;
  lengthMs: number;
  /** Pixels per second; null follows the width, so that all of it fits. */
  zoom: number | null;
}

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), Math.max(low, high));

/** Pixels per second at which the whole recording is in sight. */
export const fitPxPerSecond = ({ width, lengthMs }: View): number =>
  lengthMs > 0 && width > 0 ? (width * 1000) / lengthMs : 1;

export function pxPerSecond(view: View): number {
  const fit = fitPxPerSecond(view);
  return view.zoom === null ? fit : clamp(view.zoom, fit, Math.max(fit, closestPxPerSecond));
}

/** Width of the whole recording in pixels. */
export const contentWidth = (view: View): number => (view.lengthMs / 1000) * pxPerSecond(view);

export const clampScroll = (view: View, scroll: number): number =>
  clamp(scroll, 0, contentWidth(view) - view.width);

/** A new zoom that keeps the time under `anchorPx` (from the left edge of the view) where it is. */
export function zoomAt(
  view: View,
  scroll: number,
  anchorPx: number,
  factor: number,
): { zoom: number | null; scroll: number } {
  const before = pxPerSecond(view);
  const fit = fitPxPerSecond(view);
  const wanted = clamp(before * factor, fit, Math.max(fit, closestPxPerSecond));
  const zoom = wanted <= fit * 1.001 ? null : wanted;
  const after = { ...view, zoom };
  const seconds = (scroll + anchorPx) / before;
  return { zoom, scroll: clampScroll(after, seconds * pxPerSecond(after) - anchorPx) };
}

/** Position of the zoom between fit (0) and closest (1), for a slider; each step feels alike. */
export function zoomShare(view: View): number {
  const fit = fitPxPerSecond(view);
  if (fit >= closestPxPerSecond) return 0;
  return Math.log(pxPerSecond(view) / fit) / Math.log(closestPxPerSecond / fit);
}

/** The zoom at a position of the slider. */
export function zoomFromShare(view: View, share: number): number {
  const fit = fitPxPerSecond(view);
  return fit * (closestPxPerSecond / fit) ** clamp(share, 0, 1);
}

export interface Tick {
  /** From the ruler's zero. */
  atMs: number;
  major: boolean;
}

const tickSteps = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000,
];

/** Milliseconds between labelled ticks that stand at least `labelPx` apart. */
export function tickStep(perSecond: number, labelPx: number): number {
  const least = (labelPx / perSecond) * 1000;
  return tickSteps.find((step) => step >= least) ?? 86_400_000;
}

/**
 * Ticks of the ruler between two times. Labelled ones are `major` ms apart and on round times of the
 * clock that starts at `originMs` (epoch ms in local time, or 0 for meeting time).
 */
export function ticks(fromMs: number, toMs: number, major: number, originMs: number): Tick[] {
  const minor = major / (major % 3 === 0 && major % 5 !== 0 ? 3 : 5);
  const shift = ((originMs % major) + major) % major;
  const found: Tick[] = [];
  const first = Math.ceil((fromMs + shift) / minor);
  const last = Math.floor((toMs + shift) / minor);
  for (let index = first; index <= last; index += 1) {
    const atMs = index * minor - shift;
    if (atMs < 0) continue;
    const rest = Math.abs((index * minor) / major - Math.round((index * minor) / major));
    found.push({ atMs, major: rest < 1e-9 });
  }
  return found;
}

/** First and one past the last row in sight, with a few more on both sides. */
export function visibleRows(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
  extra = 2,
): { first: number; end: number } {
  const first = clamp(Math.floor(scrollTop / rowHeight) - extra, 0, count);
  const end = clamp(Math.ceil((scrollTop + height) / rowHeight) + extra, first, count);
  return { first, end };
}

export interface Span {
  fromMs: number;
  toMs: number;
}

/** Where a lane's holes lie on the ruler. */
export function holesOf(lane: Lane, tracks: ReadonlyMap<TrackId, Track>): Span[] {
  return lane.clips.flatMap(({ trackId, offsetMs }) =>
    (tracks.get(trackId)?.holes ?? []).map((hole: Hole) => ({
      fromMs: offsetMs + hole.atMs,
      toMs: offsetMs + hole.atMs + hole.lengthMs,
    })),
  );
}

/** The clip of a lane at a time; without one there, the clip nearest to it. */
export function clipNear(clips: readonly Clip[], atMs: number): Clip | null {
  let nearest: Clip | null = null;
  let distance = Infinity;
  for (const clip of clips) {
    const end = clip.offsetMs + clip.durationMs;
    const away = atMs < clip.offsetMs ? clip.offsetMs - atMs : Math.max(0, atMs - end);
    if (away < distance) {
      nearest = clip;
      distance = away;
    }
  }
  return nearest;
}

/** Mute silences always; once anything is solo, only solo lanes sound. */
export const isAudible = (
  key: string,
  muted: ReadonlySet<string>,
  solo: ReadonlySet<string>,
): boolean => !muted.has(key) && (solo.size === 0 || solo.has(key));
