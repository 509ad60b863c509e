/** @file Renderer. Lets only so many begin at once; the rest wait their turn. */

/** Runs tasks in the order they came, `most` at a time. */
export function takeTurns(most: number): <Value>(task: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    // Who waits takes over the place of one that ends, so that nobody slips in between.
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
