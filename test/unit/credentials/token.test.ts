/** @file Tests. A token that no print shows. */
import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { Token } from '../../../src/main/credentials/index.ts';

test('a token comes out by `reveal` alone', () => {
  const token = new Token('canary');
  const holder = { token, list: [token], error: new Error('no', { cause: token }) };
  const prints = [
    String(token),
    [token].join(),
    JSON.stringify(holder),
    inspect(holder, { depth: 10, showHidden: true }),
    JSON.stringify(Object.assign({}, token)),
    inspect(structuredClone(token)),
  ];
  for (const print of prints) expect(print).not.toContain('canary');
  expect(token.reveal()).toBe('canary');
});
