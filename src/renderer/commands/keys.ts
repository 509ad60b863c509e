/** @file Renderer. Which command a key press means, by the table's own spelling of keys. Pure. */
import { commandEntries, type Command } from '#contract';

/** A key press as far as commands go; `KeyboardEvent` fits. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const named: Readonly<Record<string, string>> = { ' ': 'Space', '+': 'Plus' };

/** On macOS ⌘ is the key of commands, elsewhere Ctrl; the other one of the two makes it another press. */
const hasMod = (press: Press, isMac: boolean): boolean => (isMac ? press.metaKey : press.ctrlKey);

/**
 * The press in the table's spelling: `Mod+Shift+R`, `Space`, `Shift+S`, `?`. A sign that needs Shift
 * on some keyboards is the sign alone; a letter with Shift keeps it.
 */
export function spellings(press: Press, isMac: boolean): string[] {
  const other = isMac ? press.ctrlKey : press.metaKey;
  if (other) return [];
  const key = named[press.key] ?? (press.key.length === 1 ? press.key.toUpperCase() : press.key);
  const mods = [hasMod(press, isMac) ? 'Mod' : '', press.altKey ? 'Alt' : ''].filter(Boolean);
  const plain = [...mods, key].join('+');
  const shifted = [...mods, 'Shift', key].join('+');
  if (!press.shiftKey) return [plain];
  const isSign = press.key.length === 1 && press.key.toLowerCase() === press.key.toUpperCase();
  return isSign ? [shifted, plain] : [shifted];
}

/** Every command with one of these keys, in the order of the table. */
export function commandsOf<Id extends string>(
  press: Press,
  table: Readonly<Record<Id, Command>>,
  isMac: boolean,
): Id[] {
  const spelt = spellings(press, isMac);
  return commandEntries(table)
    .filter(([, { keys }]) => keys.some((key) => spelt.includes(key)))
    .map(([id]) => id);
}

/** Whether a press is a mere letter or movement, which fields, lists and buttons need for themselves. */
export const isBare = (press: Press): boolean => !press.ctrlKey && !press.metaKey && !press.altKey;
