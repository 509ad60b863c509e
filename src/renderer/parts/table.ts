/** @file Renderer. How a table is described, and which of its rows are worth drawing. Pure; lengths in CSS px. */

export interface Column {
  id: string;
  text: string;
  align?: 'start' | 'end';
  /** A track of the CSS grid with a least width, never `auto`: `minmax(12rem, 2fr)`, `6rem`. */
  width: string;
  sortable?: boolean;
  /** The heading is heard and not seen. */
  hideText?: boolean;
}

export interface Sort {
  id: string;
  direction: 'up' | 'down';
}

export interface Sight {
  scrollTop: number;
  /** Height of what is seen, without the header. */
  height: number;
  rowHeight: number;
}

/** Rows kept ready above and below what is seen, so that a scroll shows no gap. */
const beyond = 4;
/** The range moves in steps, so that most scroll events change nothing. */
const step = 2;

/** The half-open range of rows to draw: all that is seen and a few more. */
export function rowsInSight(
  { scrollTop, height, rowHeight }: Sight,
  count: number,
): { first: number; end: number } {
  if (rowHeight <= 0 || height <= 0) return { first: 0, end: Math.min(count, 1) };
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  const seen = Math.floor(top / rowHeight);
  const fits = Math.ceil(height / rowHeight) + 1;
  const first = Math.max(0, Math.floor((seen - beyond) / step) * step);
  return { first, end: Math.min(count, first + fits + beyond * 2 + step) };
}

/** Where to scroll so that the row is wholly seen; the same place if it already is. */
export function scrolledTo(row: number, { scrollTop, height, rowHeight }: Sight): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - height);
}
