/** @file Bench. What main processes and pages felt: waits between beats, and the page's long tasks. */
import type { ElectronApplication, Page } from 'playwright/test';
import { z } from 'zod';

/** Waits of one stretch of time, summed up. */
export interface Felt {
  longestMs: number;
  p99Ms: number;
  over16: number;
  over50: number;
}

const Taken = z.object({ waits: z.array(z.number()) });
type Taken = z.infer<typeof Taken>;
const TakenFromPage = Taken.extend({ longTasks: z.number() });

/** @throws when the app was started without `loop-probe.mjs` */
export async function takeFromMain(app: ElectronApplication): Promise<Taken> {
  const taken: unknown = await app.evaluate(() => {
    const take: unknown = Reflect.get(globalThis, 'takeWaits');
    const waits: unknown = typeof take === 'function' ? Reflect.apply(take, null, []) : null;
    return waits;
  });
  return Taken.parse(taken);
}

/** Evaluated in the page; the page's own policy does not hold for it. */
const pageProbe = `(() => {
  if (globalThis.takeWaits === undefined) {
    const beatMs = 4;
    let last = performance.now();
    let waits = [];
    let longTasks = 0;
    const observer = new PerformanceObserver((list) => { longTasks += list.getEntries().length; });
    observer.observe({ type: 'longtask', buffered: true });
    setInterval(() => {
      const now = performance.now();
      waits.push(Math.max(0, now - last - beatMs));
      last = now;
    }, beatMs);
    globalThis.takeWaits = () => {
      const taken = { waits, longTasks: longTasks + observer.takeRecords().length };
      waits = [];
      longTasks = 0;
      return taken;
    };
  }
  return new Promise((done) => setTimeout(() => done(globalThis.takeWaits()), 20));
})()`;

/** The first call also hands over the long tasks from before it. */
export async function takeFromPage(page: Page): Promise<z.infer<typeof TakenFromPage>> {
  return TakenFromPage.parse(await page.evaluate(pageProbe));
}

export function feel({ waits }: Taken): Felt {
  const sorted = waits.toSorted((a, b) => a - b);
  const over = (ms: number) => sorted.filter((wait) => wait > ms).length;
  return {
    longestMs: sorted.at(-1) ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    over16: over(16),
    over50: over(50),
  };
}
