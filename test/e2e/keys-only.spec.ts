/** @file Tests. The whole job by keyboard alone: connect, pull, open a meeting, play, solo, inspect, settings, quit. */
import type { Locator, Page } from 'playwright/test';
import { readTruth } from '../fixtures/truth.ts';
import { appPage } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';

const truth = readTruth('harbour-pilots');

/** Tabs until something has the focus, as a person looks for it; the focus must be seen on the way. */
async function reach(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await wanted.evaluateAll((all) => all.some((each) => each === document.activeElement))) {
      return;
    }
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement) || at === document.body) return true;
      const { outlineStyle, boxShadow } = getComputedStyle(at);
      // Fields and rows change their own colours; a divider paints the line it moves.
      const line = getComputedStyle(at, '::after').backgroundColor;
      const paints = at.matches('[role="separator"]') && line !== 'rgba(0, 0, 0, 0)';
      const ringed = outlineStyle !== 'none' || boxShadow !== 'none';
      return ringed || paints || at.matches('input, [role="row"]');
    });
    if (!seen) {
      const where = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
      throw new Error(`The focus cannot be seen on ${String(where)}`);
    }
  }
  throw new Error(`Tab never reached ${String(wanted)}`);
}

test('the whole job goes by keyboard alone', async ({ world }) => {
  test.setTimeout(120_000);
  const sandbox = await world.sandbox();
  const { app, page } = await world.start();
  const { keyboard } = page;
  const { palette } = appPage(page);
  const button = (name: string | RegExp) =>
    page.getByRole('main').getByRole('button', { name, exact: typeof name === 'string' });

  await test.step('connect', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await keyboard.press('ControlOrMeta+k');
    await expect(palette.getByRole('combobox')).toBeFocused();
    await keyboard.type('connect');
    await expect(palette.getByRole('option', { selected: true })).toContainText('Connect');
    await keyboard.press('Enter');
    await reach(page, page.getByLabel('Account ID'));
    await keyboard.type(sandbox.accountId);
    await reach(page, page.locator('summary', { hasText: 'Another API address' }));
    await keyboard.press('Enter');
    await reach(page, page.getByLabel('API base'));
    await keyboard.type(sandbox.apiRoot);
    await reach(page, page.getByRole('textbox', { name: 'API token' }));
    await keyboard.type(sandbox.token);
    await expect(page.getByText('The token works')).toBeVisible();
    const chooser = page.getByRole('combobox', { name: 'App', exact: true });
    if (!(await chooser.innerText()).includes('Studio interviews')) {
      await reach(page, chooser);
      await keyboard.press('Enter');
      await keyboard.type('Studio');
      await keyboard.press('Enter');
    }
    await reach(page, button('Connect'));
    await keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Connected' })).toBeVisible();
  });

  await test.step('pull', async () => {
    await keyboard.press('ControlOrMeta+r');
    await keyboard.press('ControlOrMeta+2');
    await meetingsPage(page).pulled();
    await expect(meetingsPage(page).row('Town hall')).toContainText('Sealed');
  });

  const review = reviewPage(page);
  await test.step('open a meeting', async () => {
    const { table, row } = meetingsPage(page);
    await reach(page, table.getByRole('row').and(page.locator('[tabindex="0"]')));
    const wanted = row('Harbour pilots').first();
    for (let presses = 0; presses < 5; presses += 1) {
      if (await wanted.evaluate((each) => each === document.activeElement)) break;
      await keyboard.press('ArrowDown');
    }
    await expect(wanted).toBeFocused();
    await keyboard.press('Enter');
    await review.ready();
  });

  await test.step('play, seek, solo, mute', async () => {
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
    await expect(review.inspector.getByRole('heading', { level: 2 })).toHaveText('Mara Lindqvist');
    const pressed = (name: string) => page.getByRole('button', { name, pressed: true });
    await keyboard.press('m');
    await expect(pressed('Mute Mara Lindqvist')).toBeVisible();
    await keyboard.press('s');
    await expect(pressed('Solo Mara Lindqvist')).toBeVisible();
  });

  await test.step('inspect', async () => {
    await reach(page, page.getByRole('tab', { name: 'Track' }));
    await keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name: 'Recording' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await expect(review.inspector.getByText('recording_id').first()).toBeVisible();
    await keyboard.press('ControlOrMeta+i');
    await expect(review.inspector).toHaveCount(0);
  });

  await test.step('settings', async () => {
    await keyboard.press('ControlOrMeta+,');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
    const sections = page.getByRole('navigation', { name: 'Sections of the settings' });
    await reach(page, sections.getByRole('button', { name: 'Appearance' }));
    await keyboard.press('Enter');
    await expect(sections.getByRole('button', { name: 'Appearance' })).toHaveAttribute(
      'aria-current',
      /.+/,
    );
  });

  await test.step('quit', async () => {
    const gone = app.waitForEvent('close');
    await app.evaluate(({ Menu }) => {
      const quit = Menu.getApplicationMenu()
        ?.items.flatMap((menu) => menu.submenu?.items ?? [])
        .find((item) => item.role === 'quit');
      if (quit === undefined) throw new Error('There is no Quit in the menu bar.');
      Reflect.apply(quit.click, quit, []);
    });
    await gone;
  });
});
