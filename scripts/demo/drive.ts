/** @file Demo. The steps of a person: connect, fetch, open a meeting, play. */
import type { Page } from 'playwright/test';
import type { Sandbox } from '../../test/sandbox/index.ts';

const patienceMs = 40_000;

/** Fills in the connection and waits until a pass is done. */
export async function connectAndPull(
  page: Page,
  sandbox: Pick<Sandbox, 'accountId' | 'appId' | 'apiRoot' | 'token'>,
  say: (line: string) => void,
): Promise<void> {
  await page.getByRole('button', { name: 'Connection' }).click();
  await page.getByLabel('Account ID').fill(sandbox.accountId);
  await page.getByRole('textbox', { name: 'API token' }).fill(sandbox.token);
  await page.getByText('Advanced').click();
  await page.getByLabel('API base').fill(sandbox.apiRoot);
  await page.getByRole('button', { name: 'Check token' }).click();
  await page.getByRole('combobox', { name: 'App ID' }).selectOption(sandbox.appId);
  say('The token is checked and the app is chosen from the account’s list.');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'Fetch recordings' }).click({ timeout: patienceMs });
  say('Connected: the token is in the keyring. Fetching …');
  await page
    .getByRole('button', { name: 'Fetch recordings' })
    .and(page.locator(':enabled'))
    .waitFor({ timeout: patienceMs });
  await page.getByRole('row').filter({ hasText: 'Harbour' }).waitFor({ timeout: patienceMs });
  say('Fetched, sealed, read back and verified.');
}

/** Opens the meeting with the hole, the late joiner and the live-style file, and plays a second of it. */
export async function openMeeting(page: Page, say: (line: string) => void): Promise<void> {
  await page.getByRole('row').filter({ hasText: 'Harbour' }).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Play' }).click({ timeout: patienceMs });
  say('The meeting is open and plays.');
  await page.getByRole('button', { name: 'Pause' }).click({ timeout: patienceMs, delay: 1_000 });
}
