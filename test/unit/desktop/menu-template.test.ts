/** @file Tests. The menu bar says what the table of commands says, each command once, with keys the page hears alone. */
import { type CommandId, commandIds, commands } from '#contract';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import {
  type MenuWish,
  acceleratorOf,
  isWithModifier,
  menuTemplate,
} from '../../../src/main/desktop/menu-template.ts';

function wishFor(platform: NodeJS.Platform, more: Partial<MenuWish> = {}) {
  const chosen: CommandId[] = [];
  const wish: MenuWish = {
    table: commands,
    platform,
    isAvailable: (id) => id !== 'pull.stop',
    isChecked: (id) => id === 'view.theme.dark',
    isCheckable: (id) => id.startsWith('view.theme.'),
    choose: (id) => {
      chosen.push(id);
    },
    ...more,
  };
  return { wish, chosen };
}

const submenu = (item: MenuItemConstructorOptions) =>
  Array.isArray(item.submenu) ? item.submenu : [];

const itemsOn = (platform: NodeJS.Platform, more: Partial<MenuWish> = {}) =>
  menuTemplate(wishFor(platform, more).wish).flatMap(submenu);

const itemOn = (platform: NodeJS.Platform, id: CommandId) =>
  itemsOn(platform).find((item) => item.id === id) ?? expect.fail(`${id} is not in the menu bar`);

describe.each(['linux', 'win32', 'darwin'] as const)('the menu bar of %s', (platform) => {
  it('holds every command that names a menu, once, under its title', () => {
    const items = itemsOn(platform).filter(({ id }) => id !== undefined);
    const wanted = commandIds.filter((id) => commands[id].menu !== null);
    expect(items.map(({ id }) => id).sort()).toEqual([...wanted].sort());
    for (const id of wanted) {
      expect(items.find((item) => item.id === id)?.label).toBe(commands[id].title);
    }
  });

  it('holds a command that was added to the table', () => {
    const table = { ...commands, 'go.back': { ...commands['go.back'], title: 'Salt & pepper' } };
    const item = itemsOn(platform, { table }).find(({ id }) => id === 'go.back');
    expect(item?.label).toBe('Salt && pepper');
  });

  it('begins no menu with a line and never has two in a row', () => {
    for (const menu of menuTemplate(wishFor(platform).wish)) {
      const kinds = submenu(menu).map(({ type }) => type === 'separator');
      expect(kinds[0] ?? false).toBe(false);
      expect(kinds.at(-1) ?? false).toBe(false);
      expect(kinds.some((isLine, index) => isLine && kinds[index + 1] === true)).toBe(false);
    }
  });

  it('greys, marks and acts', () => {
    const { wish, chosen } = wishFor(platform);
    const items = menuTemplate(wish).flatMap(submenu);
    const find = (id: CommandId) => items.find((item) => item.id === id);
    expect(find('pull.stop')?.enabled).toBe(false);
    expect(find('pull.start')?.enabled).toBe(true);
    expect(find('view.theme.dark')).toMatchObject({ type: 'checkbox', checked: true });
    expect(find('view.theme.light')).toMatchObject({ type: 'checkbox', checked: false });
    expect(find('go.today')?.type).toBeUndefined();
    // The item and the window play no part in what is chosen.
    const click = find('go.today')?.click as (() => void) | undefined;
    click?.();
    expect(chosen).toEqual(['go.today']);
  });
});

describe('keys in the menu bar', () => {
  it('are shown and not registered on Linux and Windows: the page hears them itself', () => {
    for (const platform of ['linux', 'win32'] as const) {
      expect(itemOn(platform, 'app.palette')).toMatchObject({
        accelerator: 'CommandOrControl+K',
        registerAccelerator: false,
      });
      expect(itemOn(platform, 'review.mute')).toMatchObject({
        accelerator: 'M',
        registerAccelerator: false,
      });
      const registered = itemsOn(platform).filter((item) => item.registerAccelerator === true);
      expect(registered).toEqual([]);
    }
  });

  it('stand on macOS only where they cannot be part of a text', () => {
    expect(itemOn('darwin', 'app.palette')).toMatchObject({
      accelerator: 'CommandOrControl+K',
      registerAccelerator: true,
    });
    expect(itemOn('darwin', 'review.mute').accelerator).toBeUndefined();
    expect(itemOn('darwin', 'review.play').accelerator).toBeUndefined();
  });

  it.each([
    ['Mod+K', 'CommandOrControl+K'],
    ['Mod+Shift+N', 'CommandOrControl+Shift+N'],
    ['Mod+,', 'CommandOrControl+,'],
    ['Alt+ArrowLeft', 'Alt+Left'],
    ['Space', 'Space'],
    ['Plus', 'Plus'],
    ['?', '?'],
    ['-', '-'],
    ['F1', 'F1'],
  ])('%s is %s to Electron', (key, accelerator) => {
    expect(acceleratorOf(key)).toBe(accelerator);
  });

  it.each([
    ['Mod+K', true],
    ['Alt+ArrowLeft', true],
    ['F11', true],
    ['Shift+S', false],
    ['Space', false],
    ['F', false],
  ])('%s has a modifier: %s', (key, expected) => {
    expect(isWithModifier(key)).toBe(expected);
  });
});
