/** @file Set-up. What the operating system must bring: installed with apt where we may, named in one line where not. */
import { existsSync, readFileSync } from 'node:fs';
import { attempt, findProgram, run, SetupError } from './processes.mjs';

/**
 * A library (by file name) or a program, and the Debian packages that bring it, the newest name first.
 * @type {Readonly<Record<string, { debian: readonly string[] }>>}
 */
const sources = {
  'libgtk-3.so.0': { debian: ['libgtk-3-0t64', 'libgtk-3-0'] },
  'libnss3.so': { debian: ['libnss3'] },
  'libasound.so.2': { debian: ['libasound2t64', 'libasound2'] },
  'libgbm.so.1': { debian: ['libgbm1'] },
  'libXss.so.1': { debian: ['libxss1'] },
  'libXtst.so.6': { debian: ['libxtst6'] },
  Xvfb: { debian: ['xvfb'] },
  'dbus-daemon': { debian: ['dbus-daemon', 'dbus'] },
  'dbus-send': { debian: ['dbus-bin', 'dbus'] },
  'gnome-keyring-daemon': { debian: ['gnome-keyring'] },
  'secret-tool': { debian: ['libsecret-tools'] },
  unzip: { debian: ['unzip'] },
  'g++': { debian: ['build-essential'] },
  make: { debian: ['build-essential'] },
  python3: { debian: ['python3'] },
  ffmpeg: { debian: ['ffmpeg'] },
  'espeak-ng': { debian: ['espeak-ng'] },
  sqlite3: { debian: ['sqlite3'] },
  sox: { debian: ['sox'] },
  mkvinfo: { debian: ['mkvtoolnix'] },
};

/** What an Electron window asks of the system. */
export const forWindows = [
  'libgtk-3.so.0',
  'libnss3.so',
  'libasound.so.2',
  'libgbm.so.1',
  'libXss.so.1',
  'libXtst.so.6',
];

/** What the demo and the tests need beside: a display and a keyring of their own. */
export const forPrivateSessions = [
  ...forWindows,
  'Xvfb',
  'dbus-daemon',
  'dbus-send',
  'gnome-keyring-daemon',
  'secret-tool',
];

/** What makes the test recordings and judges them from outside. */
export const forFixtures = ['ffmpeg', 'espeak-ng', 'sqlite3', 'sox', 'mkvinfo'];

/**
 * @param {string} title
 * @param {readonly string[]} things
 * @returns {import('./steps.mjs').Step}
 */
export function systemStep(title, things) {
  return {
    title,
    lock: 'system-packages',
    isDone: async () => ((await missingOf(things)).length === 0 ? 'all there' : undefined),
    work: async (say) => {
      const missing = await missingOf(things);
      if (!mayInstall()) {
        return `but not all is there. ${await howToInstall(missing)}`;
      }
      return `installed ${(await installWithApt(missing, say)).join(' ')}`;
    },
  };
}

/**
 * For steps that cannot go on without these.
 * @param {readonly string[]} things
 * @param {import('./steps.mjs').Say} say
 * @throws {SetupError} when something is missing and may not be installed from here
 */
export async function installMissing(things, say) {
  const missing = await missingOf(things);
  if (missing.length === 0) return;
  if (!mayInstall()) {
    throw new SetupError(`Missing: ${missing.join(', ')}`, await howToInstall(missing));
  }
  await installWithApt(missing, say);
}

/** @param {readonly string[]} things */
async function missingOf(things) {
  if (process.platform !== 'linux') return [];
  const isLibrary = (/** @type {string} */ thing) => thing.includes('.so');
  const libraries = things.some(isLibrary)
    ? (await attempt(findProgram('ldconfig') ?? 'ldconfig', ['-p'])).stdout
    : '';
  return things.filter((thing) =>
    isLibrary(thing) ? !libraries.includes(`\t${thing} `) : findProgram(thing) === undefined,
  );
}

function isDebian() {
  if (!existsSync('/etc/os-release') || findProgram('apt-get') === undefined) return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function mayInstall() {
  return isDebian() && process.getuid?.() === 0;
}

/** @param {readonly string[]} missing */
async function howToInstall(missing) {
  return isDebian()
    ? `Install: sudo apt-get install ${(await debianPackages(missing)).join(' ')}`
    : `Install what brings: ${missing.join(' ')}`;
}

/**
 * The package names this release of Debian knows.
 * @param {readonly string[]} things
 */
async function debianPackages(things) {
  const names = await Promise.all(
    things.map(async (thing) => {
      const known = sources[thing]?.debian ?? [thing];
      for (const name of known) {
        const answer = await attempt('apt-cache', ['show', '--no-all-versions', name]);
        if (answer.code === 0 && answer.stdout.includes('Package:')) return name;
      }
      return known[known.length - 1] ?? thing;
    }),
  );
  return [...new Set(names)];
}

/**
 * @param {readonly string[]} missing
 * @param {import('./steps.mjs').Say} say
 */
async function installWithApt(missing, say) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patience = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  const nextStep = `install by hand what brings: ${missing.join(' ')}`;
  /** @param {readonly string[]} packages */
  const install = (packages) =>
    attempt(
      'apt-get',
      ['install', '-y', '-q', '--no-install-recommends', ...patience, ...packages],
      { env },
    );
  const packages = await debianPackages(missing);
  say(`apt-get install ${packages.join(' ')} …`);
  if ((await install(packages)).code === 0) return packages;

  // The lists are absent or stale; with fresh ones the names may differ too.
  say('apt-get update …');
  await run('apt-get', ['update', '-q', ...patience], { env, nextStep });
  const fresh = await debianPackages(missing);
  say(`apt-get install ${fresh.join(' ')} …`);
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...patience, ...fresh], {
    env,
    nextStep,
  });
  const left = await missingOf(missing);
  if (left.length > 0) throw new SetupError(`apt brought no ${left.join(', ')}`, nextStep);
  return fresh;
}
