/** @file Main process. The menu bar as plain data, made from the table of commands and the system's own menus. Pure. */
import type { MenuItemConstructorOptions } from 'electron';
import { type Command, type CommandId, type MenuName, isCommandId, menuNames } from '#contract';

export type MenuTable = Readonly<Record<string, Command>>;

export interface MenuWish {
  table: MenuTable;
  platform: NodeJS.Platform;
  /** Those that can act now; the rest are grey. */
  isAvailable: (id: CommandId) => boolean;
  isChecked: (id: CommandId) => boolean;
  /** Those that may bear a mark: the system wants to know when an item is made. */
  isCheckable: (id: CommandId) => boolean;
  choose: (id: CommandId) => void;
}

/** Where macOS users look for these, whatever menu the table names. */
const inAppMenu: readonly string[] = ['help.about', 'app.settings'];

export function menuTemplate(wish: MenuWish): MenuItemConstructorOptions[] {
  const isMac = wish.platform === 'darwin';
  const inMenu = (name: MenuName) =>
    Object.entries(wish.table).filter(
      ([id, command]) => command.menu === name && !(isMac && inAppMenu.includes(id)),
    );
  const own = (name: MenuName) => itemsOf(inMenu(name), wish);
  const after: Partial<Record<MenuName, MenuItemConstructorOptions[]>> = {
    File: isMac
      ? [{ type: 'separator' }, { role: 'close' }]
      : [{ type: 'separator' }, { role: 'quit' }],
    View: [
      { type: 'separator' },
      { role: 'resetZoom', label: 'Usual size of the window' },
      { role: 'zoomIn', label: 'Larger' },
      { role: 'zoomOut', label: 'Smaller' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const menus = new Map(
    menuNames.map((name) => [
      name,
      { label: name, submenu: [...own(name), ...(after[name] ?? [])] },
    ]),
  );
  const { File, Help, ...middle } = Object.fromEntries(menus);
  return [
    ...(isMac ? [appMenu(wish)] : []),
    ...(File === undefined ? [] : [File]),
    { role: 'editMenu' },
    ...Object.values(middle),
    { role: 'windowMenu' },
    ...(Help === undefined ? [] : [{ ...Help, role: 'help' as const }]),
  ];
}

function appMenu(wish: MenuWish): MenuItemConstructorOptions {
  const items = inAppMenu.flatMap((id) => {
    const command = wish.table[id];
    return command === undefined ? [] : [...itemsOf([[id, command]], wish, 'together'), separator];
  });
  return {
    role: 'appMenu',
    submenu: [
      ...items,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

function itemsOf(
  entries: readonly (readonly [string, Command])[],
  wish: MenuWish,
  groups: 'apart' | 'together' = 'apart',
): MenuItemConstructorOptions[] {
  return entries.flatMap(([id, command], index) => {
    if (!isCommandId(id)) return [];
    const begins = groups === 'apart' && command.begins === true && index > 0;
    return [...(begins ? [separator] : []), itemOf(id, command, wish)];
  });
}

/**
 * On Linux and Windows the keys stand beside the titles and are not registered: the page hears every
 * key itself and lets some pass, in a field or under a dialog, and those the menu would act on. macOS
 * shows a key only by registering it and asks the page first; a key without ⌘ or Alt would be taken
 * from what one types, so it is not shown there.
 */
function itemOf(id: CommandId, command: Command, wish: MenuWish): MenuItemConstructorOptions {
  const isMac = wish.platform === 'darwin';
  const key = command.keys[0];
  const shown = key !== undefined && (!isMac || isWithModifier(key));
  return {
    id,
    label: labelOf(command.title),
    enabled: wish.isAvailable(id),
    ...(wish.isCheckable(id) ? { type: 'checkbox', checked: wish.isChecked(id) } : {}),
    ...(shown ? { accelerator: acceleratorOf(key), registerAccelerator: isMac } : {}),
    click: () => {
      wish.choose(id);
    },
  };
}

/** A single `&` would underline the letter behind it. */
function labelOf(title: string): string {
  return title.replaceAll('&', '&&');
}

/** Keys that are no letter, as Electron names them. */
const electronNames = new Map([
  ['Mod', 'CommandOrControl'],
  ['ArrowLeft', 'Left'],
  ['ArrowRight', 'Right'],
  ['ArrowUp', 'Up'],
  ['ArrowDown', 'Down'],
]);

/** A key of the table as Electron writes it: `Mod+K` → `CommandOrControl+K`, `Alt+ArrowLeft` → `Alt+Left`. */
export function acceleratorOf(key: string): string {
  return key
    .split('+')
    .map((part) => electronNames.get(part) ?? part)
    .join('+');
}

/** A key that cannot be part of a text. */
export function isWithModifier(key: string): boolean {
  const parts = key.split('+');
  return parts.includes('Mod') || parts.includes('Alt') || /^F\d{1,2}$/.test(parts.at(-1) ?? '');
}
