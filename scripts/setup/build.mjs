/** @file Set-up. The bundled app in `out/`, built again only when something it is made of has changed. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneLock } from './cache.mjs';
import { hashOfInputs } from './inputs.mjs';
import { ownNode, projectRoot, run, toolEnv } from './processes.mjs';

const inputs = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'scripts/build',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
/** Says what `out/` was built from. */
export const stampFile = join(projectRoot, 'out', '.built-from');

/** @returns {import('./steps.mjs').Step} */
export function buildStep() {
  return {
    title: 'build',
    lock: cloneLock('build'),
    isDone: () =>
      existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hashOfInputs(inputs)
        ? 'nothing changed'
        : undefined,
    work: async () => {
      // Taken before the build: what changes meanwhile is built next time.
      const hash = hashOfInputs(inputs);
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
