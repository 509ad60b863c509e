/** @file Set-up. Takes an empty machine to a runnable project, step by step; every start calls it, and it is quick when all is there. */
import { pathToFileURL } from 'node:url';
import { packageStep } from './package/step.mjs';
import { buildStep } from './setup/build.mjs';
import { dependenciesStep } from './setup/dependencies.mjs';
import { electronStep } from './setup/electron-runtime.mjs';
import { SetupError } from './setup/processes.mjs';
import { sqliteStep } from './setup/sqlite-addon.mjs';
import { take } from './setup/steps.mjs';
import {
  forFixtures,
  forPrivateSessions,
  forWindows,
  systemStep,
} from './setup/system-packages.mjs';

/** In the order in which they must be taken. Each factory is called only when its step is needed. */
const steps = {
  dependencies: dependenciesStep,
  /** Libraries of Electron windows. */
  window: () => systemStep('system libraries', forWindows),
  /** The same, and a display and a keyring of one's own. */
  system: () => systemStep('system packages', forPrivateSessions),
  'fixtures-tools': () => systemStep('fixture tools', forFixtures),
  electron: electronStep,
  sqlite: sqliteStep,
  build: buildStep,
  package: packageStep,
};

/** @typedef {keyof typeof steps} Need */

/**
 * Takes every needed step that is not done yet. Safe to interrupt, to repeat and to run twice at once.
 * @param {{ need: readonly Need[]; say: (line: string) => void }} wish
 * @throws {SetupError} whose message ends with the next step to take
 */
export async function setUp({ need, say }) {
  for (const name of /** @type {Need[]} */ (Object.keys(steps))) {
    if (need.includes(name)) await take(steps[name](), say);
  }
}

/**
 * For entry scripts: an expected failure is shown in its own words, without a stack.
 * @param {() => Promise<number>} main answers with the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    /** @type {Need[]} */
    const need = ['dependencies', 'system', 'fixtures-tools', 'electron', 'sqlite', 'build'];
    await setUp({ need, say: console.log });
    return 0;
  });
}
