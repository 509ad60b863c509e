/** @file Main process. Where the window goes: where it was, if that can still be reached on the screens there are now. Pure. */
import type { WindowPlace } from '../settings/index.ts';

/** A rectangle in points, as `screen` measures. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Placed {
  /** Without a position the system finds one. */
  bounds: { width: number; height: number } | Area;
  /** A screen smaller than the usual smallest size makes that smaller too. */
  smallest: { width: number; height: number };
}

const smallest = { width: 900, height: 600 };
const usual = { width: 1280, height: 800 };
/** So much of the title bar, in points, must lie on a screen for a person to take hold of it. */
const gripWidth = 120;
const gripHeight = 24;

/**
 * @param areas work areas of all screens, without panels and docks
 * @param primary the one a new window opens on
 */
export function placeWindow(
  remembered: WindowPlace | null,
  areas: readonly Area[],
  primary: Area,
): Placed {
  const { x, y } = remembered ?? {};
  const was = x === undefined || y === undefined ? null : { ...(remembered ?? usual), x, y };
  const area = (was === null ? null : largestShare(was, areas)) ?? primary;
  const least = {
    width: Math.min(smallest.width, area.width),
    height: Math.min(smallest.height, area.height),
  };
  const wished = remembered ?? usual;
  const width = Math.max(least.width, Math.min(wished.width, area.width));
  const height = Math.max(least.height, Math.min(wished.height, area.height));
  if (was === null || !isWithinReach({ x: was.x, y: was.y, width }, areas)) {
    return { bounds: { width, height }, smallest: least };
  }
  return { bounds: { x: was.x, y: was.y, width, height }, smallest: least };
}

/** The screen on which most of the window was; null when it was on none. */
function largestShare(place: Area, areas: readonly Area[]): Area | null {
  let best: { area: Area; share: number } | null = null;
  for (const area of areas) {
    const share =
      overlap(place.x, place.width, area.x, area.width) *
      overlap(place.y, place.height, area.y, area.height);
    if (share > (best?.share ?? 0)) best = { area, share };
  }
  return best?.area ?? null;
}

function isWithinReach({ x, y, width }: Omit<Area, 'height'>, areas: readonly Area[]): boolean {
  return areas.some(
    (area) =>
      overlap(x, width, area.x, area.width) >= gripWidth &&
      y >= area.y &&
      y + gripHeight <= area.y + area.height,
  );
}

function overlap(from: number, length: number, otherFrom: number, otherLength: number): number {
  return Math.max(0, Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom));
}
