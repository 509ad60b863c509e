/** @file Index. Texts that strangers chose, as JSON text: SQLite would merge lone surrogates and stop at NUL. */
import { z } from 'zod';
import { idKey, isUuid } from '../file-names/index.ts';

export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** A column that holds the JSON of a value; the row's schema says which value. */
export function jsonColumn<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}

const uuidMark = 'u:';
const textMark = 't:';

/**
 * Key under which an id is found: UUIDs in any case are one key, all other ids keep theirs. The inside
 * of the JSON text keeps apart what UTF-8 would merge, and a prefix stays a prefix.
 */
export function searchKey(id: string): string {
  return isUuid(id) ? uuidMark + id.toLowerCase() : textMark + jsonInside(idKey(id));
}

/** The JSON of a text without its quotes: what stands inside a longer text's JSON. */
export function jsonInside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Keys from `low` up to, not including, `high`. */
export interface KeyRange {
  low: string;
  high: string;
}

/** Above every text that starts with the key: no id holds the last code point. */
const afterAll = '\u{10ffff}';

/** Where the ids that equal a text, or begin with it, lie: plain ids first, then UUIDs. */
export function keyRanges(text: string, how: 'exact' | 'prefix'): KeyRange[] {
  if (how === 'exact') {
    const key = searchKey(text);
    return [{ low: key, high: `${key}\0` }];
  }
  const plain = textMark + jsonInside(text.normalize('NFC'));
  const ranges = [{ low: plain, high: plain + afterAll }];
  if (beginsUuid(text)) {
    const uuid = uuidMark + text.toLowerCase();
    ranges.push({ low: uuid, high: uuid + afterAll });
  }
  return ranges;
}

function beginsUuid(text: string): boolean {
  const shape = '00000000-0000-0000-0000-000000000000';
  return isUuid(text + shape.slice(text.length));
}
