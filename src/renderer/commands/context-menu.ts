/** @file Renderer. The context menu of a thing: titles, keys and order are the table's, actions the caller's. Pure. */
import { commands as table, type Command, type ContextName } from '#contract';
import type { MenuEntry } from '../parts/menu.ts';
import type { Action } from './action.ts';

/** Commands of that context for which there is an action; those that cannot act now are grey. */
export function contextMenu(
  context: ContextName,
  actions: Partial<Record<string, Action>>,
  of: Readonly<Record<string, Command>> = table,
): MenuEntry[] {
  const entries: MenuEntry[] = [];
  for (const [id, command] of Object.entries(of)) {
    const action = actions[id];
    if (action === undefined || command.contexts?.includes(context) !== true) continue;
    if (command.begins === true && entries.length > 0) entries.push({ kind: 'line' });
    const [keys] = command.keys;
    entries.push({
      kind: 'item',
      text: command.title,
      ...(keys === undefined ? {} : { keys }),
      disabled: !(action.enabled?.() ?? true),
      run: action.run,
    });
  }
  return entries;
}
