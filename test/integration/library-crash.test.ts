/** @file Tests that a library survives being killed: what was acknowledged is there, what is listed is whole. */
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFile,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { TrackId } from '#contract';
import { createLibrary, verifyLedger } from '../../src/main/library/index.ts';
import { dumpIndex } from '../support/library-dump.ts';
import {
  actor,
  delivery,
  indexWorkerUrl,
  keepAll,
  observation,
  recordingId,
  tempLibrary,
  type TempLibrary,
} from '../support/temp-library.ts';

let temp: TempLibrary;
beforeEach(async () => {
  temp = await tempLibrary();
});
afterEach(async () => {
  await temp.close();
});

async function bagDirs(): Promise<string[]> {
  const year = join(temp.dir, 'recordings', '2026');
  return (await readdir(year).catch(() => [])).map((name) => join(year, name));
}

/** `sha256sum -c` of a bag; throws where a listed file differs. */
function check(dir: string, manifest: string): void {
  execFileSync('sha256sum', ['--quiet', '-c', manifest], { cwd: dir });
}

const Said = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ kept: TrackId, sha256: z.string() }),
]);

const keepForever = fileURLToPath(new URL('../support/keep-forever.ts', import.meta.url));

/** Runs the child and kills it some time after its first word. */
async function runAndKill(from: number, afterMs: number): Promise<TrackId[]> {
  const child = spawn(process.execPath, [keepForever, temp.dir, String(from)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      if (out === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      out += data.toString();
    });
    void ended.then(resolve);
  });
  await ended;
  expect(complaints).toBe('');
  return out
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const said = Said.parse(JSON.parse(line));
      return 'kept' in said ? [said.kept] : [];
    });
}

const kills = process.env['TRACKVAULT_SOAK'] === '1' ? 100 : 6;

test(
  `killed ${kills} times while keeping files: every manifest holds, nothing acknowledged is lost`,
  { timeout: kills * 20_000 },
  async () => {
    await temp.library.close();
    const acknowledged = new Set<TrackId>();
    for (let round = 0; round < kills; round++) {
      const random = ((round * 2_654_435_761) % 2 ** 32) / 2 ** 32;
      for (const trackId of await runAndKill(round * 100, 20 + random * 600))
        acknowledged.add(trackId);
      for (const dir of await bagDirs())
        if ((await readdir(dir)).includes('manifest-sha256.txt')) check(dir, 'manifest-sha256.txt');
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    const library = await temp.reopen();
    const held = new Set(
      (await library.tracks({ limit: 1000 })).items.map(({ trackId }) => trackId),
    );
    for (const trackId of acknowledged) expect(held).toContain(trackId);
    for (const dir of await bagDirs()) {
      if (!(await readdir(dir)).includes('manifest-sha256.txt')) {
        // It died between making the folder and putting the first file into it.
        expect(await readdir(join(dir, 'data')).catch(() => [])).toEqual([]);
        continue;
      }
      check(dir, 'manifest-sha256.txt');
      check(dir, 'tagmanifest-sha256.txt');
    }
    const report = await library.verify({ all: true });
    expect(report.findings.filter(({ found }) => found !== 'verified')).toEqual([]);
    expect((await verifyLedger(join(temp.dir, 'ledger.jsonl'))).breaks).toEqual([]);
    const grown = dumpIndex(join(temp.dir, 'index.db'));
    await library.rebuild();
    expect(dumpIndex(join(temp.dir, 'index.db'))).toEqual(grown);
  },
);

/** Steps between which a process may have died, undone one after the other from the end. */
async function withIndexOf(before: Buffer): Promise<void> {
  for (const end of ['-wal', '-shm']) await rm(join(temp.dir, `index.db${end}`), { force: true });
  await writeFile(join(temp.dir, 'index.db'), before);
}

test.each(['the index', 'the tag manifest', 'the manifest', 'the metadata', 'any tag file'])(
  'died before %s was written: opening brings the bag to a whole state',
  async (step) => {
    await temp.library.observe(observation(0));
    await temp.library.close();
    const before = await readFile(join(temp.dir, 'index.db'));
    await temp.reopen();
    await keepAll(temp.library, observation(0));
    const wanted = dumpIndex(join(temp.dir, 'index.db'));
    await temp.library.close();
    await withIndexOf(before);
    const [dir = ''] = await bagDirs();
    const gone = [
      'tagmanifest-sha256.txt',
      'manifest-sha256.txt',
      'bag-info.txt',
      'metadata',
      'bagit.txt',
    ];
    const count = {
      'the index': 0,
      'the tag manifest': 1,
      'the manifest': 3,
      'the metadata': 4,
      'any tag file': 5,
    };
    for (const name of gone.slice(0, count[step as keyof typeof count]))
      await rm(join(dir, name), { recursive: true });
    await temp.reopen();
    check(dir, 'manifest-sha256.txt');
    check(dir, 'tagmanifest-sha256.txt');
    expect(dumpIndex(join(temp.dir, 'index.db'))).toEqual(wanted);
    expect((await temp.library.tracks({})).items).toHaveLength(1);
  },
);

test('died before the payload was moved: the part stays for the downloads and no track is claimed', async () => {
  await temp.library.observe(observation(0));
  await temp.library.close();
  const before = await readFile(join(temp.dir, 'index.db'));
  await temp.reopen();
  await keepAll(temp.library, observation(0));
  const [track] = (await temp.library.tracks({})).items;
  const payload = await temp.library.payloadPath(track?.trackId ?? expect.fail());
  const part = temp.library.partPath({
    recordingId: recordingId(0),
    layerName: 'default',
    fileName: track?.fileName ?? '',
  });
  await temp.library.close();
  await withIndexOf(before);
  await rename(payload, part);
  const [dir = ''] = await bagDirs();
  for (const name of await readdir(dir))
    if (name !== 'data') await rm(join(dir, name), { recursive: true });
  await temp.reopen();
  expect((await temp.library.tracks({})).items).toEqual([]);
  expect((await stat(part)).size).toBeGreaterThan(0);
  expect(await temp.library.recording(recordingId(0))).toMatchObject({ state: 'pending' });
  await keepAll(temp.library, observation(0));
  check(dir, 'manifest-sha256.txt');
});

test('a payload that is not what the ledger recorded is not taken in', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.close();
  const [dir = ''] = await bagDirs();
  await appendFile(join(dir, 'data', 'stranger.webm'), 'from elsewhere');
  for (const end of ['', '-wal', '-shm'])
    await rm(join(temp.dir, `index.db${end}`), { force: true });
  await temp.reopen();
  check(dir, 'manifest-sha256.txt');
  expect(await readFile(join(dir, 'manifest-sha256.txt'), 'utf8')).not.toContain('stranger');
  const report = await temp.library.verify({ all: true });
  expect(report.findings.filter(({ found }) => found === 'extra')).toMatchObject([
    { path: expect.stringContaining('data/stranger.webm') as string },
  ]);
});

test('a torn last line is cut off and the repair is recorded', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.close();
  const ledger = join(temp.dir, 'ledger.jsonl');
  await appendFile(ledger, '{"seq":4,"at":"2026-11-18T');
  await temp.reopen();
  const lines = (await readFile(ledger, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[3]).toContain('"kind":"repaired"');
  expect(lines[3]).toContain('"what":"torn-line"');
  expect((await verifyLedger(ledger)).breaks).toEqual([]);
  expect((await readdir(join(temp.dir, 'incoming', 'set-aside')))[0]).toMatch(/^ledger-/);
  expect((await temp.library.tracks({})).items).toHaveLength(1);
});

test('a ledger cut short behind the index is noticed, recorded and never hidden', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.close();
  const ledger = join(temp.dir, 'ledger.jsonl');
  const text = await readFile(ledger, 'utf8');
  const cut = text.trimEnd().lastIndexOf('\n') + 1;
  await truncate(ledger, cut);
  await temp.reopen();
  expect(await readFile(ledger, 'utf8')).toContain('"what":"shortened"');
  expect((await temp.library.tracks({})).items).toHaveLength(1);
});

test('a part that could not be moved into its bag can still be written to by the next try', async () => {
  await keepAll(temp.library, observation(0));
  const { items } = await temp.library.tracks({ recordingId: recordingId(0) });
  const [track] = items;
  if (track === undefined) throw new Error('nothing was kept');
  const payload = join(temp.dir, track.path);
  await rm(payload);
  await writeFile(payload, 'other bytes');
  await temp.library.verify({ all: true });
  await rm(join(temp.dir, 'incoming', 'set-aside'), { recursive: true });
  const again = await delivery(temp.library, track, `bytes of ${track.fileName}`);
  await expect(temp.library.keep(again)).rejects.toThrow();
  expect((await stat(again.partPath)).mode & 0o200).toBe(0o200);
});

test('a library whose making was cut off is made to its end', async () => {
  const dir = join(temp.dir, '..', 'half');
  const options = { dir, clock: temp.clock, actor, indexWorkerUrl };
  for (const folder of ['observed', 'incoming/inbox'])
    await mkdir(join(dir, folder), { recursive: true });
  await writeFile(join(dir, 'incoming', 'trackvault.json.0123456789ab.tmp'), '{');
  await writeFile(join(dir, 'observed', 'notes.txt'), 'of somebody');
  await expect(createLibrary(options)).rejects.toThrow(
    expect.objectContaining({ code: 'library.not-a-library' }),
  );
  await rm(join(dir, 'observed', 'notes.txt'));
  const library = await createLibrary(options);
  await library.close();
  expect(await verifyLedger(join(dir, 'ledger.jsonl'))).toEqual({ lines: 1, breaks: [] });
});
