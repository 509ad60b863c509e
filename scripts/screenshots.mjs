/** @file Start. Pictures of every screen and state, into `test-results/screenshots/`, for whoever wants to look. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain, setUp } from './setup.mjs';
import { openDisplay } from './setup/display.mjs';
import { openPrivateSession } from './setup/private-session.mjs';
import { ownNode, projectRoot, runInTerminal, toolEnv } from './setup/processes.mjs';

await runMain(async () => {
  const { values } = parseArgs({
    options: { folder: { type: 'string' }, only: { type: 'string' } },
  });
  const need = /** @type {const} */ (['dependencies', 'system', 'electron', 'sqlite', 'build']);
  await setUp({ need, say: console.log });
  const folder = values.folder ?? join(projectRoot, 'test-results', 'screenshots');
  const display = await openDisplay({ hidden: true, width: 1700, height: 1100 });
  const session = await openPrivateSession();
  try {
    const program = join(projectRoot, 'scripts', 'screenshots', 'run.ts');
    return await runInTerminal(
      ownNode,
      [program, folder, ...(values.only === undefined ? [] : [values.only])],
      {
        env: toolEnv({ ...display.env, ...session.env }),
      },
    );
  } finally {
    await session.stop();
    await display.stop();
  }
});
