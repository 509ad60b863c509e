/** @file Start. electron-vite's development server, on the same runtime as everything else. */
import { join } from 'node:path';
import { runMain, setUp } from './setup.mjs';
import { ownNode, projectRoot, runInTerminal, toolEnv } from './setup/processes.mjs';
import { electronPath, launchEnv } from './setup/runtime.mjs';

await runMain(async () => {
  const need = /** @type {const} */ (['dependencies', 'window', 'electron', 'sqlite']);
  await setUp({ need, say: console.log });
  const tool = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const forRoot = process.getuid?.() === 0 ? ['--noSandbox'] : [];
  return runInTerminal(ownNode, [tool, 'dev', '--watch', ...forRoot, ...process.argv.slice(2)], {
    env: toolEnv({ ...launchEnv(), ELECTRON_EXEC_PATH: electronPath() }),
  });
});
