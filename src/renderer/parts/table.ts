/** @file Renderer. How a table is described to the part that draws it. */

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
