/** @file Index. Where typed words lead: a few meetings and people, those first whose words begin so. */
import type { Jump } from '#contract';
import type { Catalogue } from './database.ts';
import { readMeetingsWithWords } from './meetings.ts';
import { readPeopleWithWords } from './people.ts';
import type { WordHit, WordSearch } from './words.ts';

const mostOfEach = 6;
/** Nobody types more to find a name; a pasted page would make a query of its length. */
const mostWords = 8;
/** So many hits are all put in order; of more, those that begin so are asked for by themselves. */
const mostOrdered = 50;

/** Without a word everything fits: the latest meetings and the people heard most. */
export function readJump(catalogue: Catalogue, text: string): Jump {
  const words = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .toSorted((a, b) => rarity(b) - rarity(a));
  return {
    meetings: best((which, limit) => readMeetingsWithWords(catalogue, words, which, limit)),
    people: best((which, limit) => readPeopleWithWords(catalogue, words, which, limit)),
  };
}

/** A row is left at the first word it lacks: numbers tell meetings apart best, then long words. */
function rarity(word: string): number {
  return (/\d/.test(word) ? 1000 : 0) + word.length;
}

/** One walk where few fit, which is the one that has to look at every row. */
function best<Value>(read: (which: WordSearch, limit: number) => WordHit<Value>[]): Value[] {
  const anywhere = read('anywhere', mostOrdered + 1);
  const beginning =
    anywhere.length > mostOrdered
      ? read('beginning', mostOfEach)
      : anywhere.filter(({ begins }) => begins);
  const first = new Set(beginning.map(({ key }) => key));
  const others = anywhere.filter(({ key }) => !first.has(key));
  return [...beginning, ...others].slice(0, mostOfEach).map(({ value }) => value);
}
