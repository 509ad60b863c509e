/** @file Packaging. What the package is made of on this machine: the runtime set-up found, its SQLite addon, the icons. */
import { dirname, join } from 'node:path';
import { projectRoot, SetupError } from '../setup/processes.mjs';
import { findRuntime, prebuiltNodeApi, runtimeFacts, sqliteAddonFile } from '../setup/runtime.mjs';

/** Where packages are made. */
export const packageFolder = join(projectRoot, 'dist');

/**
 * The executable of the unpacked app for this system, whether it is there or not.
 * @returns {string}
 */
export function packagedExecutable() {
  const arch = process.arch === 'x64' ? '' : `-${process.arch}`;
  if (process.platform === 'darwin') {
    return join(packageFolder, `mac${arch}`, 'Trackvault.app', 'Contents', 'MacOS', 'Trackvault');
  }
  return process.platform === 'win32'
    ? join(packageFolder, `win${arch}-unpacked`, 'Trackvault.exe')
    : join(packageFolder, `linux${arch}-unpacked`, 'trackvault');
}

/** Where the icons lie while a package is made. */
export const iconFolder = join(packageFolder, 'icons');

/**
 * @typedef {object} RuntimeToPack
 * @property {string} electronDist folder of the unpacked Electron
 * @property {string} electronVersion
 * @property {string | null} sqliteAddonFolder holds the addon compiled for this Electron; null: the prebuilt one suits it
 */

/**
 * @returns {RuntimeToPack}
 * @throws {SetupError} when set-up has not run
 */
export function runtimeToPack() {
  const runtime = findRuntime();
  const facts = runtime === undefined ? undefined : runtimeFacts(runtime);
  if (runtime === undefined || facts === undefined) {
    throw new SetupError('There is no Electron to pack yet', 'node scripts/setup.mjs');
  }
  const { executable } = runtime;
  return {
    // On macOS the executable lies in Electron.app/Contents/MacOS.
    electronDist:
      process.platform === 'darwin'
        ? dirname(dirname(dirname(dirname(executable))))
        : dirname(executable),
    electronVersion: facts.electron,
    sqliteAddonFolder:
      facts.nodeApi < prebuiltNodeApi ? dirname(sqliteAddonFile(facts.nodeApi)) : null,
  };
}
