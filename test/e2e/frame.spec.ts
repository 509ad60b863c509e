/** @file Tests. The frame: places, palette, key help and menu bar act from one table, by keyboard and by pointer. */
import { commands } from '#contract';
import { appPage, command } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { reviewPage } from '../support/review-page.ts';

test('the rail and the keys of the table lead to the same places, and back', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const { rail } = appPage(page);
  const place = (name: string) => rail.getByRole('button', { name });
  await expect(place('Today')).toHaveAttribute('aria-current', 'page');
  // Nothing can be gone to before the library is open.
  await expect(place('Meetings')).toBeEnabled();

  const keys = { Today: '1', Live: '2', Meetings: '3', Transfers: '4', Library: '5' };
  for (const [name, key] of Object.entries(keys)) {
    await page.keyboard.press(`ControlOrMeta+${key}`);
    await expect(place(name)).toHaveAttribute('aria-current', 'page');
  }
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(place('Transfers')).toHaveAttribute('aria-current', 'page');
  await page.getByRole('button', { name: 'Back', exact: true }).first().click();
  await expect(place('Meetings')).toHaveAttribute('aria-current', 'page');
});

test('the palette finds commands, meetings and people, within 50 ms of the last letter', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const { palette } = appPage(page);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  const field = palette.getByRole('combobox');
  await expect(field).toBeFocused();

  await field.fill('harb');
  await expect(palette.getByRole('option', { name: /Harbour pilots/ })).toBeVisible();
  await field.fill('lindq');
  await expect(palette.getByRole('option', { name: /Mara Lindqvist/ })).toBeVisible();
  await field.fill('appearance dark');
  await expect(palette.getByRole('option').first()).toContainText('Appearance: dark');
  await field.fill('zzzz');
  await expect(palette.getByText('Nothing fits “zzzz”.')).toBeVisible();

  // From the letter to the answer on screen, in the page's own time.
  const tookMs = await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('[role="combobox"]');
    if (input === null) throw new Error('no palette');
    const times: number[] = [];
    for (const words of ['town', 'edit', 'harbour', 'ewa', 'anna']) {
      const begun = performance.now();
      input.value = words;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      const isThere = () =>
        [...document.querySelectorAll('[role="group"]')].some(
          (group) =>
            !group.textContent.startsWith('Commands') &&
            group.textContent.toLowerCase().includes(words),
        );
      while (!isThere()) {
        if (performance.now() - begun > 2_000) throw new Error(`nothing for ${words}`);
        await new Promise((painted) => requestAnimationFrame(painted));
      }
      times.push(performance.now() - begun);
    }
    return times.sort((a, b) => a - b)[2] ?? Infinity;
  });
  test.info().annotations.push({ type: 'palette, median ms', description: tookMs.toFixed(1) });
  // The promise is 50 ms; a test on a busy machine only sees that it is not another order of size.
  expect(tookMs).toBeLessThan(500);

  await field.fill('harbour');
  await expect(palette.getByRole('option', { name: /Harbour pilots/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(palette).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Meetings');
});

test('a person found in the palette leads to their tracks', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const { palette } = appPage(page);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await palette.getByRole('combobox').fill('mara lindq');
  await palette.getByRole('group', { name: 'People' }).getByRole('option').first().click();
  await expect(page.getByRole('heading', { name: /^Certain/ })).toBeVisible();
});

test('the help of keys lists every command that has one', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  for (const { title, keys } of Object.values(commands)) {
    const row = help.locator('dt').getByText(title.replace(/…$/, ''), { exact: true });
    await expect(row).toHaveCount(keys.length > 0 ? 1 : 0);
  }
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
});

test('the menu bar holds the table and greys out what cannot act', async ({ world }) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const item = (id: string) =>
    app.evaluate(({ Menu }, wanted) => {
      const found = Menu.getApplicationMenu()?.getMenuItemById(wanted);
      return found ? { label: found.label, enabled: found.enabled } : null;
    }, id);
  for (const [id, { title, menu }] of Object.entries(commands)) {
    const there = await item(id);
    expect(there?.label ?? null, id).toBe(menu === null ? null : title);
  }
  await expect.poll(async () => (await item('review.mute'))?.enabled).toBe(false);
  await expect.poll(async () => (await item('go.meetings'))?.enabled).toBe(true);

  await app.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('go.meetings')?.click();
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Meetings');
  await appPage(page).jump('harbour');
  await command(app, 'item.review');
  await reviewPage(page).ready();
  await expect.poll(async () => (await item('review.mute'))?.enabled).toBe(true);
});

test('typing in a field and pressing a focused button are not commands', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  await appPage(page).goTo('Meetings');
  const filter = page.getByRole('searchbox', { name: /Filter/ });
  await filter.fill('');
  await filter.pressSequentially('a?');
  await expect(filter).toHaveValue('a?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
