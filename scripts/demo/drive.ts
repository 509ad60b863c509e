/** @file Demo. The steps of a person: connect, fetch, open a meeting, play. */
import type { Page } from 'playwright/test';
import { connect, type Service } from '../../test/support/connect-page.ts';
import { meetingsPage } from '../../test/support/meetings-page.ts';
import { reviewPage } from '../../test/support/review-page.ts';

const patienceMs = 40_000;

/** Fills in the connection and waits until a pass is done. */
export async function connectAndPull(
  page: Page,
  sandbox: Service,
  say: (line: string) => void,
): Promise<void> {
  await connect(page, sandbox);
  say('Connected: the token is checked and in the keyring. Fetching …');
  const meetings = meetingsPage(page);
  await meetings.fetch.click();
  await meetings.pulled(patienceMs);
  for (const row of await meetings.rows.all()) {
    await row.getByText('Sealed').first().waitFor({ timeout: patienceMs });
  }
  say('Fetched, sealed, read back and verified.');
}

/** Opens the meeting with the hole, the late joiner and the live-style file, and plays a second of it. */
export async function openMeeting(page: Page, say: (line: string) => void): Promise<void> {
  await meetingsPage(page).openMeeting('Harbour');
  const review = reviewPage(page);
  await review.ready();
  await review.play.click();
  say('The meeting is open and plays.');
  await review.pause.click({ timeout: patienceMs, delay: 1_000 });
}
