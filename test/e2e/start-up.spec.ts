/** @file Tests. A start that cannot go as planned says so in words, with what is safe and the next step. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright/test';
import { connect, connectPage } from '../support/connect-page.ts';
import { filesWith } from '../support/disk-search.ts';
import { expect, test, commandLine } from '../support/app-world.ts';
import { meetingsPage, type MeetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { todayPage } from '../support/transfers-page.ts';

const run = promisify(execFile);
const inUse = 'Another program is writing to this library.';

test('a library that a second app holds can be read, and is named as in use until it is free', async ({
  world,
}) => {
  await world.fillLibrary();
  const holder = await world.start();
  await listed(holder.page);

  const otherProfile = join(world.folder, 'other-profile');
  await mkdir(otherProfile);
  const wish = { userData: otherProfile, args: ['--library', world.library] };
  const second = await world.start(wish);
  await expect(todayPage(second.page).section('Needs you')).toContainText(inUse);
  await listed(second.page);
  const said = second.page.getByRole('status').filter({ hasText: inUse });
  await expect(said).toContainText('Close the other Trackvault');
  await second.close();

  await holder.close();
  const third = await world.start(wish);
  await listed(third.page);
  await expect(third.page.getByText(inUse)).toHaveCount(0);
});

test('a library that the command line is writing to is named as in use', async ({ world }) => {
  await world.fillLibrary();
  const sandbox = await world.sandbox();
  sandbox.switches.apiDelayMs = 60_000;
  const { accountId, appId, apiRoot, token } = sandbox;
  const where = ['--library', world.library, '--account', accountId, '--app', appId];
  const pull = spawn(process.execPath, [commandLine, 'pull', ...where, '--api', apiRoot], {
    env: { ...process.env, TRACKVAULT_TOKEN: token },
    stdio: 'ignore',
  });
  try {
    await sandbox.waitFor(({ host }) => host === 'api');
    const { page } = await world.start();
    await expect(todayPage(page).section('Needs you')).toContainText(inUse);
    await listed(page);
    await expect(page.getByRole('status').filter({ hasText: inUse })).toBeVisible();
  } finally {
    const ended = once(pull, 'exit');
    pull.kill('SIGKILL');
    await ended;
  }
});

test('a library of a newer version is refused and left as it is', async ({ world }) => {
  await world.fillLibrary();
  const marker = join(world.library, 'trackvault.json');
  const before = await readFile(marker, 'utf8');
  const newer = before.replace(/("version":\s*)\d+/, '$1999');
  expect(newer).not.toBe(before);
  await writeFile(marker, newer);
  const { page } = await world.start();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('This library was written by a newer Trackvault.');
  await expect(alert).toContainText('Update Trackvault to open it.');
  expect(await readFile(marker, 'utf8')).toBe(newer);
});

test('a folder with other things in it is refused and left as it is', async ({ world }) => {
  await mkdir(world.library);
  await writeFile(join(world.library, 'thesis.odt'), 'not a library');
  const { page } = await world.start();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('This folder holds other things and no library.');
  await expect(alert).toContainText('Choose an empty folder');
});

test('an index that is not a database is made anew, and nothing is missing', async ({ world }) => {
  await world.fillLibrary();
  await writeFile(join(world.library, 'index.db'), 'this is no database '.repeat(5_000));
  await rm(join(world.library, 'index.db-wal'), { force: true });
  await rm(join(world.library, 'index.db-shm'), { force: true });
  const { page } = await world.start();
  const meetings = await listed(page);
  for (const row of await meetings.rows.all()) await expect(row).toContainText('Sealed');
  await meetings.openMeeting('Harbour pilots');
  await expect(reviewPage(page).lanes).toHaveCount(4);
});

test('without a keychain the token is kept for this run alone, and that is said', async ({
  world,
}) => {
  const sandbox = await world.sandbox();
  const nobody = join(world.folder, 'no-such-bus');
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${nobody}` };
  const first = await world.start({ env });
  const form = connectPage(first.page);
  await form.open();
  await expect(first.page.getByText(/This machine offers no keychain/)).toContainText(
    'forgotten when the app quits',
  );
  await connect(first.page, sandbox);
  await expect(first.page.getByText('so the token stays in memory')).toBeVisible();
  await form.fetch.click();
  await meetingsPage(first.page).pulled();
  await first.close();
  expect((await filesWith(world.folder, [sandbox.token])).found).toEqual([]);

  const second = await world.start({ env });
  const { pull } = await listed(second.page);
  await expect(pull).toContainText('There is no token for this workspace.');
  await expect(pull).toContainText('Enter a token in Settings, Workspaces');
});

test('a library that cannot be written opens for reading, and says so', async ({ world }) => {
  await world.fillLibrary();
  const frozen = await freeze(world.library);
  try {
    const { page } = await world.start();
    const unwritable = 'This library is on a disk that cannot be written to.';
    await expect(todayPage(page).section('Needs you')).toContainText(unwritable);
    const meetings = await listed(page);
    const said = page.getByRole('status').filter({ hasText: unwritable });
    await expect(said).toContainText('Copy the library to another disk to add to it.');
    await meetings.openMeeting('Harbour pilots');
    const review = reviewPage(page);
    await review.ready();
    await review.play.click();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(300);
  } finally {
    await frozen.thaw();
  }
});

/** Opens the list and waits until it holds the three meetings of the filled library. */
async function listed(page: Page): Promise<MeetingsPage> {
  const meetings = meetingsPage(page);
  await meetings.open();
  await expect(meetings.rows).toHaveCount(3);
  return meetings;
}

/** Makes a folder read-only: by a mount for root, whom file modes do not stop, else by modes. */
async function freeze(folder: string): Promise<{ thaw(): Promise<void> }> {
  if (process.getuid?.() === 0) {
    await run('mount', ['--bind', folder, folder]);
    await run('mount', ['-o', 'remount,bind,ro', folder]);
    return {
      thaw: async () => {
        await run('umount', ['--lazy', folder]);
      },
    };
  }
  const all = await run('find', [folder, '-type', 'd']);
  const folders = all.stdout.trimEnd().split('\n');
  for (const each of folders) await chmod(each, 0o555);
  return {
    thaw: async () => {
      for (const each of folders) await chmod(each, 0o755);
    },
  };
}
