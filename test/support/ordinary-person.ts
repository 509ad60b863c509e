/** @file Tests. Somebody without rights, at a desk of their own: for what must not run as root. Linux alone. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { openPrivateSession } from '../../scripts/setup/private-session.mjs';

/** The account that every Linux has for what may do nothing. The session bus refuses a number without a name. */
async function nobody(): Promise<{ uid: number; gid: number }> {
  const accounts = await readFile('/etc/passwd', 'utf8');
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(accounts) ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('this system has no account "nobody"');
  return { uid: Number(uid), gid: Number(gid) };
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OrdinaryPerson {
  /** A folder of theirs; goes with `leave`. */
  readonly home: string;
  /** Whether their session has a keyring. */
  readonly keyring: boolean;
  /** Runs a program to its end; a bad exit code is an answer. No display unless `env` names one. */
  run(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Starts a program that is to stay. */
  start(
    program: string,
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
  ): ChildProcessByStdio<null, Readable, Readable>;
  /** What the environment must say for their windows to open on the display of the tests. */
  display(): Promise<NodeJS.ProcessEnv>;
  leave(): Promise<void>;
}

/** The person who runs the tests, or when that is root somebody who may do nothing. */
export async function ordinaryPerson(): Promise<OrdinaryPerson> {
  const owner = process.getuid?.() === 0 ? await nobody() : undefined;
  const home = await mkdtemp(join(tmpdir(), 'trackvault-person-'));
  const session = await openPrivateSession({
    folder: home,
    ...(owner === undefined ? {} : { owner }),
  });
  // Nothing of the tests' own environment: what the package needs, it has to bring.
  const environment: NodeJS.ProcessEnv = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...session.env,
    TRACKVAULT_CACHE: undefined,
  };
  const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
  return {
    home,
    keyring: session.keyring === 'private',
    run: (program, args, env = {}) =>
      new Promise((done) => {
        const child = execFile(
          program,
          args,
          { cwd: home, env: { ...environment, ...env }, ...owner, timeout: 60_000 },
          (_error, stdout, stderr) => {
            done({ code: child.exitCode ?? -1, stdout, stderr });
          },
        );
      }),
    start(program, args, env = {}) {
      const child = spawn(program, args, {
        cwd: home,
        env: { ...environment, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...owner,
      });
      running.add(child);
      child.once('exit', () => running.delete(child));
      return child;
    },
    async display() {
      const cookies = process.env['XAUTHORITY'];
      if (cookies === undefined) return { DISPLAY: process.env['DISPLAY'] };
      const own = join(home, 'Xauthority');
      await copyFile(cookies, own);
      await chmod(own, 0o600);
      if (owner !== undefined) await chown(own, owner.uid, owner.gid);
      return { DISPLAY: process.env['DISPLAY'], XAUTHORITY: own };
    },
    async leave() {
      // What a failed test left open.
      for (const child of running) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      await session.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
