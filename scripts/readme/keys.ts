/** @file Scripts. The README's table of keys, made from the table of commands: `node scripts/readme/keys.ts` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandPlaces, commands, type Command } from '../../src/preload/contract/commands.ts';
import { keyNames } from '../../src/renderer/parts/keys-text.ts';
import { projectRoot } from '../setup/processes.mjs';

const begin = '<!-- keys: made from src/preload/contract/commands.ts by scripts/readme/keys.ts -->';
const end = '<!-- end of keys -->';

const written = (keys: string): string =>
  keyNames(keys, 'other')
    .map((name) => `\`${name}\``)
    .join(' ');

/** Commands with keys as rows, by place in the order of the table; macOS has ⌘ for Ctrl. */
function keyTable(table: Readonly<Record<string, Command>>): string {
  const rows = commandPlaces.flatMap((place) =>
    Object.values(table)
      .filter((command) => command.place === place && command.keys.length > 0)
      .map(({ title, keys }) => [keys.map(written).join(' or '), place, title.replace(/…$/, '')]),
  );
  const all = [['Keys', 'Where', 'Does'], ...rows];
  const widths = [0, 1, 2].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head, ...body] = all.map(line);
  return [head, rule, ...body].join('\n');
}

/** The README with its table of keys as the table of commands has them. */
export function withKeyTable(readme: string, table: Readonly<Record<string, Command>>): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error('README.md has lost the marks around its keys.');
  return `${readme.slice(0, from)}${begin}\n\n${keyTable(table)}\n\n${readme.slice(to)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = join(projectRoot, 'README.md');
  writeFileSync(path, withKeyTable(readFileSync(path, 'utf8'), commands));
}
