/** @file Tests. Every screen and state of the tour: by axe's rules in both themes, and readable at twice the size. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from 'playwright/test';
import { look } from '../support/app-page.ts';
import { clippedText } from '../support/clipped-text.ts';
import { legs, type World } from '../support/tour.ts';

const usual = { theme: 'light', width: 1280, height: 800 } as const;

const isSoak = process.env['TRACKVAULT_SOAK'] === '1';

/** At full count both themes at every stop; else one after the other, for their colours are tested by themselves. */
function themesAt(stop: number): readonly ('light' | 'dark')[] {
  if (isSoak) return ['light', 'dark'];
  return [stop % 2 === 0 ? 'light' : 'dark'];
}

/** Twice the size everywhere at full count, else at every other stop. */
const isLargeAt = (stop: number): boolean => isSoak || stop % 2 === 1;

/** Nothing serious or critical. */
async function heavyFaults(page: Page): Promise<string[]> {
  // The other mode of axe opens a page of its own, which Electron refuses.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
}

async function walk(...names: readonly (keyof typeof legs)[]): Promise<void> {
  const faults: string[] = [];
  let stops = 0;
  const take: World['take'] = async ({ app, page }, stop) => {
    stops += 1;
    for (const theme of themesAt(stops)) {
      await look(app, page, { ...usual, theme });
      await stop.settle?.(page);
      for (const fault of await heavyFaults(page)) faults.push(`${stop.name}, ${theme}: ${fault}`);
    }
    if (isLargeAt(stops)) {
      await look(app, page, { ...usual, zoom: 2 });
      await stop.settle?.(page);
      for (const line of await clippedText(page)) faults.push(`${stop.name}, twice: ${line}`);
    }
    await look(app, page, usual);
  };
  const work = await mkdtemp(join(tmpdir(), 'trackvault-accessible-'));
  try {
    for (const name of names) await legs[name]({ work, take });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  expect(faults).toEqual([]);
}

test.describe('nothing serious, nothing cut off', () => {
  test.setTimeout(240_000);
  // The parts have a test of their own, in both themes.

  test('from the first run to a connected workspace, and in the sample', () =>
    walk('firstRun', 'sampleLibrary'));

  // The longest leg shows the screens of the others in rarer states: at full count alone.
  if (isSoak) {
    test('in a week of everything that can be odd, and in a library in use', () =>
      walk('oddWeek', 'libraryInUse'));
  }

  test('in the control room and its dialogs', () => walk('controlRoom'));

  test('in a full list, its details and reviews, and in what lies over them', () =>
    walk('busyWeek'));
});
