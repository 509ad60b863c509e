/** @file Main process. The libraries of this person: opened before, new, and the one that comes with the app. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, type KnownLibrary, type LibraryStatus } from '#contract';
import type { Clock } from './clock.ts';
import type { Library, Totals } from './library/index.ts';
import type { KnownPlace, SettingsStore } from './settings/index.ts';
import type { Workbench } from './workbench.ts';

/** When the first pass of a library begins. */
type FirstPass = 'now' | 'later';

export interface Libraries {
  /**
   * Opens a library and remembers it as the last one; an empty or new folder becomes one.
   * Where another was open and this one does not open, the other is opened again.
   * @throws Failure the reason, when something else is open again
   */
  open(dir: string, firstPass?: FirstPass): Promise<LibraryStatus>;
  /**
   * The same for a folder that held one. Nothing is made in its place: its disk may come back, and
   * would cover what was received meanwhile.
   * @throws Failure `library.not-there` among the reasons
   */
  reopen(dir: string, firstPass?: FirstPass): Promise<LibraryStatus>;
  /** The library that comes with the app, for reading; it is not remembered as the last one. */
  openSample(): Promise<LibraryStatus>;
  known(): Promise<KnownLibrary[]>;
  /** @throws Failure `library.missing` when the list does not hold it, and what `reopen` throws */
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

  /** One after the other: what a wrong folder gives way to is what was open right before it. */
  let turn: Promise<unknown> = Promise.resolve();
  const orBack = (work: () => Promise<LibraryStatus>): Promise<LibraryStatus> => {
    const mine = turn.then(async () => {
      const before = workbench.status();
      const status = await work();
      return status.state === 'closed' ? back(before, status) : status;
    });
    turn = mine.catch(() => undefined);
    return mine;
  };

  const back = async (
    before: LibraryStatus,
    failed: Extract<LibraryStatus, { state: 'closed' }>,
  ): Promise<LibraryStatus> => {
    if (before.state !== 'open' || failed.failure === null) return failed;
    const { dir, sample } = before;
    const again = await (sample
      ? workbench.openSample(dir)
      : openHere(dir, { firstPass: 'now', ifNone: 'refuse' }));
    if (again.state === 'closed') return again;
    const { code, message, retryAt, details } = failed.failure;
    throw new Failure(code, message, { retryAt, ...(details === undefined ? {} : { details }) });
  };

  const openHere = async (
    dir: string,
    how: { firstPass: FirstPass; ifNone: 'make' | 'refuse' },
  ): Promise<LibraryStatus> => {
    const status = await workbench.open(dir, how.ifNone);
    if (status.state !== 'open') return status;
    void world.whenUp.then(() => {
      const now = workbench.status();
      if (now.state === 'open' && now.dir === status.dir && !now.sample) {
        workbench.pulling().begin(how.firstPass);
      }
    });
    await settings.change({ lastLibraryDir: status.dir });
    return status;
  };

  const reopen = (dir: string, firstPass: FirstPass = 'now'): Promise<LibraryStatus> =>
    orBack(() => openHere(dir, { firstPass, ifNone: 'refuse' }));

  return {
    open: (dir, firstPass = 'now') => orBack(() => openHere(dir, { firstPass, ifNone: 'make' })),
    reopen,
    openSample: () => orBack(() => workbench.openSample(world.sampleDir)),
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
      return reopen(place.dir);
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
  // Another one may have been put in its place.
  const others = settings
    .get()
    .libraries.filter((each) => each.libraryId !== libraryId && each.dir !== dir);
  await settings.change({ libraries: [place, ...others].slice(0, mostKnown) });
}

function isThere({ dir }: KnownPlace): Promise<boolean> {
  return access(join(dir, 'trackvault.json')).then(
    () => true,
    () => false,
  );
}
