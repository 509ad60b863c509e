/** @file Main process. Decides, as a pure function, which file is fetched next. */

/** Stands for an unknown deadline: later than any real one, and finite so that two of them compare equal. */
const latest = Number.MAX_SAFE_INTEGER;

/** What the decision needs to know of a file that may be fetched now. */
export interface Plannable {
  /** Epoch ms after which the vendor deletes it; null when unknown. */
  deadlineAt: number | null;
  /** Order of first listing. */
  order: number;
}

/**
 * Earliest deadline first; files without a known deadline after those with one, then in the order
 * they were listed. Does not change `files`.
 */
export function plan<File extends Plannable>(files: readonly File[]): File[] {
  return [...files].sort(
    (a, b) => (a.deadlineAt ?? latest) - (b.deadlineAt ?? latest) || a.order - b.order,
  );
}
