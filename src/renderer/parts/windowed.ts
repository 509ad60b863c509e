/** @file Renderer. Which lines of a long list of uneven heights are worth drawing. Pure; lengths in CSS px. */

export interface Stretch {
  /** Half open: the lines from `first` up to `end` are drawn. */
  first: number;
  end: number;
  /** Height of what is left out above and below. */
  above: number;
  below: number;
}

/** Kept ready above and below what is seen, so that a scroll shows no gap. */
const beyondPx = 400;

/** The lines that are seen, and some more. */
export function stretchInSight(
  heights: readonly number[],
  { scrollTop, height }: { scrollTop: number; height: number },
): Stretch {
  const from = scrollTop - beyondPx;
  const to = scrollTop + height + beyondPx;
  let top = 0;
  let first = heights.length;
  let end = heights.length;
  let above = 0;
  let below = 0;
  for (const [index, each] of heights.entries()) {
    const bottom = top + each;
    if (bottom <= from) above = bottom;
    else if (first === heights.length) first = index;
    if (top >= to) {
      if (end === heights.length) end = index;
      below += each;
    }
    top = bottom;
  }
  return { first: Math.min(first, end), end, above, below };
}

/** Where to scroll so that a line is wholly seen; the same place if it already is. */
export function scrolledToLine(
  heights: readonly number[],
  line: number,
  { scrollTop, height }: { scrollTop: number; height: number },
): number {
  const top = heights.slice(0, line).reduce((sum, each) => sum + each, 0);
  const bottom = top + (heights[line] ?? 0);
  if (top < scrollTop) return top;
  return bottom > scrollTop + height ? Math.min(top, bottom - height) : scrollTop;
}
