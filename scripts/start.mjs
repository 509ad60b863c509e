/** @file Start. Opens the app for real use, after whatever set-up is left to do. */
import { runMain, setUp } from './setup.mjs';
import { hasOwnDisplay } from './setup/display.mjs';
import { runInTerminal, SetupError } from './setup/processes.mjs';
import { electronPath, launchArgs, launchEnv } from './setup/runtime.mjs';

await runMain(async () => {
  if (!hasOwnDisplay()) {
    throw new SetupError(
      'There is no display to open a window on',
      'sit before one; or try `npm run demo`, which needs none; or use the command line, `npm run -s trackvault -- --help`.',
    );
  }
  const need = /** @type {const} */ (['dependencies', 'window', 'electron', 'sqlite', 'build']);
  await setUp({ need, say: console.log });
  return runInTerminal(electronPath(), [...launchArgs(), ...process.argv.slice(2)], {
    env: { ...process.env, ...launchEnv() },
  });
});
