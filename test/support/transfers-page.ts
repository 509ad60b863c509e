/** @file Tests. The screens of transfers and of the day, as a person meets them: by their words. */
import type { Locator, Page } from 'playwright/test';

export interface TransfersPage {
  /** All lines, in the order of the screen. */
  readonly lines: Locator;
  line(title: string): Locator;
  /** Shows the files of a recording. */
  unfold(title: string): Promise<void>;
  /** The files of an unfolded line. */
  files(line: Locator): Locator;
  file(line: Locator, part: string): Locator;
  /** What happened to a recording, in an unfolded line. */
  timeline(line: Locator): Locator;
  /** Stops all transfers, or lets them go on. */
  readonly pauseAll: Locator;
  readonly goOn: Locator;
  readonly pull: Locator;
  readonly fetch: Locator;
  readonly stop: Locator;
}

export function transfersPage(page: Page): TransfersPage {
  const lines = page.getByRole('article');
  const line = (title: string) => lines.filter({ has: page.getByRole('button', { name: title }) });
  const files = (within: Locator) =>
    within.getByRole('list', { name: 'Files' }).getByRole('listitem');
  return {
    lines,
    line,
    unfold: (title) => line(title).getByRole('button', { expanded: false, name: title }).click(),
    files,
    file: (within, part) => files(within).filter({ hasText: part }),
    timeline: (within) => within.getByRole('list', { name: 'Timeline' }),
    pauseAll: page.getByRole('button', { name: 'Pause all' }),
    goOn: page.getByRole('button', { name: 'Let all go on' }),
    pull: page.getByRole('region', { name: 'Fetching recordings' }),
    fetch: page.getByRole('button', { name: 'Fetch recordings' }),
    stop: page.getByRole('button', { name: 'Stop fetching' }),
  };
}

export interface TodayPage {
  /** The part of the day with this heading. */
  section(name: 'At risk' | 'Recording now' | 'Needs you' | 'Just arrived'): Locator;
  readonly saveNow: Locator;
}

export function todayPage(page: Page): TodayPage {
  const section: TodayPage['section'] = (name) => page.getByRole('region', { name });
  return { section, saveNow: section('At risk').getByRole('button', { name: 'Save now' }) };
}
