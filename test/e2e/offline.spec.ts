/** @file Tests. Without a network the library opens, is searched and is played. */
import { harbourPilots } from '../sandbox/scenarios/harbour.ts';
import { connect } from '../support/connect-page.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { refusedSockets, withoutNetwork } from '../support/without-network.ts';

/** What a person is promised is 3 s; a loaded machine of a test farm gets more. */
const patienceMs = 10_000;
const maraId = 'aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8';

test('with every socket refused the app opens its library, searches and plays', async ({
  world,
}, info) => {
  await world.fillLibrary();
  const sandbox = await world.sandbox();
  const online = await world.start();
  await connect(online.page, sandbox);
  await online.close();
  await sandbox.close();

  const startedAt = performance.now();
  const { page, app } = await world.start(
    await withoutNetwork(world.folder, ['--library', world.library]),
  );
  const meetings = meetingsPage(page);
  await meetings.open();
  await expect(meetings.rows).toHaveCount(3);
  const tookMs = performance.now() - startedAt;
  info.annotations.push({ type: 'start', description: `${tookMs.toFixed(0)} ms to the list` });
  expect(tookMs).toBeLessThan(patienceMs);

  await test.step('it did ask, and was refused', async () => {
    await expect(meetings.pull).toContainText('RealtimeKit cannot be reached.');
    await expect(meetings.pull).toContainText('The library works without a network.');
    expect(await refusedSockets(app)).toBeGreaterThan(0);
  });

  await test.step('search by a whole user_id and by its beginning', async () => {
    await meetings.findUser(maraId);
    const result = page.getByRole('listitem').filter({ hasText: 'Mara Lindqvist' });
    await expect(result).toHaveCount(1);
    await expect(page.getByRole('heading', { name: /^Certain/ })).toContainText('1 track');
    await meetings.findUser(maraId.slice(0, 7));
    await expect(page.getByRole('heading', { name: 'No track of this user_id' })).toBeVisible();
    await page.getByRole('button', { name: 'Search for ids that begin with it' }).click();
    await expect(result).toHaveCount(1);
    await result.getByRole('button').first().click();
  });

  await test.step('the recording opens at the track that was found, and plays', async () => {
    const review = reviewPage(page);
    await review.ready();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(harbourPilots.title ?? '');
    await expect(review.inspector.getByRole('heading', { level: 2 })).toHaveText('Mara Lindqvist');
    await review.play.click();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(500);
  });
});
