/** @file Tests. Which rows of a long table are drawn, and where it scrolls to show one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsInSight, scrolledTo } from '../../../src/renderer/parts/table.ts';

const sights = fc.record({
  scrollTop: fc.double({ min: -50, max: 400_000, noNaN: true }),
  height: fc.double({ min: 10, max: 1_200, noNaN: true }),
  rowHeight: fc.double({ min: 18, max: 90, noNaN: true }),
});

describe('the rows of a table', () => {
  it('are all drawn where they can be seen, and few more', () => {
    fc.assert(
      fc.property(sights, fc.integer({ min: 0, max: 10_000 }), (sight, count) => {
        const { first, end } = rowsInSight(sight, count);
        const { height, rowHeight } = sight;
        const top = Math.max(0, Math.min(sight.scrollTop, count * rowHeight - height));
        expect(first).toBeLessThanOrEqual(Math.floor(top / rowHeight));
        expect(end).toBeGreaterThanOrEqual(Math.min(count, Math.ceil((top + height) / rowHeight)));
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(height / rowHeight + 20);
      }),
    );
  });

  it('change once for every few rows of scrolling', () => {
    const at = (scrollTop: number) =>
      rowsInSight({ scrollTop, height: 640, rowHeight: 32 }, 10_000).first;
    const ranges = new Set(Array.from({ length: 128 }, (_, px) => at(6_400 + px)));
    expect(ranges.size).toBeLessThanOrEqual(3);
  });

  it('are not drawn before the place was measured, but one that can be', () => {
    expect(rowsInSight({ scrollTop: 0, height: 0, rowHeight: 0 }, 500)).toEqual({
      first: 0,
      end: 1,
    });
  });
});

describe('bringing a row into sight', () => {
  const sight = { scrollTop: 320, height: 320, rowHeight: 32 };

  it('scrolls no further than it must', () => {
    expect(scrolledTo(12, sight)).toBe(320);
    expect(scrolledTo(4, sight)).toBe(128);
    expect(scrolledTo(25, sight)).toBe(26 * 32 - 320);
  });
});
