/** @file Renderer. The table of commands as a help of keys. Pure. */
import { commandEntries, type Command } from '#contract';

/** Commands with a key, in the order of the table. */
export function keyHelp<Id extends string>(
  of: Readonly<Record<Id, Command>>,
): { id: Id; command: Command }[] {
  return commandEntries(of)
    .filter(([, { keys }]) => keys.length > 0)
    .map(([id, command]) => ({ id, command }));
}
