/** @file Tests of who may open a library and how: one writer, many readers, refusals that leave everything untouched. */
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLibrary, openLibrary, verifyLedger } from '../../src/main/library/index.ts';
import {
  actor,
  delivery,
  handClock,
  indexWorkerUrl,
  invokedAt,
  keepAll,
  mara,
  observation,
  recordingId,
  tempLibrary,
  usualName,
  type TempLibrary,
} from '../support/temp-library.ts';

let temp: TempLibrary;
beforeEach(async () => {
  temp = await tempLibrary();
});
afterEach(async () => {
  await temp.close();
});

test('a second writer is told that the library is in use; a reader reads beside the writer', async () => {
  await keepAll(temp.library, observation(0));
  await expect(temp.openBeside({ mode: 'write' })).rejects.toMatchObject({
    code: 'library.locked',
  });
  const reader = await temp.openBeside({ mode: 'write-or-read' });
  expect(reader.access).toBe('reader');
  expect(await reader.tracks({})).toEqual(await temp.library.tracks({}));
  await keepAll(temp.library, observation(1));
  expect((await reader.tracks({})).items).toHaveLength(2);
  await expect(reader.markGone(recordingId(0))).rejects.toMatchObject({
    code: 'library.read-only',
  });
  await expect(reader.rebuild()).rejects.toMatchObject({ code: 'library.read-only' });
});

test('the lock is free again after closing', async () => {
  await temp.library.close();
  const next = await temp.openBeside({ mode: 'write' });
  expect(next.access).toBe('writer');
  await next.close();
});

test('a reader without an index builds its own in the cache and leaves the library as it is', async () => {
  await keepAll(temp.library, observation(0));
  const expected = await temp.library.tracks({});
  await temp.library.close();
  for (const end of ['', '-wal', '-shm'])
    await rm(join(temp.dir, `index.db${end}`), { force: true });
  const before = (await readdir(temp.dir)).sort();
  await expect(temp.openBeside({ mode: 'read' })).rejects.toMatchObject({
    code: 'library.read-only',
  });
  const cacheDir = join(temp.dir, '..', 'cache');
  const reader = await temp.openBeside({ mode: 'read', cacheDir });
  expect(await reader.tracks({})).toEqual(expected);
  expect(await readdir(cacheDir)).toEqual([reader.libraryId]);
  await reader.close();
  expect((await readdir(temp.dir)).sort()).toEqual(before);

  const writer = await temp.reopen();
  await keepAll(writer, observation(1));
  await writer.close();
  for (const end of ['', '-wal', '-shm'])
    await rm(join(temp.dir, `index.db${end}`), { force: true });
  const later = await temp.openBeside({ mode: 'read', cacheDir });
  expect((await later.tracks({})).items).toHaveLength(2);
});

/** Everything in a folder with when it was last changed. */
async function changesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true });
  return Promise.all(
    ['', ...entries.sort()].map(
      async (name) => `${name} ${String((await stat(join(dir, name))).mtimeMs)}`,
    ),
  );
}

test('a library opened untouched stays so, though it has an index and could be written to', async () => {
  await keepAll(temp.library, observation(0));
  const expected = await temp.library.tracks({});
  await temp.library.close();
  const before = await changesIn(temp.dir);
  const cacheDir = join(temp.dir, '..', 'cache');
  await expect(temp.openBeside({ untouched: true })).rejects.toMatchObject({
    code: 'library.read-only',
  });
  const reader = await temp.openBeside({ mode: 'write', untouched: true, cacheDir });
  expect(reader.access).toBe('reader');
  expect(reader.derivedDir.startsWith(cacheDir)).toBe(true);
  expect(await reader.tracks({})).toEqual(expected);
  expect(await reader.verify({ all: true })).toMatchObject({ verified: 1 });
  await reader.close();
  expect(await changesIn(temp.dir)).toEqual(before);
});

test('readers that build one cached index at once do not meet', async () => {
  await keepAll(temp.library, observation(0));
  const expected = await temp.library.tracks({});
  await temp.library.close();
  const cacheDir = join(temp.dir, '..', 'cache');
  const beside = { untouched: true, cacheDir };
  const readers = await Promise.all([1, 2, 3].map(() => temp.openBeside(beside)));
  for (const reader of readers) expect(await reader.tracks({})).toEqual(expected);
  expect(await readdir(join(cacheDir, readers[0]?.libraryId ?? ''))).toEqual(['index.db']);

  const writer = await temp.reopen();
  await keepAll(writer, observation(1));
  await writer.close();
  const later = await temp.openBeside(beside);
  expect((await later.tracks({})).items).toHaveLength(2);
  for (const reader of readers) expect(await reader.tracks({})).toEqual(expected);
});

test('what a reader verified reaches the ledger through the inbox, once, under its own name', async () => {
  await keepAll(temp.library, observation(0));
  const phone = { osUser: 'otis', machine: 'phone', through: 'cli' };
  const reader = await temp.openBeside({ mode: 'read', actor: phone });
  expect(await reader.verify({ all: true })).toMatchObject({ verified: 1, damaged: 0, missing: 0 });
  const changed = new Promise<void>((resolve) => temp.library.onChange(() => resolve()));
  temp.clock.advance(3000);
  await changed;
  const ledger = join(temp.dir, 'ledger.jsonl');
  const line = (await readFile(ledger, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
  expect(line).toContain('"kind":"verified-run"');
  expect(line).toContain('otis');
  expect((await temp.library.tracks({})).items).toMatchObject([{ state: 'verified' }]);
  expect(await readdir(join(temp.dir, 'incoming', 'inbox'))).toEqual([]);
  expect((await verifyLedger(ledger)).breaks).toEqual([]);
});

test('a request that is none is set aside and said', async () => {
  await temp.library.close();
  await writeFile(join(temp.dir, 'incoming', 'inbox', '1.json'), '{"kind":"erase-everything"}');
  await temp.reopen();
  await temp.library.observe(observation(0));
  expect(await readdir(join(temp.dir, 'incoming', 'inbox'))).toEqual(['1.json.unread']);
  expect(temp.logged.join()).toContain('inbox/1.json');
});

test('folders that are no library, and newer libraries, are refused untouched', async () => {
  const root = await mkdtemp(join(tmpdir(), 'folders-'));
  try {
    const options = { clock: handClock(invokedAt), actor, indexWorkerUrl };
    const full = join(root, 'full');
    await mkdir(full);
    await writeFile(join(full, 'thesis.doc'), 'years of work');
    const open = (dir: string) => openLibrary({ ...options, dir });
    await expect(createLibrary({ ...options, dir: full })).rejects.toMatchObject({
      code: 'library.not-a-library',
    });
    await expect(open(full)).rejects.toMatchObject({ code: 'library.not-a-library' });
    expect(await readdir(full)).toEqual(['thesis.doc']);
    await expect(open(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'library.missing' });

    const newer = join(root, 'newer');
    await (await createLibrary({ ...options, dir: newer })).close();
    const format = join(newer, 'trackvault.json');
    await writeFile(
      format,
      (await readFile(format, 'utf8')).replace('"version": 1', '"version": 2'),
    );
    const before = await readdir(newer, { recursive: true });
    await expect(open(newer)).rejects.toMatchObject({ code: 'library.newer' });
    expect(await readdir(newer, { recursive: true })).toEqual(before);
  } finally {
    await rm(root, { recursive: true });
  }
});

test('a library moved to another place is whole', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.seal(recordingId(0));
  const before = await temp.library.tracks({});
  await temp.library.close();
  const { rename } = await import('node:fs/promises');
  const moved = join(temp.dir, '..', 'moved away');
  await rename(temp.dir, moved);
  const library = await temp.openBeside({ dir: moved });
  expect(await library.tracks({})).toEqual(before);
  expect(await library.verify({ all: true })).toMatchObject({
    verified: 1,
    damaged: 0,
    missing: 0,
  });
  await library.close();
  await rename(moved, temp.dir);
});

test('a part outside of incoming, or shorter than said, is refused and stays', async () => {
  await temp.library.observe(observation(0));
  const file = {
    recordingId: recordingId(0),
    layerName: 'default',
    fileName: usualName(invokedAt + 5000),
  };
  const whole = await delivery(temp.library, file, 'all of it');
  await expect(temp.library.keep({ ...whole, bytes: 99 })).rejects.toMatchObject({
    code: 'file.incomplete',
  });
  const outside = join(temp.dir, '..', 'outside.part');
  await writeFile(outside, 'all of it');
  await expect(temp.library.keep({ ...whole, partPath: outside })).rejects.toMatchObject({
    code: 'input.invalid',
  });
  expect(await readFile(outside, 'utf8')).toBe('all of it');
  expect((await temp.library.keep(whole)).userId).toBe(mara);
});
