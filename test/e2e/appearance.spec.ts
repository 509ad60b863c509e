/** @file Tests. What the person chose about the window is there again: colours, place and size. */
import { expect, test } from '../support/app-world.ts';
import { settingsPage } from '../support/settings-page.ts';

test('light and dark follow the choice, then the system, and are remembered', async ({ world }) => {
  await world.fillLibrary();
  const first = await world.start();
  const { page } = first;
  await settingsPage(page).open('Appearance');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const theme = page.locator('html');

  await page.getByText('Always dark', { exact: true }).click();
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  const dark = await background();
  await page.getByText('Always light', { exact: true }).click();
  await expect(theme).toHaveAttribute('data-theme', 'light');
  expect(await background()).not.toBe(dark);

  await page.getByText('As the system', { exact: true }).click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(theme).toHaveAttribute('data-theme', 'light');

  await page.getByText('Always dark', { exact: true }).click();
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  await first.close();
  const second = await world.start();
  await expect(second.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await settingsPage(second.page).open('Appearance');
  await expect(second.page.getByRole('radio', { name: 'Dark' })).toBeChecked();
});

test('the window comes back where it was and as large', async ({ world }) => {
  const first = await world.start();
  const wanted = { x: 120, y: 90, width: 1111, height: 777 };
  await first.app.evaluate(({ BrowserWindow }, bounds) => {
    BrowserWindow.getAllWindows()[0]?.setBounds(bounds);
  }, wanted);
  // The system takes its time over a new size.
  await expect
    .poll(() =>
      first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
    )
    .toEqual(wanted);
  await first.close();

  const second = await world.start();
  const bounds = await second.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getBounds(),
  );
  expect(bounds).toEqual(wanted);
});
