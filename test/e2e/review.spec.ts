/** @file Tests. A recording under review in the frame: addresses of moments, details, the choice of a recording, keys, panes that are remembered. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright/test';
import { commands, writeDeepLink, MeetingId, RecordingId, type Moment } from '#contract';
import { readTruth } from '../fixtures/truth.ts';
import { oddRecordings } from '../sandbox/index.ts';
import { commandLine, expect, test } from '../support/app-world.ts';
import { ask } from '../support/bridge.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';

const run = promisify(execFile);
const signatureCanary = '5ca1ab1ef00dcafe5ca1ab1ef00dcafe';
const truth = readTruth('harbour-pilots');
const meetingId = MeetingId.parse('bbb41e77-0d3a-4c58-9b16-e2f07a9c3d51');
const recordingId = RecordingId.parse('fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64');

const linkTo = (at: Moment) => writeDeepLink({ meetingId, recordingId, at });

async function openPilots(page: Page) {
  await meetingsPage(page).open();
  await meetingsPage(page).openMeeting('Harbour pilots');
  const review = reviewPage(page);
  await review.ready();
  return review;
}

test('an address of a moment opens the recording there, and a further one moves the playhead', async ({
  world,
}) => {
  await world.fillLibrary();
  const first = linkTo({ kind: 'offset', ms: 34_000 });
  const { app, page } = await world.start({ args: ['--library', world.library, first] });
  const review = reviewPage(page);
  await review.ready();
  expect(await review.positionMs()).toBe(34_000);
  await expect(review.play, 'it opens, it does not play').toBeVisible();

  const { startsAt } = await ask(page, 'review.open', { recordingId });
  if (startsAt === null) throw new Error('the recording has no time');
  const second = linkTo({ kind: 'moment', at: startsAt + 12_000 });
  await app.evaluate(({ app: main }, link) => {
    main.emit('second-instance', {}, ['trackvault', link], '/', null);
  }, second);
  await expect.poll(() => review.positionMs()).toBe(12_000);

  await test.step('what is copied leads back to the same moment', async () => {
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => review.positionMs()).toBe(17_000);
    await page.getByRole('button', { name: 'Copy link to this moment' }).first().click();
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toBe(linkTo({ kind: 'offset', ms: 17_000 }));
  });
});

test('keys of the table move, choose and silence; their buttons say the same keys', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const review = await openPilots(page);
  const press = async (id: keyof typeof commands) => {
    const [keys = ''] = commands[id].keys;
    await page.keyboard.press(keys.replace('Plus', '+').replace('Mod', 'Control'));
  };
  await press('review.forward');
  await press('review.forwardLittle');
  await expect.poll(() => review.positionMs()).toBe(6_000);
  await press('review.end');
  const off = async () => Math.abs((await review.positionMs()) - truth.lengthMs);
  await expect.poll(off).toBeLessThanOrEqual(100);
  await press('review.start');
  await expect.poll(() => review.positionMs()).toBe(0);

  const heading = review.inspector.getByRole('heading', { level: 2 });
  const before = await heading.innerText();
  await press('review.laneBelow');
  await expect(heading).not.toHaveText(before);
  const name = await heading.innerText();
  await press('review.mute');
  await press('review.solo');
  for (const deed of ['Mute', 'Solo']) {
    const button = page.getByRole('button', { name: `${deed} ${name}` });
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await expect(button).toHaveAttribute('title', new RegExp(`\\(${deed.slice(0, 1)}\\)`));
  }
  await press('review.faster');
  await expect(page.getByLabel('Speed')).toHaveText(/1\.25×/);
  await press('review.slower');
  await expect(page.getByLabel('Speed')).toHaveText(/1×/);

  const zoom = page.getByRole('slider', { name: 'Zoom' });
  await press('review.zoomIn');
  await expect(zoom).not.toHaveValue('0');
  await press('review.fit');
  await expect(zoom).toHaveValue('0');

  await press('review.play');
  await expect(review.pause).toBeVisible();
  await press('review.play');
  await expect(review.play).toBeVisible();

  await page.getByRole('button', { name: commands['review.fit'].title }).hover();
  const tip = page.getByRole('tooltip').or(page.locator('.floating.tip')).first();
  await expect(tip).toContainText(commands['review.fit'].keys[0] ?? 'no key');
});

test('a lane’s menu speaks of the lane it was opened on', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const review = await openPilots(page);
  await review.lane('Tariq (tower)').locator('.head').click({ button: 'right' });
  await page
    .getByRole('menuitemcheckbox', { name: commands['review.solo'].title, exact: true })
    .click();
  await expect(page.getByRole('button', { name: 'Solo Tariq (tower)' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(review.inspector.getByRole('heading', { level: 2 })).toHaveText('Tariq (tower)');
});

test('the size of the details is remembered, and they stay closed when closed', async ({
  world,
}) => {
  await world.fillLibrary();
  const first = await world.start();
  const open = async (page: Page) => {
    const review = await openPilots(page);
    await review.inspector.waitFor();
    return review;
  };
  const widthOf = async (element: Locator) => (await element.boundingBox())?.width ?? NaN;

  const review = await open(first.page);
  const before = await widthOf(review.inspector);
  const divider = first.page.getByRole('separator', { name: 'Width of the details' });
  await divider.focus();
  for (let step = 0; step < 4; step += 1) await first.page.keyboard.press('ArrowLeft');
  await expect.poll(() => widthOf(review.inspector)).toBeGreaterThan(before + 40);
  const wide = await widthOf(review.inspector);
  const saved = () => ask(first.page, 'app.settings').then(({ layout }) => layout);
  await expect.poll(async () => (await saved()).panes['review.inspector']).toBeGreaterThan(30);
  await first.close();

  const second = await world.start();
  const again = await open(second.page);
  expect(Math.abs((await widthOf(again.inspector)) - wide)).toBeLessThan(3);
  await second.page.keyboard.press('Control+i');
  await expect(again.inspector).toHaveCount(0);
  const closed = () => ask(second.page, 'app.settings').then(({ layout }) => layout.closed);
  await expect.poll(closed).toContain('review.inspector');
});

test('the details say what the service said, what is odd in it, and no signature', async ({
  world,
}) => {
  const sandbox = await world.sandbox({ scenario: 'all-states', signatureCanary });
  const { accountId, appId, apiRoot, token } = sandbox;
  const where = ['--library', world.library, '--account', accountId, '--app', appId];
  // Ends with a code of its own, for some of these recordings can never be whole.
  await run(process.execPath, [commandLine, 'pull', ...where, '--api', apiRoot], {
    env: { ...process.env, TRACKVAULT_TOKEN: token },
  }).catch(() => undefined);
  const { app, page } = await world.start();
  const review = reviewPage(page);
  await meetingsPage(page).open();
  await meetingsPage(page).openMeeting('Untitled meeting');

  await test.step('another recording of the meeting is chosen by its time and state', async () => {
    const { items } = await ask(page, 'library.recordings', {
      meetingId: MeetingId.parse('bbb8c4f1-2e60-4a9d-97b5-3d0e7f1a6c28'),
      limit: 100,
    });
    const at = items.findIndex((each) => each.recordingId === oddRecordings.strangeStatus);
    await review.chooser.click();
    const options = page.getByRole('option');
    await expect(options).toHaveCount(items.length);
    await expect(options.nth(at)).toContainText(/session 5e5500…/);
    await options.nth(at).click();
  });

  await test.step('status, host and form are said in words', async () => {
    await review.tab('Recording').click();
    await expect(review.fact('Status')).toContainText('STOPPED');
    await expect(review.fact('By')).toContainText(new URL(sandbox.apiRoot).host);
    await expect(review.fact('recording_id').getByRole('button')).toHaveAttribute(
      'title',
      new RegExp(oddRecordings.strangeStatus),
    );
    const odd = review.inspector.getByRole('region', { name: 'Compared with the documentation' });
    await expect(odd).toContainText('status');
    await expect(odd).toContainText('A word the documentation does not list.');
  });

  await test.step('the raw answer can be read and copied, and holds no link', async () => {
    await review.inspector.getByText('Raw answer').first().click();
    const raw = review.inspector.getByRole('region', { name: 'Raw answer as JSON' });
    await expect(raw).toContainText('"STOPPED"');
    await review.inspector.getByRole('button', { name: 'Copy', exact: true }).click();
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toContain(oddRecordings.strangeStatus);
    for (const text of [copied, await raw.innerText(), await page.content()]) {
      expect(text).not.toContain(signatureCanary);
      expect(text).not.toMatch(/X-(?:Amz|Goog)-Signature/i);
    }
  });
});
