/** @file Main process. The one timeline rule for picture, sound and export: where each packet lies, and where nothing was recorded. */
import { CLOCK_RATE, TICK_SAMPLES, frameSamples } from './opus-packet.ts';

/** A stretch of the timeline without packets. Lengths are samples at 48 kHz, multiples of 2.5 ms. */
export interface Hole {
  /** Number of the packet the hole lies before. */
  beforePacket: number;
  atSamples: number;
  lengthSamples: number;
}

export interface TimelineResult {
  holes: Hole[];
  /** End of the last packet, before any trimming. */
  endSamples: number;
  /** `exact`: timestamps count samples. `wandering`: they follow another clock, with jitter and drift. */
  clock: 'exact' | 'wandering';
  /** How much faster the timestamps run than the samples, in parts per million. 0 when `exact`. */
  driftPpm: number;
  /** Timestamps went back for good at least once. */
  wentBack: boolean;
  /** A jump too long to be believed was not taken for a hole. */
  jumped: boolean;
}

const SECOND = CLOCK_RATE;
const MS = CLOCK_RATE / 1000;

/** Longer jumps are broken timestamps, not silence. */
export const LONGEST_HOLE_SAMPLES = 24 * 3600 * SECOND;
/** No call lasts longer; what lies behind is not shown. Bounds every picture made of hostile bytes. */
export const LONGEST_TIMELINE_SAMPLES = 72 * 3600 * SECOND;
/** Bounds the list of holes against hostile bytes; three hours of real speech have a few thousand. */
const MOST_HOLES = 100_000;

/** Timestamps are whole milliseconds and holes whole ticks: this far off is still "exact". */
const EXACT_WITHIN = 2.5 * MS;
/** Of the packets of an exact file, this share may be further off. */
const EXACT_EXCEPT = 0.01;
const WANDERING_GAP = 100 * MS;
/** Packets delayed together arrive together: for this long a hole may turn out to be shorter. */
const RECALL_WITHIN = 10 * SECOND;
/** Timestamps that stay behind for this many packets have gone back for good. */
const BACK_FOR_GOOD = 100;

/**
 * Places packets one after the other by their own length, and books a hole where the timestamp runs ahead
 * of that by more than G: about one frame where timestamps count samples, else 100 ms with drift removed.
 * Which of the two holds is only known at the end, so both are followed; memory grows with holes alone.
 */
export class Timeline {
  readonly #exact: Follower;
  readonly #wandering: Follower;
  #packets = 0;
  #offBeat = 0;
  #origin = Number.NaN;
  #rebased = false;
  readonly #codecDelay: number;

  /** @param codecDelaySamples what the container says must be taken off every timestamp */
  constructor(codecDelaySamples: number) {
    this.#codecDelay = codecDelaySamples;
    this.#exact = new Follower(-codecDelaySamples, false);
    this.#wandering = new Follower(-codecDelaySamples, true);
  }

  /** Furthest point reached so far, for saying from which moment a file is damaged. */
  get endSamples(): number {
    return this.#isExact() ? this.#exact.clock : this.#wandering.clock;
  }

  /**
   * @param timestamp of the container in samples at 48 kHz; NaN where it has none (later packets of one block)
   * @param toc first byte of the packet
   */
  add(timestamp: number, samples: number, toc: number): void {
    const packet = this.#packets++;
    let at = timestamp - this.#codecDelay;
    if (Number.isNaN(this.#origin) && !Number.isNaN(at)) {
      this.#rebased = Math.abs(at) > LONGEST_HOLE_SAMPLES;
      // A clock that began long before the recording says nothing about silence at its start.
      this.#origin = this.#rebased ? timestamp : 0;
    }
    if (!Number.isNaN(at)) at -= this.#origin;
    const off = this.#exact.add(packet, at, samples, exactGap(toc));
    if (Math.abs(off) > EXACT_WITHIN) this.#offBeat++;
    if (this.#offBeat > 500 && !this.#isExact()) this.#exact.stop();
    this.#wandering.add(packet, at, samples, WANDERING_GAP);
  }

  finish(): TimelineResult {
    const exact = this.#isExact();
    const chosen = exact ? this.#exact : this.#wandering;
    return {
      holes: chosen.placedHoles(),
      endSamples: chosen.clock,
      clock: exact ? 'exact' : 'wandering',
      driftPpm: exact ? 0 : chosen.driftPpm,
      wentBack: chosen.wentBack,
      jumped: chosen.jumped || this.#rebased,
    };
  }

  #isExact(): boolean {
    return !this.#exact.stopped && this.#offBeat <= Math.max(2, this.#packets * EXACT_EXCEPT);
  }
}

/** One missing frame is a hole; the margin is the rounding of timestamps. */
function exactGap(toc: number): number {
  return Math.max(frameSamples(toc), 5 * MS) - 2 * MS;
}

interface BookedHole {
  beforePacket: number;
  /** Clock without this and later holes is not kept: places are summed up at the end. */
  raw: number;
  length: number;
}

/** Follows the timestamps under one reading of G. */
class Follower {
  clock: number;
  stopped = false;
  wentBack = false;
  jumped = false;
  #raw: number;
  #baseline = 0;
  #behind = 0;
  #ahead = 0;
  #started = false;
  #sinceHole = Number.POSITIVE_INFINITY;
  #holes: BookedHole[] = [];
  readonly #drift: Drift | null;

  constructor(start: number, followsDrift: boolean) {
    this.clock = start;
    this.#raw = start;
    this.#drift = followsDrift ? new Drift() : null;
  }

  get driftPpm(): number {
    return Math.round((this.#drift?.rate ?? 0) * 1e6);
  }

  stop(): void {
    this.stopped = true;
    this.#holes = [];
  }

  /** @returns how far the timestamp is from where the packet was put, in samples; 0 without a timestamp */
  add(packet: number, at: number, samples: number, gap: number): number {
    if (this.stopped) return 0;
    let off = 0;
    if (!Number.isNaN(at)) {
      off = this.#place(packet, at, gap);
      if (this.#drift && Math.abs(off) < gap) {
        this.#baseline += this.#drift.step(off + this.#baseline, off, samples);
      }
    }
    this.clock += samples;
    this.#raw += samples;
    this.#sinceHole += samples;
    return off;
  }

  placedHoles(): Hole[] {
    let before = 0;
    return this.#holes.map((hole) => {
      const placed = {
        beforePacket: hole.beforePacket,
        atSamples: hole.raw + before,
        lengthSamples: hole.length,
      };
      before += hole.length;
      return placed;
    });
  }

  #place(packet: number, at: number, gap: number): number {
    const off = at - this.clock - this.#baseline;
    const first = !this.#started;
    this.#started = true;
    if (off >= (first ? TICK_SAMPLES : gap)) return this.#late(packet, off);
    this.#ahead = 0;
    const recall = this.#drift ? 30 * MS : 5 * MS;
    if (this.#sinceHole < RECALL_WITHIN && off < -recall) return this.#recall(off);
    if (off < -WANDERING_GAP) return this.#early(off);
    this.#behind = 0;
    return off;
  }

  #late(packet: number, off: number): number {
    const length = Math.round(off / TICK_SAMPLES) * TICK_SAMPLES;
    const tooLong = length > LONGEST_HOLE_SAMPLES || this.clock + length > LONGEST_TIMELINE_SAMPLES;
    if (tooLong || this.#holes.length >= MOST_HOLES) {
      this.jumped = true;
      // One wild timestamp is passed over; a clock that stays there is taken as the new one.
      if (++this.#ahead > 3) this.#baseline += off;
      return off;
    }
    this.#holes.push({ beforePacket: packet, raw: this.#raw, length });
    this.clock += length;
    this.#sinceHole = 0;
    return off - length;
  }

  /** Packets after a hole lie closer than it: it was a delay, at least in part. */
  #recall(off: number): number {
    const last = this.#holes.at(-1);
    if (!last) return off;
    const back = Math.min(last.length, Math.round(-off / TICK_SAMPLES) * TICK_SAMPLES);
    last.length -= back;
    this.clock -= back;
    if (last.length === 0) {
      this.#holes.pop();
      this.#sinceHole = Number.POSITIVE_INFINITY;
    }
    return off + back;
  }

  #early(off: number): number {
    if (++this.#behind > BACK_FOR_GOOD) {
      this.wentBack = true;
      this.#baseline += off;
      this.#behind = 0;
    }
    return off;
  }
}

/** Samples between two looks at the drift. */
const BUCKET = 10 * SECOND;
const MOST_STEPS = 360;
/** What the estimate misses is followed this slowly, too slowly to swallow lost packets. */
const FOLLOW = 50e-6;
/** No two real clocks differ by more. */
const STEEPEST = 3000e-6;

/**
 * Estimates how much faster one clock runs: the median step, from one bucket to the next, of the earliest
 * timestamp in each. Delays and lost packets move single buckets, and a median does not look at those.
 */
class Drift {
  rate = 0;
  #earliest = Number.POSITIVE_INFINITY;
  #previous = Number.NaN;
  #filled = 0;
  #steps: number[] = [];
  #next = 0;

  /** @returns what to add to the baseline over `samples` */
  step(sinceStart: number, off: number, samples: number): number {
    this.#earliest = Math.min(this.#earliest, sinceStart);
    this.#filled += samples;
    if (this.#filled >= BUCKET) this.#closeBucket();
    const follow = Math.max(-FOLLOW, Math.min(FOLLOW, off / BUCKET));
    return (this.rate + follow) * samples;
  }

  #closeBucket(): void {
    const step = (this.#earliest - this.#previous) / this.#filled;
    if (!Number.isNaN(step)) {
      this.#steps[this.#next] = step;
      this.#next = (this.#next + 1) % MOST_STEPS;
    }
    this.#previous = this.#earliest;
    this.#earliest = Number.POSITIVE_INFINITY;
    this.#filled = 0;
    if (this.#steps.length < 6) return;
    const middle = Float64Array.from(this.#steps).sort()[this.#steps.length >> 1] ?? 0;
    this.rate = Math.max(-STEEPEST, Math.min(STEEPEST, middle));
  }
}
