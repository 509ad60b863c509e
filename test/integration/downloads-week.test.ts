/** @file Tests. Two small weeks out of the bench: losses near the fewest possible, and said in time. */
import { expect, test } from 'vitest';
import { runWeek } from '../bench/week-run.ts';
import { drawWeek, randomOf } from '../bench/week-scenario.ts';

const hourMs = 3_600_000;
const files = 80;

test.each([
  { seed: 13, what: 'links that stay as they are' },
  { seed: 6, what: 'links that are renewed and a clock that is set' },
])('a week with $what', { timeout: 60_000 }, async ({ seed }) => {
  const { losses, fewest } = await runWeek(drawWeek(seed, files));
  expect(losses.length).toBeGreaterThan(0);
  expect(losses.length - fewest).toBeLessThanOrEqual(files * 0.02);
  for (const { because, aheadMs, noticedAfterMs } of losses) {
    if (because === 'bandwidth') expect(aheadMs).toBeGreaterThanOrEqual(hourMs);
    else expect(noticedAfterMs).toBeLessThan(hourMs / 4);
  }
});

test('a week is drawn alike from its seed', () => {
  const { random: _one, ...week } = drawWeek(7, 20);
  const { random: _other, ...again } = drawWeek(7, 20);
  expect(again).toEqual(week);
  expect(randomOf(1)()).not.toBe(randomOf(2)());
});
