/** @file Renderer. What the service said last about the open recording; asked for when somebody looks. */
import type { FailureData, RecordingId, VendorWords } from '#contract';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';

export type Told =
  | { state: 'asking' }
  /** The service was never asked, or its answer was not kept. */
  | { state: 'nothing' }
  | { state: 'failed'; failure: FailureData }
  | { state: 'told'; words: VendorWords };

export class ServiceWords {
  told = $state.raw<Told>({ state: 'asking' });
  #turn = 0;

  /** Asks again; what is shown stays until the answer is here. */
  async ask(recordingId: RecordingId): Promise<void> {
    const own = (this.#turn += 1);
    let told: Told;
    try {
      const words = await ask('library.vendorWords', { recordingId });
      told = words === null ? { state: 'nothing' } : { state: 'told', words };
    } catch (thrown) {
      told = { state: 'failed', failure: asFailure(thrown) };
    }
    if (own === this.#turn) this.told = told;
  }
}
