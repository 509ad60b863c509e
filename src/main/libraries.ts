/** @file Main process. The libraries of this person: opened before, new, and the one that comes with the app. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, type KnownLibrary, type LibraryStatus } from '#contract';
import type { Clock } from './clock.ts';
import type { Library, Totals } from './library/index.ts';
import type { KnownPlace, SettingsStore } from './settings/index.ts';
import type { Workbench } from './workbench.ts';

export interface Libraries {
  /**
   * Opens a library and remembers it as the last one; an empty or new folder becomes one.
   * Where another was open and this one does not open, the other is opened again.
   * @throws Failure the reason, when something else is open again
   */
  open(dir: string, firstPass?: 'now' | 'later'): Promise<LibraryStatus>;
  /** The library that comes with the app, for reading; it is not remembered as the last one. */
  openSample(): Promise<LibraryStatus>;
  known(): Promise<KnownLibrary[]>;
  /** @throws Failure `library.missing` when the list does not hold it, and what `open` throws */
  openKnown(libraryId: string): Promise<LibraryStatus>;
  /** Takes it off the list; its folder stays as it is. */
  forgetKnown(libraryId: string): Promise<void>;
}

/** As many as a list can show at a glance; the oldest is forgotten. */
const mostKnown = 50;

export function createLibraries(world: {
  settings: SettingsStore;
  workbench: Workbench;
  sampleDir: string;
  /** Resolves when the window is up: nothing goes over the network before. */
  whenUp: Promise<unknown>;
}): Libraries {
  const { settings, workbench } = world;

  const back = async (
    before: LibraryStatus,
    failed: Extract<LibraryStatus, { state: 'closed' }>,
  ): Promise<LibraryStatus> => {
    if (before.state !== 'open' || failed.failure === null) return failed;
    await (before.sample ? workbench.openSample(before.dir) : openHere(before.dir, 'now'));
    const { code, message, retryAt, details } = failed.failure;
    throw new Failure(code, message, { retryAt, ...(details === undefined ? {} : { details }) });
  };

  const openHere = async (dir: string, firstPass: 'now' | 'later'): Promise<LibraryStatus> => {
    const status = await workbench.open(dir);
    if (status.state !== 'open') return status;
    await settings.change({ lastLibraryDir: status.dir });
    void world.whenUp.then(() => {
      const now = workbench.status();
      if (now.state === 'open' && now.dir === status.dir && !now.sample) {
        workbench.pulling().begin(firstPass);
      }
    });
    return status;
  };

  const open = async (dir: string, firstPass: 'now' | 'later' = 'now'): Promise<LibraryStatus> => {
    const before = workbench.status();
    const status = await openHere(dir, firstPass);
    return status.state === 'closed' ? back(before, status) : status;
  };

  return {
    open,
    async openSample() {
      const before = workbench.status();
      const status = await workbench.openSample(world.sampleDir);
      return status.state === 'closed' ? back(before, status) : status;
    },
    async known() {
      const now = workbench.status();
      const openId = now.state === 'open' && !now.sample ? now.libraryId : null;
      // What the list remembers of the open one is as of its opening; it may have grown since.
      const totals = openId === null ? null : await workbench.library().totals();
      return Promise.all(
        settings.get().libraries.map(async (place) => {
          const open = place.libraryId === openId;
          const missing = !(await isThere(place));
          return { ...place, ...(open ? totals : null), open, missing };
        }),
      );
    },
    async openKnown(libraryId) {
      const place = settings.get().libraries.find((each) => each.libraryId === libraryId);
      if (place === undefined) throw new Failure('library.missing', 'This library is not known.');
      return open(place.dir);
    },
    forgetKnown: (libraryId) =>
      settings.change({
        libraries: settings.get().libraries.filter((each) => each.libraryId !== libraryId),
      }),
  };
}

/** Puts a library on the list, first, with what it holds now. */
export async function rememberLibrary(
  settings: SettingsStore,
  clock: Clock,
  library: Pick<Library, 'libraryId' | 'dir'>,
  totals: Totals,
): Promise<void> {
  const { libraryId, dir } = library;
  const place: KnownPlace = { libraryId, dir, lastOpenedAt: clock.now(), ...totals };
  const others = settings.get().libraries.filter((each) => each.libraryId !== libraryId);
  await settings.change({ libraries: [place, ...others].slice(0, mostKnown) });
}

function isThere({ dir }: KnownPlace): Promise<boolean> {
  return access(join(dir, 'trackvault.json')).then(
    () => true,
    () => false,
  );
}
