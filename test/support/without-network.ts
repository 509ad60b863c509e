/** @file Tests. The app on a machine without a network: every socket to a host is refused. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ElectronApplication } from 'playwright/test';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import type { LaunchWish } from './electron.ts';

const noNetwork = fileURLToPath(new URL('no-network.mjs', import.meta.url));

/**
 * A wish for an app that takes the network away and then is the one under test: Node’s sockets are
 * refused by what is loaded before, Chromium’s by a proxy that nobody runs.
 */
export async function withoutNetwork(folder: string, args: readonly string[]): Promise<LaunchWish> {
  const root = join(folder, 'without-network');
  const main = pathToFileURL(join(projectRoot, 'out', 'main', 'index.js'));
  await mkdir(root);
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'trackvault', version: '0.1.0', type: 'module', main: 'main.js' }),
  );
  await writeFile(
    join(root, 'main.js'),
    `import ${JSON.stringify(noNetwork)};\nawait import(${JSON.stringify(main.href)});\n`,
  );
  return { root, args: [...args, '--proxy-server=127.0.0.1:9'] };
}

/** How many sockets to a host the app has asked for and was refused. */
export const refusedSockets = (app: ElectronApplication): Promise<number> =>
  app.evaluate(() => {
    const attempts: unknown = Reflect.get(globalThis, 'refusedSockets');
    if (!Array.isArray(attempts)) throw new Error('the network was not taken away');
    return attempts.length;
  });
