/** @file Start. The command line: the same modules on plain Node, straight from their source, no window and no build. */
import { join } from 'node:path';
import { dependenciesAreInstalled } from './setup/dependencies.mjs';
import { ownNode, projectRoot, runInTerminal } from './setup/processes.mjs';

if (!dependenciesAreInstalled()) {
  const { runMain, setUp } = await import('./setup.mjs');
  // Standard output belongs to the command's own answer.
  await runMain(async () => {
    await setUp({ need: ['dependencies'], say: console.error });
    return 0;
  });
}
if (process.exitCode === undefined || process.exitCode === 0) {
  // npm moves to the project's root; paths on the command line are meant from where the person stands.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const program = join(projectRoot, 'src', 'main', 'cli.ts');
  process.exitCode = await runInTerminal(ownNode, [program, ...process.argv.slice(2)], { cwd });
}
