/** @file Sandbox. Reads the queries every list understands and cuts one page out of its rows (contract 7.4, U7, U8, U19). */
import { z } from 'zod';
import { refusal, type Answer, type Paging } from './envelopes.ts';
import type { Switches } from './switches.ts';

/** Thrown inside a route to end it with this answer. */
export class Refused extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(answer.body);
    this.answer = answer;
  }
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly paging: Paging;
  readonly isFirst: boolean;
}

const wholeNumber = z.string().regex(/^\d+$/).transform(Number);

/** @throws Refused 422 for a bad number, or a `per_page` beyond the maximum when that is refused */
export function cutPage<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  switches: Switches,
  perPageDefault: number,
): Page<Row> {
  const pageNo = readNumber(query, 'page_no') ?? switches.firstPage;
  const asked = readNumber(query, 'per_page') ?? perPageDefault;
  if (asked > switches.perPageMaximum && switches.perPageBeyond === 'refused') {
    const most = switches.perPageMaximum;
    throw new Refused(refusal(422, `"per_page" must be less than or equal to ${most}`));
  }
  const perPage = Math.max(1, Math.min(asked, switches.perPageMaximum));
  const index = Math.max(0, pageNo - switches.firstPage);
  const slice = rows.slice(index * perPage, (index + 1) * perPage);
  const paging = {
    total_count: rows.length,
    start_offset: slice.length === 0 ? 0 : index * perPage + 1,
    end_offset: slice.length === 0 ? 0 : index * perPage + slice.length,
  };
  return { rows: slice, paging, isFirst: index === 0 };
}

function readNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const read = wholeNumber.safeParse(text);
  if (!read.success) throw new Refused(refusal(422, `"${name}" must be a number`));
  return read.data;
}

/** @throws Refused 422 when the time cannot be read */
export function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Refused(refusal(422, `"${name}" must be a valid ISO 8601 date`));
  return at;
}

/**
 * One or more statuses in the spellings the switch allows (U8); empty: all.
 * @throws Refused 422 for a spelling or a word that is not understood
 */
export function readStatuses(
  query: URLSearchParams,
  known: readonly string[],
  spelling: Switches['statusList'],
): readonly string[] {
  const plain = query.getAll('status');
  const bracketed = query.getAll('status[]');
  const found =
    spelling === 'repeated'
      ? plain
      : spelling === 'comma'
        ? plain.slice(0, 1).flatMap((text) => text.split(','))
        : spelling === 'brackets'
          ? [...plain.slice(0, 1), ...bracketed]
          : [...plain, ...bracketed].flatMap((text) => text.split(','));
  const misspelt =
    (spelling === 'comma' && plain.length > 1) || (spelling === 'brackets' && plain.length > 1);
  const strange = found.find((word) => !known.includes(word));
  if (misspelt || strange !== undefined) {
    throw new Refused(refusal(422, `"status" must be one of [${known.join(', ')}]`));
  }
  return found;
}
