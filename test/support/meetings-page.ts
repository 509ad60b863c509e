/** @file Tests. The list of meetings and the strip that tells of a pull. */
import type { Locator, Page } from 'playwright/test';

export interface MeetingsPage {
  open(): Promise<void>;
  row(title: string): Locator;
  /** All rows of meetings, without the head. */
  readonly rows: Locator;
  readonly fetch: Locator;
  /** The strip that says how a pull is going or how it ended. */
  readonly pull: Locator;
  /** Waits until the strip says that everything was read back. */
  pulled(patienceMs?: number): Promise<void>;
  openMeeting(title: string): Promise<void>;
  findUser(text: string): Promise<void>;
}

export function meetingsPage(page: Page): MeetingsPage {
  const rows = page.locator('tbody').getByRole('row');
  const row = (title: string) => rows.filter({ hasText: title });
  const pull = page.getByRole('region', { name: 'Fetching recordings' });
  return {
    rows,
    row,
    pull,
    fetch: page.getByRole('button', { name: 'Fetch recordings' }),
    open: () => page.getByRole('button', { name: 'Meetings', exact: true }).click(),
    pulled: (patienceMs = 40_000) => pull.getByText(/^Done\./).waitFor({ timeout: patienceMs }),
    openMeeting: (title) => row(title).getByRole('button').first().click(),
    async findUser(text) {
      const field = page.getByRole('searchbox', { name: 'Find tracks by user_id' });
      await field.fill(text);
      await field.press('Enter');
    },
  };
}
