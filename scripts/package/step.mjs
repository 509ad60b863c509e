/** @file Packaging. The unpacked app in `dist/`, made again only when something it is made of has changed. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stampFile as buildStamp } from '../setup/build.mjs';
import { cloneLock } from '../setup/cache.mjs';
import { hashOfInputs } from '../setup/inputs.mjs';
import { ownNode, projectRoot, run, toolEnv } from '../setup/processes.mjs';
import { iconFolder, packagedExecutable, packageFolder, runtimeToPack } from './parts.mjs';

/** Beside what the build was made of. */
const inputs = ['electron-builder.config.ts', 'scripts/package', 'resources', 'package-lock.json'];
const stampFile = join(packageFolder, '.packaged-from');

/** @returns {import('../setup/steps.mjs').Step} */
export function packageStep() {
  return {
    title: 'package',
    lock: cloneLock('package'),
    isDone: () =>
      existsSync(stampFile) &&
      existsSync(packagedExecutable()) &&
      readFileSync(stampFile, 'utf8') === madeOf()
        ? 'nothing changed'
        : undefined,
    work: async () => {
      const hash = madeOf();
      rmSync(stampFile, { force: true });
      await pack(['--dir']);
      writeFileSync(stampFile, hash);
      return `dist/, on Electron ${runtimeToPack().electronVersion}`;
    },
  };
}

/**
 * Runs the packager of `electron-builder.config.ts`.
 * @param {readonly string[]} args `--dir` for the unpacked app; none for the installers of this system
 */
export async function pack(args) {
  // Loaded here: the step is known before the packages are installed.
  const { writeIcons } = await import('./icons.mjs');
  writeIcons(iconFolder);
  const tool = join(projectRoot, 'node_modules', 'electron-builder', 'out', 'cli', 'cli.js');
  await run(ownNode, [tool, ...args, '--config', 'electron-builder.config.ts'], {
    env: toolEnv({ NODE_ENV: 'production' }),
    nextStep: 'mend what the messages above name, then start again.',
  });
}

function madeOf() {
  const built = existsSync(buildStamp) ? readFileSync(buildStamp, 'utf8') : '';
  return hashOfInputs(inputs, JSON.stringify([built, runtimeToPack()]));
}
