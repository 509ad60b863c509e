/** @file Tests of the text files of a bag against RFC 8493. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bagitText,
  formatBagInfo,
  formatManifest,
  isBagPath,
  parseManifest,
} from '../../../src/main/library/bag-text.ts';

const sha256 = 'a'.repeat(64);

test('the declaration is the two lines of version 1.0', () => {
  expect(bagitText).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
});

test('only line breaks and percent signs are escaped in a path', () => {
  expect(formatManifest([{ path: 'data/a\r\n%41 é\u2028.webm', sha256 }])).toBe(
    `${sha256}  data/a%0D%0A%2541 é\u2028.webm\n`,
  );
});

test('a line separator in a path is part of the path', () => {
  const entries = [{ path: 'data/\u2028 ', sha256 }];
  expect(parseManifest(formatManifest(entries))).toEqual(entries);
});

test('every path inside a bag survives writing and reading', () => {
  const part = fc
    .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
    .filter((text) => isBagPath(`data/${text}`) && !text.includes('/'));
  fc.assert(
    fc.property(fc.uniqueArray(part, { maxLength: 6 }), (names) => {
      const entries = names
        .map((name) => ({ path: `data/${name}`, sha256 }))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      expect(parseManifest(formatManifest(entries))).toEqual(entries);
    }),
  );
});

test.each(['../x', 'data/../../x', '/etc/passwd', 'data//x', 'C:/x', 'data\\x', 'data/\0'])(
  'a manifest that names %j is not read',
  (path) => {
    expect(isBagPath(path)).toBe(false);
    expect(
      parseManifest(`${sha256}  ${path}
`),
    ).toBeNull();
  },
);

test('a title with line breaks cannot add a line to bag-info', () => {
  const text = formatBagInfo({
    recordingId: 'r',
    meetingId: null,
    title: 'one\nPayload-Oxum: 0.0\u2028\x1b[2J',
    receivedAt: Date.UTC(2026, 10, 18),
    payloadBytes: 12,
    payloadCount: 2,
  });
  expect(text.split('\n')).toEqual([
    'Bag-Software-Agent: Trackvault',
    'Bagging-Date: 2026-11-18',
    'External-Identifier: r',
    'External-Description: one Payload-Oxum: 0.0 [2J',
    'Payload-Oxum: 12.2',
    '',
  ]);
});
