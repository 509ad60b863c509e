/** @file Tests. The packaged app as an ordinary person has it: installed by somebody else, started on their own display. */
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Page } from 'playwright/test';
import { packagedExecutable } from '../../scripts/package/parts.mjs';
import type { Ended, OrdinaryPerson } from './ordinary-person.ts';

export interface InstalledApp {
  readonly executable: string;
  /** The folder of the archive and what lies beside it. */
  readonly resources: string;
  /** `trackvault --cli …`, without a display. */
  cli(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  openWindow(args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<PackagedWindow>;
  remove(): Promise<void>;
}

export interface PackagedWindow {
  readonly page: Page;
  /** Process id of main. */
  readonly pid: number;
  /** Everything it wrote so far. */
  output(): string;
  /** Process ids of its children of a type, as Chromium names it: `renderer`, `utility`, … */
  children(type: string): Promise<number[]>;
  /** Closes the window, as a person would; answers with the exit code. */
  close(): Promise<number | null>;
}

/**
 * Puts the package where the person can read and not write it.
 * @throws when there is none: `npm run package`
 */
export async function install(person: OrdinaryPerson): Promise<InstalledApp> {
  const folder = await mkdtemp(join(tmpdir(), 'trackvault-installed-'));
  await chmod(folder, 0o755);
  await cp(dirname(packagedExecutable()), join(folder, 'app'), { recursive: true });
  // As an installer leaves it, for kernels that keep user namespaces from ordinary people.
  if (process.getuid?.() === 0) await chmod(join(folder, 'app', 'chrome-sandbox'), 0o4755);
  const executable = join(folder, 'app', 'trackvault');
  return {
    executable,
    resources: join(folder, 'app', 'resources'),
    cli: (args, env) => person.run(executable, ['--cli', ...args], env),
    openWindow: (args = [], env = {}) => openWindow(person, executable, args, env),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function openWindow(
  person: OrdinaryPerson,
  executable: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<PackagedWindow> {
  const child = person.start(executable, ['--remote-debugging-port=0', ...args], {
    ...(await person.display()),
    ...env,
  });
  let written = '';
  const exited = once(child, 'exit');
  const address = new Promise<string>((done, fail) => {
    const read = (chunk: Buffer) => {
      written += chunk.toString();
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(written)?.[1];
      if (found !== undefined) done(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(([code]) => {
      fail(new Error(`the packaged app ended with code ${String(code)}:\n${written}`));
    });
  });
  const browser = await chromium.connectOverCDP(await address);
  const [context] = browser.contexts();
  if (context === undefined || child.pid === undefined) throw new Error('no window to attach to');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  await page.waitForLoadState();
  return {
    page,
    pid: child.pid,
    output: () => written,
    children: (type) => processes(executable, type),
    async close() {
      await page.close();
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

async function processes(executable: string, type: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      // One that ends while we look is none of ours.
      words: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split(/[\0 ]/),
    })),
  );
  return lines
    .filter(({ words }) => words[0] === executable && words.includes(`--type=${type}`))
    .map(({ pid }) => pid);
}
