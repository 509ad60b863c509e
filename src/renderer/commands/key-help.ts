/** @file Renderer. The table of commands as a help of keys. Pure. */
import type { Command } from '#contract';

/** Commands with a key, in the order of the table. */
export function keyHelp<Id extends string>(
  of: Readonly<Record<Id, Command>>,
): { id: Id; command: Command }[] {
  return (Object.entries(of) as [Id, Command][])
    .filter(([, { keys }]) => keys.length > 0)
    .map(([id, command]) => ({ id, command }));
}
