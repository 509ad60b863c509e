/** @file Main process. Finds a reader an index: the library's own, else one in the cache, built when the ledger has grown. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#contract';
import { onDisk, type Folders } from './disk.ts';
import type { IndexClient } from './index-client.ts';
import type { LedgerMark } from './ledger.ts';
import type { Log } from './writer.ts';

export interface Reading {
  folders: Folders;
  nativeBinding: string | null;
  /** Folder of this library in the cache; null where there is none. */
  cache: string | null;
  /** Even the files SQLite puts beside a database are too much. */
  untouched: boolean;
  log: Log;
}

const indexName = 'index.db';

/**
 * Opens an index that shows what the ledger says now.
 * @throws Failure `library.read-only` without a cache where one is needed, `disk.full`, `disk.refused`
 */
export async function openIndexForReading(index: IndexClient, reading: Reading): Promise<void> {
  const { folders, cache, nativeBinding, untouched, log } = reading;
  const { dir } = folders;
  const open = (indexPath: string) =>
    index.call('open', { dir, indexPath, mode: 'read', nativeBinding });
  if (!untouched && (await open(folders.index)).mark !== null) return;
  if (cache === null)
    throw new Failure('library.read-only', 'There is no index to read and no place to build one.');

  await onDisk(() => mkdir(cache, { recursive: true }));
  const cached = join(cache, indexName);
  const { mark } = await open(cached);
  if (mark !== null && (await isCurrent(index, mark))) return;
  await index.call('close', {});
  const built = await index.call('buildForReading', { dir, indexPath: cached, nativeBinding });
  for (const { path, why } of built.problems) log.warn(`${path}: ${why}`);
  if (!(await open(built.indexPath)).usable)
    throw new Failure('library.damaged', 'The index of a reader cannot be read back.');
}

async function isCurrent(index: IndexClient, known: LedgerMark): Promise<boolean> {
  const { scan } = await index.call('scanLedger', { after: known, keepLast: 0 });
  return !scan.markLost && scan.mark.seq === known.seq;
}
