/** @file Tests. Ends a pull by SIGKILL again and again at random moments, and looks from outside at what that did. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/index.ts';
import { commandLine } from './command-line.ts';

/** Something that pulls, until it is done or killed. */
export interface Puller {
  /** Ends it with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
}

export interface Killing {
  sandbox: Sandbox;
  library: string;
  kills: number;
  /** In [0, 1). */
  random: () => number;
  /** Starts the next one; `kill` counts from 0. */
  start(kill: number): Promise<Puller>;
}

/** What one kill may cost again of each file under way: its first bytes, looked at before any is kept, and what the line brought just now. */
const lookedAtBytes = 1_024;
const onTheLineMs = 100;
const headBytes = 512;
const lanes = 3;

/**
 * Sets the line so slow that the pull outlasts the kills, and kills: some on starting, most while
 * files come. After each kill nothing but whole originals lies in the bags.
 * @returns what was wrong, as sentences
 */
export async function killOften(killing: Killing): Promise<string[]> {
  const { sandbox, library, kills, random } = killing;
  const originals = new Set(sandbox.originals().map(({ sha256 }) => sha256));
  const wrong: string[] = [];
  sandbox.switches.throttleBytesPerSecond = speedFor(sandbox, kills);
  for (let kill = 0; kill < kills; kill += 1) {
    const seen = sandbox.requests.length;
    const puller = await killing.start(kill);
    const isEarly = random() < 0.25;
    if (!isEarly) await firstFile(sandbox, seen);
    await wait(random() * (isEarly ? 800 : 1_600));
    await puller.kill();
    for (const payload of await payloadsOf(library)) {
      const hash = createHash('sha256')
        .update(await readFile(payload))
        .digest('hex');
      if (!originals.has(hash)) wrong.push(`kill ${String(kill)} left ${payload}`);
    }
  }
  sandbox.switches.throttleBytesPerSecond = null;
  return wrong;
}

/** Bytes of files that were sent beyond one copy of each, and how many a number of kills explains. */
export function sentAgain(sandbox: Sandbox, kills: number): { bytes: number; explained: number } {
  const answers = sandbox.requests.filter(
    ({ host, status }) => host === 'object' && (status === 200 || status === 206),
  );
  const sent = answers.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return {
    bytes: sent - totalOf(sandbox) - answers.length * headBytes,
    explained: kills * lanes * (lookedAtBytes + (speedFor(sandbox, kills) * onTheLineMs) / 1_000),
  };
}

/** Bytes a second of each lane at which a pull lasts a second for each kill. */
function speedFor(sandbox: Sandbox, kills: number): number {
  return Math.ceil(totalOf(sandbox) / kills / lanes);
}

/** The command line's pull, from its source as people run it. */
export function startCommandLine(
  sandbox: Pick<Sandbox, 'apiRoot' | 'accountId' | 'appId' | 'token'>,
  { library, profile }: { library: string; profile: string },
): Puller & { ended: Promise<number | null> } {
  const { apiRoot, accountId, appId, token } = sandbox;
  const where = ['--library', library, '--account', accountId, '--app', appId, '--api', apiRoot];
  const child = spawn(process.execPath, [commandLine, 'pull', ...where], {
    stdio: 'ignore',
    env: { ...process.env, TRACKVAULT_TOKEN: token, TRACKVAULT_PROFILE: profile },
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) =>
    typeof code === 'number' ? code : null,
  );
  return {
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function totalOf(sandbox: Pick<Sandbox, 'originals'>): number {
  return sandbox.originals().reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Resolves when a file is asked for, or after a while: all may be kept already. */
async function firstFile(sandbox: Sandbox, seen: number): Promise<void> {
  const isNew = sandbox.waitFor(
    (request) => request.host === 'object' && sandbox.requests.indexOf(request) >= seen,
    20_000,
  );
  await isNew.catch(() => undefined);
}

/** Everything that lies where payloads lie, finished or not. */
async function payloadsOf(library: string): Promise<string[]> {
  const recordings = join(library, 'recordings');
  const found = await readdir(recordings, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => entry.isFile() && basename(entry.parentPath) === 'data')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => dirname(path) !== recordings);
}
