/** @file Main process. Walks the pages of a list so that nothing is missed, wherever counting begins (contract 7.4, U7, U19). */
import { Failure } from '#contract';

import { isAboutQuery } from './refusal.ts';

/** One page as the vendor gave it. */
export interface Page {
  readonly rows: readonly unknown[];
  /** `null` when the answer does not say. */
  readonly totalCount: number | null;
}

export interface PagedList {
  fetch(pageNo: number, perPage: number): Promise<Page>;
  /** What makes a row the same row when the list shifts under the reader; `null` = all of it. */
  keyOf(row: unknown): string | null;
}

const usualPageRows = 50;
const cautiousPageRows = 20;
const mostPages = 5_000;

/**
 * Yields each row once, page by page. Goes on until as many rows are seen as the vendor counts, or a
 * page brings nothing new; if rows are still missing then, page 0 is asked for, once. Believes
 * neither the length of a page (a server may clamp it) nor the offsets.
 * @throws Failure `api.not-understood` when the list does not end; what `fetch` throws
 */
export async function* walkPages(list: PagedList): AsyncGenerator<readonly unknown[]> {
  const seen = new Set<string>();
  let perPage = usualPageRows;
  let totalCount: number | null = null;

  const ask = async (pageNo: number): Promise<readonly unknown[]> => {
    const page = await list.fetch(pageNo, perPage);
    totalCount = page.totalCount;
    return page.rows.filter((row) => {
      const key = list.keyOf(row) ?? JSON.stringify(row);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  };
  const isComplete = () => totalCount !== null && seen.size >= totalCount;

  for (let pageNo = 1; ; pageNo += 1) {
    if (pageNo > mostPages) throw new Failure('api.not-understood', 'The list does not end.');
    let fresh: readonly unknown[];
    try {
      fresh = await ask(pageNo);
    } catch (error) {
      if (pageNo > 1 || perPage === cautiousPageRows || !isAboutQuery(error)) throw error;
      perPage = cautiousPageRows;
      fresh = await ask(pageNo);
    }
    if (fresh.length > 0) yield fresh;
    if (isComplete()) return;
    if (fresh.length === 0) break;
  }

  const first = await ask(0).catch((error: unknown) => {
    // Where counting starts at 1, page 0 may be refused: then there was nothing more.
    if (isAboutQuery(error)) return [];
    throw error;
  });
  if (first.length > 0) yield first;
}
