/** @file Main process. Lets one process write to a library; the lock dies with its process, however it dies. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { Failure } from '#contract';
import { makeFolder, onDisk, type Folders } from './disk.ts';

export interface Lock {
  release(): void;
}

/**
 * Holds `BEGIN EXCLUSIVE` on `lock.db`: the system frees it on SIGKILL, no stale file can stay behind.
 * @throws Failure `library.locked`, `library.read-only`
 */
export function takeLock(path: string, nativeBinding: string | null): Lock {
  // SQLite falls back to reading where it may not write, and then locks nobody out.
  try {
    accessSync(dirname(path), constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.W_OK);
  } catch (error) {
    throw new Failure('library.read-only', 'The library cannot be written to.', { cause: error });
  }
  let database: Database.Database | undefined;
  try {
    database = new Database(path, {
      timeout: 0,
      ...(nativeBinding === null ? {} : { nativeBinding }),
    });
    // A write would leave a journal; the transaction alone holds the lock.
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
      throw new Failure('library.locked', 'Another process writes to this library.', {
        cause: error,
      });
    if (/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR)/.test(code))
      throw new Failure('library.read-only', 'The library cannot be written to.', { cause: error });
    throw error;
  }
  const held = database;
  return {
    release() {
      if (!held.open) return;
      if (held.inTransaction) held.exec('ROLLBACK');
      held.close();
    },
  };
}

/**
 * Holds one matter alone among all processes that have this library open; two names may share a lock,
 * so that no more than sixteen files are ever made.
 * @returns null while somebody else holds it
 * @throws Failure `library.read-only`, `disk.full`, `disk.refused`
 */
export async function takeClaim(
  folders: Folders,
  name: string,
  nativeBinding: string | null,
): Promise<Lock | null> {
  await onDisk(() => makeFolder(folders.claims));
  const share = createHash('sha256').update(name).digest('hex').slice(0, 1);
  try {
    return takeLock(join(folders.claims, `${share}.db`), nativeBinding);
  } catch (error) {
    if (error instanceof Failure && error.code === 'library.locked') return null;
    throw error;
  }
}
