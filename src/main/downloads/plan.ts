/** @file Main process. Decides, as a pure function, which files can still be saved and in which order all are fetched. */

/** Stands for an unknown deadline: later than any real one, and finite so that two of them compare equal. */
const latest = Number.MAX_SAFE_INTEGER;
/** A deadline with less than this part of the bytes until then to spare gets the line for itself. */
const tightPart = 0.1;

/** What the decision needs to know of a file. */
export interface Plannable {
  /** Epoch ms, by this computer's clock, after which it is gone; null when unknown. */
  deadlineAt: number | null;
  /** Bytes still to fetch, known or estimated. */
  bytes: number;
  /** Order of first listing. */
  order: number;
}

/** What the line is thought to bring. */
export interface Line {
  /** Epoch ms. */
  now: number;
  /** Bytes that can be fetched from now until `at`, all lanes together; never falls with time. */
  bytesBy(at: number): number;
}

export interface Plan<File> {
  /** Past their deadline by our reckoning: one question settles each, and what still comes may end any minute. */
  overdue: File[];
  /** Can all be saved, in this order. */
  onTime: File[];
  /**
   * Of `onTime` the first so many leave nothing to spare: while they are fetched the line belongs to
   * them alone. 0 when there is room for everything.
   */
  urgent: number;
  /** The fewest that have to be given up for the others; fetched when time remains, never dropped. */
  setAside: File[];
}

/**
 * Earliest deadline first; whenever that does not fit the line, the largest file so far is set aside,
 * which saves as many files as can be saved (Moore and Hodgson). Files without a known deadline come
 * after those with one, in the order they were listed. Does not change `files`.
 */
export function plan<File extends Plannable>(files: readonly File[], line: Line): Plan<File> {
  const sorted = [...files].sort(
    (a, b) => (a.deadlineAt ?? latest) - (b.deadlineAt ?? latest) || a.order - b.order,
  );
  const firstAhead = sorted.findIndex(({ deadlineAt }) => (deadlineAt ?? latest) > line.now);
  const overdue = sorted.splice(0, firstAhead < 0 ? sorted.length : firstAhead);
  const dropped = tooMuch(sorted, line);
  const onTime = sorted.filter((file) => !dropped.has(file));
  const setAside = sorted.filter((file) => dropped.has(file));
  return { overdue, onTime, urgent: urgentOf(onTime, line), setAside };
}

/** `sorted` by deadline. */
function tooMuch<File extends Plannable>(sorted: readonly File[], line: Line): ReadonlySet<File> {
  const taken = largestFirst<File>();
  const dropped = new Set<File>();
  let bytes = 0;
  for (const file of sorted) {
    if (file.deadlineAt === null) break;
    taken.add(file);
    bytes += file.bytes;
    if (bytes <= line.bytesBy(file.deadlineAt)) continue;
    const largest = taken.take();
    if (largest === undefined) continue;
    dropped.add(largest);
    bytes -= largest.bytes;
  }
  return dropped;
}

function urgentOf(onTime: readonly Plannable[], line: Line): number {
  let bytes = 0;
  for (const [index, file] of onTime.entries()) {
    if (file.deadlineAt === null) return 0;
    bytes += file.bytes;
    const possible = line.bytesBy(file.deadlineAt);
    if (possible - bytes < possible * tightPart) return index + 1;
  }
  return 0;
}

/** A heap; of two equal files the one added later is taken first. */
function largestFirst<File extends Plannable>(): {
  add(file: File): void;
  take(): File | undefined;
} {
  const heap: { file: File; place: number }[] = [];
  let places = 0;
  const isBefore = (a: number, b: number): boolean => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return other === undefined && one !== undefined;
    return one.file.bytes > other.file.bytes
      ? true
      : one.file.bytes === other.file.bytes && one.place > other.place;
  };
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  };

  return {
    add(file) {
      heap.push({ file, place: places });
      places += 1;
      for (let at = heap.length - 1; at > 0;) {
        const parent = (at - 1) >> 1;
        if (!isBefore(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    take() {
      swap(0, heap.length - 1);
      const top = heap.pop();
      for (let at = 0; ;) {
        const left = 2 * at + 1;
        const larger = isBefore(left + 1, left) ? left + 1 : left;
        if (!isBefore(larger, at)) break;
        swap(larger, at);
        at = larger;
      }
      return top?.file;
    },
  };
}
