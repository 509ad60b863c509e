/** @file Index. Where typed words lead: a few meetings and people, those first whose words begin so. */
import type { Jump } from '#contract';
import type { Catalogue } from './database.ts';
import { readMeetingsWithWords } from './meetings.ts';
import { readPeopleWithWords } from './people.ts';

const mostOfEach = 6;
/** Nobody types more to find a name; a pasted page would make a query of its length. */
const mostWords = 8;

/** Without a word everything fits: the latest meetings and the people heard most. */
export function readJump(catalogue: Catalogue, text: string): Jump {
  const words = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, mostWords);
  const search = <Item extends { key: string }>(
    read: (beginning: boolean, limit: number) => Item[],
  ): Item[] => {
    const first = read(true, mostOfEach);
    if (first.length === mostOfEach || words.length === 0) return first;
    // Those that begin so are among those that hold it: enough are read for what is left.
    const known = new Set(first.map(({ key }) => key));
    const others = read(false, mostOfEach + first.length).filter(({ key }) => !known.has(key));
    return [...first, ...others].slice(0, mostOfEach);
  };
  return {
    meetings: search((beginning, limit) =>
      readMeetingsWithWords(catalogue, words, beginning, limit),
    ),
    people: search((beginning, limit) =>
      readPeopleWithWords(catalogue, words, beginning, limit),
    ).map(({ name, userId, tracks }) => ({ name, userId, tracks })),
  };
}
