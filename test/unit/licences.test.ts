/** @file Tests. The list of licences names what the bundler took, with the texts of the packages. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '#contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listOf, packageFolderOf } from '../../scripts/build/licences.mjs';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { readLicences } from '../../src/main/licences.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trackvault-licences-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const modules = join(projectRoot, 'node_modules');

describe('the list of licences', () => {
  it('finds the package of a module, however the bundler names it', () => {
    expect(packageFolderOf(join(modules, 'zod', 'v4', 'index.js'))).toBe(join(modules, 'zod'));
    expect(packageFolderOf(`\0${join(modules, 'zod', 'index.js')}?commonjs-proxy`)).toBe(
      join(modules, 'zod'),
    );
    const font = '@fontsource-variable/inter';
    expect(packageFolderOf(`../../node_modules/${font}/files/a.woff2`)).toBe(join(modules, font));
    expect(packageFolderOf('src/main/index.ts')).toBeNull();
    expect(packageFolderOf('node_modules/not-there/index.js')).toBeNull();
  });

  it('gives name, version, licence and text, each package once', async () => {
    const make = async (name: string, about: object, text?: string) => {
      const path = join(folder, name);
      await mkdir(path);
      await writeFile(join(path, 'package.json'), JSON.stringify({ name, ...about }));
      if (text !== undefined) await writeFile(join(path, 'LICENSE.md'), text);
      return path;
    };
    const b = await make('b', { version: '2.0.0', license: 'MIT' }, 'The text\n');
    const a = await make('a', { version: '1.0.0' }, 'ISC License\n\nmore');
    const c = await make('c', { version: '3.0.0', license: '(MIT OR Apache-2.0)' });
    expect(listOf([b, a, c, b])).toEqual([
      { name: 'a', version: '1.0.0', licence: 'ISC License', text: 'ISC License\n\nmore' },
      { name: 'b', version: '2.0.0', licence: 'MIT', text: 'The text' },
      { name: 'c', version: '3.0.0', licence: '(MIT OR Apache-2.0)', text: '' },
    ]);
    const runtime = listOf([join(modules, 'electron')])[0];
    expect(runtime?.text).toContain('Chromium');
    expect(runtime?.text).toContain('Permission is hereby granted');
  });

  it('is said to be missing when it is', async () => {
    await expect(readLicences(join(folder, 'none.json'))).rejects.toThrow(Failure);
  });
});
