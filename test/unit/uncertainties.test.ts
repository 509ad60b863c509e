/** @file Tests. The tables of `docs/uncertainties.md` name every switch, every fault and every uncertainty, and tests that are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { apiFaultSchema, objectFaultSchema } from '../sandbox/faults.ts';
import { switchesSchema } from '../sandbox/switches.ts';

interface Row {
  readonly what: string;
  readonly by: readonly string[];
  readonly does: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const page = readFileSync(join(projectRoot, 'docs', 'uncertainties.md'), 'utf8');

/** The rows of the table under a heading. */
function rowsUnder(heading: string): Row[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  const lines = (section ?? '').split('\n').filter((line) => /^\| (?!-)/.test(line));
  return lines.slice(1).map((line) => {
    const [what = '', by = '', does = '', tests = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return {
      what,
      by: [...by.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name),
      does,
      tests: tests.split('<br>').map((each) => {
        const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(each) ?? [];
        return { file, title };
      }),
    };
  });
}

const uncertainties = rowsUnder('The uncertainties');
const behaviours = rowsUnder('What the service is known to do');
const apiFaults = rowsUnder('Faults of the API');
const objectFaults = rowsUnder('Faults of the file host');
const all = [...uncertainties, ...behaviours, ...apiFaults, ...objectFaults];

const kindsOf = (schema: typeof apiFaultSchema | typeof objectFaultSchema): string[] =>
  schema.options.map((each) => each.shape.kind.value);

test('U1 to U21 have one row each, in order', () => {
  const marks = uncertainties.map(({ what }) => what.split(':')[0]);
  expect(marks).toEqual(Array.from({ length: 21 }, (_, i) => `U${String(i + 1)}`));
});

test('every switch has a row, and no row a switch that is not there', () => {
  const named = [...uncertainties, ...behaviours].flatMap(({ by }) => by);
  const scenarios = ['all-states'];
  expect(named.filter((name) => !scenarios.includes(name)).sort()).toEqual(
    Object.keys(switchesSchema.shape).sort(),
  );
});

test.each([
  ['the API', apiFaults, kindsOf(apiFaultSchema)],
  ['the file host', objectFaults, kindsOf(objectFaultSchema)],
] as const)('every fault of %s has a row', (_, rows, kinds) => {
  expect(rows.flatMap(({ by }) => by).sort()).toEqual([...kinds].sort());
});

describe('the tests that are named', () => {
  test.each(all)('for “$what” are there', ({ does, tests }) => {
    expect(does).not.toBe('');
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, title } of tests) {
      expect(file).toMatch(/^test\/(integration|unit)\/.+\.test\.ts$/);
      expect(existsSync(join(projectRoot, file)), file).toBe(true);
      const source = readFileSync(join(projectRoot, file), 'utf8');
      expect(source.includes(`'${title}'`), `${file} has no test '${title}'`).toBe(true);
    }
  });

  test('are not those of the stand-in alone', () => {
    const files = new Set(all.flatMap(({ tests }) => tests.map(({ file }) => file)));
    expect([...files].filter((file) => file.includes('/sandbox-'))).toEqual([]);
  });
});
