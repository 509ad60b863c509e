/** @file Set-up. One hash over what something is made of, so that it is made again only when that has changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './processes.mjs';

/**
 * @param {readonly string[]} paths files and folders relative to the project; what is not there counts as nothing
 * @param {string} [extra] whatever else the result depends on
 */
export function hashOfInputs(paths, extra = '') {
  const hash = createHash('sha256').update(extra).update('\0');
  for (const file of paths.flatMap(filesIn).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(projectRoot, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} path a file, a folder or nothing, relative to the project
 * @returns {string[]}
 */
function filesIn(path) {
  const full = join(projectRoot, path);
  if (!existsSync(full)) return [];
  try {
    return readdirSync(full, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)],
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
