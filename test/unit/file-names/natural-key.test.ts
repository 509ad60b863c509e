/** @file Tests of the key that puts titles in natural order inside an index, which knows plain order alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareNatural,
  foldForSearch,
  naturalKey,
} from '../../../src/main/library/file-names/index.ts';

const byKey = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(naturalKey(a)), Buffer.from(naturalKey(b)));

test('plain order of keys is natural order of titles', () => {
  const title = fc
    .array(
      fc.constantFrom('a', 'B', 'b', 'é', 'Ж', '-', ' ', '~', '0', '00', '1', '9', '123456789'),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('').trim());
  fc.assert(
    fc.property(title, title, (a, b) => {
      const order = byKey(a, b);
      // What differs in case or leading zeros alone has one key.
      if (order !== 0)
        expect(Math.sign(compareNatural(foldForSearch(a), foldForSearch(b)))).toBe(order);
      else expect(naturalKey(a)).toBe(naturalKey(b));
    }),
    { numRuns: 2000 },
  );
});

test('numbers of any length stand in their order, and case does not count', () => {
  const long = `Part ${'7'.repeat(60)}`;
  const titles = [long, 'part 10', 'Part 9', 'PART 009', 'part', `Part ${'8'.repeat(60)}`];
  expect(titles.toSorted(byKey)).toEqual([
    'part',
    'Part 9',
    'PART 009',
    'part 10',
    long,
    `Part ${'8'.repeat(60)}`,
  ]);
});

test('a title of blanks has no key, and broken characters do no harm', () => {
  expect(naturalKey(' \n\t ')).toBe('');
  expect(naturalKey('\ud800')).toBe('');
  expect(naturalKey('a\0b')).toBe('a b');
});
