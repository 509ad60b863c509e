/** @file Renderer. Fetches stored waveforms when they are needed, keeps their levels, knows which are still being made. */
import { SvelteMap } from 'svelte/reactivity';
import type { EventOf, FailureData, TrackId } from '#contract';
import { asFailure } from '../error-words.ts';
import { fullLevel, halve, overviewLevel, readPeaks, type Peaks } from './peaks.ts';
import { takeTurns } from './turn-taking.ts';

/** Beginning a fetch costs the page half a millisecond: a hundred at once are a stutter. */
const fetchesAtOnce = 4;

export interface Making {
  /** Part of the file that has been decoded, 0 to 1. */
  progress: number;
  done: boolean;
  failure: FailureData | null;
  /** Goes up whenever there is more to draw. */
  version: number;
}

interface Held {
  overview: Promise<Peaks | null> | null;
  full: Promise<Peaks | null> | null;
  coarser: Map<number, Peaks>;
}

export class Waves {
  readonly making = new SvelteMap<TrackId, Making>();
  readonly #held = new Map<TrackId, Held>();
  readonly #signal: AbortSignal;
  readonly #inTurn = takeTurns(fetchesAtOnce);

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get allMade(): boolean {
    return [...this.making.values()].every(({ done, failure }) => done || failure !== null);
  }

  /** Says what is known of a track at the start. */
  expect(trackId: TrackId, done: boolean): void {
    this.making.set(trackId, { progress: done ? 1 : 0, done, failure: null, version: 0 });
  }

  heard({ trackId, done, progress, failure }: EventOf<'review.waveform'>): void {
    const known = this.making.get(trackId);
    if (!known) return;
    this.#held.delete(trackId);
    const version = known.version + 1;
    this.making.set(trackId, { progress, done: done && failure === null, failure, version });
  }

  /**
   * The waveform at a level of `levels`, or null while there is none. The coarsest comes from the
   * overview file alone, a sixtieth of the bytes; so does whatever a file still being decoded has.
   */
  async at(trackId: TrackId, level: number): Promise<Peaks | null> {
    const making = this.making.get(trackId);
    if (!making) return null;
    if (level <= overviewLevel || !making.done) {
      const overview = await this.#file(trackId, 'overview');
      if (overview || !making.done) return overview;
    }
    const full = await this.#file(trackId, 'full');
    if (!full) return null;
    const { coarser } = this.#holdOf(trackId);
    let peaks = full;
    for (let at = fullLevel / 2; at >= level; at /= 2) {
      const known: Peaks = coarser.get(at) ?? halve(peaks);
      coarser.set(at, known);
      peaks = known;
    }
    return peaks;
  }

  #holdOf(trackId: TrackId): Held {
    const held = this.#held.get(trackId) ?? { overview: null, full: null, coarser: new Map() };
    this.#held.set(trackId, held);
    return held;
  }

  #file(trackId: TrackId, which: 'overview' | 'full'): Promise<Peaks | null> {
    const held = this.#holdOf(trackId);
    const loading =
      held[which] ?? this.#load(`track://${trackId}/${which === 'full' ? 'peaks' : 'overview'}`);
    held[which] = loading;
    return loading;
  }

  async #load(address: string): Promise<Peaks | null> {
    try {
      return await this.#inTurn(async () => {
        const response = await fetch(address, { signal: this.#signal });
        return response.ok ? readPeaks(await response.arrayBuffer()) : null;
      });
    } catch {
      // Leaving the review aborts; anything else shows as a waveform that is not there yet.
      return null;
    }
  }

  /** A call that should have put tracks in front of the queue did not get through. */
  notMade(trackIds: readonly TrackId[], thrown: unknown): void {
    const failure = asFailure(thrown);
    for (const trackId of trackIds) {
      const known = this.making.get(trackId);
      if (known && !known.done) this.making.set(trackId, { ...known, failure });
    }
  }
}
