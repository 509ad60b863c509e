/** @file Tests. Time that a person or the network sets back keeps nobody waiting. */
import { expect, test } from 'vitest';
import type { Clock } from '../../src/main/clock.ts';
import { throttled } from '../../src/main/throttled.ts';
import { clockByHand } from '../support/clock-by-hand.ts';

const hourMs = 3_600_000;

/** A clock whose time can be set; how long its sleepers sleep does not depend on it. */
function settable(): {
  clock: Clock;
  pass: (ms: number) => Promise<void>;
  set: (ms: number) => void;
} {
  const hand = clockByHand();
  let setMs = 0;
  return {
    clock: { now: () => hand.now() + setMs, sleep: hand.sleep },
    pass: (ms) => hand.pass(ms),
    set: (ms) => (setMs += ms),
  };
}

test('what is told five times a second goes on being told', async () => {
  const { clock, pass, set } = settable();
  let told = 0;
  const tell = throttled(clock, new AbortController().signal, () => (told += 1));
  tell();
  set(-hourMs);
  tell();
  await pass(200);
  expect(told).toBe(2);
});
