/** @file Tests. No switch and no fault of the stand-in is there without a test that flips it. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiFaultSchema, objectFaultSchema, strike, type ApiFault } from '../sandbox/faults.ts';
import { defaultSwitches, switchesSchema } from '../sandbox/switches.ts';

const folder = new URL('./', import.meta.url);
const tests = readdirSync(folder)
  .filter((name) => /^sandbox-(api|calls|faults|objects|recordings)\.test\.ts$/.test(name))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

test.each(Object.keys(switchesSchema.shape))('a test sets the switch %s', (name) => {
  expect(tests).toMatch(new RegExp(`switches\\.${name} = `));
});

test.each(
  [...apiFaultSchema.options, ...objectFaultSchema.options].map((each) => each.shape.kind.value),
)('a test strikes with the fault %s', (kind) => {
  expect(tests).toContain(`kind: '${kind}'`);
});

test('the defaults are valid, and an unknown switch is refused', () => {
  expect(switchesSchema.parse(defaultSwitches())).toEqual(defaultSwitches());
  expect(switchesSchema.safeParse({ ...defaultSwitches(), warmth: 3 }).success).toBe(false);
  expect(switchesSchema.safeParse({ ...defaultSwitches(), firstPage: 2 }).success).toBe(false);
});

test('a fault is spent after its times, in order, and only where it is aimed', () => {
  const faults: ApiFault[] = [
    { kind: 'html', path: '/apps', times: 2 },
    { kind: 'hang', times: 'always' },
  ];
  const kinds = ['/x', '/apps', '/apps', '/apps'].map((path) => strike(faults, path)?.kind);
  expect(kinds).toEqual(['hang', 'html', 'html', 'hang']);
  expect(faults).toEqual([{ kind: 'hang', times: 'always' }]);
});
