/** @file Tests. Starts the real app in the runtime that set-up prepared, on user data of its own. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright/test';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { electronPath, launchArgs, launchEnv } from '../../scripts/setup/runtime.mjs';

export interface LaunchedApp {
  readonly app: ElectronApplication;
  /** The first window, its page loaded. */
  readonly page: Page;
  /** The profile folder (`--user-data-dir`), the app's settings among it. */
  readonly userData: string;
  /** What the main process logged and wrote to standard error so far. */
  readonly output: () => string;
  /** Closes the app as a person would; removes the profile unless it was given. */
  readonly close: () => Promise<void>;
  /** Ends the main process with SIGKILL, as a power cut would, and waits until it is gone. */
  readonly kill: () => Promise<void>;
}

export interface LaunchWish {
  /** A profile that outlives the app; a temporary one without it. */
  readonly userData?: string;
  /** The app's own arguments. */
  readonly args?: readonly string[];
  /** Folder of another app to start instead; it may import this one. */
  readonly root?: string;
  /** Laid over the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts the app and waits for its first window.
 * @throws when set-up has not run: `node scripts/setup.mjs`
 */
export async function launchApp(wish: LaunchWish = {}): Promise<LaunchedApp> {
  const userData = wish.userData ?? (await mkdtemp(join(tmpdir(), 'trackvault-profile-')));
  const inherited = Object.entries(process.env).filter(
    // Both would make the executable a plain Node.
    ([name]) => name !== 'ELECTRON_RUN_AS_NODE' && name !== 'NODE_OPTIONS',
  );
  const root = wish.root ?? projectRoot;
  const env: Record<string, string> = {};
  for (const [name, value] of inherited) if (value !== undefined) env[name] = value;

  const app = await _electron.launch({
    executablePath: electronPath(),
    args: [
      ...launchArgs().map((each) => (each === projectRoot ? root : each)),
      `--user-data-dir=${userData}`,
      ...(wish.args ?? []),
    ],
    env: { ...env, ...launchEnv(), TRACKVAULT_APP: root, ...wish.env },
  });
  let written = '';
  // The driver reads standard output itself; what the app logs comes to it by the inspector too.
  app.on('console', (message) => (written += `${message.text()}\n`));
  app.process().stderr?.on('data', (chunk: Buffer) => (written += chunk.toString()));

  const page = await app.firstWindow();
  await page.waitForLoadState();
  return {
    app,
    page,
    userData,
    output: () => written,
    close: async () => {
      await app.close();
      if (wish.userData === undefined) await rm(userData, { recursive: true, force: true });
    },
    kill: async () => {
      const main = app.process();
      const gone = once(main, 'exit');
      main.kill('SIGKILL');
      await gone;
    },
  };
}
