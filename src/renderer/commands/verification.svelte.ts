/** @file Renderer. Recordings being read back from disk: which are under way, how far, and what was found. */
import { SvelteMap } from 'svelte/reactivity';
import type { Recording, RecordingId } from '#contract';
import { ask } from '../api.ts';
import { plural } from '../parts/format.ts';

export interface Found {
  readonly verified: number;
  readonly damaged: number;
  readonly missing: number;
  readonly bytes: number;
}

export type Verification =
  | { readonly state: 'waiting' }
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly found: Found };

/** What was found, in one line. */
export function foundText({ verified, damaged, missing }: Found): string {
  if (damaged + missing === 0) {
    return `${plural(verified, 'file')} read back, equal to the manifest`;
  }
  const bad = [
    damaged > 0 ? `${String(damaged)} damaged` : '',
    missing > 0 ? `${String(missing)} missing` : '',
  ].filter((part) => part !== '');
  return `${bad.join(', ')}; ${plural(verified, 'file')} equal to the manifest`;
}

class Verifications {
  /** The last run of each recording since the window opened. */
  readonly of = new SvelteMap<RecordingId, Verification>();

  isBusy(recordingId: RecordingId): boolean {
    const state = this.of.get(recordingId)?.state;
    return state === 'waiting' || state === 'running';
  }

  /**
   * Reads each recording back, one after the other, and sums up; how each fares stands in `of`.
   * Null: none of them holds a file, or all are being read already.
   * @throws {Failure} of the first recording that could not be read; the rest are left out
   */
  async run(recordings: readonly Recording[]): Promise<Found | null> {
    const held = recordings.filter(
      ({ recordingId, trackCount }) => trackCount > 0 && !this.isBusy(recordingId),
    );
    for (const { recordingId } of held) this.of.set(recordingId, { state: 'waiting' });
    const sum = { verified: 0, damaged: 0, missing: 0, bytes: 0 };
    try {
      for (const { recordingId } of held) {
        this.of.set(recordingId, { state: 'running' });
        const found = await ask('library.verify', { recordingId });
        this.of.set(recordingId, { state: 'done', found });
        sum.verified += found.verified;
        sum.damaged += found.damaged;
        sum.missing += found.missing;
        sum.bytes += found.bytes;
      }
    } finally {
      for (const { recordingId } of held) {
        if (this.isBusy(recordingId)) this.of.delete(recordingId);
      }
    }
    return held.length === 0 ? null : sum;
  }
}

export const verifications = new Verifications();
