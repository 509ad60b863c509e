/** @file Tests of the library that comes with the app: whole, with real speech, nobody's name of this machine in it, and never written to. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, readFile, readdir, realpath, rm, stat } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAudioFacts } from '../../src/main/audio/index.ts';
import { openLibrary, verifyLedger, type Library } from '../../src/main/library/index.ts';
import { actor, handClock, indexWorkerUrl, invokedAt } from '../support/temp-library.ts';

const sample = fileURLToPath(new URL('../../resources/sample-library', import.meta.url));
const maker = fileURLToPath(new URL('../../scripts/make-sample-library.ts', import.meta.url));

let root: string;
let dir: string;
const open: Library[] = [];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sample-')));
  dir = join(root, 'sample');
  await cp(sample, dir, { recursive: true });
});
afterEach(async () => {
  for (const library of open.splice(0)) await library.close();
  await chmod(dir, 0o755);
  await rm(root, { recursive: true, force: true });
});

async function openSample(): Promise<Library> {
  const library = await openLibrary({
    dir,
    clock: handClock(invokedAt),
    actor,
    indexWorkerUrl,
    untouched: true,
    cacheDir: join(root, 'cache'),
  });
  open.push(library);
  return library;
}

/** Names, kinds, contents. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  const names = (await readdir(folder, { recursive: true })).sort();
  for (const name of names) {
    const path = join(folder, name);
    contents[name] = (await stat(path)).isDirectory()
      ? 'folder'
      : createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
  }
  return contents;
}

test('it is opened, searched, heard and read back without a change to its folder', async () => {
  const before = await contentsOf(dir);
  const library = await openSample();
  const { items: recordings } = await library.recordings({});
  expect(recordings.map(({ title, state }) => [title, state])).toEqual([
    ['Editorial round', 'sealed'],
    ['Harbour pilots', 'sealed'],
    ['Sound check', 'sealed'],
  ]);
  const { items: tracks } = await library.tracks({});
  expect(tracks).toHaveLength(10);
  for (const track of tracks) {
    expect(track).toMatchObject({ state: 'verified', reading: 'exact', media: { kind: 'ok' } });
    expect(track.speaker?.name).toMatch(/\S/);
    const facts = await readAudioFacts(await library.payloadPath(track.trackId));
    expect(facts).toMatchObject({ kind: 'ok', codec: 'A_OPUS', durationMs: track.durationMs });
  }
  expect(
    tracks.filter(({ holes }) => holes.some(({ lengthMs }) => lengthMs > 15_000)),
  ).toHaveLength(1);
  expect(tracks.filter(({ speaker }) => speaker?.name === 'Nina Falk')).toHaveLength(2);
  expect(await library.verify({ all: true })).toMatchObject({
    verified: 10,
    damaged: 0,
    missing: 0,
  });
  expect(await library.problems()).toEqual([]);
  expect(library.derivedDir.startsWith(dir)).toBe(false);
  await library.close();
  expect(await contentsOf(dir)).toEqual(before);
});

test('it opens from a folder nobody may write to', async () => {
  for (const name of await readdir(dir, { recursive: true })) {
    const path = join(dir, name);
    await chmod(path, (await stat(path)).isDirectory() ? 0o555 : 0o444);
  }
  await chmod(dir, 0o555);
  const library = await openSample();
  expect(library.access).toBe('reader');
  expect((await library.meetings({})).items).toHaveLength(3);
  await library.close();
  for (const name of await readdir(dir, { recursive: true })) await chmod(join(dir, name), 0o755);
});

test('every bag holds by its own manifests and the ledger is unbroken', async () => {
  expect(await verifyLedger(join(dir, 'ledger.jsonl'))).toMatchObject({ breaks: [] });
  const years = await readdir(join(dir, 'recordings'));
  expect(years).toEqual(['2026']);
  const bags = await readdir(join(dir, 'recordings', '2026'));
  expect(bags).toHaveLength(3);
  for (const bag of bags) {
    const cwd = join(dir, 'recordings', '2026', bag);
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt'])
      execFileSync('sha256sum', ['--check', '--strict', '--quiet', manifest], { cwd });
  }
});

test('nothing but the archive is in it, and no name of whoever made it', async () => {
  expect((await readdir(sample)).sort()).toEqual(
    ['ledger.jsonl', 'observed', 'recordings', 'trackvault.json', 'verifications'].sort(),
  );
  let bytes = 0;
  for (const name of await readdir(sample, { recursive: true })) {
    const path = join(sample, name);
    if ((await stat(path)).isDirectory()) continue;
    const content = await readFile(path);
    bytes += content.length;
    if (name.endsWith('.webm')) continue;
    const text = content.toString('utf8');
    for (const own of [`"${userInfo().username}"`, `"${hostname()}"`, tmpdir(), 'https://'])
      expect(text.includes(own), `${own} in ${name}`).toBe(false);
  }
  expect(bytes).toBeLessThan(1_000_000);
});

test('making it again gives the same bytes', { timeout: 30_000 }, async () => {
  const out = join(root, 'again');
  await promisify(execFile)(process.execPath, [maker, '--out', out]);
  expect(await contentsOf(out)).toEqual(await contentsOf(sample));
});
