/** @file Bench. How long main process and window let others wait, beside an empty window on the same machine in the same seconds. `--tracks N`, `--rounds N`. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { startSandbox, type Sandbox } from '../sandbox/index.ts';
import { connect } from '../support/connect-page.ts';
import { launchApp, type LaunchedApp } from '../support/electron.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { sizesOf, userOf, writeLibrary } from './big-library.ts';
import { manyCalls } from './many-calls.ts';
import { feel, takeFromMain, takeFromPage, type Felt } from './waits.ts';
import { appFolder, emptyWindow, loads, ourApp, openBenchWorld } from './windows.ts';

const { values } = parseArgs({
  options: {
    tracks: { type: 'string', default: '3000' },
    calls: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '3' },
  },
});
const rounds = Number(values.rounds);
/** One call of this many tracks, for a review that is as wide as they come. */
const crowd = 120;
const longWaitMs = 600_000;

interface Row {
  step: string;
  tookMs: number;
  main: Felt;
  empty: Felt;
  page: Felt & { longTasks: number };
}

const probe = pathToFileURL(join(import.meta.dirname, 'loop-probe.mjs')).href;
const noNetwork = pathToFileURL(
  fileURLToPath(new URL('../support/no-network.mjs', import.meta.url)),
).href;
const world = await openBenchWorld();
const { folder, env } = world;
try {
  await bench();
} finally {
  await world.close();
}

async function bench(): Promise<void> {
  const roots = {
    empty: await appFolder(folder, 'empty', `import ${JSON.stringify(probe)};\n${emptyWindow}`),
    offline: await appFolder(folder, 'offline', loads(probe, noNetwork, ourApp)),
    online: await appFolder(folder, 'online', loads(probe, ourApp)),
  };
  const library = join(folder, 'library');
  console.error(`Writing a library of ${values.tracks} tracks …`);
  const sizes = sizesOf(Number(values.tracks), crowd);
  const audio = join(projectRoot, 'test/fixtures/audio/harbour-pilots/host.webm');
  await writeLibrary(library, sizes, { path: audio, durationMs: 63_000 });
  const empty = await launchApp({ root: roots.empty, env });
  const rows: Row[] = [];
  const starts: { app: number; empty: number }[] = [];
  try {
    rows.push(...(await openAnIndexlessLibrary(roots.offline, library, empty)));
    for (let round = 0; round < rounds; round++) {
      const emptyMs = await timeEmptyStart(roots.empty);
      const start = await useLibrary(roots.offline, library, empty, round === rounds - 1);
      starts.push({ app: start.tookMs, empty: emptyMs });
      rows.push(...start.rows);
    }
    rows.push(...(await pulls(roots.online, 'harbour', await startSandbox(), empty)));
    const many = await startSandbox({ scenario: manyCalls(Number(values.calls)) });
    rows.push(...(await pulls(roots.online, `${values.calls} calls`, many, empty)));
  } finally {
    await empty.close();
  }
  report(rows, starts);
}

/** The first opening of a library that came without its index: it is built. */
async function openAnIndexlessLibrary(
  root: string,
  library: string,
  empty: LaunchedApp,
): Promise<Row[]> {
  console.error('Opening it without an index …');
  const launched = await launchApp({ root, env, args: ['--library', library] });
  const rows: Row[] = [];
  await step(rows, launched, empty, 'rebuild at opening', async () => {
    await meetingsPage(launched.page).rows.nth(20).waitFor({ timeout: longWaitMs });
  });
  await launched.close();
  return rows;
}

async function timeEmptyStart(root: string): Promise<number> {
  const startedAt = performance.now();
  const launched = await launchApp({ root, env });
  const tookMs = performance.now() - startedAt;
  await launched.close();
  return tookMs;
}

/** Start, list, page, filter, search, review: without a network. */
async function useLibrary(
  root: string,
  library: string,
  empty: LaunchedApp,
  all: boolean,
): Promise<{ tookMs: number; rows: Row[] }> {
  console.error('Start-up and use …');
  const rows: Row[] = [];
  await takeFromMain(empty.app);
  const startedAt = performance.now();
  const launched = await launchApp({
    root,
    env,
    args: ['--library', library, '--proxy-server=127.0.0.1:9'],
  });
  const { page } = launched;
  const meetings = meetingsPage(page);
  await meetings.rows.nth(20).waitFor({ timeout: longWaitMs });
  const tookMs = performance.now() - startedAt;
  rows.push({ step: 'start, to rows on screen', tookMs, ...(await takeAll(launched, empty)) });
  try {
    await step(rows, launched, empty, 'resting, 2 s', () => page.waitForTimeout(2_000));
    if (!all) return { tookMs, rows };
    await step(rows, launched, empty, 'paging through the meetings', async () => {
      await meetings.rows.first().click();
      const wanted = sizesOf(Number(values.tracks), crowd).length;
      // Each press goes to the last row that has been read; the next page follows. A plain selector:
      // looking for roles would be the longest task of all.
      const last = page.locator(`[data-index="${String(wanted - 1)}"]:focus`);
      while ((await last.count()) === 0) {
        await page.keyboard.press('End');
        await page.waitForTimeout(30);
      }
    });
    await step(rows, launched, empty, 'filter by title', async () => {
      await page.locator('.filter input').pressSequentially('session 77', { delay: 60 });
      await page.locator('[data-index="0"]').getByText('Session 77').waitFor();
      await page.waitForTimeout(500);
    });
    await step(rows, launched, empty, 'search, exact user_id', async () => {
      await meetings.findUser(userOf(123));
      await page.getByRole('heading', { name: /^Certain/ }).waitFor();
      await page.waitForTimeout(500);
    });
    await step(rows, launched, empty, 'search, one letter', async () => {
      await meetings.findUser(userOf(123).slice(0, 1));
      await page.getByRole('button', { name: 'Search for ids that begin with it' }).click();
      await page.getByRole('heading', { name: /^Certain/ }).waitFor();
      await page.waitForTimeout(500);
    });
    await meetings.open();
    await meetings.filter.fill('Session 42:');
    await step(rows, launched, empty, 'review of 3 tracks', async () => {
      await meetings.openMeeting('Session 42:');
      await reviewPage(page).ready();
      await page.waitForTimeout(1_000);
    });
    await meetings.open();
    await meetings.filter.fill('Session 0:');
    await step(rows, launched, empty, `review of ${String(crowd)} tracks`, async () => {
      await meetings.openMeeting('Session 0:');
      await reviewPage(page).ready();
      await page.waitForTimeout(1_000);
    });
    await step(rows, launched, empty, 'play it for 2 s', async () => {
      await reviewPage(page).play.click();
      await reviewPage(page).pause.waitFor();
      await page.waitForTimeout(2_000);
    });
    return { tookMs, rows };
  } finally {
    await launched.close();
  }
}

async function pulls(
  root: string,
  name: string,
  sandbox: Sandbox,
  empty: LaunchedApp,
): Promise<Row[]> {
  console.error(`Pulling ${name} …`);
  const rows: Row[] = [];
  const library = join(folder, `pulled ${name}`);
  const launched = await launchApp({ root, env, args: ['--library', library] });
  const { page } = launched;
  try {
    await step(rows, launched, empty, `connect (${name})`, () => connect(page, sandbox));
    const files = sandbox.originals().length;
    await step(rows, launched, empty, `pull of ${String(files)} files`, async () => {
      await meetingsPage(page).fetch.click();
      await meetingsPage(page).pulled(longWaitMs);
    });
    return rows;
  } finally {
    await launched.close();
    await sandbox.close();
  }
}

async function step(
  rows: Row[],
  launched: LaunchedApp,
  empty: LaunchedApp,
  name: string,
  work: () => Promise<unknown>,
): Promise<void> {
  await takeAll(launched, empty);
  const startedAt = performance.now();
  await work();
  const tookMs = performance.now() - startedAt;
  const row = { step: name, tookMs, ...(await takeAll(launched, empty)) };
  rows.push(row);
  console.error(
    `  ${name}: ${tookMs.toFixed(0)} ms, longest wait ${row.main.longestMs.toFixed(0)} ms`,
  );
}

async function takeAll(
  launched: LaunchedApp,
  empty: LaunchedApp,
): Promise<Pick<Row, 'main' | 'empty' | 'page'>> {
  const [main, other, page] = await Promise.all([
    takeFromMain(launched.app),
    takeFromMain(empty.app),
    takeFromPage(launched.page),
  ]);
  return {
    main: feel(main),
    empty: feel(other),
    page: { ...feel(page), longTasks: page.longTasks },
  };
}

function report(rows: readonly Row[], starts: readonly { app: number; empty: number }[]): void {
  const whole = (ms: number) => ms.toFixed(0);
  console.table(
    rows.map(({ step: name, tookMs, main, empty, page }) => ({
      step: name,
      'took ms': whole(tookMs),
      'main: longest wait': whole(main.longestMs),
      'waits > 50': main.over50,
      'empty window': whole(empty.longestMs),
      ratio: (main.longestMs / Math.max(1, empty.longestMs)).toFixed(1),
      'p99 ratio': (main.p99Ms / Math.max(1, empty.p99Ms)).toFixed(1),
      'page: longest wait': whole(page.longestMs),
      'long tasks': page.longTasks,
      '> 16': page.over16,
    })),
  );
  const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1];
  const ours = median(starts.map((each) => each.app)) ?? Number.NaN;
  const theirs = median(starts.map((each) => each.empty)) ?? Number.NaN;
  console.log(
    `Start without a network to rows on screen: ${whole(ours)} ms, ${(ours / theirs).toFixed(2)} × an empty window (${whole(theirs)} ms).`,
  );
}
