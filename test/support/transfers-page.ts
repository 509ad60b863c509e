/** @file Tests. The screens of transfers and of the day, as a person meets them: by their words. */
import type { Locator, Page } from 'playwright/test';

export interface TransfersPage {
  /** All lines, in the order of the screen. */
  readonly lines: Locator;
  line(title: string): Locator;
  /** Shows the files of a recording. */
  unfold(title: string): Promise<void>;
  file(line: Locator, part: string): Locator;
  readonly pull: Locator;
  readonly fetch: Locator;
  readonly stop: Locator;
}

export function transfersPage(page: Page): TransfersPage {
  const lines = page.getByRole('article');
  const line = (title: string) => lines.filter({ has: page.getByRole('button', { name: title }) });
  return {
    lines,
    line,
    unfold: (title) => line(title).getByRole('button', { expanded: false, name: title }).click(),
    file: (within, part) => within.getByRole('listitem').filter({ hasText: part }),
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
