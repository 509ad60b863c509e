/** @file Renderer. The coverage of one recording, read when somebody looks and again when files come. */
import type { Coverage, RecordingId } from '#contract';
import { ask } from '../api.ts';
import { Loaded } from '../screens/settings/loaded.svelte.ts';
import { createScope } from '../scope.ts';

/** While files arrive, changes come several times a second. */
const changePauseMs = 400;

export class OpenCoverage extends Loaded<Coverage> {
  readonly #scope = createScope();
  #cancel: () => void = () => undefined;

  constructor(recordingId: RecordingId) {
    super(() => ask('library.coverage', { recordingId }));
  }

  /** What is shown may have changed. */
  changed(): void {
    this.#cancel();
    this.#cancel = this.#scope.after(changePauseMs, () => void this.load());
  }

  dispose(): void {
    this.#scope.dispose();
  }
}
