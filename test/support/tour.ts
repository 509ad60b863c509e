/** @file Tests. A walk through every screen in every state, in the order a person meets them. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import {
  controlRoom as controlRoomCalls,
  oddMeetingId,
  oddRecordings,
  startSandbox,
} from '../sandbox/index.ts';
import { appPage, command, follow } from './app-page.ts';
import { connect, connectPage } from './connect-page.ts';
import { launchApp, type LaunchedApp } from './electron.ts';
import { livePage } from './live-page.ts';
import { meetingsPage } from './meetings-page.ts';
import { reviewPage } from './review-page.ts';
import { settingsPage, type SectionName } from './settings-page.ts';

export interface Stop {
  name: string;
  /** Also shown at twice the size and in forced colours. */
  otherEyes?: true;
  /** Brings back what a change of size closes. */
  settle?: (page: Page) => Promise<void>;
}

export interface World {
  /** A folder of its own for profiles and libraries. */
  work: string;
  take: (launched: LaunchedApp, stop: Stop) => Promise<void>;
}

const sections: readonly SectionName[] = [
  'Workspaces',
  'Libraries',
  'Appearance',
  'Fetching',
  'Privacy',
  'About',
];

/** The parts of the walk; each stands by itself but for `libraryInUse`, which needs the library of `oddWeek`. */
export const legs = {
  firstRun,
  sampleLibrary,
  oddWeek,
  busyWeek,
  libraryInUse,
  controlRoom,
  partsPage,
} as const;

export async function tour(world: World): Promise<void> {
  for (const leg of Object.values(legs)) await leg(world);
}

/** Nothing is set up: the doors, and connecting with a token that lacks rights, then with a good one. */
async function firstRun({ work, take }: World): Promise<void> {
  const sandbox = await startSandbox({ scenario: 'all-states' });
  const launched = await launchApp({ userData: join(work, 'first'), env: { HOME: work } });
  try {
    const { page } = launched;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await take(launched, { name: 'welcome', otherEyes: true });
    const form = connectPage(page);
    await form.open();
    await take(launched, { name: 'connect', otherEyes: true });
    await form.fillIn({ ...sandbox, token: sandbox.tokens.lacksRights.value });
    await form.answer.waitFor();
    await take(launched, { name: 'connect-refused' });
    await form.typeToken(sandbox.token);
    await page.getByText('The token works').waitFor();
    await take(launched, { name: 'connect-choose-app' });
    await form.chooseApp(sandbox.appId);
    await form.connect();
    await form.fetch.waitFor();
    await take(launched, { name: 'connected' });
    await page.getByRole('combobox', { name: 'Fetched by itself' }).click();
    await page.getByRole('option', { name: 'Chosen meetings' }).click();
    await page.getByRole('button', { name: 'Read the meetings' }).waitFor();
    await take(launched, { name: 'choose-meetings' });
  } finally {
    await launched.close();
    await sandbox.close();
  }
}

async function sampleLibrary({ work, take }: World): Promise<void> {
  const launched = await launchApp({ userData: join(work, 'sample'), env: { HOME: work } });
  try {
    const { page } = launched;
    await page.getByRole('button', { name: 'Look at the sample library' }).click();
    await page
      .getByText(/sample library/i)
      .first()
      .waitFor();
    await settled(page);
    await take(launched, { name: 'today-sample' });
    await appPage(page).goTo('Meetings');
    await meetingsPage(page).rows.first().waitFor();
    // The who-spoke-when strip is drawn from sound that is read first.
    await page.waitForTimeout(2_500);
    await take(launched, { name: 'meetings-sample' });
  } finally {
    await launched.close();
  }
}

/** Everything that can be odd about a recording: running, late, lost, damaged, ambiguous. */
async function oddWeek({ work, take }: World): Promise<void> {
  const sandbox = await startSandbox({ scenario: 'all-states' });
  const library = join(work, 'library');
  const launched = await launchApp({
    userData: join(work, 'odd'),
    args: ['--library', library],
  });
  try {
    const { app, page } = launched;
    const { goTo } = appPage(page);
    const meetings = meetingsPage(page);
    const review = reviewPage(page);
    await goTo('Today');
    await take(launched, { name: 'today-nothing' });
    await meetings.open();
    await take(launched, { name: 'meetings-empty' });
    await goTo('Transfers');
    await take(launched, { name: 'transfers-empty' });
    await goTo('Library');
    await take(launched, { name: 'library-start' });

    await connect(page, sandbox);
    sandbox.switches.throttleBytesPerSecond = 6_000;
    await command(app, 'pull.start');
    await goTo('Transfers');
    await page.getByRole('progressbar').first().waitFor();
    await page.waitForTimeout(1_500);
    await take(launched, { name: 'transfers-fetching', otherEyes: true });
    await goTo('Today');
    await take(launched, { name: 'today-fetching' });
    await meetings.open();
    await take(launched, { name: 'meetings-fetching' });
    sandbox.switches.throttleBytesPerSecond = null;
    await meetings.pulled(120_000);

    await goTo('Today');
    await take(launched, { name: 'today', otherEyes: true });
    await goTo('Transfers');
    await take(launched, { name: 'transfers' });
    for (const fold of await page.locator('main button[aria-expanded="false"]').all()) {
      if ((await page.locator('main button[aria-expanded="true"]').count()) >= 2) break;
      await fold.click();
    }
    await take(launched, { name: 'transfers-unfolded' });

    await meetings.findUser('aaa5');
    await page.getByText('Begins with').click();
    await page.getByRole('heading', { name: /^Certain/ }).waitFor();
    await take(launched, { name: 'library-found', otherEyes: true });
    await meetings.findUser('nobody');
    await page.getByRole('heading', { name: /No track/ }).waitFor();
    await take(launched, { name: 'library-nothing' });

    for (const recording of ['oddNames', 'truncated', 'errored'] as const) {
      await follow(app, oddMeetingId, oddRecordings[recording]);
      await page.getByRole('heading', { level: 1, name: 'Untitled meeting' }).waitFor();
      if (recording !== 'errored') await review.lanes.first().waitFor();
      await take(launched, { name: `review-${recording}` });
      if (recording === 'oddNames') {
        await tab(page, 'Recording');
        await take(launched, { name: 'review-recording-odd' });
      }
    }

    for (const section of sections) {
      await settingsPage(page).open(section);
      await settled(page);
      if (section === 'Fetching') {
        await page.getByText('Listen for a relay', { exact: true }).click();
        await page
          .getByText(/Listening|cannot listen/)
          .first()
          .waitFor();
      }
      const eyes = section === 'Workspaces' ? { otherEyes: true as const } : {};
      await take(launched, { name: `settings-${section.toLowerCase()}`, ...eyes });
    }
    await page.context().setOffline(true);
    await goTo('Today');
    await take(launched, { name: 'today-offline' });
    await page.context().setOffline(false);
  } finally {
    await launched.close();
    await sandbox.close();
  }
}

/** A full list, long words, other scripts; what lies over the screens. */
async function busyWeek({ work, take }: World): Promise<void> {
  const sandbox = await startSandbox({ scenario: 'busy-week' });
  const launched = await launchApp({
    userData: join(work, 'busy'),
    args: ['--library', join(work, 'busy-library')],
  });
  try {
    const { app, page } = launched;
    const meetings = meetingsPage(page);
    const review = reviewPage(page);
    await connect(page, sandbox);
    await command(app, 'pull.start');
    await meetings.open();
    await meetings.pulled(180_000);
    await take(launched, { name: 'meetings', otherEyes: true });
    await meetings.select('Interview: port authority');
    await page.waitForTimeout(1_500);
    await take(launched, { name: 'meetings-detail', otherEyes: true });
    await page.getByRole('button', { name: 'Coverage' }).first().click();
    await page.getByRole('list', { name: 'Coverage by person' }).waitFor();
    await take(launched, { name: 'meetings-coverage', otherEyes: true });
    await page.getByRole('button', { name: 'Timeline' }).first().click();
    await page.getByRole('list', { name: 'Timeline' }).waitFor();
    await take(launched, { name: 'meetings-timeline' });
    await meetings.select('Weekly with the Rotterdam desk');
    await page.waitForTimeout(800);
    await take(launched, { name: 'meetings-long-words' });
    await meetings.filter.fill('no such meeting');
    await page.getByText(/No meeting/).waitFor();
    await take(launched, { name: 'meetings-no-match' });
    await meetings.filter.fill('');
    const openMenu = async () => {
      await page.keyboard.press('Escape');
      await meetings.rows.nth(2).click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    };
    await openMenu();
    await take(launched, { name: 'meetings-context-menu', settle: openMenu });
    await page.keyboard.press('Escape');

    await meetings.openMeeting('Morning conference');
    await review.ready();
    await review.seek(34_000, 63_848);
    await take(launched, { name: 'review', otherEyes: true });
    await tab(page, 'Recording');
    await take(launched, { name: 'review-recording' });
    await tab(page, 'Track');
    await page.getByRole('button', { name: 'Solo Mara Lindqvist' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await take(launched, { name: 'review-zoomed-solo' });
    await meetings.open();
    await meetings.openMeeting('Legal review of the pilot contracts');
    await review.ready();
    await take(launched, { name: 'review-long-name' });

    await page.keyboard.press('ControlOrMeta+k');
    await take(launched, { name: 'palette' });
    await appPage(page).palette.getByRole('combobox').fill('an');
    await page.waitForTimeout(400);
    await take(launched, { name: 'palette-words', otherEyes: true });
    await page.keyboard.press('Escape');
    await appPage(page).palette.waitFor({ state: 'detached' });
    await command(app, 'help.keys');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await take(launched, { name: 'keys', otherEyes: true });
  } finally {
    await launched.close();
    await sandbox.close();
  }
}

async function libraryInUse({ work, take }: World): Promise<void> {
  const locked = join(work, 'locked');
  await cp(join(work, 'library'), locked, { recursive: true });
  const holder = await launchApp({ args: ['--library', locked] });
  const launched = await launchApp({ args: ['--library', locked] });
  try {
    await appPage(launched.page).goTo('Today');
    await settled(launched.page);
    await take(launched, { name: 'today-in-use' });
    await meetingsPage(launched.page).open();
    await meetingsPage(launched.page).rows.first().waitFor();
    await take(launched, { name: 'meetings-in-use' });
  } finally {
    await launched.close();
    await holder.close();
  }
}

/** Calls that go on: a list of them, whom to record and what keeps one from it, what must be stopped. */
async function controlRoom({ work, take }: World): Promise<void> {
  const sandbox = await startSandbox({
    scenario: 'control-room',
    switches: { startSeconds: 1, sessionEndStops: false },
  });
  const launched = await launchApp({
    userData: join(work, 'room'),
    args: ['--library', join(work, 'room-library')],
  });
  try {
    const { page } = launched;
    const live = livePage(page);
    const { dialog } = live;
    const watched = 'Ep. 43 – Night watch';
    await live.open();
    await take(launched, { name: 'live-not-connected' });
    await connect(page, sandbox);
    await live.open();
    await live.calls.first().waitFor();
    await take(launched, { name: 'live', otherEyes: true });

    await dialog.open(watched);
    await dialog.checks.waitFor();
    await take(launched, { name: 'record' });
    await dialog.chosen.check();
    await dialog.find.fill('guest_17');
    await dialog.find.press('Enter');
    await dialog.find.fill('');
    await dialog.person('Mara').check();
    await dialog.prefix.fill('night_watch');
    await dialog.box.getByText(/An underscore/).waitFor();
    await take(launched, { name: 'record-refused', otherEyes: true });
    await dialog.prefix.fill('ep43');
    await dialog.told.check();
    await dialog.checks.getByText('The call is going on').waitFor();
    await take(launched, { name: 'record-ready' });
    await dialog.start.click();
    await dialog.box.waitFor({ state: 'detached' });
    sandbox.clock.advance(2_000);
    await live.refresh.click();
    await live.recordings(watched).getByText('Recording', { exact: true }).waitFor();
    await live.unfold(watched);
    await take(launched, { name: 'live-unfolded', otherEyes: true });
    await live
      .call(watched)
      .getByRole('button', { name: /^Stop…/ })
      .click();
    await live.stopDialog.waitFor();
    await take(launched, { name: 'stop' });
    await page.keyboard.press('Escape');

    sandbox.calls.end(controlRoomCalls.startedElsewhere);
    sandbox.clock.advance(180_000);
    await live.refresh.click();
    await page.getByText(/and this still records/).waitFor();
    await take(launched, { name: 'live-alarm' });
    await appPage(page).goTo('Today');
    await page.getByRole('button', { name: /^Stop recording: / }).waitFor();
    await take(launched, { name: 'today-ringing' });
  } finally {
    await launched.close();
    await sandbox.close();
  }
}

async function partsPage({ take }: World): Promise<void> {
  const launched = await launchApp({});
  try {
    await launched.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.loadURL('app://trackvault/parts-page.html'),
    );
    await launched.page.getByRole('heading', { level: 1 }).waitFor();
    await take(launched, { name: 'parts', otherEyes: true });
  } finally {
    await launched.close();
  }
}

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
}

/** Nothing on the screen says any more that it is being read. */
async function settled(page: Page): Promise<void> {
  await page.locator('main:has(h1, h2):not(:has([aria-busy="true"]))').waitFor();
}
