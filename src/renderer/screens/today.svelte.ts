/** @file Renderer. Who is heard in the recordings that arrived last; asked once for each state of a recording. */
import { SvelteMap } from 'svelte/reactivity';
import type { Recording, RecordingId } from '#contract';
import { ask } from '../api.ts';

/** More voices than a line could name. */
const tracksAtMost = 50;

export class Voices {
  /** Names, each once; none for a recording not asked yet or of unknown voices. */
  readonly names = new SvelteMap<RecordingId, readonly string[]>();
  readonly #asked = new Map<RecordingId, number>();

  learn(recordings: readonly Recording[]): void {
    for (const { recordingId, trackCount } of recordings) {
      if (this.#asked.get(recordingId) === trackCount) continue;
      this.#asked.set(recordingId, trackCount);
      void this.#ask(recordingId);
    }
  }

  async #ask(recordingId: RecordingId): Promise<void> {
    try {
      const { items } = await ask('library.tracks', { recordingId, limit: tracksAtMost });
      const names = items.flatMap(({ speaker }) => speaker?.name ?? []);
      this.names.set(recordingId, [...new Set(names)]);
    } catch {
      // A line without names is still a line; it is asked again with the next change.
      this.#asked.delete(recordingId);
    }
  }
}
