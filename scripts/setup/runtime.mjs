/** @file Set-up. Which Electron there is on this machine, and how the app is started on it. */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { readJson } from './json.mjs';
import { closedRuntimePackage } from './packages.mjs';
import { projectRoot, SetupError } from './processes.mjs';

const electronPackage = join(projectRoot, 'node_modules', 'electron');

/** Node-API version that the prebuilt SQLite addon asks for; below it, it crashes instead of failing. */
export const prebuiltNodeApi = 10;

/**
 * @typedef {object} Runtime
 * @property {'chosen' | 'official' | 'closed-network'} kind
 * @property {string} executable
 *
 * @typedef {object} RuntimeFacts
 * @property {string} electron version
 * @property {string} node version
 * @property {number} nodeApi version
 */

/** Where the runtime of closed networks lives, whether it is there or not. */
export function closedRuntimeFolder() {
  // The last number is the recipe's: raise it when the bootstrap or the fuses change.
  return join(cacheFolder(), 'electron', `closed-network-${closedRuntimePackage.version}-1`);
}

/**
 * The runtime to use, in order: the chosen one, the official one, that of closed networks.
 * @returns {Runtime | undefined} undefined when set-up has not brought one yet
 */
export function findRuntime() {
  const chosen = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (chosen !== undefined && chosen !== '') {
    const executable = join(chosen, executableName());
    if (existsSync(executable)) return { kind: 'chosen', executable };
    throw new SetupError(
      `ELECTRON_OVERRIDE_DIST_PATH is set, but ${executable} is not there`,
      'unset it, or let it name a folder with an unpacked Electron.',
    );
  }
  const official = join(electronPackage, 'dist', executableName());
  // path.txt is what Electron's own installer writes last.
  if (existsSync(join(electronPackage, 'path.txt')) && existsSync(official)) {
    return { kind: 'official', executable: official };
  }
  const closed = join(closedRuntimeFolder(), 'electron');
  return existsSync(closed) ? { kind: 'closed-network', executable: closed } : undefined;
}

function executableName() {
  if (process.platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * Where set-up notes what it learnt about an executable; another or changed one has another note.
 * @param {string} executable
 */
export function factsFile(executable) {
  const { mtimeMs, size } = statSync(executable);
  const id = createHash('sha256').update(`${executable} ${String(mtimeMs)} ${String(size)}`);
  return join(cacheFolder(), 'electron', `facts-${id.digest('hex').slice(0, 16)}.json`);
}

/**
 * @param {Runtime} runtime
 * @returns {RuntimeFacts | undefined} undefined when set-up has not asked it yet
 */
export function runtimeFacts(runtime) {
  const file = factsFile(runtime.executable);
  return existsSync(file) ? /** @type {RuntimeFacts} */ (readJson(file)) : undefined;
}

/**
 * The compiled SQLite addon for a Node-API version, whether it is there or not.
 * @param {number} nodeApi
 */
export function sqliteAddonFile(nodeApi) {
  const about = /** @type {{ version: string }} */ (
    readJson(join(projectRoot, 'node_modules', 'better-sqlite3', 'package.json'))
  );
  const key = `${about.version}-napi${String(nodeApi)}-${process.platform}-${process.arch}`;
  return join(cacheFolder(), 'sqlite', key, 'better_sqlite3.node');
}

function readyRuntime() {
  const runtime = findRuntime();
  const facts = runtime === undefined ? undefined : runtimeFacts(runtime);
  if (runtime === undefined || facts === undefined) {
    throw new SetupError('There is no Electron to run yet', 'node scripts/setup.mjs');
  }
  return { ...runtime, facts };
}

/**
 * The Electron executable that set-up prepared.
 * @returns {string}
 * @throws {SetupError} when set-up has not run
 */
export function electronPath() {
  return readyRuntime().executable;
}

/**
 * The arguments that come before the app's own.
 * Chromium's sandbox refuses to work for root, and for nobody else.
 * @returns {string[]}
 */
export function launchArgs() {
  return [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), projectRoot];
}

/**
 * What the environment must say for the app to find itself and its SQLite.
 * @returns {Record<string, string>}
 * @throws {SetupError} when set-up has not run
 */
export function launchEnv() {
  const { facts } = readyRuntime();
  return {
    TRACKVAULT_APP: projectRoot,
    ...(facts.nodeApi < prebuiltNodeApi
      ? { TRACKVAULT_SQLITE_BINDING: sqliteAddonFile(facts.nodeApi) }
      : {}),
  };
}
