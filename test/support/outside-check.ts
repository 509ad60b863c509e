/** @file Tests. Looks at a library from outside: with sha256sum and the stand-in's originals, not with the app's code. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Original } from '../sandbox/index.ts';

const run = promisify(execFile);

/** Folders of all bags. */
export async function bagsOf(library: string): Promise<string[]> {
  const files = await readdir(join(library, 'recordings'), { recursive: true });
  return files
    .filter((file) => basename(file) === 'bagit.txt')
    .map((file) => join(library, 'recordings', dirname(file)));
}

/**
 * Lets `sha256sum` check every manifest and compares the payloads with the originals.
 * @throws Error when a manifest does not hold or is not complete
 * @returns what is wrong, as sentences; empty when each original is in a bag, and nothing else is
 */
export async function compareWithOriginals(
  library: string,
  originals: readonly Original[],
): Promise<string[]> {
  const held: string[] = [];
  for (const bag of await bagsOf(library)) {
    await run('sha256sum', ['--check', '--strict', 'manifest-sha256.txt'], { cwd: bag });
    await run('sha256sum', ['--check', '--strict', 'tagmanifest-sha256.txt'], { cwd: bag });
    for (const name of await readdir(join(bag, 'data'))) {
      const bytes = await readFile(join(bag, 'data', name));
      held.push(createHash('sha256').update(bytes).digest('hex'));
    }
  }
  const wanted = originals.map(({ sha256 }) => sha256);
  return [
    ...originals
      .filter(({ sha256 }) => !held.includes(sha256))
      .map(({ fileName }) => `${fileName} is not in the archive`),
    ...held.filter((hash) => !wanted.includes(hash)).map((hash) => `${hash} is no original`),
    ...(held.length === wanted.length
      ? []
      : [`${held.length} files are held of ${wanted.length} originals`]),
  ];
}

/** What lies in `incoming/` as files, as paths relative to the library. */
export async function leftInIncoming(library: string): Promise<string[]> {
  const entries = await readdir(join(library, 'incoming'), {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(library.length + sep.length));
}
