/** @file Tests. A world for each test with a real window: folders, a stand-in service and apps that go when it ends. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base } from 'playwright/test';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox/index.ts';
import { commandLine } from './command-line.ts';
import { launchApp, type LaunchedApp, type LaunchWish } from './electron.ts';

const run = promisify(execFile);

export { commandLine };

export interface AppWorld {
  readonly folder: string;
  readonly library: string;
  readonly profile: string;
  sandbox(options?: SandboxOptions): Promise<Sandbox>;
  /** Starts the app on this world's profile and library, or as wished. */
  start(wish?: LaunchWish): Promise<LaunchedApp>;
  /** Puts a library there that holds everything of the scenario `harbour`, all sealed and verified. */
  fillLibrary(): Promise<void>;
  /** Everything any app of this world has said so far. */
  output(): string;
}

interface Archive {
  readonly library: string;
}

export const test = base.extend<{ world: AppWorld }, { archive: Archive }>({
  archive: [
    async ({ browserName: _browser }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'trackvault-archive-'));
      const library = join(folder, 'library');
      const sandbox = await startSandbox();
      const { accountId, appId, apiRoot, token } = sandbox;
      const where = ['--library', library, '--account', accountId, '--app', appId];
      await run(process.execPath, [commandLine, 'pull', ...where, '--api', apiRoot], {
        env: { ...process.env, TRACKVAULT_TOKEN: token },
      });
      await sandbox.close();
      await use({ library });
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],

  world: async ({ archive }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), 'trackvault-e2e-'));
    const library = join(folder, 'library');
    const profile = join(folder, 'profile');
    await mkdir(profile);
    const sandboxes: Sandbox[] = [];
    const apps: LaunchedApp[] = [];
    const output = () => apps.map((each) => each.output()).join('');
    await use({
      folder,
      library,
      profile,
      output,
      async sandbox(options) {
        const sandbox = await startSandbox(options);
        sandboxes.push(sandbox);
        return sandbox;
      },
      async start(wish = {}) {
        const launched = await launchApp({
          userData: profile,
          args: ['--library', library],
          ...wish,
        });
        apps.push(launched);
        return launched;
      },
      fillLibrary: () => cp(archive.library, library, { recursive: true }),
    });
    if (info.status !== info.expectedStatus) {
      const last = apps.at(-1);
      await last?.page.screenshot({ path: info.outputPath('window.png') }).catch(() => undefined);
      await info.attach('output of the app', { body: output(), contentType: 'text/plain' });
    }
    for (const app of apps) await app.close().catch(() => undefined);
    for (const sandbox of sandboxes) await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  },
});

export { expect } from 'playwright/test';
