/** @file Set-up. One step: named, timed, skipped when its result is there, taken by one process at a time. */
import { withLock } from './cache.mjs';

/**
 * @typedef {(line: string) => void} Say
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {string} lock
 * @property {() => string | undefined | Promise<string | undefined>} isDone what is there, or undefined when there is work to do
 * @property {(say: Say) => Promise<string>} work answers with what is there now
 */

const titleWidth = 17;

/**
 * @param {Step} step
 * @param {Say} say
 */
export async function take(step, say) {
  const startedAt = performance.now();
  /** @param {string} text */
  const sayHere = (text) => {
    say(`${step.title.padEnd(titleWidth)} ${text}`);
  };
  const time = () => `${((performance.now() - startedAt) / 1000).toFixed(2)} s`;

  const there = await step.isDone();
  if (there !== undefined) {
    sayHere(`skipped, ${there} (${time()})`);
    return;
  }
  await withLock(step.lock, sayHere, async () => {
    // The process waited for may have done it all.
    const thereNow = await step.isDone();
    if (thereNow !== undefined) sayHere(`skipped, ${thereNow} (${time()})`);
    else sayHere(`done, ${await step.work(sayHere)} (${time()})`);
  });
}
