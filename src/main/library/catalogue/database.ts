/** @file Index. Opens `index.db`, brings its tables up to date, and tells an index to rebuild from one to leave alone. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { Failure } from '#contract';
import { first } from './migrations/0010-first.ts';
import { titles } from './migrations/0020-titles.ts';
import { order } from './migrations/0030-order.ts';
import { seenWords } from './migrations/0035-words.ts';
import { orders } from './migrations/0040-orders.ts';

/** `TRKV`: SQLite files of other programs are not taken for an index. */
const applicationId = 0x54524b56;
const migrations = [first, titles, order, seenWords, orders];
const newest = Math.max(...migrations.map(({ version }) => version));

/** A database with its statements prepared once each. */
export interface Catalogue {
  readonly db: Database.Database;
  sql(text: string): Database.Statement;
}

export interface OpenedCatalogue {
  catalogue: Catalogue;
  /** Where an unreadable index was put, null when there was none. */
  setAside: string | null;
}

/**
 * Opens the index for writing; an unreadable one is set aside, it can be built again.
 * @throws Failure `library.newer` when a newer version made it (it stays as it is)
 */
export function openCatalogue(path: string, nativeBinding: string | null): OpenedCatalogue {
  try {
    if (existsSync(path + damagedMark))
      throw new Database.SqliteError('a query met damage', 'SQLITE_CORRUPT');
    return { catalogue: openAt(path, nativeBinding), setAside: null };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    rmSync(path + damagedMark, { force: true });
    const setAside = `${path}.unreadable`;
    removeIndex(setAside);
    for (const end of ['', '-wal', '-shm'])
      if (existsSync(path + end)) renameSync(path + end, setAside + end);
    return { catalogue: openAt(path, nativeBinding), setAside };
  }
}

/**
 * Opens the index of a library somebody else may be writing to.
 * @returns null when there is none that can be read here
 * @throws Failure `library.newer`
 */
export function openReadOnly(path: string, nativeBinding: string | null): Catalogue | null {
  if (!existsSync(path) || existsSync(path + damagedMark)) return null;
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, ...binding(nativeBinding) });
    setUp(db);
    if (versionOf(db) === newest) return catalogueOf(db);
  } catch (error) {
    db?.close();
    if (error instanceof Failure) throw error;
    // A WAL database does not open on a read-only disk.
    if (error instanceof Database.SqliteError) return null;
    throw error;
  }
  db.close();
  return null;
}

/**
 * Builds an index for readers under a name of its own and puts it in place when it is whole: several
 * readers may do so at once, and one that reads the former goes on with it. It needs no file beside it.
 * @returns where it stands: under its own name where the system lets nobody replace a file in use
 */
export async function buildBeside<Value>(
  path: string,
  nativeBinding: string | null,
  fill: (catalogue: Catalogue) => Promise<Value>,
): Promise<{ path: string; value: Value }> {
  const building = `${path}.${randomUUID()}`;
  const catalogue = openAt(building, nativeBinding);
  let value: Value;
  try {
    value = await fill(catalogue);
    // Readers of a database with a log write beside it; of one without, they only lock.
    catalogue.db.pragma('journal_mode = DELETE');
    catalogue.db.close();
  } catch (error) {
    catalogue.db.close();
    removeIndex(building);
    throw error;
  }
  try {
    for (const end of ['-wal', '-shm', damagedMark]) rmSync(path + end, { force: true });
    renameSync(building, path);
  } catch {
    return { path: building, value };
  }
  removeLeftOvers(path);
  return { path, value };
}

const dayMs = 24 * 3600_000;

/** Removes what a reader that was killed left half built; what may still be building is younger than a day. */
function removeLeftOvers(path: string): void {
  const builtAt = statSync(path).mtimeMs;
  for (const name of readdirSync(dirname(path))) {
    const other = join(dirname(path), name);
    const writtenAt = statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? builtAt;
    if (name.startsWith(`${basename(path)}.`) && builtAt - writtenAt > dayMs)
      rmSync(other, { force: true });
  }
}

/** Left beside an index in which a query met damage: the next opening builds it again. */
const damagedMark = '-damaged';

/**
 * Notes that a query met damage in the index, so that the next opening builds it again.
 * @returns true when the error is such a damage
 */
export function noteDamage(path: string, error: unknown): boolean {
  if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_CORRUPT'))
    return false;
  writeFileSync(path + damagedMark, '');
  return true;
}

/** Deletes an index with everything SQLite put beside it. */
export function removeIndex(path: string): void {
  for (const end of ['', '-wal', '-shm', damagedMark]) rmSync(path + end, { force: true });
}

function openAt(path: string, nativeBinding: string | null): Catalogue {
  const db = new Database(path, binding(nativeBinding));
  try {
    db.pragma('journal_mode = WAL');
    // The ledger is fsynced before SQLite: what a power cut takes from here is folded again.
    db.pragma('synchronous = NORMAL');
    setUp(db);
    const before = versionOf(db);
    migrate(db, before);
    if (before > 0 && isSmall(db) && db.pragma('quick_check(1)', { simple: true }) !== 'ok')
      throw new Database.SqliteError('the index does not hold together', 'SQLITE_CORRUPT');
    return catalogueOf(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A check reads the whole file: a large index is only found out by the query that meets the damage. */
function isSmall(db: Database.Database): boolean {
  const pages = Number(db.pragma('page_count', { simple: true }));
  return pages * Number(db.pragma('page_size', { simple: true })) < 64 * 1024 * 1024;
}

function setUp(db: Database.Database): void {
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('busy_timeout = 5000');
  db.pragma('cache_size = -32000');
}

function versionOf(db: Database.Database): number {
  const id = Number(db.pragma('application_id', { simple: true }));
  const version = Number(db.pragma('user_version', { simple: true }));
  if (id === 0 && version === 0) return 0;
  if (id !== applicationId)
    throw new Database.SqliteError('not an index of this program', 'SQLITE_NOTADB');
  if (version > newest)
    throw new Failure('library.newer', 'The index was made by a newer version.', {
      details: { version },
    });
  return version;
}

/** Numbered steps, all in one exclusive transaction: whole or not at all. */
function migrate(db: Database.Database, from: number): void {
  if (from === newest) return;
  db.transaction(() => {
    for (const step of migrations) if (step.version > from) db.exec(step.sql);
    const broken = db.pragma('foreign_key_check');
    if (Array.isArray(broken) && broken.length > 0)
      throw new Database.SqliteError('a step broke a reference', 'SQLITE_CORRUPT');
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${newest}`);
  }).exclusive();
}

function catalogueOf(db: Database.Database): Catalogue {
  const statements = new Map<string, Database.Statement>();
  return {
    db,
    sql(text) {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const made = db.prepare(text);
      statements.set(text, made);
      return made;
    },
  };
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    /^SQLITE_(CORRUPT|NOTADB|FORMAT|ERROR)/.test(error.code)
  );
}

function binding(nativeBinding: string | null): { nativeBinding?: string } {
  return nativeBinding === null ? {} : { nativeBinding };
}
