/** @file Main process. Tells a library from any other folder, and an old one from a newer one. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Failure } from '#contract';
import {
  exists,
  foldersOf,
  makeFolder,
  onDisk,
  parseJson,
  readText,
  replaceFile,
  type Folders,
} from './disk.ts';

/** Raised when an older app could no longer read what a newer one writes. */
export const formatVersion = 1;

const Format = z.object({
  format: z.literal('trackvault'),
  version: z.number().int().positive(),
  libraryId: z.uuid(),
});

/**
 * Reads `trackvault.json`.
 * @returns the library's id
 * @throws Failure `library.missing`, `library.not-a-library`, `library.newer`
 */
export async function readFormat(dir: string): Promise<string> {
  if (!(await exists(dir))) throw new Failure('library.missing', 'There is no such folder.');
  const text = await readText(dir, foldersOf(dir).format);
  const format = Format.safeParse(text === null ? undefined : parseJson(text));
  if (!format.success)
    throw new Failure('library.not-a-library', 'The folder holds no readable trackvault.json.');
  if (format.data.version > formatVersion)
    throw new Failure('library.newer', 'The library was written by a newer version.', {
      details: { version: format.data.version },
    });
  return format.data.libraryId;
}

/**
 * Makes an empty library in an empty or new folder, or in one where making it was cut off.
 * @throws Failure `library.not-a-library` when anything is in the folder already
 */
export async function writeFormat(dir: string, libraryId: string = randomUUID()): Promise<string> {
  const folders = foldersOf(dir);
  return onDisk(async () => {
    await makeFolder(dir);
    if (!(await isUnused(folders)))
      throw new Failure('library.not-a-library', 'The folder is not empty and is not a library.');
    await makeFolders(dir);
    await replaceFile(
      folders,
      folders.format,
      `${JSON.stringify({ format: 'trackvault', version: formatVersion, libraryId }, null, 2)}\n`,
    );
    return libraryId;
  });
}

/** True for an empty folder, and for what a making that was cut off left: our folders and drafts, nothing else. */
async function isUnused(folders: Folders): Promise<boolean> {
  const ours = new Set<string>(ownFolders(folders).flatMap((path) => [path, dirname(path)]));
  const entries = await readdir(folders.dir, { recursive: true, withFileTypes: true });
  return entries.every((entry) => {
    const path = join(entry.parentPath, entry.name);
    return entry.isDirectory()
      ? ours.has(path)
      : entry.isFile() && entry.parentPath === folders.incoming && entry.name.endsWith('.tmp');
  });
}

function ownFolders(folders: Folders): string[] {
  const { observed, recordings, verifications, inbox, setAside, derived } = folders;
  return [observed, recordings, verifications, inbox, setAside, derived];
}

/** Makes the folders a writer needs; those that are there stay as they are. */
export async function makeFolders(dir: string): Promise<void> {
  for (const folder of ownFolders(foldersOf(dir))) await onDisk(() => makeFolder(folder));
}
