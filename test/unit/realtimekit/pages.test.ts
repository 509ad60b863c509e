/** @file Tests. Paging that misses nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Failure } from '#contract';

import { walkPages, type Page } from '../../../src/main/realtimekit/pages.ts';

interface Service {
  readonly rows: number;
  readonly firstPage: 0 | 1;
  readonly maximum: number;
  readonly beyond: 'clamped' | 'refused';
  readonly tellsTotal: boolean;
  /** How a page number before the first is met. */
  readonly pageBefore: 'refused' | 'first' | 'empty';
}

function serve(service: Service, asked: [number, number][] = []) {
  const { rows, firstPage, maximum, beyond, tellsTotal, pageBefore } = service;
  return (pageNo: number, perPage: number): Promise<Page> => {
    asked.push([pageNo, perPage]);
    const refused = new Failure('api.refused', 'no', { details: { status: 422 } });
    if (perPage > maximum && beyond === 'refused') return Promise.reject(refused);
    const size = Math.min(perPage, maximum);
    let index = pageNo - firstPage;
    if (index < 0 && pageBefore === 'refused') return Promise.reject(refused);
    if (index < 0 && pageBefore === 'first') index = 0;
    const found = index < 0 ? [] : ids(rows).slice(index * size, (index + 1) * size);
    return Promise.resolve({
      rows: found.map((id) => ({ id })),
      totalCount: tellsTotal ? rows : null,
    });
  };
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `r${index}`);
}

async function walk(fetch: (pageNo: number, perPage: number) => Promise<Page>): Promise<string[]> {
  const found: string[] = [];
  const keyOf = (row: unknown) => (row as { id: string }).id;
  for await (const rows of walkPages({ fetch, keyOf })) found.push(...rows.map(keyOf));
  return found;
}

describe('walking the pages of a list', () => {
  test('finds every row once, wherever counting starts, however pages are clamped or counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record<Service>({
          rows: fc.integer({ min: 0, max: 260 }),
          firstPage: fc.constantFrom(0, 1),
          maximum: fc.integer({ min: 20, max: 100 }),
          beyond: fc.constantFrom('clamped', 'refused'),
          tellsTotal: fc.boolean(),
          pageBefore: fc.constantFrom('refused', 'first', 'empty'),
        }),
        async (service) => {
          const found = await walk(serve(service));
          expect(found.toSorted()).toEqual(ids(service.rows).toSorted());
        },
      ),
      { numRuns: 400 },
    );
  });

  test('asks no more than it must when the vendor counts and begins at 1', async () => {
    const asked: [number, number][] = [];
    const service = { rows: 60, firstPage: 1, maximum: 100, tellsTotal: true } as const;
    await walk(serve({ ...service, beyond: 'clamped', pageBefore: 'refused' }, asked));
    expect(asked).toEqual([
      [1, 50],
      [2, 50],
    ]);
  });

  test('a row that appears while paging is found, and none given twice', async () => {
    let all = ids(60);
    const found = await walk((pageNo, perPage) => {
      const index = Math.max(pageNo, 1) - 1;
      const rows = all.slice(index * perPage, (index + 1) * perPage).map((id) => ({ id }));
      if (pageNo === 1 && all.length === 60) all = ['new', ...all];
      return Promise.resolve({ rows, totalCount: all.length });
    });
    expect(found.toSorted()).toEqual(['new', ...ids(60)].toSorted());
  });

  test('a service that ignores page numbers is left in peace after two pages', async () => {
    const asked: number[] = [];
    const found = await walk((pageNo) => {
      asked.push(pageNo);
      return Promise.resolve({ rows: [{ id: 'a' }], totalCount: 9 });
    });
    expect(found).toEqual(['a']);
    expect(asked).toEqual([1, 2, 0]);
  });

  test('a list without end is given up', async () => {
    let count = 0;
    const endless = () => Promise.resolve({ rows: [{ id: `r${(count += 1)}` }], totalCount: null });
    await expect(walk(endless)).rejects.toMatchObject({ code: 'api.not-understood' });
  });

  test('a refusal that smaller pages do not cure is passed on', async () => {
    const refused = new Failure('api.refused', 'no', { details: { status: 422 } });
    const asked: number[] = [];
    const refusing = (_: number, perPage: number) => {
      asked.push(perPage);
      return Promise.reject(refused);
    };
    await expect(walk(refusing)).rejects.toBe(refused);
    expect(asked).toEqual([50, 20]);
  });
});
