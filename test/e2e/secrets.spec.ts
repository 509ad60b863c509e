/** @file Tests. Secrets stay where they belong: the token in the keychain, links and app secrets nowhere. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '../support/connect-page.ts';
import { filesWith, formsOf } from '../support/disk-search.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { settingsPage } from '../support/settings-page.ts';

const run = promisify(execFile);
// Of this test alone: others leave theirs in the same keyring.
const token = `cfut_SecretsCanary${'7'.repeat(27)}a1b2c3d4`;
const signatureCanary = '5ca1ab1ef00dcafe5ca1ab1ef00dcafe';
const appSecret = 'app-secret-canary-93b1f7c2';

test('no file, log or output ever holds the token, a link’s signature or an app’s secret', async ({
  world,
}) => {
  const sandbox = await world.sandbox({ token, signatureCanary, appSecret });
  const first = await world.start();
  await connect(first.page, sandbox);
  const meetings = meetingsPage(first.page);
  await meetings.fetch.click();
  await meetings.pulled();
  await meetings.openMeeting('Harbour pilots');
  await reviewPage(first.page).ready();
  await first.page.getByRole('button', { name: 'Verify on disk' }).click();
  await expect(first.page.getByText('4 files read back')).toBeVisible();
  const shown = await first.page.content();
  await first.close();

  await test.step('nothing is on disk', async () => {
    const { found, read } = await filesWith(world.folder, [token, signatureCanary, appSecret]);
    expect(found).toEqual([]);
    expect(read, 'profile and library were searched').toBeGreaterThan(60);
  });

  await test.step('nothing was said or shown', () => {
    for (const form of [token, signatureCanary, appSecret].flatMap(formsOf)) {
      const text = form.toString('latin1');
      expect(world.output()).not.toContain(text);
      expect(shown).not.toContain(text);
    }
  });

  await test.step('the search would have found them', async () => {
    const settings = await readFile(join(world.profile, 'settings.json'), 'utf8');
    expect(settings).toContain(sandbox.accountId);
    const planted = await filesWith(world.folder, [sandbox.accountId]);
    expect(planted.found).toContain(join(world.profile, 'settings.json'));
  });

  await test.step('the file host saw no credentials', () => {
    expect(sandbox.violations).toEqual([]);
  });

  const inKeyring = async () => {
    const { stdout } = await run('secret-tool', ['search', '--all', 'service', 'Trackvault']);
    return stdout;
  };

  await test.step('the keyring holds the token until the workspace is forgotten', async () => {
    expect(await inKeyring()).toContain(token);
    const second = await world.start();
    const settings = settingsPage(second.page);
    await settings.open('Workspaces');
    const workspace = settings.workspace('Studio interviews');
    await expect(workspace).toContainText('Token in the keychain');
    await settings.forget('Studio interviews');
    await expect(workspace).toHaveCount(0);
    expect(await inKeyring()).not.toContain(token);
  });
});
