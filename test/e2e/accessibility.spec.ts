/** @file Tests. Every screen, light and dark, by axe's rules and by the keyboard alone. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { readTruth } from '../fixtures/truth.ts';
import { connect, connectPage } from '../support/connect-page.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';

const truth = readTruth('harbour-pilots');

/** Nothing serious or critical, in both themes. */
async function expectAccessible(page: Page, screen: string): Promise<void> {
  for (const theme of ['Light', 'Dark']) {
    await page.getByTitle(theme, { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase());
    // Colours are measured where they come to rest.
    await page.evaluate(() =>
      Promise.all(document.getAnimations().map((animation) => animation.finished)),
    );
    // The other mode of axe opens a page of its own, which Electron refuses.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const heavy = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
      );
    expect(heavy, `${screen}, ${theme}`).toEqual([]);
  }
}

test('welcome, connection, empty and running pull have no serious fault', async ({ world }) => {
  const sandbox = await world.sandbox();
  const { page } = await world.start({ env: { HOME: world.folder }, args: [] });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/one file per voice/);
  await expectAccessible(page, 'welcome');

  const form = connectPage(page);
  await form.open();
  await expectAccessible(page, 'connection');
  await form.fillIn({ ...sandbox, token: sandbox.tokens.expired.value });
  await form.check();
  await expect(form.answer).toHaveText(/has expired/);
  await expectAccessible(page, 'connection with an answer that refuses');

  await connect(page, sandbox);
  await expectAccessible(page, 'connected');
  const meetings = meetingsPage(page);
  await meetings.open();
  await expect(page.getByRole('heading', { name: 'Nothing archived yet' })).toBeVisible();
  await expectAccessible(page, 'meetings, empty');

  sandbox.switches.throttleBytesPerSecond = 4_000;
  await meetings.fetch.click();
  await meetings.pull.getByRole('button', { name: 'Fetching recordings' }).click();
  await expect(meetings.pull.getByRole('listitem').first()).toBeVisible();
  await expectAccessible(page, 'meetings while a pull runs');
});

test('a full library, search and review have no serious fault', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await expect(meetings.rows).toHaveCount(3);
  await expectAccessible(page, 'meetings');

  await meetings.findUser('aaa');
  await page.getByText('Begins with').click();
  await expect(page.getByRole('heading', { name: /^Certain/ })).toBeVisible();
  await expectAccessible(page, 'search');
  await meetings.findUser('nobody');
  await expect(page.getByRole('heading', { name: 'No track of this user_id' })).toBeVisible();
  await expectAccessible(page, 'search without a result');

  await meetings.open();
  await meetings.openMeeting('Harbour pilots');
  const review = reviewPage(page);
  await review.ready();
  await expectAccessible(page, 'review');
  await review.play.click();
  await page.getByRole('button', { name: 'Solo Mara Lindqvist' }).click();
  await expectAccessible(page, 'review while it plays');
});

test('the whole path goes by keyboard alone', async ({ world }) => {
  const sandbox = await world.sandbox();
  const { page } = await world.start();
  const { keyboard } = page;
  /** Presses a key until something has the focus, as a person looks for it. */
  const reach = async (name: string | RegExp, role: 'button' | 'textbox' | 'combobox') => {
    const wanted = page.getByRole(role, { name, exact: typeof name === 'string' });
    for (let presses = 0; presses < 60; presses += 1) {
      if (await wanted.evaluateAll((all) => all.some((each) => each === document.activeElement)))
        return;
      await keyboard.press('Tab');
    }
    throw new Error(`Tab never reached ${String(name)}`);
  };

  await reach('Connection', 'button');
  await keyboard.press('Enter');
  await reach('Account ID', 'textbox');
  await keyboard.type(sandbox.accountId);
  await reach('API token', 'textbox');
  await keyboard.type(sandbox.token);
  await keyboard.press('Tab');
  for (let presses = 0; presses < 10; presses += 1) {
    const onSummary = await page.evaluate(() => document.activeElement?.matches('summary'));
    if (onSummary === true) break;
    await keyboard.press('Tab');
  }
  await keyboard.press('Enter');
  await reach('API base', 'textbox');
  await keyboard.type(sandbox.apiRoot);
  await keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'App ID' })).toBeVisible();
  await keyboard.press('Shift+Tab');
  for (let presses = 0; presses < 20; presses += 1) {
    const onApp = await page.evaluate(() => document.activeElement?.matches('select'));
    if (onApp === true) break;
    await keyboard.press('Shift+Tab');
  }
  await keyboard.type('Studio');
  await keyboard.press('Enter');
  await reach('Connect', 'button');
  await keyboard.press('Enter');
  await expect(page.getByText('Connected.')).toBeVisible();
  await reach('Fetch recordings', 'button');
  await keyboard.press('Enter');
  const meetings = meetingsPage(page);
  await meetings.pulled();
  await expect(meetings.row('Town hall')).toContainText('Sealed');

  await reach(/Harbour pilots/, 'button');
  await keyboard.press('ArrowDown');
  await expect(meetings.row('Editorial round').getByRole('button').first()).toBeFocused();
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  const review = reviewPage(page);
  await review.ready();
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });

  await keyboard.press('Space');
  await expect.poll(() => review.positionMs()).toBeGreaterThan(300);
  await keyboard.press('Space');
  await expect(review.play).toBeVisible();
  await keyboard.press('End');
  await expect.poll(() => review.positionMs()).toBeGreaterThan(truth.lengthMs - 200);
  await keyboard.press('Home');
  await expect.poll(() => review.positionMs()).toBe(0);
  await keyboard.press('ArrowRight');
  await expect.poll(() => review.positionMs()).toBe(5_000);
  await keyboard.press('ArrowDown');
  const { inspector } = review;
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText('Mara Lindqvist');
  await keyboard.press('m');
  await expect(page.getByRole('button', { name: 'Mute Mara Lindqvist' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await keyboard.press('s');
  await expect(page.getByRole('button', { name: 'Solo Mara Lindqvist' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
});
