/** @file Tests. Libraries are opened, remembered, left alone; the sample is never written to; a wrong folder costs nothing. */
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, type LibraryStatus } from '#contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChoice } from '../../src/main/choice.ts';
import type { Audio } from '../../src/main/audio/index.ts';
import { type Libraries, createLibraries, rememberLibrary } from '../../src/main/libraries.ts';
import { openOrCreate } from '../../src/main/opening.ts';
import type { Rhythm } from '../../src/main/pulling.ts';
import { type SettingsStore, openSettings } from '../../src/main/settings/index.ts';
import { type Workbench, createWorkbench } from '../../src/main/workbench.ts';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { clockByHand } from '../support/clock-by-hand.ts';

let root = '';
let settings: SettingsStore;
let workbench: Workbench;
let libraries: Libraries;
let connects = 0;
let up: () => void;
let rhythm: Rhythm;
let bugs: unknown[] = [];

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'trackvault-libraries-')));
  const profile = join(root, 'profile');
  const clock = clockByHand();
  settings = await openSettings(profile);
  connects = 0;
  bugs = [];
  rhythm = { automatic: true, everyMs: 600_000 };
  const log = { info: () => undefined, warn: () => undefined };
  workbench = createWorkbench({
    openLibrary: (dir, mode) =>
      openOrCreate(
        { clock, through: 'app', profile, nativeBinding: null, log },
        { dir, mode: mode === 'make' ? 'write' : mode, create: mode === 'make' },
      ),
    remember: (library, totals) => rememberLibrary(settings, clock, library, totals),
    rhythm: () => rhythm,
    choice: createChoice(() => ({ kind: 'all' })),
    onOpen: () => undefined,
    onForecast: () => undefined,
    queuePlace: (dir) => ({ queuePath: join(dir, 'queue.db') }),
    // Nothing is heard or drawn here.
    audio: {} as Audio,
    connect: () => {
      connects += 1;
      return Promise.reject(new Failure('credentials.missing', 'nobody is connected'));
    },
    clock,
    tell: () => undefined,
    onBug: (thrown) => {
      bugs.push(thrown);
    },
  });
  const whenUp = new Promise<void>((resolve) => {
    up = resolve;
  });
  const sampleDir = join(root, 'sample');
  await cp(join(projectRoot, 'resources', 'sample-library'), sampleDir, { recursive: true });
  libraries = createLibraries({ settings, workbench, sampleDir, whenUp });
});

afterEach(async () => {
  await workbench.close();
  await rm(root, { recursive: true });
  expect(bugs).toEqual([]);
});

const dirOf = (status: LibraryStatus) => ('dir' in status ? status.dir : null);

/** Every file below a folder, with its bytes' length and time of change. */
async function picture(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const lines = names.map(async (name) => {
    const facts = await stat(join(folder, name));
    return `${name} ${String(facts.size)} ${String(facts.mtimeMs)}`;
  });
  return (await Promise.all(lines)).sort();
}

describe('libraries', () => {
  it('are known once opened, with what they held when they were closed', async () => {
    await libraries.open(join(root, 'a'));
    await libraries.open(join(root, 'b'));
    const known = await libraries.known();
    expect(known.map(({ dir, open, missing }) => [dir, open, missing]).sort()).toEqual([
      [join(root, 'a'), false, false],
      [join(root, 'b'), true, false],
    ]);
    expect(settings.get().lastLibraryDir).toBe(join(root, 'b'));
    const a = known.find(({ dir }) => dir === join(root, 'a')) ?? expect.fail();
    expect(dirOf(await libraries.openKnown(a.libraryId))).toBe(join(root, 'a'));

    await rm(join(root, 'b'), { recursive: true });
    expect((await libraries.known()).find(({ open }) => !open)?.missing).toBe(true);
    await libraries.forgetKnown(a.libraryId);
    expect((await libraries.known()).map(({ dir }) => dir)).toEqual([join(root, 'b')]);
    await expect(libraries.openKnown(a.libraryId)).rejects.toMatchObject({
      code: 'library.missing',
    });
    expect(await readFile(join(root, 'a', 'trackvault.json'), 'utf8')).toContain(a.libraryId);
  });

  it('are not made anew where one was: its disk may only be away', async () => {
    await libraries.open(join(root, 'disk', 'a'));
    const [a] = await libraries.known();
    await libraries.open(join(root, 'b'));
    await rm(join(root, 'disk', 'a'), { recursive: true });
    await expect(libraries.openKnown(a?.libraryId ?? '')).rejects.toMatchObject({
      code: 'library.not-there',
    });
    expect(await readdir(join(root, 'disk'))).toEqual([]);
    expect(workbench.status()).toMatchObject({ state: 'open', dir: join(root, 'b') });

    await workbench.close();
    await mkdir(join(root, 'disk', 'a'));
    await workbench.openSample(join(root, 'nothing'));
    expect(await libraries.reopen(join(root, 'disk', 'a'))).toMatchObject({
      state: 'closed',
      failure: { code: 'library.not-there' },
    });
    expect(await readdir(join(root, 'disk', 'a'))).toEqual([]);
  });

  it('are opened one after the other: a wrong folder gives way to the one before it', async () => {
    await libraries.open(join(root, 'a'));
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other', 'thesis.odt'), 'not a library');
    const [b, other] = await Promise.allSettled([
      libraries.open(join(root, 'b')),
      libraries.open(join(root, 'other')),
    ]);
    expect([b.status, other.status]).toEqual(['fulfilled', 'rejected']);
    expect(workbench.status()).toMatchObject({ state: 'open', dir: join(root, 'b') });
  });

  it('open and take in although the profile can remember nothing', async () => {
    up();
    await mkdir(join(root, 'profile', 'settings.json.next'), { recursive: true });
    await expect(libraries.open(join(root, 'a'))).rejects.toMatchObject({ code: 'disk.refused' });
    expect(workbench.status()).toMatchObject({ state: 'open', dir: join(root, 'a') });
    await expect.poll(() => connects).toBe(1);
    await rm(join(root, 'profile', 'settings.json.next'), { recursive: true });
    expect(bugs.splice(0)).toMatchObject([{ code: 'disk.refused' }]);
  });

  it('stay open when another folder turns out to be none', async () => {
    await libraries.open(join(root, 'a'));
    const other = join(root, 'other');
    await mkdir(other);
    await writeFile(join(other, 'thesis.odt'), 'not a library');
    await expect(libraries.open(other)).rejects.toMatchObject({ code: 'library.not-a-library' });
    expect(workbench.status()).toMatchObject({ state: 'open', dir: join(root, 'a') });
    expect(settings.get().lastLibraryDir).toBe(join(root, 'a'));
    expect(await readdir(other)).toEqual(['thesis.odt']);
  });

  it('say why none is open when the first folder turns out to be none', async () => {
    const other = join(root, 'other');
    await mkdir(other);
    await writeFile(join(other, 'thesis.odt'), 'not a library');
    expect(await libraries.open(other)).toMatchObject({
      state: 'closed',
      failure: { code: 'library.not-a-library' },
    });
  });

  it('take in nothing before the window is up, then by themselves', async () => {
    await libraries.open(join(root, 'a'));
    expect(connects).toBe(0);
    up();
    await expect.poll(() => connects).toBe(1);
  });

  it('take in nothing by themselves where a person does not wish it', async () => {
    rhythm = { automatic: false, everyMs: 600_000 };
    up();
    await libraries.open(join(root, 'a'));
    await libraries.open(join(root, 'b'), 'later');
    expect(connects).toBe(0);
    workbench.pulling().start();
    await expect.poll(() => connects).toBe(1);
  });
});

describe('the sample library', () => {
  it('is opened for reading, is read through, and not a byte in its folder changes', async () => {
    up();
    const before = await picture(join(root, 'sample'));
    const status = await libraries.openSample();
    expect(status).toMatchObject({
      state: 'open',
      access: 'reader',
      sample: true,
      readingBecause: { code: 'library.sample' },
    });
    const library = workbench.library();
    const { items } = await library.recordings({});
    expect(items.length).toBeGreaterThan(1);
    const report = await library.verify({ all: true });
    expect(report).toMatchObject({ damaged: 0, missing: 0 });
    expect(report.verified).toBeGreaterThan(1);
    expect(library.derivedDir.startsWith(join(root, 'profile'))).toBe(true);
    await workbench.close();
    expect(await picture(join(root, 'sample'))).toEqual(before);
    expect(connects).toBe(0);
  });

  it('is neither the last library nor a known one', async () => {
    await libraries.open(join(root, 'a'));
    await libraries.openSample();
    expect(settings.get().lastLibraryDir).toBe(join(root, 'a'));
    expect((await libraries.known()).map(({ dir, open }) => [dir, open])).toEqual([
      [join(root, 'a'), false],
    ]);
  });

  it('gives way again to what was open when it is not there', async () => {
    await libraries.open(join(root, 'a'));
    await rm(join(root, 'sample'), { recursive: true });
    await expect(libraries.openSample()).rejects.toMatchObject({ code: 'library.missing' });
    expect(workbench.status()).toMatchObject({ state: 'open', dir: join(root, 'a') });
  });
});
