/** @file Tests. The whole job by keyboard alone: connect, pull, open a meeting, play, solo, inspect, settings, quit. */
import { readTruth } from '../fixtures/truth.ts';
import { appPage } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { reach } from './keys.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';

const truth = readTruth('harbour-pilots');

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
    await keyboard.press('ControlOrMeta+3');
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
