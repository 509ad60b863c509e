/** @file Index. Finds tracks by an id: certain hits first, then possible ones with their reasons. */
import { z } from 'zod';
import { TrackId, type Found } from '#contract';
import type { IdField, IdSearch, Page } from '../types.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, keyRanges, type KeyRange } from './json-text.ts';
import { cursorOf, pageLimit, readCursor, type Loose } from './paging.ts';
import { readTrack, type Query } from './tracks.ts';

const Row = z.object({
  id_key: z.string(),
  track_id: TrackId,
  why_json: jsonColumn(z.array(z.string())),
});

/** One walk over the search table: a range of keys, certain or possible. */
interface Walk {
  range: KeyRange;
  certain: 0 | 1;
}

/**
 * A track is met under the first of its keys in the range, and as possible only where it is not
 * certain, so no hit comes twice, not even on different pages.
 */
export function walkQuery(
  field: IdField,
  walk: Walk,
  earlier: readonly KeyRange[],
  from: { key: string; trackId: string } | null,
  limit: number,
): Query {
  const { range, certain } = walk;
  const metBefore = (isCertain: 0 | 1, low: string, below: string): Query => ({
    text: `AND NOT EXISTS (SELECT 1 FROM track_ids AS met
             WHERE met.track_id = hit.track_id AND met.field = hit.field
               AND met.certain = ${isCertain} AND met.id_key >= ? AND met.id_key < ${below})`,
    values: [low],
  });
  const others = [
    metBefore(certain, range.low, 'hit.id_key'),
    ...earlier.map(({ low, high }) => bound(metBefore(certain, low, '?'), high)),
    ...(certain === 0
      ? [...earlier, range].map(({ low, high }) => bound(metBefore(1, low, '?'), high))
      : []),
  ];
  return {
    text: `SELECT hit.id_key, hit.track_id, hit.why_json FROM track_ids AS hit
           WHERE hit.field = ? AND hit.certain = ? AND hit.id_key >= ? AND hit.id_key < ?
             ${from === null ? '' : 'AND (hit.id_key, hit.track_id) > (?, ?)'}
             ${others.map(({ text }) => text).join('\n')}
           ORDER BY hit.id_key, hit.track_id LIMIT ?`,
    values: [
      field,
      certain,
      range.low,
      range.high,
      ...(from === null ? [] : [from.key, from.trackId]),
      ...others.flatMap(({ values }) => values),
      limit,
    ],
  };
}

function bound(query: Query, high: string): Query {
  return { text: query.text, values: [...query.values, high] };
}

export function findById(
  catalogue: Catalogue,
  search: Omit<IdSearch, 'after' | 'limit'> & Loose<Pick<IdSearch, 'after' | 'limit'>>,
): Page<Found> {
  const limit = pageLimit(search.limit);
  const cursor = readCursor(search.after, z.tuple([z.number(), z.string(), z.string()]));
  const ranges = keyRanges(search.text, search.how);
  const walks = ([1, 0] as const).flatMap((certain) =>
    ranges.map((range, at) => ({ certain, range, earlier: ranges.slice(0, at) })),
  );
  const items: Found[] = [];
  let last: string | null = null;
  for (const [at, walk] of walks.entries()) {
    if (cursor !== null && at < cursor[0]) continue;
    const from = cursor?.[0] === at ? { key: cursor[1], trackId: cursor[2] } : null;
    const { text, values } = walkQuery(
      search.field,
      walk,
      walk.earlier,
      from,
      limit + 1 - items.length,
    );
    for (const row of z.array(Row).parse(catalogue.sql(text).all(...values))) {
      if (items.length === limit) return { items, next: last };
      last = cursorOf([at, row.id_key, row.track_id]);
      const track = readTrack(catalogue, row.track_id);
      if (track === null) continue;
      items.push({ track, match: walk.certain === 1 ? 'certain' : 'possible', why: row.why_json });
    }
  }
  return { items, next: null };
}
