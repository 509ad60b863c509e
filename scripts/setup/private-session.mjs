/** @file Set-up. A home, a session bus and an unlocked keyring of its own, so that demo and tests never touch the person's. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder } from './cache.mjs';
import { attempt, findProgram, onEnd, SetupError } from './processes.mjs';

const startMs = 20_000;

/**
 * @typedef {object} PrivateSession
 * @property {'private' | 'none'} keyring `none`: this system has no keyring that could be private, or lacks the programs
 * @property {string} folder
 * @property {Record<string, string | undefined>} env to be laid over `process.env`; undefined takes a name away
 * @property {() => Promise<void>} stop ends the bus and the keyring; removes the folder if it was made here
 */

/**
 * @typedef {object} Owner
 * @property {number} uid
 * @property {number} gid
 */

/**
 * @param {{ folder?: string; owner?: Owner }} [wish] where the home shall live and stay, without it a temporary folder that goes with `stop`; whose session it is when not one's own, which root alone may wish
 * @returns {Promise<PrivateSession>}
 * @throws {SetupError} when bus or keyring do not start
 */
export async function openPrivateSession(wish = {}) {
  const folder = wish.folder ?? mkdtempSync(join(tmpdir(), 'trackvault-session-'));
  // Sockets have a length limit of about 100 characters and must go even when the home stays.
  const sockets = mkdtempSync(join(tmpdir(), 'trackvault-run-'));
  chmodSync(sockets, 0o700);
  const homes = {
    HOME: folder,
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
  };
  for (const home of Object.values(homes)) mkdirSync(home, { recursive: true, mode: 0o700 });
  const { owner } = wish;
  if (owner !== undefined) {
    for (const each of [...Object.values(homes), sockets]) chownSync(each, owner.uid, owner.gid);
  }

  /** @type {import('node:child_process').ChildProcess[]} */
  const daemons = [];
  const removeFolders = () => {
    rmSync(sockets, { recursive: true, force: true });
    if (wish.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const forget = onEnd(() => {
    for (const daemon of daemons) daemon.kill();
    removeFolders();
  });
  const stop = async () => {
    forget();
    await Promise.all(daemons.reverse().map(end));
    removeFolders();
  };

  /** @type {PrivateSession['env']} */
  const env = {
    ...homes,
    XDG_RUNTIME_DIR: sockets,
    // Set-up's results stay where they are although the home is another.
    TRACKVAULT_CACHE: cacheFolder(),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(sockets, 'bus')}`,
    GNOME_KEYRING_CONTROL: undefined,
    SSH_AUTH_SOCK: undefined,
  };
  const missing = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'].filter(
    (program) => findProgram(program) === undefined,
  );
  if (process.platform !== 'linux' || missing.length > 0) {
    // An address nobody listens at: better no keyring than the person's own.
    return { keyring: 'none', folder, env, stop };
  }
  try {
    const all = { ...process.env, ...env };
    const bus = [
      '--session',
      '--nofork',
      '--nopidfile',
      `--address=unix:path=${join(sockets, 'bus')}`,
    ];
    daemons.push(spawn('dbus-daemon', bus, { env: all, stdio: 'ignore', ...owner }));
    await until('the session bus', () => ask({ env: all, owner }, 'GetId', []));
    const keyring = spawn(
      'gnome-keyring-daemon',
      ['--foreground', '--unlock', '--components=secrets', `--control-directory=${sockets}`],
      { env: all, stdio: ['pipe', 'ignore', 'ignore'], ...owner },
    );
    daemons.push(keyring);
    // A kept home keeps its keyring, so the password is the same each time: it guards sandbox tokens alone.
    keyring.stdin.end(wish.folder === undefined ? randomBytes(16).toString('hex') : 'sandbox');
    const name = 'string:org.freedesktop.secrets';
    await until('the keyring', async () =>
      (await ask({ env: all, owner }, 'NameHasOwner', [name])).includes('true'),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { keyring: 'private', folder, env, stop };
}

/**
 * @param {{ env: NodeJS.ProcessEnv; owner: Owner | undefined }} as
 * @param {string} method of the bus itself
 * @param {readonly string[]} args
 * @returns {Promise<string>} empty when there is no answer
 */
async function ask({ env, owner }, method, args) {
  const bus = [
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
  ];
  const answer = await attempt('dbus-send', [...bus, `org.freedesktop.DBus.${method}`, ...args], {
    env,
    ...(owner === undefined ? {} : { owner }),
  });
  return answer.code === 0 ? answer.stdout : '';
}

/**
 * @param {string} what
 * @param {() => Promise<unknown>} isThere
 */
async function until(what, isThere) {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    if (await isThere()) return;
    await wait(50);
  }
  throw new SetupError(
    `${what} did not start in 20 s`,
    'check that dbus-daemon and gnome-keyring-daemon run on this machine.',
  );
}

/** @param {import('node:child_process').ChildProcess} daemon */
async function end(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((done) => daemon.once('exit', done));
  daemon.kill();
  await Promise.race([ended, wait(2_000).then(() => daemon.kill('SIGKILL'))]);
}
