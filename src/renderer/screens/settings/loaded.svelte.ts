/** @file Renderer. Something main is asked for once: not there yet, there, or why not. */
import type { FailureData } from '#contract';
import { asFailure } from '../../error-words.ts';

export class Loaded<Value> {
  value = $state.raw<Value | null>(null);
  failure = $state.raw<FailureData | null>(null);
  readonly #load: () => Promise<Value>;
  /** Only the newest question may answer. */
  #asked = 0;

  constructor(load: () => Promise<Value>) {
    this.#load = load;
  }

  /** Asks, or asks again; what was there before stays until the answer comes. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const value = await this.#load();
      if (asked !== this.#asked) return;
      this.value = value;
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    }
  }
}
