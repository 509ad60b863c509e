/** @file Demo. Looks at the result from outside, with tools that know nothing of the app, and prints the table. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Original, Sandbox } from '../../test/sandbox/index.ts';

const run = promisify(execFile);
const commandLine = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));

const Row = z.object({
  recordingId: z.string(),
  layerName: z.string(),
  fileName: z.string(),
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  state: z.string(),
  userId: z.string().nullable(),
});
type Row = z.infer<typeof Row>;

const Shown = z.object({
  recording: z.object({
    title: z.string().nullable(),
    state: z.string(),
    lengthMs: z.number().nullable(),
  }),
});

/** True when every original is in a bag, byte for byte, and every manifest holds. */
export async function checkFromOutside(world: {
  library: string;
  sandbox: Sandbox;
  say: (line: string) => void;
}): Promise<boolean> {
  const { library, sandbox, say } = world;
  const ask = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, [commandLine, ...args, '--json', '--library', library])).stdout;

  const rows = (await ask('list'))
    .trimEnd()
    .split('\n')
    .map((line) => Row.parse(JSON.parse(line)));
  const bags = await bagsOf(library);
  for (const bag of bags) {
    await run('sha256sum', ['--check', '--quiet', 'manifest-sha256.txt'], { cwd: bag });
    await run('sha256sum', ['--check', '--quiet', 'tagmanifest-sha256.txt'], { cwd: bag });
  }
  say(`sha256sum --check holds in ${String(bags.length)} bags.`);

  const originals = sandbox.originals();
  const wrong = await unequal(library, originals, rows);
  for (const fileName of wrong) say(`Not equal to the original: ${fileName}`);
  if (wrong.length === 0) say(`${String(originals.length)} files are equal to the originals.`);
  for (const violation of sandbox.violations) say(`Sent to the file host: ${violation}`);

  const recordings = new Map<string, Row[]>();
  for (const row of rows) {
    recordings.set(row.recordingId, [...(recordings.get(row.recordingId) ?? []), row]);
  }
  const table: Record<string, string>[] = [];
  let sealed = 0;
  for (const [recordingId, tracks] of recordings) {
    const { recording } = Shown.parse(JSON.parse(await ask('show', recordingId)));
    if (recording.state === 'sealed') sealed += 1;
    table.push({
      meeting: recording.title ?? recordingId,
      people: String(new Set(tracks.map(({ userId, fileName }) => userId ?? fileName)).size),
      tracks: String(tracks.length),
      length: `${((recording.lengthMs ?? 0) / 1000).toFixed(1)} s`,
      bytes: String(tracks.reduce((sum, { bytes }) => sum + bytes, 0)),
      'SHA-256 of the first': tracks[0]?.sha256.slice(0, 12) ?? '',
      verified: `${String(tracks.filter(({ state }) => state === 'verified').length)} of ${String(tracks.length)}`,
      sealed: recording.state === 'sealed' ? 'yes' : recording.state,
    });
  }
  printTable(table);
  return (
    wrong.length === 0 &&
    sandbox.violations.length === 0 &&
    rows.length === originals.length &&
    rows.every(({ state }) => state === 'verified') &&
    sealed === recordings.size &&
    bags.length === recordings.size
  );
}

async function bagsOf(library: string): Promise<string[]> {
  const files = await readdir(join(library, 'recordings'), { recursive: true });
  return files
    .filter((file) => file.endsWith(`${sep}bagit.txt`))
    .map((file) => join(library, 'recordings', dirname(file)));
}

/** Names of originals that the library lacks or holds with other bytes. */
async function unequal(
  library: string,
  originals: readonly Original[],
  rows: readonly Row[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { recordingId, layerName, fileName, sha256 } of originals) {
    const row = rows.find(
      (each) =>
        each.recordingId === recordingId &&
        each.layerName === layerName &&
        each.fileName === fileName,
    );
    const bytes = row === undefined ? null : await readFile(join(library, row.path));
    const hash = bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
    if (hash !== sha256) wrong.push(fileName);
  }
  return wrong;
}

function printTable(rows: readonly Readonly<Record<string, string>>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const width = (column: string) =>
    Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0));
  const line = (cell: (column: string) => string) =>
    columns.map((column) => cell(column).padEnd(width(column))).join('   ');
  console.log(`\n${line((column) => column)}`);
  console.log(line((column) => '─'.repeat(width(column))));
  for (const row of rows) console.log(line((column) => row[column] ?? ''));
}
