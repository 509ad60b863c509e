/** @file Tests. Steps through a list by keys: one line, to the ends, a page, never beyond. */
import { expect, it } from 'vitest';
import { stepTo } from '../../../src/renderer/parts/list-steps.ts';

it('goes line by line and to the ends, and stays within', () => {
  const list = { at: 1, count: 3 };
  expect(['ArrowDown', 'ArrowUp', 'Home', 'End'].map((key) => stepTo(key, list))).toEqual([
    2, 0, 0, 2,
  ]);
  expect(stepTo('ArrowDown', { at: 2, count: 3 })).toBe(2);
  expect(stepTo('ArrowUp', { at: 0, count: 3 })).toBe(0);
  expect(stepTo('x', list)).toBeNull();
  expect(stepTo('End', { at: -1, count: 0 })).toBeNull();
});

it('takes page keys only where a page is known', () => {
  expect(stepTo('PageDown', { at: 0, count: 30 })).toBeNull();
  expect(stepTo('PageDown', { at: 0, count: 30, pageSize: 8 })).toBe(8);
  expect(stepTo('PageUp', { at: 3, count: 30, pageSize: 8 })).toBe(0);
});
