/** @file Bench. Apps to measure beside each other: ours, and the same Electron with a window and nothing in it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setUp } from '../../scripts/setup.mjs';
import { openDisplay } from '../../scripts/setup/display.mjs';
import { openPrivateSession } from '../../scripts/setup/private-session.mjs';
import { projectRoot } from '../../scripts/setup/processes.mjs';

/** What `import` finds our app under. */
export const ourApp = pathToFileURL(join(projectRoot, 'out', 'main', 'index.js')).href;

/** Main file of the same window without anything in it. */
export const emptyWindow = `
import { app, BrowserWindow } from 'electron';
app.on('window-all-closed', () => app.quit());
void app.whenReady().then(() => {
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
  window.once('ready-to-show', () => window.show());
  void window.loadURL('data:text/html,<p>empty</p>');
});
`;

/** A main file that loads these one after the other. */
export function loads(...files: readonly string[]): string {
  return files.map((file) => `await import(${JSON.stringify(file)});\n`).join('');
}

/** Makes a folder an Electron app with this main file. */
export async function appFolder(folder: string, name: string, main: string): Promise<string> {
  const root = join(folder, name);
  await mkdir(root);
  const about = { name: 'trackvault', version: '0.1.0', type: 'module', main: 'main.js' };
  await writeFile(join(root, 'package.json'), JSON.stringify(about));
  await writeFile(join(root, 'main.js'), main);
  return root;
}

export interface BenchWorld {
  /** Gone when it is closed. */
  readonly folder: string;
  /** For apps: a hidden display and a keyring of its own. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** Sets up what is missing and opens surroundings for windows that touch nothing of the person's. */
export async function openBenchWorld(): Promise<BenchWorld> {
  await setUp({
    need: ['dependencies', 'system', 'electron', 'sqlite', 'build'],
    say: console.error,
  });
  const folder = await mkdtemp(join(tmpdir(), 'trackvault-bench-'));
  const display = await openDisplay({ hidden: true });
  const session = await openPrivateSession();
  const env = Object.fromEntries(
    Object.entries({ ...display.env, ...session.env }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    ),
  );
  return {
    folder,
    env,
    async close() {
      await session.stop();
      await display.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
