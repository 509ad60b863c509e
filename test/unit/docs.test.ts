/** @file Tests. What the pages of `docs/` point at is there. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../scripts/setup/processes.mjs';

const docs = join(projectRoot, 'docs');

async function pages(): Promise<string[]> {
  const all = await readdir(docs, { recursive: true });
  return all.filter((name) => name.endsWith('.md')).map((name) => join(docs, name));
}

test('every file of the project that a page names exists', async () => {
  const named = new Set<string>();
  for (const page of await pages()) {
    const text = await readFile(page, 'utf8');
    for (const [, path = ''] of text.matchAll(
      /`((?:src|test|scripts|docs|resources)\/[\w./-]*)`/g,
    )) {
      named.add(path);
    }
  }
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
});

test('every page that a page links to exists', async () => {
  const missing: string[] = [];
  for (const page of await pages()) {
    const text = await readFile(page, 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      if (!existsSync(join(dirname(page), target))) missing.push(`${page}: ${target}`);
    }
  }
  expect(missing).toEqual([]);
});
