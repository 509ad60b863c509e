/** @file Set-up. The per-user cache: folders that appear whole or not at all, and one writer at a time. */
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onEnd, projectRoot, SetupError } from './processes.mjs';

const heartbeatMs = 1_000;
/** A holder that was silent for so long is dead, or its machine slept. */
const silenceMs = 15_000;

/**
 * Where big results live: `TRACKVAULT_CACHE`, else the user's cache folder.
 * Outside the project, so `npm ci` and fresh clones leave it alone.
 * @returns {string}
 */
export function cacheFolder() {
  const chosen = process.env['TRACKVAULT_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'trackvault');
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? homedir(), 'trackvault', 'Cache');
  }
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.cache') : xdg, 'trackvault');
}

/**
 * Fills a folder of the cache: `fill` works in a draft beside it, which takes the name when it is complete.
 * Whatever interrupts this leaves no folder, or a whole one.
 * @param {string} folder
 * @param {(draft: string) => Promise<void>} fill
 */
export async function fillFolder(folder, fill) {
  const parent = dirname(folder);
  try {
    mkdirSync(parent, { recursive: true });
  } catch (error) {
    throw new SetupError(
      `The cache folder ${parent} cannot be made (${error instanceof Error ? error.message : String(error)})`,
      'set TRACKVAULT_CACHE to a folder you may write to.',
    );
  }
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${basename(folder)}.draft-`)) {
      rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
  const draft = `${folder}.draft-${randomUUID().slice(0, 8)}`;
  mkdirSync(draft);
  await fill(draft);
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

/**
 * The lock name of things inside this clone.
 * @param {string} thing
 */
export function cloneLock(thing) {
  return `${thing}-${createHash('sha256').update(projectRoot).digest('hex').slice(0, 12)}`;
}

/**
 * Does `work` while no other process on this machine holds the same lock.
 * @template T
 * @param {string} name
 * @param {(line: string) => void} say told once when it has to wait
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, say, work) {
  const folder = join(cacheFolder(), 'locks');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.lock`);
  const me = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  let waited = false;
  while (!tryTake(file, me)) {
    const holder = readHolder(file);
    const gone = holder === undefined || dropWhenStale(file, holder);
    if (!gone && !waited)
      say(`waiting for another set-up (process ${String(holder.pid)}) to finish`);
    waited ||= !gone;
    await wait(gone ? 10 : 250);
  }
  const release = () => {
    if (readHolder(file)?.text === me) rmSync(file, { force: true });
  };
  const forget = onEnd(release);
  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Someone took the cache folder away; the work goes on and its last rename decides.
    }
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    forget();
    release();
  }
}

/**
 * @param {string} file
 * @param {string} me
 */
function tryTake(file, me) {
  try {
    writeFileSync(file, me, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function readHolder(file) {
  try {
    const text = readFileSync(file, 'utf8');
    const silentMs = Date.now() - statSync(file).mtimeMs;
    const pid = Number(/"pid":(\d+)/.exec(text)?.[1] ?? 0);
    const here = text.includes(`"host":${JSON.stringify(hostname())}`);
    return { text, pid, here, silentMs };
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {{ text: string; pid: number; here: boolean; silentMs: number }} holder
 */
function dropWhenStale(file, holder) {
  const dead = holder.here && holder.pid > 0 && !isAlive(holder.pid);
  if (!dead && holder.silentMs < silenceMs) return false;
  // Renaming has one winner, where two removals could remove the winner's fresh lock.
  const aside = `${file}.stale-${randomUUID().slice(0, 8)}`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  if (readHolder(aside)?.text !== holder.text && !existsSync(file)) renameSync(aside, file);
  else rmSync(aside, { force: true });
  return true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
