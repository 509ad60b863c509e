/** @file Set-up. The npm packages, exactly as the lock file says. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cloneLock } from './cache.mjs';
import { readJson } from './json.mjs';
import { ownNode, projectRoot, runNpm } from './processes.mjs';

const lockFile = join(projectRoot, 'package-lock.json');
const installedFile = join(projectRoot, 'node_modules', '.package-lock.json');
const stampFile = join(projectRoot, 'node_modules', '.trackvault-installed');

/** Cheap enough for every start: one small file is hashed. */
export function dependenciesAreInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted();
}

/** @returns {import('./steps.mjs').Step} */
export function dependenciesStep() {
  return {
    title: 'dependencies',
    lock: cloneLock('dependencies'),
    isDone: () => {
      if (dependenciesAreInstalled()) return 'as the lock file says';
      if (!installedByHand()) return undefined;
      writeFileSync(stampFile, wanted());
      return 'npm installed them already';
    },
    work: async (say) => {
      say('npm ci …');
      try {
        await install();
      } catch {
        // The registry hiccuped, or the npm of a killed run was still writing here.
        say('npm ci failed, trying once more …');
        await wait(3_000);
        await install();
      }
      // Written last: an interrupted `npm ci` leaves none, and starts afresh next time.
      writeFileSync(stampFile, wanted());
      return 'npm ci';
    },
  };
}

async function install() {
  const nextStep = 'check that the npm registry can be reached, then start again.';
  // "error" leaves out the engine warnings of packages that run on the project's own Node 24.
  const quietly = ['--loglevel=error', '--no-audit', '--no-fund'];
  // Without scripts: npm would compile every package that could be compiled, and none has to be.
  await runNpm(['ci', ...quietly, '--include=dev', '--ignore-scripts'], { nextStep });
  // Only this one has a script worth running: it brings the Node of this system.
  await runNpm(['rebuild', 'node', ...quietly, '--ignore-scripts=false'], { nextStep });
}

function wanted() {
  return createHash('sha256')
    .update(readFileSync(lockFile))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

/** Whether someone's own `npm install` brought the same packages; npm writes its record of them last. */
function installedByHand() {
  if (!existsSync(installedFile) || !existsSync(ownNode)) return false;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(lockFile)).every(([folder, entry]) => {
    if (folder === '') return true;
    const found = installed[folder];
    return found === undefined ? entry?.optional === true : found.integrity === entry?.integrity;
  });
}

/** @param {string} file */
function packagesOf(file) {
  const { packages } =
    /** @type {{ packages: Partial<Record<string, { integrity?: string; optional?: boolean }>> }} */ (
      readJson(file)
    );
  return packages;
}
