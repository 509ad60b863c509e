/** @file Packaging. `npm run package`: the unpacked app for this system in `dist/`; with `--installers` what people install. */
import { parseArgs } from 'node:util';
import { pack } from './package/step.mjs';
import { runMain, setUp } from './setup.mjs';
import { SetupError } from './setup/processes.mjs';
import { findRuntime } from './setup/runtime.mjs';

const { values: options } = parseArgs({ options: { installers: { type: 'boolean' } } });

await runMain(async () => {
  await setUp({
    need: ['dependencies', 'window', 'electron', 'sqlite', 'build', 'package'],
    say: console.log,
  });
  if (options.installers !== true) return 0;
  if (findRuntime()?.kind === 'closed-network') {
    throw new SetupError(
      'Installers are made of the official Electron alone, and it could not be downloaded here',
      'let this machine reach GitHub releases, or set ELECTRON_OVERRIDE_DIST_PATH, then start again.',
    );
  }
  await pack([]);
  console.log('installers       done, dist/');
  return 0;
});
