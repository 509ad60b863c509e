/** @file Tests. The list of meetings, the details of the current one, the strip that tells of a pull, and the search by user_id. */
import { expect, type Locator, type Page } from 'playwright/test';

export interface MeetingsPage {
  open(): Promise<void>;
  row(title: string): Locator;
  /** All rows of meetings that are drawn, without the head. */
  readonly rows: Locator;
  readonly table: Locator;
  readonly filter: Locator;
  readonly fetch: Locator;
  /** The strip that says how a pull is going or how it ended. */
  readonly pull: Locator;
  /** The current meeting taken apart. */
  readonly detail: MeetingDetailPage;
  header(name: string): Locator;
  /** Waits until the strip says that everything was read back. */
  pulled(patienceMs?: number): Promise<void>;
  /** Makes a meeting the current one and waits for its details. */
  select(title: string): Promise<void>;
  /** Opens the newest recording of a meeting in review. */
  openMeeting(title: string): Promise<void>;
  findUser(text: string): Promise<void>;
}

export interface MeetingDetailPage {
  readonly pane: Locator;
  readonly recordings: Locator;
  readonly tracks: Locator;
  readonly people: Locator;
  /** Who spoke when, one for each recording with files. */
  readonly strips: Locator;
  unfold(recording: Locator): Promise<void>;
}

/** The selector of a drawn row, for where no locator reaches. */
export const meetingRow = '[role="row"][data-index]';

export function meetingsPage(page: Page): MeetingsPage {
  const table = page.getByRole('grid', { name: 'Meetings' });
  const rows = table.locator(meetingRow);
  const row = (title: string) => rows.filter({ hasText: title });
  const pull = page.getByRole('region', { name: 'Fetching recordings' });
  const pane = page.getByRole('region', { name: /^Details of / });
  return {
    table,
    rows,
    row,
    pull,
    filter: page.getByRole('searchbox', { name: /^Filter meetings/ }),
    fetch: page.getByRole('main').getByRole('button', { name: 'Fetch recordings' }),
    detail: {
      pane,
      recordings: pane.locator('[data-recording]'),
      tracks: pane.locator('[data-track]'),
      people: pane.getByRole('list', { name: 'People' }).getByRole('listitem'),
      strips: pane.getByRole('img', { name: /spoke|known yet|heard|said nothing/ }),
      unfold: (recording) => recording.locator('[aria-expanded="false"]').first().click(),
    },
    header: (name) => table.getByRole('columnheader', { name }),
    open: () =>
      page
        .getByRole('navigation', { name: 'Places' })
        .getByRole('button', { name: 'Meetings', exact: true })
        .click(),
    pulled: (patienceMs = 40_000) => pull.getByText(/^Done\./).waitFor({ timeout: patienceMs }),
    async select(title) {
      await row(title).first().click();
      await expect(pane.getByRole('heading', { level: 2 })).toContainText(title);
    },
    openMeeting: (title) => row(title).first().dblclick(),
    async findUser(text) {
      const field = page.getByRole('searchbox', { name: 'Find tracks by user_id' });
      await field.fill(text);
      await field.press('Enter');
    },
  };
}
