/** @file Set-up. The bundled app in `out/`, built again only when something it is made of has changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneLock } from './cache.mjs';
import { ownNode, projectRoot, run, toolEnv } from './processes.mjs';

const inputs = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const stampFile = join(projectRoot, 'out', '.built-from');

/** @returns {import('./steps.mjs').Step} */
export function buildStep() {
  return {
    title: 'build',
    lock: cloneLock('build'),
    isDone: () =>
      existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hashOfInputs()
        ? 'nothing changed'
        : undefined,
    work: async () => {
      // Taken before the build: what changes meanwhile is built next time.
      const hash = hashOfInputs();
      rmSync(stampFile, { force: true });
      const tool = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
      await run(ownNode, [tool, 'build'], {
        env: toolEnv({ NODE_ENV: 'production' }),
        nextStep: 'mend what the messages above name, then start again.',
      });
      writeFileSync(stampFile, hash);
      return 'out/';
    },
  };
}

function hashOfInputs() {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(filesIn).sort()) {
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
