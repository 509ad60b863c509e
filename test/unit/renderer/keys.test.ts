/** @file Tests. Keys as each system writes them, and as assistive technology reads them. */
import { describe, expect, it } from 'vitest';
import { ariaKeys, keyNames, keysText } from '../../../src/renderer/parts/keys-text.ts';

describe('keys on macOS', () => {
  it.each([
    ['Mod+Shift+K', '⌘⇧K'],
    ['Alt+ArrowLeft', '⌥←'],
    ['Ctrl+Enter', '⌃↩'],
    ['Mod++', '⌘+'],
    ['?', '?'],
  ])('%s is written %s', (keys, text) => {
    expect(keysText(keys, 'darwin')).toBe(text);
  });
});

describe('keys elsewhere', () => {
  it.each([
    ['Mod+Shift+K', 'Ctrl Shift K'],
    ['Alt+ArrowLeft', 'Alt ←'],
    ['Escape', 'Esc'],
    ['Mod++', 'Ctrl +'],
    ['Mod+,', 'Ctrl ,'],
    ['j', 'J'],
    ['F5', 'F5'],
  ])('%s is written %s', (keys, text) => {
    expect(keysText(keys, 'other')).toBe(text);
  });

  it('are told apart for one cap each', () => {
    expect(keyNames('Mod+Shift++', 'other')).toEqual(['Ctrl', 'Shift', '+']);
  });
});

describe('keys for assistive technology', () => {
  it('have the names WAI-ARIA gives them', () => {
    expect(ariaKeys('Mod+Shift+K', 'darwin')).toBe('Meta+Shift+K');
    expect(ariaKeys('Mod+Shift+K', 'other')).toBe('Control+Shift+K');
    expect(ariaKeys('Mod++', 'other')).toBe('Control+Plus');
  });
});
