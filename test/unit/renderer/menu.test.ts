/** @file Tests. How the entries of a menu fall into sections. */
import { describe, expect, it } from 'vitest';
import { sectionsOf, type MenuEntry } from '../../../src/renderer/parts/menu.ts';

const item = (text: string): MenuEntry => ({ kind: 'item', text, run: () => undefined });
const line: MenuEntry = { kind: 'line' };
const shape = (entries: MenuEntry[]) =>
  sectionsOf(entries).map(({ title, items }) => [title, ...items.map(({ text }) => text)]);

describe('sections of a menu', () => {
  it('part at lines and at titles', () => {
    expect(
      shape([item('Review'), line, item('Copy'), { kind: 'title', text: 'More' }, item('Help')]),
    ).toEqual([
      [null, 'Review'],
      [null, 'Copy'],
      ['More', 'Help'],
    ]);
  });

  it('never leave a line without items on both sides, nor a title without items', () => {
    expect(
      shape([line, line, item('Only'), line, { kind: 'title', text: 'Nothing' }, line]),
    ).toEqual([[null, 'Only']]);
    expect(shape([line])).toEqual([]);
  });
});
