/** @file Start. The product's main job without an account: sets up, then shows the real app at work against a stand-in service. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain, setUp } from './setup.mjs';
import { openDisplay } from './setup/display.mjs';
import { openPrivateSession } from './setup/private-session.mjs';
import { ownNode, projectRoot, runInTerminal, toolEnv } from './setup/processes.mjs';

await runMain(async () => {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean' }, once: { type: 'boolean' }, folder: { type: 'string' } },
  });
  const need = /** @type {const} */ (['dependencies', 'system', 'electron', 'sqlite', 'build']);
  await setUp({ need, say: console.log });

  const display = await openDisplay();
  // A keyring of its own: the demo's token never meets the person's.
  const session = await openPrivateSession();
  try {
    const stays = values.once !== true && (values.keep === true || display.kind === 'own');
    const program = join(projectRoot, 'scripts', 'demo', 'run.ts');
    const folder = values.folder === undefined ? [] : ['--folder', values.folder];
    return await runInTerminal(ownNode, [program, ...(stays ? ['--keep'] : []), ...folder], {
      env: toolEnv({ ...display.env, ...session.env }),
    });
  } finally {
    await session.stop();
    await display.stop();
  }
});
