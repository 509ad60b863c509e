/** @file Index. Texts to look into, and the conditions for words that stand in them: literally, in any case. */
import { foldForSearch } from '../file-names/index.ts';
import { jsonInside, toJson } from './json-text.ts';

/** A line each, so that a line break stands before every one of them. */
export function foldedWords(texts: readonly string[]): string {
  return toJson(foldForSearch(texts.map((text) => `\n${text}`).join('')));
}

/** Words anywhere in the text, or only such as begin a word of it. */
export type WordSearch = 'anywhere' | 'beginning';

/** A row in which the words stand; `begins`: each of them at the beginning of a word. */
export interface WordHit<Value> {
  key: string;
  begins: boolean;
  value: Value;
}

/** Conditions on a column made by `foldedWords`; `begins` comes before `fits` in the query. */
export function withWords(
  column: string,
  words: readonly string[],
  which: WordSearch,
): { begins: string; fits: string; values: string[] } {
  const folded = words.map((word) => jsonInside(foldForSearch(word)));
  const all = (condition: string): string =>
    words.length === 0 ? 'TRUE' : words.map(() => condition).join(' AND ');
  const beginning = all(`(instr(${column}, ?) > 0 OR instr(${column}, ?) > 0)`);
  const beginnings = folded.flatMap((word) => [` ${word}`, jsonInside('\n') + word]);
  return which === 'beginning'
    ? { begins: 'TRUE', fits: beginning, values: beginnings }
    : {
        begins: beginning,
        fits: all(`instr(${column}, ?) > 0`),
        values: [...beginnings, ...folded],
      };
}
