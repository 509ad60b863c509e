/** @file Main process. Opens a library for the window or the command line: one place for who acts and where workers lie. */
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure } from '#contract';
import type { Clock } from './clock.ts';
import { entries } from './entries.ts';
import { type Library, type Log, createLibrary, openLibrary } from './library/index.ts';

export interface OpeningWorld {
  clock: Clock;
  /** Which face of Trackvault acts; written into the ledger. */
  through: 'app' | 'cli';
  /** Folder of the person's profile: a library on a disk that cannot be written has its index here. */
  profile: string;
  /** Where the SQLite addon lies when it is not the packaged one. */
  nativeBinding: string | null;
  log: Log;
}

export interface Wish {
  dir: string;
  /** `untouched` reads and writes nothing into the folder, even where it could. */
  mode: 'write' | 'read' | 'write-or-read' | 'untouched';
  /** Makes a library where there is an empty folder or none. */
  create: boolean;
}

/** @throws Failure `library.*`, `disk.*` */
export async function openOrCreate(world: OpeningWorld, wish: Wish): Promise<Library> {
  const options = {
    dir: wish.dir,
    clock: world.clock,
    actor: { osUser: osUser(), machine: hostname(), through: world.through },
    indexWorkerUrl: entries.indexWorker,
    nativeBinding: world.nativeBinding,
    log: world.log,
  };
  try {
    return await openLibrary({
      ...options,
      ...(wish.mode === 'untouched' ? { untouched: true } : { mode: wish.mode }),
      cacheDir: join(world.profile, 'libraries'),
    });
  } catch (thrown) {
    // An empty folder is no library either; making one refuses whatever is not empty.
    const isNone =
      thrown instanceof Failure &&
      (thrown.code === 'library.missing' || thrown.code === 'library.not-a-library');
    if (!wish.create || !isNone) throw thrown;
    return createLibrary(options);
  }
}

/** The account's name; its number where the system knows no name for it, as in some containers. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(process.getuid?.() ?? 'unknown')}`;
  }
}
