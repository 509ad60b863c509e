/** @file Index. Pages by key: the next page starts behind the last row, whatever was added meanwhile. */
import { type z } from 'zod';
import { Failure } from '#contract';
import type { Page } from '../types.ts';

/** A query as it came over the wire: absent and undefined are one. */
export type Loose<T> = { [Key in keyof T]: T[Key] | undefined };

const largestPage = 1000;
const usualPage = 100;

export function pageLimit(limit: number | undefined): number {
  return Math.min(largestPage, Math.max(1, Math.floor(limit ?? usualPage)));
}

/** The key of the last row shown, as text that only the index reads. */
export function cursorOf(key: readonly (string | number | boolean | null)[]): string {
  return JSON.stringify(key);
}

/** @throws Failure `input.invalid` for a cursor that none of our pages gave */
export function readCursor<Schema extends z.ZodType>(
  after: string | null | undefined,
  schema: Schema,
): z.infer<Schema> | null {
  if (after === null || after === undefined) return null;
  try {
    return schema.parse(JSON.parse(after));
  } catch (error) {
    throw new Failure('input.invalid', 'This is not a place in a list.', { cause: error });
  }
}

/** Cuts a result that was asked for with one row more than a page has. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}
