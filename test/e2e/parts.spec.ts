/** @file Tests. The parts of the window on the page that shows them all: rules of axe, keys, the page's policy, a long table. */
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from 'playwright/test';
import { launchApp } from '../support/electron.ts';

/** The parts page in the real app, under the real policy; what the policy refused and the page threw fails the test. */
const test = base.extend<{ parts: Page }, { window: Page }>({
  window: [
    async ({ browserName: _browser }, use) => {
      const app = await launchApp({ args: [] });
      await use(app.page);
      await app.close();
    },
    { scope: 'worker' },
  ],
  parts: async ({ window }, use) => {
    const wrong: string[] = [];
    const onConsole = (message: { type: () => string; text: () => string }) => {
      if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
    };
    const onError = (error: Error) => {
      wrong.push(error.message);
    };
    window.on('console', onConsole);
    window.on('pageerror', onError);
    await window.goto('app://trackvault/parts-page.html?theme=light');
    await expect(window.getByRole('grid', { name: 'Meetings' })).toBeVisible();
    await use(window);
    window.off('console', onConsole);
    window.off('pageerror', onError);
    expect(wrong, 'refused by the policy, or thrown').toEqual([]);
  },
});

async function expectNothingSerious(page: Page, within: string): Promise<void> {
  // Colours are measured where they come to rest; what turns for ever does not.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((each) => each.effect?.getComputedTiming().iterations !== Infinity)
        .map((each) => each.finished),
    ),
  );
  const { violations } = await new AxeBuilder({ page }).include(within).setLegacyMode().analyze();
  const heavy = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
  expect(heavy, within).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
  test(`no part has a serious fault in the ${theme} theme, closed or open`, async ({ parts }) => {
    await parts
      .getByRole('radio', { name: theme === 'light' ? 'Light' : 'Dark' })
      .first()
      .check({
        force: true,
      });
    await expect(parts.locator('html')).toHaveAttribute('data-theme', theme);
    await expectNothingSerious(parts, '#app');

    await parts.getByRole('button', { name: 'Actions' }).click();
    await expect(parts.getByRole('menu')).toBeVisible();
    await expectNothingSerious(parts, '[role="menu"]');
    await parts.keyboard.press('Escape');
    await parts.getByRole('combobox', { name: 'App' }).click();
    await expect(parts.getByRole('listbox')).toBeVisible();
    await expectNothingSerious(parts, '[role="listbox"]');
    await parts.keyboard.press('Escape');
    await parts.getByRole('button', { name: 'Say bad' }).click();
    await expect(parts.getByRole('alert').getByText('The disk is full')).toBeVisible();
    await expectNothingSerious(parts, '.toasts');
    await parts.getByRole('button', { name: 'Forget workspace…' }).click();
    await expect(parts.getByRole('alertdialog')).toBeVisible();
    await expectNothingSerious(parts, '[role="alertdialog"]');
    await parts.keyboard.press('Escape');
  });
}

test('a menu goes by arrows, skips what is disabled, runs and gives the focus back', async ({
  parts,
}) => {
  const { keyboard } = parts;
  const button = parts.getByRole('button', { name: 'Actions' });
  const item = (name: string) => parts.getByRole('menuitem', { name });
  await button.focus();
  await keyboard.press('Enter');
  await expect(item('Review')).toBeFocused();
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await expect(item('Recording id'), 'past Verify, which is disabled').toBeFocused();
  await keyboard.press('l');
  await expect(item('Link to this moment'), 'by its first letter').toBeFocused();
  await keyboard.press('Enter');
  await expect(parts.getByText('Ran: Link')).toBeVisible();
  await expect(button).toBeFocused();

  await keyboard.press('Enter');
  const waveforms = parts.getByRole('menuitemcheckbox', { name: 'Show waveforms' });
  await expect(waveforms).toHaveAttribute('aria-checked', 'true');
  await expect(item('Review')).toBeFocused();
  await keyboard.press('End');
  await keyboard.press('ArrowUp');
  await expect(waveforms).toBeFocused();
  await keyboard.press('Enter');
  await expect(button).toBeFocused();
  await keyboard.press('Enter');
  await expect(waveforms).toHaveAttribute('aria-checked', 'false');
  await keyboard.press('Escape');
  await expect(parts.getByRole('menu')).toHaveCount(0);
  await expect(button).toBeFocused();
});

test('a select is chosen from by keys and says what is chosen', async ({ parts }) => {
  const { keyboard } = parts;
  const select = parts.getByRole('combobox', { name: 'App' });
  await expect(select).toHaveText('Studio');
  await select.focus();
  await keyboard.press('Enter');
  await expect(parts.getByRole('option', { name: 'Studio' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(select).toHaveText('Support desk');
  await expect(select).toBeFocused();
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await expect(parts.getByRole('listbox')).toHaveCount(0);
  await expect(select).toHaveText('Support desk');
});

test('a dialog keeps the focus inside, begins at the safe answer and gives the focus back', async ({
  parts,
}) => {
  const { keyboard } = parts;
  const opener = parts.getByRole('button', { name: 'Forget workspace…' });
  const dialog = parts.getByRole('alertdialog', { name: 'Forget this workspace?' });
  await opener.focus();
  await keyboard.press('Enter');
  const keep = dialog.getByRole('button', { name: 'Keep it' });
  const forget = dialog.getByRole('button', { name: 'Forget' });
  await expect(keep).toBeFocused();
  await expect(dialog).toHaveAccessibleDescription(/Recordings on disk stay/);
  await keyboard.press('Tab');
  await expect(forget).toBeFocused();
  await keyboard.press('Tab');
  await expect(keep).toBeFocused();
  await keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
  await expect(parts.getByText('Decided: nothing yet')).toBeVisible();

  await keyboard.press('Enter');
  await expect(keep).toBeFocused();
  await keyboard.press('Tab');
  await expect(forget).toBeFocused();
  await keyboard.press('Enter');
  await expect(parts.getByText('Decided: forgotten')).toBeVisible();
  await expect(opener).toBeFocused();
});

test('tabs go by arrows, one stop of the Tab key', async ({ parts }) => {
  const tab = (name: string) => parts.getByRole('tab', { name });
  await tab('Track').focus();
  await parts.keyboard.press('ArrowRight');
  await expect(tab('Recording')).toHaveAttribute('aria-selected', 'true');
  await expect(parts.getByRole('tabpanel')).toHaveText('What is known of the recording.');
  await parts.keyboard.press('End');
  await expect(tab('Notes')).toBeFocused();
  await parts.keyboard.press('Tab');
  await expect(tab('Notes')).not.toBeFocused();
  await parts.keyboard.press('Shift+Tab');
  await expect(tab('Notes')).toBeFocused();
});

test('a toast waits for who is on it and goes by Esc', async ({ parts }) => {
  await parts.getByRole('button', { name: 'Say good' }).click();
  const notices = parts.getByRole('region', { name: 'Notices' });
  await expect(notices.getByText('Town hall is complete')).toBeVisible();
  await notices.getByRole('button', { name: 'Show' }).focus();
  await parts.waitForTimeout(6_500);
  await expect(notices.getByText('Town hall is complete')).toBeVisible();
  await parts.keyboard.press('Escape');
  await expect(notices.getByText('Town hall is complete')).toHaveCount(0);
});

test('a table of 10,000 rows goes by keys, keeps its focus and draws no more than 60 rows', async ({
  parts,
}) => {
  const { keyboard } = parts;
  const grid = parts.getByRole('grid', { name: 'Meetings' });
  const body = grid.locator('[role="row"][data-index]');
  const row = (index: number) => grid.locator(`[data-index="${index}"]`);
  const drawn = async () => {
    const count = await body.count();
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThanOrEqual(60);
  };
  await expect(grid).toHaveAttribute('aria-rowcount', '10001');
  await expect(grid.getByRole('columnheader', { name: 'When' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await drawn();

  await row(0).focus();
  await keyboard.press('ArrowDown');
  await expect(row(1)).toBeFocused();
  await expect(row(1)).toHaveAttribute('aria-rowindex', '3');
  await keyboard.press('PageDown');
  await expect(row(1)).not.toBeFocused();
  await keyboard.press('End');
  await expect(row(9_999)).toBeFocused();
  await expect(row(9_999)).toBeInViewport({ ratio: 0.98 });
  await drawn();
  await keyboard.press('Enter');
  await expect(parts.getByText('Opened: Editorial round 10000')).toBeVisible();

  // Scrolled far away, the row keeps the focus, and a key brings it back.
  await grid.locator('..').evaluate((viewport) => {
    viewport.scrollTop = 120_000;
  });
  await expect(row(3_340)).toBeVisible();
  await drawn();
  await expect(row(9_999)).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(row(9_998)).toBeFocused();
  await expect(row(9_998)).toBeInViewport({ ratio: 0.98 });

  await keyboard.press('Home');
  await keyboard.press('ArrowRight');
  await expect(row(0).getByRole('button', { name: 'Copy recording id' })).toBeFocused();
  await keyboard.press('ArrowLeft');
  await expect(row(0)).toBeFocused();
  await keyboard.press('Tab');
  await expect(body.locator(':focus'), 'one stop of the Tab key').toHaveCount(0);

  await row(2).click({ button: 'right' });
  await expect(parts.getByRole('menuitem', { name: 'Review' })).toBeVisible();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(parts.getByText('Opened: ישיבת צוות שבועית 3')).toBeVisible();
  await expect(row(2)).toBeFocused();

  await grid.getByRole('button', { name: 'Title' }).click();
  await expect(grid.getByRole('columnheader', { name: 'Title' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(row(0)).toContainText('Editorial round 10');
});

test('the title stays in sight when a table scrolls sideways, at twice the size of text', async ({
  parts,
}) => {
  await parts.getByRole('radio', { name: '200 %' }).check({ force: true });
  const grid = parts.getByRole('grid', { name: 'Meetings' });
  const title = grid.locator('[data-index="1"] [role="gridcell"]').first();
  const state = grid.locator('[data-index="1"] [role="gridcell"]').last();
  await grid.scrollIntoViewIfNeeded();
  const before = await title.boundingBox();
  await grid.locator('..').evaluate((viewport) => {
    viewport.scrollLeft = viewport.scrollWidth;
  });
  await expect(state).toBeInViewport({ ratio: 0.98 });
  const after = await title.boundingBox();
  expect(after?.width).toBe(before?.width);
  expect(Math.abs((after?.x ?? 0) - (before?.x ?? 0))).toBeLessThan(24);
  await parts.getByRole('radio', { name: '100 %' }).check({ force: true });
});

test('panes are moved by keys and by hand, and a double click puts them back', async ({
  parts,
}) => {
  const divider = parts.getByRole('separator', { name: 'Width of the inspector' });
  await divider.focus();
  await parts.keyboard.press('ArrowLeft');
  await expect(divider).toHaveAttribute('aria-valuenow', '42');
  await parts.keyboard.press('End');
  await expect(divider).toHaveAttribute('aria-valuenow', '70');
  await divider.scrollIntoViewIfNeeded();
  const box = await divider.boundingBox();
  if (box === null) throw new Error('the divider is not on the page');
  const y = box.y + box.height / 2;
  await parts.mouse.move(box.x, y);
  await parts.mouse.down();
  await parts.mouse.move(box.x + 220, y, { steps: 4 });
  await parts.mouse.up();
  await expect(divider).not.toHaveAttribute('aria-valuenow', '70');
  await divider.dblclick();
  await expect(divider).toHaveAttribute('aria-valuenow', '40');
});
