/** @file Renderer. The list of known libraries: loading it, opening one, taking one off. */
import type { KnownLibrary } from '#contract';
import { archive } from '../../archive.svelte.ts';
import { ask } from '../../api.ts';
import { attempt } from '../../commands/items.ts';
import { Loaded } from './loaded.svelte.ts';

export class LibraryList {
  readonly known = new Loaded(() => ask('library.known'));
  /** The one a dialog asks about. */
  leaving = $state.raw<KnownLibrary | null>(null);
  /** Id of the one being opened. */
  opening = $state.raw<string | null>(null);

  /** Its folder is there, and no other is being opened. */
  canOpen({ missing }: KnownLibrary): boolean {
    return !missing && this.opening === null;
  }

  async open({ libraryId }: KnownLibrary): Promise<void> {
    if (this.opening !== null) return;
    this.opening = libraryId;
    await archive.openKnown(libraryId);
    this.opening = null;
    await this.known.load();
  }

  /** Takes the one the dialog asked about off the list. */
  async remove(): Promise<void> {
    const library = this.leaving;
    this.leaving = null;
    if (library === null) return;
    await attempt(async () => {
      await ask('library.forgetKnown', { libraryId: library.libraryId });
      await this.known.load();
    });
  }
}
