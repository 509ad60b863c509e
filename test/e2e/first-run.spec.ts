/** @file Tests. The three doors of an empty installation; the last two open with the network taken away. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appPage } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { chooseFolder } from '../support/folder-dialog.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { settingsPage } from '../support/settings-page.ts';
import { refusedSockets, withoutNetwork } from '../support/without-network.ts';

test('without a network the sample library opens and holds calls to look at', async ({ world }) => {
  const { page, app } = await world.start({
    ...(await withoutNetwork(world.folder, [])),
    env: { HOME: world.folder },
  });
  const doors = page.getByRole('main').getByText('Works offline');
  await expect(doors).toHaveCount(2);
  await page.getByRole('button', { name: 'Look at the sample library' }).click();

  await appPage(page).goTo('Meetings');
  const { rows } = meetingsPage(page);
  await expect(rows).not.toHaveCount(0);
  expect(await refusedSockets(app), 'nothing was asked of the network').toBe(0);

  await test.step('it is one to look at: nothing is kept in it, and it is not listed as one’s own', async () => {
    await settingsPage(page).open('Libraries');
    await expect(page.getByRole('button', { name: 'It is open' })).toBeDisabled();
    await expect(page.getByRole('heading', { name: 'No library yet' })).toBeVisible();
    await expect(page.getByText('This is the sample library')).toBeVisible();
  });
});

test('without a network a library folder opens, and another folder says why it does not', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page, app } = await world.start({
    ...(await withoutNetwork(world.folder, [])),
    env: { HOME: world.folder },
  });
  const open = page.getByRole('button', { name: 'Open a library folder' });

  await test.step('closing the dialog leaves everything as it was', async () => {
    await chooseFolder(app, null);
    await open.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/one file per voice/);
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
  });

  await test.step('a folder of other things is left alone', async () => {
    const photos = join(world.folder, 'photos');
    await mkdir(photos);
    await writeFile(join(photos, 'beach.jpg'), 'not a library');
    await chooseFolder(app, photos);
    await open.click();
    const said = page.getByRole('main').getByRole('alert');
    await expect(said).toContainText('This folder holds other things and no library.');
    await expect(said).toContainText('Nothing in it was changed.');
  });

  await test.step('a library opens with all it holds', async () => {
    await chooseFolder(app, world.library);
    await open.click();
    await appPage(page).goTo('Meetings');
    await expect(meetingsPage(page).rows).toHaveCount(3);
    expect(await refusedSockets(app), 'nothing was asked of the network').toBe(0);
  });
});

test('a new library begins in an empty folder', async ({ world }) => {
  const fresh = join(world.folder, 'archive of calls');
  await mkdir(fresh);
  const { page, app } = await world.start({ env: { HOME: world.folder }, args: [] });
  await chooseFolder(app, fresh);
  await page.getByRole('button', { name: 'start a new one' }).click();
  await settingsPage(page).open('Libraries');
  await expect(settingsPage(page).library('archive of calls')).toContainText('open');
  await access(join(fresh, 'trackvault.json'));
});
