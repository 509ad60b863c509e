/** @file Main process. Tells a library from any other folder, and an old one from a newer one. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '#contract';
import { exists, foldersOf, makeFolder, onDisk, parseJson, readText, replaceFile } from './disk.ts';

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
 * Makes an empty library in an empty or new folder.
 * @throws Failure `library.not-a-library` when anything is in the folder already
 */
export async function writeFormat(dir: string): Promise<string> {
  const folders = foldersOf(dir);
  return onDisk(async () => {
    await makeFolder(dir);
    if ((await readdir(dir)).length > 0)
      throw new Failure('library.not-a-library', 'The folder is not empty and is not a library.');
    await makeFolders(dir);
    const libraryId = randomUUID();
    await replaceFile(
      folders,
      folders.format,
      `${JSON.stringify({ format: 'trackvault', version: formatVersion, libraryId }, null, 2)}\n`,
    );
    return libraryId;
  });
}

/** Makes the folders a writer needs; those that are there stay as they are. */
export async function makeFolders(dir: string): Promise<void> {
  const folders = foldersOf(dir);
  for (const folder of [
    folders.observed,
    folders.recordings,
    folders.verifications,
    folders.inbox,
    folders.setAside,
    folders.derived,
  ])
    await onDisk(() => makeFolder(folder));
}
