/** @file Main process. Writes into a library so that a power cut leaves the old file or the new one, never half of one. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { Failure } from '#contract';

/** Where everything of one library lies; all absolute. */
export interface Folders {
  dir: string;
  format: string;
  ledger: string;
  lock: string;
  index: string;
  observed: string;
  recordings: string;
  verifications: string;
  incoming: string;
  inbox: string;
  /** Locks of single matters, see `takeClaim`. */
  claims: string;
  /** Bytes taken out of the way: a torn ledger line, a damaged payload that came anew. */
  setAside: string;
  derived: string;
}

export function foldersOf(dir: string): Folders {
  const incoming = join(dir, 'incoming');
  return {
    dir,
    format: join(dir, 'trackvault.json'),
    ledger: join(dir, 'ledger.jsonl'),
    lock: join(dir, 'lock.db'),
    index: join(dir, 'index.db'),
    observed: join(dir, 'observed'),
    recordings: join(dir, 'recordings'),
    verifications: join(dir, 'verifications'),
    incoming,
    inbox: join(incoming, 'inbox'),
    claims: join(incoming, 'claims'),
    setAside: join(incoming, 'set-aside'),
    derived: join(dir, 'derived'),
  };
}

/** Windows has no such flag; there the comparison of real paths alone refuses links. */
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;

/** Metadata files are small; a larger one is not ours and is not read into memory. */
const largestTextBytes = 64 * 1024 * 1024;

/** The code of a system error, or null for anything else that was thrown. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

/** Names what a disk refused, be it told by the system or by SQLite; anything else comes back as it is. */
export function diskFailureOf(thrown: unknown): unknown {
  const code = systemCode(thrown) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL')
    return new Failure('disk.full', 'The disk is full.', { cause: thrown });
  if (/^(?:EACCES|EPERM|EROFS|EIO|SQLITE_(?:READONLY|IOERR|CANTOPEN).*)$/.test(code))
    return new Failure('disk.refused', `The disk refused the work (${code}).`, { cause: thrown });
  return thrown;
}

/**
 * Runs disk work and names what the disk refused.
 * @throws Failure `disk.full`, `disk.refused`; anything else as it came
 */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailureOf(error);
  }
}

/** Makes names in a folder durable. Windows cannot sync folders and does not need to. */
export async function syncFolder(dir: string): Promise<void> {
  let handle;
  try {
    handle = await open(dir, 'r');
    await handle.sync();
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL' && code !== 'ENOTSUP')
      throw error;
  } finally {
    await handle?.close();
  }
}

/** Makes a folder and the folders above it, each name durable. */
export async function makeFolder(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true });
  if (first === undefined) return;
  for (let made = dir; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first || dirname(made) === made) return;
  }
}

/** Makes the bytes of a file durable. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file whole: the temporary copy lies in `incoming/`, so a bag never holds one.
 * @throws Failure `disk.full`, `disk.refused`
 */
export async function replaceFile(
  folders: Folders,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await onDisk(async () => {
    const temporary = join(
      folders.incoming,
      `${basename(path)}.${randomBytes(6).toString('hex')}.tmp`,
    );
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(dirname(path));
  });
}

/** True when something stands at the path, whatever it is. */
export async function exists(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== null;
}

/** Size in bytes of what stands at the path, null when there is nothing. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/**
 * The real place of something inside a library. Symbolic links are refused: a library copied from
 * elsewhere must not lead the app to a file outside of it.
 * @throws Failure `library.damaged`
 */
export async function insideOf(dir: string, path: string): Promise<string> {
  const root = await realpath(dir);
  const wanted = join(root, relative(dir, path));
  const real = await realpath(wanted);
  const within = relative(root, real);
  if (real !== wanted || within === '' || within.startsWith(`..${sep}`) || isAbsolute(within))
    throw new Failure('library.damaged', 'A path of the library leads out of it or over a link.');
  return real;
}

/**
 * Reads a small text file of a library; null when there is none.
 * @throws Failure `library.damaged` for links, folders and absurd sizes
 */
export async function readText(dir: string, path: string): Promise<string | null> {
  let handle;
  try {
    const real = await insideOf(dir, path);
    handle = await open(real, constants.O_RDONLY | noFollow);
    const facts = await handle.stat();
    if (!facts.isFile() || facts.size > largestTextBytes)
      throw new Failure('library.damaged', `${basename(path)} is not a readable file.`);
    return await handle.readFile('utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** Parses JSON without throwing: undefined is "not JSON". */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Room for this person on the disk a folder lies on; null where the system does not say. */
export async function freeBytesOf(dir: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  } catch {
    return null;
  }
}
