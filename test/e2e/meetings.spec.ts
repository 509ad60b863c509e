/** @file Tests. The list of meetings in a real window: order, filter, columns, keys, details, strips, verifying, copying. */
import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { z } from 'zod';
import { commands } from '#contract';
import { readTruth } from '../fixtures/truth.ts';
import { command } from '../support/app-page.ts';
import { expect, test } from '../support/app-world.ts';
import { ask } from '../support/bridge.ts';
import { connect } from '../support/connect-page.ts';
import { writeMeetings } from '../support/many-meetings.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';

const truth = readTruth('town-hall');
const titles = ['Harbour pilots', 'Editorial round', 'Town hall: the bridge'];

const titlesOf = (page: Page) =>
  meetingsPage(page)
    .rows.locator('[role="gridcell"]:first-child .name')
    .allInnerTexts()
    .then((texts) => texts.map((text) => text.replace(/^Ep\. 42 – /, '')));

/** The whole id of a chip, which shows it elided. */
async function idIn(chip: Locator): Promise<string> {
  const title = (await chip.getAttribute('title')) ?? '';
  return /: (\S+)/.exec(title)?.[1] ?? '';
}

/** Turns one bit of one file of the first recording whose folder bears the slug. */
async function damageOneFile(library: string, slug: string): Promise<void> {
  const paths = await readdir(join(library, 'recordings'), { recursive: true });
  const path = paths.find((each) => each.includes(slug) && each.endsWith('.webm')) ?? '';
  const file = join(library, 'recordings', path);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await chmod(file, 0o644);
  await writeFile(file, bytes);
}

test('a header sorts, pressed again the other way, and the order outlives a restart', async ({
  world,
}) => {
  await world.fillLibrary();
  const first = await world.start();
  const meetings = meetingsPage(first.page);
  await meetings.open();
  await expect.poll(() => titlesOf(first.page)).toEqual(titles);
  await expect(meetings.header('When')).toHaveAttribute('aria-sort', 'descending');

  await meetings.header('Title').getByRole('button').click();
  await expect(meetings.header('Title')).toHaveAttribute('aria-sort', 'ascending');
  await expect
    .poll(() => titlesOf(first.page))
    .toEqual(['Editorial round', 'Harbour pilots', 'Town hall: the bridge']);
  await meetings.header('Title').getByRole('button').press('Enter');
  await expect(meetings.header('Title')).toHaveAttribute('aria-sort', 'descending');
  await expect
    .poll(() => titlesOf(first.page))
    .toEqual(['Town hall: the bridge', 'Harbour pilots', 'Editorial round']);
  await meetings.table.getByRole('columnheader', { name: 'State' }).waitFor();
  await expect(meetings.header('State').getByRole('button')).toHaveCount(0);

  await first.page.getByRole('button', { name: 'Columns' }).click();
  await first.page.getByRole('menuitemcheckbox', { name: 'State' }).click();
  await expect(meetings.header('State')).toHaveCount(0);
  // What was changed last is on disk when main has it.
  await expect
    .poll(async () => (await ask(first.page, 'app.settings')).layout)
    .toMatchObject({ meetingSort: { by: 'title', descending: true } });
  await expect
    .poll(async () => (await ask(first.page, 'app.settings')).layout.meetingColumns)
    .not.toContain('state');
  await first.close();

  const second = await world.start();
  const again = meetingsPage(second.page);
  await again.open();
  await expect(again.header('Title')).toHaveAttribute('aria-sort', 'descending');
  await expect(again.header('State')).toHaveCount(0);
  await expect
    .poll(() => titlesOf(second.page))
    .toEqual(['Town hall: the bridge', 'Harbour pilots', 'Editorial round']);
});

test('the filter answers while one types: by title, person and id; nothing that fits says so', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await meetings.open();
  await expect(meetings.rows).toHaveCount(3);
  for (const [typed, found] of [
    ['HARBOUR', ['Harbour pilots']],
    ['wójcik', ['Town hall: the bridge']],
    ['', titles],
  ] as const) {
    await meetings.filter.fill(typed);
    await expect.poll(() => titlesOf(page)).toEqual(found);
  }
  await meetings.select('Editorial round');
  const id = await idIn(meetings.detail.pane.getByRole('button', { name: 'Copy meeting_id' }));
  await meetings.filter.fill(id.slice(4, 20));
  await expect.poll(() => titlesOf(page)).toEqual(['Editorial round']);
  await meetings.filter.fill('no such thing');
  await expect(
    page.getByRole('heading', { name: 'No meeting fits “no such thing”' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Show all meetings' }).click();
  await expect(meetings.rows).toHaveCount(3);
});

test('by keys alone: from the filter into the list, along it, into the details, to a review and back', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await meetings.open();
  await expect(meetings.rows).toHaveCount(3);
  await meetings.filter.focus();
  await page.keyboard.press('ArrowDown');
  await expect(meetings.row('Harbour pilots')).toBeFocused();
  await page.keyboard.press('End');
  await expect(meetings.row('Town hall')).toBeFocused();
  await expect(meetings.row('Town hall')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  const { pane } = meetings.detail;
  await expect(pane.getByRole('heading', { level: 2 })).toHaveText('Editorial round');
  await page.keyboard.press('Control+i');
  await expect(pane).toHaveCount(0);
  await page.keyboard.press('Control+i');
  await expect(pane).toBeVisible();
  await page.keyboard.press('Enter');
  await reviewPage(page).ready();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(meetings.row('Editorial round')).toHaveAttribute('aria-selected', 'true');
});

test('a recording unfolds to its tracks, each with its speaker, evidence, id, length and state', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await meetings.open();
  await meetings.select('Town hall');
  const { detail } = meetings;
  await expect(detail.recordings).toHaveCount(1);
  await expect(detail.recordings.first()).toContainText('Sealed');
  await expect(detail.tracks).toHaveCount(0);
  await detail.unfold(detail.recordings.first());
  await expect(detail.tracks).toHaveCount(truth.tracks.length);
  const noor = detail.tracks.filter({ hasText: 'Noor' });
  await expect(noor).toContainText('Exact');
  await expect(noor).toContainText('Verified');
  await expect(noor).toContainText('0:41');
  await expect(noor.getByRole('button', { name: 'Copy user_id' })).toBeVisible();
  await noor.getByRole('button', { name: 'Open Noor in review' }).click();
  await reviewPage(page).ready();
});

const Painted = z.array(z.object({ row: z.number(), at: z.number(), solid: z.boolean() }));

test('the strip is drawn where people spoke, and its words say how long', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await meetings.open();
  await meetings.select('Town hall');
  const strip = meetings.detail.strips.first();
  await expect(strip).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await expect(strip).toHaveAccessibleName(/^[^;]+ spoke \d+ s/);
  await expect(meetings.detail.people.filter({ hasText: 'Noor' })).toContainText(/\d+ s/);

  const painted = Painted.parse(
    await strip.evaluate((host) => {
      const canvas = host.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return [];
      const { width, height } = canvas;
      const { data } = context.getImageData(0, 0, width, height);
      const lines = 6;
      return Array.from({ length: lines * width }, (_none, index) => {
        const row = Math.floor(index / width);
        const x = index % width;
        const y = Math.floor(((row + 0.5) / lines) * height);
        // The middle of a row is painted where a file lies; its edge only where there is speech.
        const edge = Math.max(0, y - 1);
        const alpha = data[(edge * width + x) * 4 + 3] ?? 0;
        return { row, at: x / width, solid: alpha > 200 };
      });
    }),
  );
  const spoken = new Set(painted.filter(({ solid }) => solid).map(({ row }) => row));
  expect(spoken.size, 'rows with speech').toBeGreaterThanOrEqual(4);
  const slack = 0.02;
  const turns = truth.tracks.flatMap((track) => track.turns);
  const strays = painted.filter(
    ({ solid, at }) =>
      solid &&
      turns.every(
        ({ meetingStartMs, meetingEndMs }) =>
          at < meetingStartMs / truth.lengthMs - slack ||
          at > meetingEndMs / truth.lengthMs + slack,
      ),
  );
  expect(strays).toEqual([]);
});

test('verifying reads a meeting back from disk, says so, and finds a byte that changed', async ({
  world,
}) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await meetings.open();
  await meetings.select('Town hall');
  const recording = meetings.detail.recordings.first();
  await meetings.detail.pane.getByRole('button', { name: 'Verify' }).click();
  await expect(recording).toContainText('6 files read back, equal to the manifest');
  await damageOneFile(world.library, 'town-hall');
  await meetings.row('Town hall').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Verify on disk' }).click();
  await expect(recording).toContainText('1 damaged; 5 files equal to the manifest');
  await meetings.detail.unfold(recording);
  await expect(meetings.detail.tracks.filter({ hasText: 'Damaged' })).toHaveCount(1);
});

test('ids go to the clipboard, of a meeting, a recording and a track, by menu and by keys', async ({
  world,
}) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
  const meetings = meetingsPage(page);
  await meetings.open();
  await meetings.select('Town hall');
  const { detail } = meetings;
  const meetingId = await idIn(detail.pane.getByRole('button', { name: 'Copy meeting_id' }));

  await meetings.row('Town hall').click({ button: 'right' });
  const titlesInMenu = await page.getByRole('menuitem').allInnerTexts();
  const inTable = Object.values(commands).filter((each) => each.contexts?.includes('meeting'));
  expect(titlesInMenu.map((text) => text.split('\n')[0]?.trim())).toEqual(
    inTable.map(({ title }) => title),
  );
  await page.getByRole('menuitem', { name: 'Copy ids' }).click();
  await expect.poll(copied).toBe(`meeting_id: ${meetingId}`);

  const recording = detail.recordings.first();
  await recording.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy ids' }).click();
  await expect.poll(copied).toMatch(/^meeting_id: .*\nsession_id: .*\nrecording_id: \S+$/);

  await detail.unfold(recording);
  const noor = detail.tracks.filter({ hasText: 'Noor' });
  const userId = await idIn(noor.getByRole('button', { name: 'Copy user_id' }));
  await noor.getByRole('button', { name: 'More for Noor' }).focus();
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(copied).toContain(`user_id: ${userId}`);

  await meetings.row('Town hall').click();
  await page.keyboard.press('Control+l');
  await expect.poll(copied).toBe(`trackvault://meeting/${meetingId}`);
});

test('of a thousand meetings only those in sight are drawn, and the last can be reached', async ({
  world,
}) => {
  await writeMeetings(world.library, 1_000);
  const { page } = await world.start();
  const meetings = meetingsPage(page);
  await meetings.open();
  await expect(page.getByText('1,000 meetings')).toBeVisible();
  expect(await meetings.rows.count()).toBeLessThanOrEqual(60);
  await meetings.rows.first().click();
  // Each press goes to the last row that has been read; the next page follows.
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(meetings.row('Session 0:')).toBeFocused({ timeout: 200 });
  }).toPass({ timeout: 20_000, intervals: [0] });
  expect(await meetings.rows.count()).toBeLessThanOrEqual(60);
});

test('meetings appear while a slow pull goes on', async ({ world }) => {
  const sandbox = await world.sandbox();
  const { app, page } = await world.start();
  const meetings = meetingsPage(page);
  await connect(page, sandbox);
  await meetings.open();
  sandbox.switches.throttleBytesPerSecond = 6_000;
  await command(app, 'pull.start');
  await expect(meetings.row('Town hall')).toBeVisible();
  await expect(meetings.pull).toContainText('Fetching');
});
