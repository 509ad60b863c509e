/** @file Tests. A small project of one's own with this project's rules, to plant violations in and hear the complaints. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const projectRoot = resolve(import.meta.dirname, '../..');

/** What the rules read beside the sources. */
const rules = [
  '.dependency-cruiser.cjs',
  'eslint.config.js',
  'package.json',
  'tsconfig.json',
  'src/renderer/tsconfig.json',
];

export interface PlantedProject {
  /** Runs one of the project's tools in it; a bad exit code is an answer. */
  run(script: string, args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/**
 * @param files path → text; later ones win
 */
export async function plantProject(
  files: readonly (readonly [path: string, text: string])[],
): Promise<PlantedProject> {
  const root = await mkdtemp(join(tmpdir(), 'trackvault-planted-'));
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  for (const path of rules) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(join(projectRoot, path), join(root, path));
  }
  await symlink(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  return {
    run: (script, args) =>
      new Promise((done, fail) => {
        const program = join(projectRoot, 'node_modules', script);
        const limits = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
        execFile(process.execPath, [program, ...args], limits, (_error, stdout, stderr) => {
          if (stdout === '') fail(new Error(`${script} said nothing but: ${stderr}`));
          else done(stdout);
        });
      }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
