/** @file Main process. Reads the list of packages the app is built from, which the build writes beside it. */
import { readFile } from 'node:fs/promises';
import { Failure, Licence } from '#contract';
import { z } from 'zod';

/**
 * By name.
 * @throws Failure `disk.refused` when the list is not there: the app was not built, or not whole
 */
export async function readLicences(path: string): Promise<Licence[]> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new Failure('disk.refused', 'The list of licences is not where the build puts it.', {
      cause: thrown,
    });
  });
  return z.array(Licence).parse(JSON.parse(text));
}
