/** @file Tests. The control room in a real window: two of four people are recorded, watched, stopped, archived and heard; by keys alone; started elsewhere. */
import type { Page } from 'playwright/test';
import { MeetingId, type RecordingId } from '../../src/preload/contract/nouns.ts';
import { controlRoom, elsewhereRecordingId, nightWatchPeople } from '../sandbox/index.ts';
import { appPage } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { ask } from '../support/bridge.ts';
import { connect } from '../support/connect-page.ts';
import { reach } from './keys.ts';
import { livePage } from '../support/live-page.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { todayPage, transfersPage } from '../support/transfers-page.ts';

const title = 'Ep. 43 – Night watch';
const nightWatch = MeetingId.parse(controlRoom.nightWatch);

/** The recording that was ordered here. */
async function recordingIn(page: Page): Promise<RecordingId> {
  const { items } = await ask(page, 'library.recordings', { meetingId: nightWatch });
  const [recording] = items;
  if (recording === undefined) throw new Error('the library holds no recording of the call');
  return recording.recordingId;
}

test('two of four people are recorded from the desktop, and what came of it is heard', async ({
  world,
}) => {
  test.setTimeout(90_000);
  const sandbox = await world.sandbox({
    scenario: 'control-room',
    switches: { startSeconds: 1, uploadSeconds: 120 },
  });
  const { page } = await world.start();
  await connect(page, sandbox);
  const live = livePage(page);
  const { dialog } = live;
  const row = live.call(title);
  const records = live.recordings(title);

  await test.step('calls that go on are listed, and nobody is named who is not there', async () => {
    await live.open();
    await expect(live.calls).toHaveCount(3);
    await expect(live.call(title)).toContainText('4 people');
    await expect(live.call(title)).toContainText('Not recorded');
  });

  await test.step('whom is said by name, ids are taken for what they are', async () => {
    await dialog.open(title);
    await expect(dialog.start).toBeDisabled();
    await dialog.chosen.check();
    await dialog.find.fill('guest_17');
    await dialog.find.press('Enter');
    await expect(dialog.box).toContainText(/“guest_17” is a custom id.*zero files.*Mara Lindqvist/);
    await expect(dialog.person('Mara Lindqvist')).not.toBeChecked();
    await dialog.find.fill('');
    await expect(dialog.person('Anna Schmidt')).toBeVisible();
    await expect(dialog.box.getByText('Same name as another')).toHaveCount(2);
    await dialog.find.fill(nightWatchPeople.mara);
    await dialog.find.press('Enter');
    await expect(dialog.person('Mara Lindqvist')).toBeChecked();
    await dialog.person('Tariq').check();
    await expect(dialog.box).toContainText('2 people chosen');
  });

  await test.step('the name of the files is shown with what it is read back as', async () => {
    await dialog.prefix.fill('night_watch');
    await expect(dialog.box).toContainText(/An underscore parts the pieces/);
    await expect(dialog.preview).not.toContainText('Exact');
    await dialog.prefix.fill('ep43');
    await expect(dialog.preview).toContainText(`ep43_${nightWatchPeople.mara}_`);
    await expect(dialog.preview).toContainText('Exact');
  });

  await test.step('it starts once people were told, and once however often it is clicked', async () => {
    await expect(dialog.checks).toContainText('The call is going on');
    await expect(dialog.start).toBeDisabled();
    await dialog.told.check();
    await dialog.note.fill('Said at the start; Mara and Tariq agreed');
    await expect(dialog.start).toBeEnabled();
    await dialog.start.dblclick();
    await expect(dialog.box).toHaveCount(0);
    const posts = sandbox.requests.filter(({ method }) => method === 'POST');
    expect(posts).toHaveLength(1);
  });

  await test.step('it is watched until it records, with who is in it', async () => {
    await expect(row).toContainText('2 of 4: Mara Lindqvist, Tariq');
    sandbox.clock.advance(2_000);
    await live.refresh.click();
    await expect(records.getByText('Recording', { exact: true })).toBeVisible();
    await live.unfold(title);
    await expect(live.person(row, 'Mara')).toContainText('Recorded');
    await expect(live.person(row, 'Anna Schmidt').first()).toContainText('Not recorded');
    await expect(appPage(page).rail.getByRole('button', { name: /^Live/ })).toContainText('2');
  });

  await test.step('it is stopped when asked for twice', async () => {
    sandbox.clock.advance(30_000);
    await row.getByRole('button', { name: /^Stop…/ }).click();
    await live.stopDialog.getByRole('button', { name: 'Leave it running' }).click();
    await expect(records.getByText('Recording', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: /^Stop…/ }).click();
    await live.stopDialog.getByRole('button', { name: 'Stop recording' }).click();
    await expect(records).toContainText('Not recorded');
  });

  await test.step('it is seen to upload', async () => {
    await appPage(page).goTo('Transfers');
    await expect(transfersPage(page).line(title)).toContainText('Uploading', { timeout: 20_000 });
    sandbox.clock.advance(125_000);
    await live.open();
    await live.refresh.click();
  });

  await test.step('its two files arrive by themselves and are verified', async () => {
    const recordingId = await recordingIn(page);
    const tracks = async () => (await ask(page, 'library.tracks', { recordingId })).items;
    await expect
      .poll(async () => (await tracks()).map(({ state }) => state), { timeout: 30_000 })
      .toEqual(['verified', 'verified']);
    const items = await tracks();
    const sent = sandbox.originals().map(({ sha256 }) => sha256);
    expect(items.every(({ sha256 }) => sent.includes(sha256))).toBe(true);
    expect(items.map(({ userId, prefix }) => [userId, prefix]).sort()).toEqual([
      [nightWatchPeople.mara, 'ep43'],
      [nightWatchPeople.tariq, 'ep43'],
    ]);
  });

  await test.step('the coverage says that two were left out by choice', async () => {
    const { rows, order } = await ask(page, 'library.coverage', {
      recordingId: await recordingIn(page),
    });
    expect(order?.consentNote).toBe('Said at the start; Mara and Tariq agreed');
    const byChoice = rows.filter(({ cells }) =>
      cells.some(({ state }) => state === 'not-recorded-by-choice'),
    );
    expect(byChoice.map(({ userId }) => userId).sort()).toEqual([
      nightWatchPeople.annaDesk,
      nightWatchPeople.annaField,
    ]);
  });

  await test.step('and it is heard', async () => {
    const review = reviewPage(page);
    await meetingsPage(page).open();
    await meetingsPage(page).openMeeting(title);
    await review.ready();
    await expect(review.lanes).toHaveCount(2);
    await page.getByRole('tab', { name: 'Recording' }).click();
    await expect(review.inspector).toContainText(
      /2 of 4 people received.*2 not recorded by choice/,
    );
    await review.play.click();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(300);
  });
});

test('keys alone start and stop a recording; one from elsewhere is left or stopped, a forgotten one rings', async ({
  world,
}) => {
  test.setTimeout(90_000);
  const sandbox = await world.sandbox({
    scenario: 'control-room',
    switches: { startSeconds: 1, uploadSeconds: 1, sessionEndStops: false },
  });
  const { page } = await world.start();
  await connect(page, sandbox);
  const live = livePage(page);
  const { dialog } = live;
  const { keyboard } = page;
  const records = live.recordings(title);

  await test.step('record by keys', async () => {
    await keyboard.press('ControlOrMeta+2');
    await expect(live.calls).toHaveCount(3);
    await reach(page, live.call(title).getByRole('button', { name: title, exact: true }));
    await keyboard.press('ControlOrMeta+Shift+s');
    await expect(dialog.box).toBeVisible();
    await reach(page, dialog.everyone);
    await keyboard.press('ArrowDown');
    await expect(dialog.chosen).toBeChecked();
    await reach(page, dialog.find);
    await keyboard.type('tariq');
    await keyboard.press('Enter');
    await expect(dialog.box).toContainText('1 person chosen');
    await reach(page, dialog.person('Anna Schmidt'));
    await keyboard.press('ArrowDown');
    await keyboard.press('Space');
    await expect(dialog.box).toContainText('2 people chosen');
    await reach(page, dialog.told);
    await keyboard.press('Space');
    await expect(dialog.start).toBeEnabled();
    await reach(page, dialog.start);
    await keyboard.press('Enter');
    await expect(dialog.box).toHaveCount(0);
    await expect(records).toContainText(/2 of 4: .*Tariq/);
  });

  await test.step('stop by keys', async () => {
    sandbox.clock.advance(10_000);
    await reach(page, live.call(title).getByRole('button', { name: title, exact: true }));
    await keyboard.press('ControlOrMeta+Shift+x');
    await expect(live.stopDialog.getByRole('button', { name: 'Leave it running' })).toBeFocused();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect(live.stopDialog).toHaveCount(0);
    await expect(records).toContainText('Not recorded');
  });

  const elsewhere = 'Support case 4711';
  await test.step('who is in one started elsewhere is not guessed; a call that is recorded takes no order', async () => {
    const row = live.recordings(elsewhere);
    await expect(row).toContainText('Already recording: who is included cannot be known');
    await expect(row.getByRole('button', { name: /^Record / })).toHaveCount(0);
    const { running } = await ask(page, 'record.preflight', {
      meetingId: MeetingId.parse(controlRoom.startedElsewhere),
      whom: { kind: 'everyone' },
      prefix: 'ep43',
    });
    expect(running).toEqual([{ recordingId: elsewhereRecordingId, origin: 'elsewhere' }]);
  });

  await test.step('what runs on in an empty call rings, and one click stops it', async () => {
    sandbox.calls.end(controlRoom.startedElsewhere);
    sandbox.clock.advance(3 * 60_000);
    await live.refresh.click();
    await expect(live.calls.first()).toContainText(/and this still records/);
    const stop = { name: `Stop recording: ${elsewhere}` };
    await expect(live.recordings(elsewhere).getByRole('button', stop)).toBeVisible();
    await appPage(page).goTo('Today');
    await expect(page.getByText('Nothing needs you')).toHaveCount(0);
    await todayPage(page).section('Recording now').getByRole('button', stop).click();
    await expect(live.stopDialog).toHaveCount(0);
    await live.open();
    await expect(live.call(elsewhere)).toHaveCount(0);
    const { meetings } = await ask(page, 'live.now');
    expect(meetings.flatMap(({ recordings }) => recordings)).toEqual([]);
  });
});
