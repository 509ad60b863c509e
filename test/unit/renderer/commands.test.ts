/** @file Tests. Keys, palette, key help and context menus come from the one table of commands. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withKeyTable } from '../../../scripts/readme/keys.ts';
import { commands, type Command } from '#contract';
import { contextMenu } from '../../../src/renderer/commands/context-menu.ts';
import { fittingCommands } from '../../../src/renderer/commands/fitting.ts';
import { keyHelp } from '../../../src/renderer/commands/key-help.ts';
import { commandsOf, type Press } from '../../../src/renderer/commands/keys.ts';

const press = (key: string, mods: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...mods,
});

const added = {
  ...commands,
  'item.weigh': {
    title: 'Weigh the recording',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Mod+Shift+W'],
    contexts: ['recording'],
    also: 'kilogram',
  } satisfies Command,
};

describe('a command added to the table', () => {
  test('is found by the palette by its title and by its other words', () => {
    for (const words of ['weigh', 'kilogram', 'wei rec']) {
      expect(fittingCommands(words, added, () => true)).toContain('item.weigh');
    }
  });

  test('stands in the key help', () => {
    expect(keyHelp(added).map(({ id }) => id)).toContain('item.weigh');
  });

  test('stands in the context menu of its things and of no others', () => {
    const actions = { 'item.weigh': { run: () => undefined } };
    expect(contextMenu('recording', actions, added)).toMatchObject([
      { kind: 'item', text: 'Weigh the recording', keys: 'Mod+Shift+W', disabled: false },
    ]);
    expect(contextMenu('meeting', actions, added)).toEqual([]);
  });

  test('is reached by its keys, with the key of commands of each system', () => {
    const ctrl = press('W', { ctrlKey: true, shiftKey: true });
    const command = press('w', { metaKey: true, shiftKey: true });
    expect(commandsOf(ctrl, added, false)).toEqual(['item.weigh']);
    expect(commandsOf(ctrl, added, true)).toEqual([]);
    expect(commandsOf(command, added, true)).toEqual(['item.weigh']);
  });
});

describe('the palette', () => {
  test('offers only what can act now', () => {
    const fitting = fittingCommands('', commands, (id) => id === 'go.today');
    expect(fitting).toEqual(['go.today']);
  });

  test('leaves out what only makes sense at the pointer', () => {
    expect(fittingCommands('', commands, () => true)).not.toContain('transfer.cancel');
  });

  test('forgives a slip of the finger', () => {
    expect(fittingCommands('seting', commands, () => true)[0]).toBe('app.settings');
  });

  test('finds nothing for words that fit nothing', () => {
    expect(fittingCommands('qqqq zzzz', commands, () => true)).toEqual([]);
  });
});

describe('keys', () => {
  test('mean the same whether a sign needs Shift on the keyboard or not', () => {
    expect(commandsOf(press('?', { shiftKey: true }), commands, false)).toEqual(['help.keys']);
    expect(commandsOf(press('?'), commands, false)).toEqual(['help.keys']);
    expect(commandsOf(press('+', { shiftKey: true }), commands, false)).toEqual(['review.zoomIn']);
  });

  test('tell a letter from the same letter with Shift', () => {
    expect(commandsOf(press('s'), commands, false)).toEqual(['review.solo']);
    expect(commandsOf(press('S', { shiftKey: true }), commands, false)).toEqual([
      'review.soloAlone',
    ]);
  });

  test('with the other system’s key of commands mean nothing', () => {
    expect(commandsOf(press('k', { metaKey: true }), commands, false)).toEqual([]);
    expect(commandsOf(press('k', { ctrlKey: true }), commands, true)).toEqual([]);
  });

  test('are given to one command each', () => {
    const owners = new Map<string, string[]>();
    for (const { id, command } of keyHelp(commands)) {
      for (const keys of command.keys) owners.set(keys, [...(owners.get(keys) ?? []), id]);
    }
    expect([...owners].filter(([, ids]) => ids.length > 1)).toEqual([]);
  });
});

describe('the README', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

  test('lists the keys of the table as they are', () => {
    expect(withKeyTable(readme, commands)).toBe(readme);
  });

  test('gets a row for a command that is added', () => {
    expect(withKeyTable(readme, added)).toMatch(
      /\| `Ctrl` `Shift` `W` +\| Lists +\| Weigh the recording +\|/,
    );
  });
});
