/** @file Tests. The settings: each section does what it says, at once, and it is there again after a restart. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { execFile } from 'node:child_process';
import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '../support/app-world.ts';
import { ask } from '../support/bridge.ts';
import { connect, connectPage } from '../support/connect-page.ts';
import { formsOf } from '../support/disk-search.ts';
import { chooseFolder } from '../support/folder-dialog.ts';
import { settingsPage } from '../support/settings-page.ts';

const run = promisify(execFile);
const token = `cfut_Canary${'3'.repeat(34)}a1b2c3d4`;
const signatureCanary = 'f00dcafe5ca1ab1ef00dcafe5ca1ab1e';

test('several workspaces: one is in use, each is tested in words, one is forgotten', async ({
  world,
}) => {
  const first = await world.sandbox({ token });
  const second = await world.sandbox();
  const { page } = await world.start();
  await connect(page, first);
  const form = connectPage(page);
  await form.open();
  await form.fillIn(second);
  await form.check();
  await page.getByLabel('Name').fill('Studio, second service');
  await form.connect();
  await form.fetch.waitFor();

  const settings = settingsPage(page);
  await settings.open('Workspaces');
  const one = settings.workspace('Studio interviews');
  const other = settings.workspace('Studio, second service');
  await expect(other).toContainText('in use');
  await expect(one).not.toContainText('in use');
  await expect(one).toContainText(new URL(first.apiRoot).host);
  await expect(one).toContainText('Token in the keychain');

  await test.step('use another', async () => {
    await one.getByRole('button', { name: /^Use/ }).click();
    await expect(one).toContainText('in use');
    await expect(other).not.toContainText('in use');
    await expect(one.getByRole('button', { name: /^Use/ })).toHaveCount(0);
  });

  await test.step('test both: one works, the other cannot be reached', async () => {
    await second.close();
    await one.getByRole('button', { name: /^Test/ }).click();
    await expect(one.getByRole('note')).toContainText('The token works for this app.');
    await expect(one.getByRole('note')).toContainText('It is valid until');
    await other.getByRole('button', { name: /^Test/ }).click();
    await expect(other.getByRole('note')).toContainText('The token could not be checked.');
    await expect(other.getByRole('note')).toContainText('says nothing about the token');
  });

  await test.step('forgetting asks first, says what stays, and takes the token along', async () => {
    const inKeyring = async () => {
      const found = await run('secret-tool', ['search', '--all', 'service', 'Trackvault']);
      return found.stdout;
    };
    expect(await inKeyring()).toContain(token);
    await one.getByRole('button', { name: /^Forget/ }).click();
    await expect(settings.dialog).toContainText('Forget Studio interviews?');
    await expect(settings.dialog).toContainText('the library with every recording fetched so far');
    await settings.dialog.getByRole('button', { name: 'Keep it' }).click();
    await expect(one).toBeVisible();
    await settings.forget('Studio interviews');
    await expect(one).toHaveCount(0);
    await expect(other).toBeVisible();
    expect(await inKeyring()).not.toContain(token);
  });
});

test('libraries: make one, open a known one again, miss one, take one off the list', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page, app } = await world.start();
  const settings = settingsPage(page);
  await settings.open('Libraries');
  const full = settings.library('library');
  await expect(full).toContainText('open');
  await expect(full).toContainText('14 tracks');

  const fresh = join(world.folder, 'second');
  const second = settings.library('second');
  await test.step('a new one becomes the open one', async () => {
    await mkdir(fresh);
    await chooseFolder(app, fresh);
    await page.getByRole('button', { name: 'New library…' }).click();
    await expect(second).toContainText('open');
    await access(join(fresh, 'trackvault.json'));
    await expect(full.getByRole('button', { name: /^Open/ })).toBeEnabled();
  });

  await test.step('a known one opens again', async () => {
    await full.getByRole('button', { name: /^Open/ }).click();
    await expect(full.getByRole('button', { name: 'Show in folder' })).toBeVisible();
    await expect(second.getByRole('button', { name: /^Open/ })).toBeVisible();
  });

  await test.step('one whose folder is gone says so', async () => {
    await rename(fresh, `${fresh}-moved`);
    await settings.open('Appearance');
    await settings.open('Libraries');
    await expect(second).toContainText('folder not found');
    await expect(second.getByRole('button', { name: /^Open/ })).toBeDisabled();
  });

  await test.step('taken off the list, its folder stays', async () => {
    await second.getByRole('button', { name: /^Remove/ }).click();
    await expect(settings.dialog).toContainText('stay as they are');
    await settings.dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(second).toHaveCount(0);
    await access(join(`${fresh}-moved`, 'trackvault.json'));
  });
});

test('colours and fetching are in force at once and after a restart', async ({ world }) => {
  const first = await world.start();
  const settings = settingsPage(first.page);
  await settings.open('Appearance');
  await first.page.getByText('Always dark').click();
  await expect(first.page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(first.page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await settings.open('Fetching');
  const warning = first.page.getByText('Nothing is fetched unless you say so.');
  await expect(warning).toHaveCount(0);
  await first.page.getByText('Fetch by itself', { exact: true }).click();
  await expect(warning).toBeVisible();
  await first.page.getByRole('spinbutton', { name: 'Files at once' }).fill('5');
  await first.page.keyboard.press('Enter');
  await expect.poll(async () => (await ask(first.page, 'app.settings')).fetching.atOnce).toBe(5);

  await test.step('a relay is listened for, or it is said why not', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const wish = first.page.getByText('Listen for a relay', { exact: true });
    await wish.click();
    await first.page.getByRole('spinbutton', { name: 'Port' }).fill(String(port));
    await first.page.keyboard.press('Enter');
    const main = first.page.getByRole('main');
    await expect(main).toContainText(`Trackvault cannot listen on port ${String(port)}.`);
    await new Promise((closed) => other.close(closed));
    await wish.click();
    await wish.click();
    await expect(main).toContainText(`on http://127.0.0.1:${String(port)}/ · nothing came yet`);
  });
  await first.close();

  const second = await world.start();
  await expect(second.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await settingsPage(second.page).open('Fetching');
  await expect(second.page.getByRole('switch', { name: 'Fetch by itself' })).not.toBeChecked();
  await expect(second.page.getByRole('spinbutton', { name: 'Files at once' })).toHaveValue('5');
});

test('privacy names every host, and diagnostics hold no secret', async ({ world }) => {
  const sandbox = await world.sandbox({ token, signatureCanary });
  const { page, app } = await world.start();
  const settings = settingsPage(page);
  await settings.open('Privacy');
  await expect(page.getByText('No host has been contacted yet.')).toBeVisible();

  await connect(page, sandbox);
  await connectPage(page).fetch.click();
  const state = async () => (await ask(page, 'pull.status')).state;
  await expect.poll(state, { timeout: 40_000 }).toBe('done');

  await test.step('the list of libraries tells what has come in since', async () => {
    await settings.open('Libraries');
    await expect(settings.library('library')).toContainText('14 tracks');
  });

  await test.step('the API and the file host, and nobody else', async () => {
    await settings.open('Privacy');
    const rows = page.getByRole('main').locator('tbody').getByRole('row');
    await expect(rows).toHaveCount(2);
    const api = rows.filter({ hasText: new URL(sandbox.apiRoot).host });
    await expect(api).toContainText('RealtimeKit’s API');
    const files = rows.filter({ hasText: new URL(sandbox.objectRoot).host });
    await expect(files).toContainText('File host');
  });

  await test.step('what is copied is shown first, and is what was shown', async () => {
    await settings.open('About');
    await page.getByRole('button', { name: 'Copy diagnostics…' }).click();
    const shown = await settings.dialog
      .getByRole('textbox', { name: 'What is copied' })
      .inputValue();
    await settings.dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect(page.getByText('Diagnostics copied.')).toBeVisible();
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toBe(shown);
    expect(copied).toContain('Trackvault');
    const secrets = [token, signatureCanary]
      .flatMap(formsOf)
      .map((form) => form.toString('latin1'));
    for (const secret of [...secrets, sandbox.accountId, world.folder]) {
      expect(copied).not.toContain(secret);
    }
  });
});
