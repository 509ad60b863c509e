/** @file Main process. Decides, as a pure function, which files can still be saved and in which order all are fetched. */

/** Stands for an unknown deadline: later than any real one, and finite so that two of them compare equal. */
const latest = Number.MAX_SAFE_INTEGER;
/** A deadline with less than this part of the bytes until then to spare gets the line for itself. */
const tightPart = 0.1;
/**
 * Ends of the stretches, in ms from now, in which the small files come first: a night that nobody
 * foresees covers one of them, and what ends in the next can still be fetched afterwards.
 */
const stretchesMs = [12 * 3_600_000, 24 * 3_600_000];

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
  /** Can all be saved when fetched in this order. */
  onTime: File[];
  /** Those of `onTime` that leave nothing to spare: while they are fetched the line belongs to them alone. */
  urgent: File[];
  /** The fewest that have to be given up for the others; fetched when time remains, never dropped. */
  setAside: File[];
}

/**
 * Earliest deadline first; whenever that does not fit the line, the largest file so far is set aside,
 * which saves as many files as can be saved (Moore and Hodgson). Of the files that end within the
 * next half day, and of those of the half day after it, the small ones come first as long as none of
 * the others is late for it (Smith): whatever stops the line unforeseen, most are here by then. Files without a known deadline come after those
 * with one, in the order they were listed. Does not change `files`.
 */
export function plan<File extends Plannable>(files: readonly File[], line: Line): Plan<File> {
  const sorted = [...files].sort(byDeadline);
  const isAhead = (at: number) => (file: File) => (file.deadlineAt ?? latest) > at;
  const overdue = splitOff(sorted, isAhead(line.now));
  const dropped = tooMuch(sorted, line);
  const saved = sorted.filter((file) => !dropped.has(file));
  const setAside = sorted.filter((file) => dropped.has(file));
  const tight = new Set(saved.slice(0, tightOf(saved, line)));
  const onTime: File[] = [];
  for (const stretchMs of stretchesMs) {
    const stretch = splitOff(saved, isAhead(line.now + stretchMs));
    onTime.push(...smallFirst(stretch, line, sum(onTime)));
  }
  onTime.push(...saved);
  return { overdue, onTime, urgent: onTime.filter((file) => tight.has(file)), setAside };
}

const byDeadline = (a: Plannable, b: Plannable): number =>
  (a.deadlineAt ?? latest) - (b.deadlineAt ?? latest) || a.order - b.order;

/** Takes away and returns what comes before the first that fits `isRest`. */
function splitOff<File>(files: File[], isRest: (file: File) => boolean): File[] {
  const first = files.findIndex(isRest);
  return files.splice(0, first < 0 ? files.length : first);
}

/**
 * From the end: the largest of those that may come last does. `files` by deadline, none of them late
 * in that order after `bytesBefore` others.
 */
function smallFirst<File extends Plannable>(
  files: readonly File[],
  line: Line,
  bytesBefore: number,
): File[] {
  const order: File[] = [];
  const mayBeLast = largestFirst<File>();
  let bytes = bytesBefore + sum(files);
  let next = files.length - 1;
  while (order.length < files.length) {
    for (; next >= 0; next -= 1) {
      const file = files[next];
      if (file === undefined || line.bytesBy(file.deadlineAt ?? latest) < bytes) break;
      mayBeLast.add(file);
    }
    // Rounding alone can leave nobody: then the latest deadline comes last, as ever.
    if (mayBeLast.isEmpty()) {
      const file = files[next];
      next -= 1;
      if (file !== undefined) mayBeLast.add(file);
    }
    const last = mayBeLast.take();
    if (last === undefined) break;
    order.push(last);
    bytes -= last.bytes;
  }
  return order.reverse();
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

/** How many of the first, `sorted` by deadline, leave nothing to spare. */
function tightOf(sorted: readonly Plannable[], line: Line): number {
  let bytes = 0;
  for (const [index, file] of sorted.entries()) {
    if (file.deadlineAt === null) return 0;
    bytes += file.bytes;
    const possible = line.bytesBy(file.deadlineAt);
    if (possible - bytes < possible * tightPart) return index + 1;
  }
  return 0;
}

const sum = (files: readonly Plannable[]): number =>
  files.reduce((total, { bytes }) => total + bytes, 0);

interface Heap<File> {
  add(file: File): void;
  take(): File | undefined;
  isEmpty(): boolean;
}

/** A heap; of two equal files the one with the later deadline is taken first. */
function largestFirst<File extends Plannable>(): Heap<File> {
  const heap: File[] = [];
  const isBefore = (a: number, b: number): boolean => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return one !== undefined;
    return one.bytes === other.bytes ? byDeadline(one, other) > 0 : one.bytes > other.bytes;
  };
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  };

  return {
    add(file) {
      heap.push(file);
      for (let at = heap.length - 1; at > 0;) {
        const parent = (at - 1) >> 1;
        if (!isBefore(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    isEmpty: () => heap.length === 0,
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
      return top;
    },
  };
}
