/** @file Tests. Transfers watched in a real window: to verified on disk, called off and asked for again, without a network, saved in time. */
import { oddRecordings } from '../sandbox/index.ts';
import { appPage } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { connect } from '../support/connect-page.ts';
import { todayPage, transfersPage } from '../support/transfers-page.ts';

const harbour = 'Ep. 42 – Harbour pilots';

test('a recording is watched from its first byte to verified on disk', async ({ world }) => {
  const sandbox = await world.sandbox();
  const { page } = await world.start();
  const transfers = transfersPage(page);
  await connect(page, sandbox);
  await appPage(page).goTo('Transfers');
  sandbox.switches.throttleBytesPerSecond = 30_000;
  await transfers.fetch.click();

  const line = transfers.line(harbour);
  await test.step('it is on its way, with bytes, speed and the time left', async () => {
    await expect(line).toContainText('Fetching', { timeout: 20_000 });
    await expect(line.getByRole('img', { name: 'Step 4 of 6, Fetching' })).toBeVisible();
    await expect(line).toContainText(/KB\/s/);
    await expect(line).toContainText(/\d d \d+ h left/);
    await expect(transfers.pull).toContainText(/of 14 files/);
  });

  await test.step('it unfolds by keyboard to its files, each with its own state', async () => {
    const fold = line.getByRole('button', { name: harbour, exact: true });
    await fold.focus();
    await page.keyboard.press('Enter');
    await expect(fold).toHaveAttribute('aria-expanded', 'true');
    await expect(transfers.files(line)).toHaveCount(4);
    await expect(transfers.timeline(line)).toContainText(/Invoked.*Recording.*Uploaded.*Deleted/s);
    await expect(line.getByRole('progressbar').first()).toBeVisible();
    await page.keyboard.press('Home');
    await expect(transfers.lines.first().getByRole('button').first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(transfers.lines.nth(1).getByRole('button').first()).toBeFocused();
  });

  await test.step('it ends verified, where it stood', async () => {
    sandbox.switches.throttleBytesPerSecond = null;
    await expect(line).toContainText('Verified on disk', { timeout: 60_000 });
    await expect(transfers.files(line).filter({ hasText: 'Verified' })).toHaveCount(4);
    await expect(line).not.toContainText('left');
    await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible();
  });

  await test.step('and the day has nothing left to ask for', async () => {
    await appPage(page).goTo('Today');
    await expect(page.getByRole('heading', { name: 'Nothing needs you.' })).toBeVisible();
    await expect(
      page.getByText('3 recordings of the last seven days are sealed and verified.'),
    ).toBeVisible();
    const arrived = todayPage(page).section('Just arrived');
    await expect(arrived.getByRole('article').filter({ hasText: harbour })).toContainText(
      'Mara Lindqvist',
    );
    await arrived.getByRole('button', { name: `Review ${harbour}` }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(harbour);
  });
});

test('a file that is called off stays so until it is asked for again', async ({ world }) => {
  const sandbox = await world.sandbox();
  const { page } = await world.start();
  const transfers = transfersPage(page);
  await connect(page, sandbox);
  await appPage(page).goTo('Transfers');
  sandbox.switches.throttleBytesPerSecond = 30_000;
  await transfers.fetch.click();
  const line = transfers.line(harbour);
  await transfers.unfold(harbour);
  await line
    .getByRole('button', { name: /^Do not fetch/ })
    .last()
    .click();
  await expect(transfers.files(line).filter({ hasText: 'Called off' })).toHaveCount(1);

  sandbox.switches.throttleBytesPerSecond = null;
  await expect(transfers.pull).toContainText(/^Done/, { timeout: 60_000 });
  await expect(line).toContainText('3 of 4 files · 1 called off');
  await expect(line).toContainText('Not fetched until you ask for it again.');

  await appPage(page).goTo('Today');
  const risk = todayPage(page).section('At risk').getByRole('article').filter({ hasText: harbour });
  await expect(risk).toContainText(
    '1 of 4 files not here: that part would be lost. You chose not to fetch it.',
  );
  await risk.getByRole('button', { name: 'Fetch after all' }).click();
  await appPage(page).goTo('Transfers');
  await expect(line).toContainText('Verified on disk', { timeout: 60_000 });
});

test('without a network the transfers wait, say why, and go on by themselves', async ({
  world,
}) => {
  const sandbox = await world.sandbox();
  const { page } = await world.start();
  const transfers = transfersPage(page);
  await connect(page, sandbox);
  await appPage(page).goTo('Transfers');
  sandbox.switches.throttleBytesPerSecond = 30_000;
  await transfers.fetch.click();
  await expect(transfers.line(harbour)).toBeVisible();
  sandbox.switches.objectFaults = [{ kind: 'cut', afterBytes: 0, times: 'always' }];
  sandbox.switches.throttleBytesPerSecond = null;
  const line = transfers.line(harbour);
  await expect(line).toContainText(/Waiting|Queued/, { timeout: 30_000 });
  await expect(line).toContainText(/connection ended before the file was whole/, {
    timeout: 30_000,
  });
  await expect(line).toContainText(/Tried again at/);

  sandbox.switches.objectFaults = [];
  await line.getByRole('button', { name: `Try ${harbour} again` }).click();
  await expect(line).toContainText('Verified on disk', { timeout: 60_000 });
});

test('what runs out is at risk from the index alone, and saved at a word', async ({ world }) => {
  const sandbox = await world.sandbox({ scenario: 'all-states' });
  const first = await world.start();
  await connect(first.page, sandbox);
  await appPage(first.page).goTo('Transfers');
  sandbox.switches.objectFaults = [{ kind: 'cut', afterBytes: 0, times: 'always' }];
  await transfersPage(first.page).fetch.click();
  await expect(transfersPage(first.page).lines.first()).toBeVisible();
  await expect
    .poll(() => sandbox.requests.filter(({ host }) => host === 'object').length)
    .toBeGreaterThan(5);
  await transfersPage(first.page).stop.click();
  await first.page.evaluate(
    'window.trackvault.invoke("app.changeSettings", { fetching: { automatic: false, everyMinutes: 10, atOnce: 3, speedLimit: null } })',
  );
  await first.close();

  const { page } = await world.start();
  const today = todayPage(page);
  const risk = today.section('At risk');
  const soon = risk.getByRole('article').filter({ hasText: /Untitled meeting.*\d+ min left/s });
  await expect(soon).toContainText('None of its 2 files is here: all of it would be lost.');
  await expect(today.section('Recording now').getByRole('article')).toHaveCount(2);
  await expect(today.section('Needs you')).toContainText(
    'The worker lost its connection to the room',
  );
  await expect(today.section('Just arrived')).toHaveCount(0);

  sandbox.switches.objectFaults = [];
  await today.saveNow.click();
  await expect(soon).toHaveCount(0, { timeout: 60_000 });
  await expect(today.section('Just arrived').getByRole('article').first()).toBeVisible();
  const held = sandbox
    .originals()
    .filter(({ recordingId }) => recordingId === oddRecordings.expiringSoon);
  expect(held).toHaveLength(2);

  const needs = today.section('Needs you').getByRole('article');
  await needs.filter({ hasText: 'The worker lost' }).getByRole('button', { name: /^Show/ }).click();
  const coverage = page.getByRole('list', { name: 'Coverage by person' });
  await expect(coverage).toBeInViewport();
  await expect(coverage).toContainText('The service failed to record.');
});
