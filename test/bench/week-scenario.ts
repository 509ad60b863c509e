/** @file Bench. One week drawn from a seed: files, deadlines, line, sleeps, clock; and what somebody who knows it all could save. */
import { bytesPerHour, expectedBytesOf } from '../../src/main/downloads/index.ts';

/** Times are ms of true time since the beginning of the week. */
export interface WeekFile {
  name: string;
  /** Files of one recording are listed together. */
  recording: string;
  bytes: number;
  /** What its recording's length lets expect; null when the service does not tell the length. */
  expectedBytes: number | null;
  listedAt: number;
  /** The service deletes it. */
  deletedAt: number;
  /** The first link ends; never later than `deletedAt`. */
  linkEndsAt: number;
  /** Requests answered with 403 before one is served; infinite for a file that is never served. */
  refusals: number;
}

export interface Stretch {
  fromAt: number;
  /** Bytes per second. */
  speed: number;
}

export interface Sleep {
  fromAt: number;
  untilAt: number;
  /** The system said so before. */
  isAnnounced: boolean;
}

export interface Week {
  seed: number;
  files: WeekFile[];
  line: Stretch[];
  sleeps: Sleep[];
  /** The service's clock minus ours from a moment on, in ms; a second entry is a clock that was set. */
  skews: { fromAt: number; skewMs: number }[];
  /** Whether reading a recording again brings newer links (U12). */
  renews: boolean;
  /** Middle of the line, in Mbit/s. */
  middle: number;
  random: () => number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** Everything that was listed within the week is decided by then. */
export const endAt = 14.5 * dayMs;
const bytesOfMbit = 125_000;

/** Numbers in [0, 1), the same for each seed on every machine. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function drawWeek(seed: number, count: number): Week {
  const random = randomOf(seed * 7919 + 1);
  const between = (least: number, most: number) => least + (most - least) * random();
  const renews = seed % 2 === 0;
  // Half of the weeks lie where the line is just enough or is not; the others are easy.
  const middle = 0.12 * 20 ** random();
  const sleeps = drawSleeps(random);
  const firstSkew = between(-hourMs, hourMs);
  const skews = [{ fromAt: 0, skewMs: firstSkew }];
  if (seed % 3 === 0)
    skews.push({ fromAt: between(1, 6) * dayMs, skewMs: between(-hourMs, hourMs) });
  return {
    seed,
    files: drawFiles(random, count, renews),
    line: drawLine(random, middle),
    sleeps,
    skews,
    renews,
    middle,
    random,
  };
}

function drawFiles(random: () => number, count: number, renews: boolean): WeekFile[] {
  const between = (least: number, most: number) => least + (most - least) * random();
  const files: WeekFile[] = [];
  // A week of fewer files has larger ones, so that the line is as scarce.
  const weight = 500 / count;
  for (let recording = 0; files.length < count; recording += 1) {
    // The app is new: much of the last seven days is still there, some of it for hours only.
    const lot = random();
    const listedAt = lot < 0.6 ? 0 : between(0, 7 * dayMs);
    const deletedAt =
      lot < 0.15
        ? between(3 * hourMs, dayMs)
        : lot < 0.6
          ? between(0.5 * dayMs, 7 * dayMs)
          : listedAt + 7 * dayMs;
    const lengthMs = hourMs * Math.min(10, 0.2 * 50 ** random());
    const isLengthTold = random() < 0.85;
    const linkEndsAt = renews
      ? Math.min(deletedAt, listedAt + dayMs)
      : deletedAt - (random() < 0.2 ? between(0, 0.3) * (deletedAt - listedAt - 3 * hourMs) : 0);
    const people = 2 + Math.floor(random() * 7);
    for (let person = 0; person < people && files.length < count; person += 1) {
      const stay = random() < 0.6 ? 1 : between(0.2, 1);
      const hours = (lengthMs * stay) / hourMs;
      files.push({
        name: `${String(recording)}-${String(person)}.webm`,
        recording: `recording-${String(recording)}`,
        bytes: Math.round(weight * hours * between(bytesPerHour.least, bytesPerHour.most)),
        expectedBytes: isLengthTold ? expectedBytesOf(weight * lengthMs) : null,
        listedAt,
        deletedAt,
        linkEndsAt: Math.max(linkEndsAt, listedAt + Math.min(3 * hourMs, deletedAt - listedAt)),
        refusals: random() < 0.02 ? Infinity : random() < 0.08 ? 1 + Math.floor(random() * 3) : 0,
      });
    }
  }
  return files;
}

function drawLine(random: () => number, middle: number): Stretch[] {
  const line: Stretch[] = [];
  for (let at = 0; at < endAt;) {
    const isAway = random() < 0.06;
    const bell = random() + random() + random() + random() - 2;
    const mbit = Math.min(20, Math.max(0.2, middle * Math.exp(bell * 1.6)));
    line.push({ fromAt: at, speed: isAway ? 0 : mbit * bytesOfMbit });
    at += isAway ? (5 + 85 * random()) * minuteMs : -Math.log(1 - random()) * 3 * hourMs;
  }
  return line;
}

function drawSleeps(random: () => number): Sleep[] {
  const sleeps: Sleep[] = [];
  const add = (fromAt: number, lengthMs: number) => {
    const last = sleeps.at(-1);
    if (last !== undefined && fromAt < last.untilAt + 10 * minuteMs) return;
    sleeps.push({ fromAt, untilAt: fromAt + lengthMs, isAnnounced: random() < 0.6 });
  };
  const startsAtHour = 8 + 4 * random();
  for (let day = 0; day * dayMs < endAt; day += 1) {
    const morning = day * dayMs;
    if (random() < 0.4) add(morning + (1 + 4 * random()) * hourMs, (0.3 + 2.5 * random()) * hourMs);
    const night = morning + (22 - startsAtHour + 2 * random()) * hourMs;
    if (random() < 0.7) add(night, (7 + 3 * random()) * hourMs);
  }
  return sleeps;
}

/** Bytes the line brings until each moment while the computer is awake. */
export function bytesByOf(week: Week): (at: number) => number {
  const marks = [
    ...week.line.map(({ fromAt }) => fromAt),
    ...week.sleeps.flatMap(({ fromAt, untilAt }) => [fromAt, untilAt]),
    endAt,
  ].sort((a, b) => a - b);
  const sums = [0];
  marks.forEach((mark, index) => {
    const next = marks[index + 1] ?? mark;
    const speed = isAsleep(week, mark) ? 0 : speedAt(week, mark);
    sums.push((sums[index] ?? 0) + (speed * (next - mark)) / 1000);
  });
  return (at) => {
    const index = Math.max(
      0,
      marks.findLastIndex((mark) => mark <= at),
    );
    const mark = marks[index] ?? 0;
    const speed = isAsleep(week, mark) ? 0 : speedAt(week, mark);
    return (sums[index] ?? 0) + (speed * Math.max(0, at - mark)) / 1000;
  };
}

export function speedAt({ line }: Week, at: number): number {
  return line.findLast(({ fromAt }) => fromAt <= at)?.speed ?? 0;
}

export function isAsleep({ sleeps }: Week, at: number): boolean {
  return sleeps.some(({ fromAt, untilAt }) => at >= fromAt && at < untilAt);
}

/** Until when a file can be had at all. */
export function endOf({ renews }: Week, { deletedAt, linkEndsAt }: WeekFile): number {
  return renews ? deletedAt : Math.min(deletedAt, linkEndsAt);
}

/**
 * The fewest files anybody can lose who knows line, sleeps and sizes beforehand, and may even fetch
 * files before they are listed: earliest end first, the largest dropped whenever that does not fit.
 */
export function fewestLost(week: Week): number {
  const bytesBy = bytesByOf(week);
  const possible = week.files.filter(({ refusals }) => Number.isFinite(refusals));
  const taken: number[] = [];
  let sum = 0;
  for (const file of possible.toSorted((a, b) => endOf(week, a) - endOf(week, b))) {
    taken.push(file.bytes);
    taken.sort((a, b) => a - b);
    sum += file.bytes;
    if (sum > bytesBy(endOf(week, file))) sum -= taken.pop() ?? 0;
  }
  return week.files.length - taken.length;
}
