/** @file Tests. Takes a picture of every screen, light and dark, in two sizes and in every state, to be looked at. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';
import { oddRecordings, startSandbox } from '../sandbox/index.ts';
import { connect, connectPage } from './connect-page.ts';
import { launchApp } from './electron.ts';
import { meetingsPage } from './meetings-page.ts';
import { reviewPage } from './review-page.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
] as const;

/** Fills `folder` with pictures named by number, screen, theme and width. */
export async function takeScreenshots(folder: string, say: (line: string) => void): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'trackvault-screens-'));
  const library = join(work, 'library');
  const profile = join(work, 'profile');
  const sandbox = await startSandbox({ scenario: 'all-states' });
  let count = 0;

  const take = async (app: ElectronApplication, page: Page, screen: string) => {
    count += 1;
    const number = String(count).padStart(2, '0');
    for (const theme of ['Light', 'Dark']) {
      await page.getByTitle(theme, { exact: true }).click();
      for (const size of sizes) {
        await app.evaluate(({ BrowserWindow }, { width, height }) => {
          BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
        }, size);
        await page.waitForFunction(
          (width) => Reflect.get(globalThis, 'innerWidth') === width,
          size.width,
        );
        await page.evaluate('Promise.all(document.getAnimations().map((each) => each.finished))');
        const name = `${number}-${screen}-${theme.toLowerCase()}-${size.width}.png`;
        await page.screenshot({ path: join(folder, name) });
      }
    }
    say(`${number} ${screen}`);
  };

  const first = await launchApp({ userData: profile, env: { HOME: work } });
  try {
    const { app, page } = first;
    await take(app, page, 'welcome');
    const form = connectPage(page);
    await form.open();
    await take(app, page, 'connection');
    await form.fillIn({ ...sandbox, token: sandbox.tokens.lacksRights.value });
    await form.check();
    await form.answer.waitFor();
    await take(app, page, 'connection-refused');
    await form.typeToken(sandbox.token);
    await form.check();
    await form.app.waitFor();
    await take(app, page, 'connection-choose-app');
  } finally {
    await first.close();
  }

  const second = await launchApp({ userData: profile, args: ['--library', library] });
  try {
    const { app, page } = second;
    const meetings = meetingsPage(page);
    await take(app, page, 'meetings-empty');
    await connect(page, sandbox);
    await take(app, page, 'connected');
    sandbox.switches.throttleBytesPerSecond = 8_000;
    await meetings.fetch.click();
    await meetings.pull.getByRole('button', { name: 'Fetching recordings' }).click();
    await meetings.pull.getByRole('listitem').first().waitFor();
    await take(app, page, 'meetings-fetching');
    sandbox.switches.throttleBytesPerSecond = null;
    await page.getByRole('button', { name: 'Fetching…' }).waitFor({ state: 'detached' });
    await take(app, page, 'meetings-full');

    await meetings.findUser('aaa5');
    await page.getByText('Begins with').click();
    await page.getByRole('heading', { name: /^Certain/ }).waitFor();
    await take(app, page, 'search');
    await meetings.findUser('nobody');
    await page.getByRole('heading', { name: 'No track of this user_id' }).waitFor();
    await take(app, page, 'search-nothing');

    const review = reviewPage(page);
    for (const title of ['Harbour pilots', 'Editorial round', 'Town hall']) {
      await meetings.open();
      await meetings.openMeeting(title);
      await review.ready();
      if (title === 'Harbour pilots') await review.seek(34_000, 63_848);
      await take(app, page, `review-${title.toLowerCase().replaceAll(' ', '-')}`);
    }
    await page.getByRole('button', { name: 'Solo Noor' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await take(app, page, 'review-zoomed-solo');

    await meetings.open();
    await meetings.openMeeting('Untitled meeting');
    for (const recording of ['oddNames', 'truncated', 'errored'] as const) {
      await page
        .getByRole('combobox', { name: 'Recording of this meeting' })
        .selectOption(oddRecordings[recording]);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (recording !== 'errored') await review.lanes.first().waitFor();
      await take(app, page, `review-${recording}`);
    }
  } finally {
    await second.close();
  }

  const locked = join(work, 'locked');
  await cp(library, locked, { recursive: true });
  const holder = await launchApp({ args: ['--library', locked] });
  const third = await launchApp({ args: ['--library', locked] });
  try {
    await meetingsPage(third.page).rows.first().waitFor();
    await take(third.app, third.page, 'meetings-in-use');
  } finally {
    await third.close();
    await holder.close();
  }
  await sandbox.close();
  await rm(work, { recursive: true, force: true });
}
