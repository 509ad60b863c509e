/** @file Renderer. Which commands fit typed words. Pure: the table and what is available are handed in. */
import uFuzzy from '@leeoniya/ufuzzy';
import { commandEntries, type Command } from '#contract';

const fuzzy = new uFuzzy({ intraIns: 1, interIns: Infinity });

/** Menus in the order in which their commands are offered before anything is typed: to go somewhere is wanted most. */
const unasked: readonly Command['menu'][] = ['Go', 'Recording', 'File', 'View', 'Help', null];

/** What the palette matches typed words against. */
const wordsOf = ({ title, also }: Command): string => `${title} ${also ?? ''}`;

/**
 * Commands that fit the words, best first; all of them for no words. Pure: the table and what is
 * available are handed in.
 */
export function fittingCommands<Id extends string>(
  text: string,
  of: Readonly<Record<Id, Command>>,
  isAvailable: (id: Id) => boolean,
): Id[] {
  const offered = commandEntries(of).filter(
    ([id, { unlisted }]) => unlisted !== true && isAvailable(id),
  );
  const needle = text.trim();
  if (needle === '') {
    const rank = ([, { menu }]: [Id, Command]) => unasked.findIndex((each) => each === menu);
    return offered.sort((one, other) => rank(one) - rank(other)).map(([id]) => id);
  }
  const hay = offered.map(([, command]) => wordsOf(command));
  const [found, , order] = fuzzy.search(hay, needle, 1);
  const inOrder = order === null ? (found ?? []) : order.map((at) => found[at]);
  return inOrder.flatMap((at) => (at === undefined ? [] : (offered[at]?.[0] ?? [])));
}
