/** @file Main process. Reads the `Range` header of a request for a track's bytes. Pure. */

export interface ByteRange {
  first: number;
  /** Inclusive, as in HTTP. */
  last: number;
}

/**
 * Reads one byte range (RFC 9110 §14). Electron's `net.fetch('file:')` answers 200 to a range and
 * the player then seeks silently to zero, so ranges are answered here.
 * @returns the range; `null` for "send everything"; `'unsatisfiable'` for 416
 */
export function readRange(header: string | null, size: number): ByteRange | null | 'unsatisfiable' {
  if (header === null) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null) return null;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return null;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last || first >= size ? 'unsatisfiable' : { first, last };
}
