/** @file Bench. Start to the first list, rest and memory with a large index, beside an empty window in the same run. `--tracks N`, `--rounds N`, `--idle SECONDS`. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright/test';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { launchApp } from '../support/electron.ts';
import { sizesOf, writeLibrary } from './big-library.ts';
import { costOf } from './processes.ts';
import { appFolder, emptyWindow, loads, ourApp, openBenchWorld } from './windows.ts';

const { values } = parseArgs({
  options: {
    tracks: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    idle: { type: 'string', default: '20' },
  },
});
/** One call among them is as wide as they come. */
const crowd = 120;
const idleMs = Number(values.idle) * 1000;
/** The first minute's work after a start is not rest. */
const settleMs = 5_000;
/** Opening a library that came without its index takes as long as it takes. */
const buildMs = 600_000;

interface Figures {
  /** To the screen the app opens with, which speaks of what the index holds. */
  firstScreenMs: number;
  /** To rows of meetings, asked for by key as soon as that screen stands. */
  firstListMs: number;
  idleCpuMsPerS: number;
  pssBytes: number;
  processes: number;
}

const world = await openBenchWorld();
const { folder, env } = world;
try {
  await bench();
} finally {
  await world.close();
}

async function bench(): Promise<void> {
  const noNetwork = fileURLToPath(new URL('../support/no-network.mjs', import.meta.url));
  const empty = await appFolder(folder, 'empty', emptyWindow);
  const ours = await appFolder(folder, 'ours', loads(pathToFileURL(noNetwork).href, ourApp));
  const library = join(folder, 'library');
  const profile = join(folder, 'profile');
  console.error(`Writing a library of ${values.tracks} tracks …`);
  const audio = join(projectRoot, 'test/fixtures/audio/harbour-pilots/host.webm');
  await writeLibrary(library, sizesOf(Number(values.tracks), crowd), {
    path: audio,
    durationMs: 63_000,
  });
  const args = ['--library', library, '--proxy-server=127.0.0.1:9'];
  console.error('Building its index …');
  const builder = await launchApp({ root: ours, env, userData: profile, args });
  await firstScreen(builder.page, buildMs);
  await builder.close();

  const app: Figures[] = [];
  const nothing: Figures[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    console.error(`Round ${String(round + 1)} …`);
    nothing.push(await measure({ root: empty, env }, false));
    app.push(await measure({ root: ours, env, userData: profile, args }, true));
  }
  report(app, nothing);
}

/** A screen that no longer says it is busy. */
async function firstScreen(page: Page, timeout = 60_000): Promise<void> {
  await page.locator('main:has(h1):not(:has([aria-busy="true"]))').waitFor({ timeout });
}

async function firstList(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+3');
  await page.locator('main [role="grid"] [role="row"]:nth-child(3)').first().waitFor();
}

async function measure(
  wish: Parameters<typeof launchApp>[0],
  hasScreens: boolean,
): Promise<Figures> {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  const launched = await launchApp(wish);
  if (hasScreens) await firstScreen(launched.page);
  const firstScreenMs = since();
  if (hasScreens) await firstList(launched.page);
  const firstListMs = since();
  try {
    const pid = launched.app.process().pid ?? 0;
    await launched.page.waitForTimeout(settleMs);
    const before = await costOf(pid);
    await launched.page.waitForTimeout(idleMs);
    const after = await costOf(pid);
    return {
      firstScreenMs,
      firstListMs,
      idleCpuMsPerS: (after.cpuMs - before.cpuMs) / (idleMs / 1000),
      pssBytes: after.pssBytes,
      processes: after.processes,
    };
  } finally {
    await launched.close();
  }
}

function report(app: readonly Figures[], nothing: readonly Figures[]): void {
  const median = (rows: readonly Figures[], of: keyof Figures) => {
    const sorted = rows.map((row) => row[of]).toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.NaN;
  };
  const line = (name: string, of: keyof Figures, unit: string, scale = 1) => {
    const [ours, theirs] = [median(app, of) / scale, median(nothing, of) / scale];
    return {
      figure: `${name}, ${unit}`,
      app: ours.toFixed(1),
      'empty window': theirs.toFixed(1),
      ratio: theirs === 0 ? '–' : (ours / theirs).toFixed(2),
    };
  };
  console.log(`Library of ${values.tracks} tracks, medians of ${values.rounds} rounds:`);
  console.table([
    line('start to the first screen', 'firstScreenMs', 'ms'),
    line('start to the first list', 'firstListMs', 'ms'),
    line('processor at rest', 'idleCpuMsPerS', 'ms a second'),
    line('memory (PSS)', 'pssBytes', 'MB', 1e6),
    line('processes', 'processes', 'number'),
  ]);
}
