/** @file Tests. Tokens judged by their looks. */
import { expect, test } from 'vitest';

import { readTokenShape } from '../../../src/main/realtimekit/token-shape.ts';

test.each([
  ['cfut_abc', 'user'],
  ['cfat_abc', 'account'],
  ['abcdefghijklmnopqrstuvwxyz0123456789ABCD', 'unmarked'],
  ['x', 'unmarked'],
])('%s is a token of kind %s', (text, owner) => {
  expect(readTokenShape(`  ${text}\n`)).toEqual({ sound: true, token: text, owner });
});

test.each([
  ['', 'empty'],
  [' \n ', 'empty'],
  ['abc def', 'spaces'],
  ['abc\tdef', 'spaces'],
  ['abc\ndef', 'line-break'],
  ['abc\r\ndef', 'line-break'],
  ['"abc"', 'quotes'],
  ['“abc”', 'quotes'],
  ['Bearer abc', 'repeated-bearer'],
  ['Authorization: bearer abc', 'repeated-bearer'],
  ['abc\u200bdef', 'characters'],
  ['abcdéf', 'characters'],
  ['cfk_abc', 'global-key'],
])('%j is refused: %s', (text, because) => {
  expect(readTokenShape(text)).toEqual({ sound: false, because });
});
