/** @file Tests of the library as a whole: real files, real SQLite, real worker. */
import { execFileSync } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyLedger } from '../../src/main/library/index.ts';
import {
  delivery,
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

/** The one bag folder of a library with one recording. */
async function bagDir(): Promise<string> {
  const year = join(temp.dir, 'recordings', '2026');
  const [name] = await readdir(year);
  return join(year, name ?? '');
}

test('a kept file lies read-only in a bag that sha256sum accepts, and is listed with its speaker', async () => {
  await keepAll(temp.library, observation(0));
  const dir = await bagDir();
  expect(execFileSync('sha256sum', ['-c', 'manifest-sha256.txt'], { cwd: dir }).toString()).toMatch(
    /^data\/20261118T090215Z_[0-9a-f]{10}\.webm: OK\n$/,
  );
  execFileSync('sha256sum', ['-c', 'tagmanifest-sha256.txt'], { cwd: dir });
  const { items } = await temp.library.tracks({ recordingId: recordingId(0) });
  expect(items).toHaveLength(1);
  const [track] = items;
  expect(track).toMatchObject({
    reading: 'exact',
    prefix: 'ep42',
    userId: mara,
    startedAt: invokedAt + 5000,
    state: 'kept',
    speaker: { name: 'Mara Lindqvist', userId: mara },
  });
  const path = await temp.library.payloadPath(track?.trackId ?? expect.fail());
  expect((await stat(path)).mode & 0o777).toBe(0o444);
  expect(await readFile(join(dir, 'bag-info.txt'), 'utf8')).toContain('Payload-Oxum: 117.1\n');
  expect(await temp.library.meetings({})).toMatchObject({
    items: [{ recordings: 1, trackCount: 1, people: ['Mara Lindqvist'], states: ['complete'] }],
    next: null,
  });
  expect(await verifyLedger(join(temp.dir, 'ledger.jsonl'))).toEqual({ lines: 3, breaks: [] });
});

test('says how much it holds', async () => {
  expect(await temp.library.totals()).toEqual({ recordings: 0, tracks: 0, bytes: 0 });
  await keepAll(temp.library, observation(0));
  const { items } = await temp.library.tracks({});
  const bytes = items.reduce((sum, each) => sum + each.bytes, 0);
  expect(bytes).toBeGreaterThan(0);
  expect(await temp.library.totals()).toEqual({ recordings: 1, tracks: items.length, bytes });
});

test('opening again finds everything', async () => {
  await keepAll(temp.library, observation(0));
  const before = await temp.library.tracks({});
  await temp.reopen();
  expect(await temp.library.tracks({})).toEqual(before);
  const file = {
    recordingId: recordingId(0),
    layerName: 'default',
    fileName: usualName(invokedAt + 5000),
  };
  expect(await temp.library.holds(file)).toBe(true);
  const again = await temp.library.keep(
    await delivery(temp.library, file, `bytes of ${file.fileName}`),
  );
  expect([again]).toEqual(before.items);
});
