/** @file Bench. The index at scale: searches and pages against one plain row by its key over the same worker; and building it anew. `--tracks N`, `--rebuild N`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MeetingSort } from '#contract';
import { openCatalogue, type Catalogue } from '../../src/main/library/catalogue/database.ts';
import { foldLine, writeMark } from '../../src/main/library/catalogue/decided.ts';
import { writeRecording } from '../../src/main/library/catalogue/recordings.ts';
import { concludeRecording } from '../../src/main/library/conclude.ts';
import { startIndex, type IndexClient } from '../../src/main/library/index-client.ts';
import { noHash, type Entry } from '../../src/main/library/ledger-line.ts';
import { ledgerStart } from '../../src/main/library/ledger.ts';
import { indexWorkerUrl } from '../support/temp-library.ts';
import {
  nowOf,
  peopleCount,
  recordingFacts,
  recordingIdOf,
  sizesOf,
  userOf,
  writeLibrary,
} from './big-library.ts';

const { values } = parseArgs({
  options: {
    tracks: { type: 'string', default: '100000' },
    rebuild: { type: 'string', default: '3000' },
    asks: { type: 'string', default: '400' },
  },
});
const tracks = Number(values.tracks);
const asks = Number(values.asks);
const audio = new URL('../fixtures/audio/sound-check/left.webm', import.meta.url).pathname;
/** Now and then a file has not come yet, so that there is something at risk. */
const pendingEvery = 97;
const payload = { bytes: 25_001, sha256: 'f'.repeat(64), durationMs: 9_140 };

const folder = await mkdtemp(join(tmpdir(), 'trackvault-bench-'));
try {
  await searches();
  await rebuilding();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function searches(): Promise<void> {
  const sizes = sizesOf(tracks, 0);
  const indexPath = join(folder, 'index.db');
  const fillMs = await timed(() => fill(indexPath, sizes));
  console.log(
    `Filled with ${String(tracks)} tracks of ${String(sizes.length)} recordings in ${(fillMs / 1000).toFixed(1)} s (${(tracks / (fillMs / 1000)).toFixed(0)} tracks a second).`,
  );
  const index = startIndex(indexWorkerUrl, (name, ms) => {
    console.log(`  slow: ${name}, ${ms.toFixed(0)} ms`);
  });
  try {
    await index.call('open', { dir: folder, indexPath, mode: 'write', nativeBinding: null });
    await compare(index, sizes.length);
  } finally {
    await index.call('close', {});
    await index.stop();
  }
}

/** Straight through what every change and every rebuild goes through; the disk is left out. */
function fill(indexPath: string, sizes: readonly number[]): Promise<void> {
  const { catalogue } = openCatalogue(indexPath, null);
  const batch = 100;
  for (let at = 0; at < sizes.length; at += batch) {
    catalogue.db.transaction(() => {
      for (const [offset, size] of sizes.slice(at, at + batch).entries())
        store(catalogue, at + offset, size);
    })();
  }
  writeMark(catalogue, { ...ledgerStart, seq: 1 });
  catalogue.db.close();
  return Promise.resolve();
}

function store(catalogue: Catalogue, number: number, size: number): void {
  const { observed, bag: whole, entries } = recordingFacts(number, size, payload);
  const isPending = number % pendingEvery === 0;
  const bag = isPending ? { ...whole, tracks: whole.tracks.slice(1) } : whole;
  const line = (entry: Entry) => ({
    seq: 1,
    at: observed.since,
    actor: { osUser: 'mara', machine: 'desk', through: 'bench' },
    entry,
    prev: noHash,
    hash: noHash,
  });
  for (const entry of entries) foldLine(catalogue, line(entry), () => []);
  const decided = {
    bag: bag.path,
    gone: false,
    decision: isPending ? null : ('sealed' as const),
    manifestSha256: null,
    lost: [],
    decidedAt: isPending ? null : observed.observedAt,
    asked: [],
  };
  const { recordingId } = bag;
  writeRecording(
    catalogue,
    concludeRecording({ recordingId, observed, bag, decided, checkOf: () => null }),
  );
}

/** Each question in turn, round after round, so that what else the machine does meets all alike. */
async function compare(index: IndexClient, recordings: number): Promise<void> {
  const reference = 'one row by its primary key';
  const half = (await pageFrom(index, recordings)).at(-1) ?? null;
  const userId = 'userId' as const;
  const questions: Record<string, (ask: number) => Promise<unknown>> = {
    [reference]: (ask) =>
      index.call('decided', { recordingId: recordingIdOf((ask * 7919) % recordings) }),
    'a recording with its facts': (ask) =>
      index.call('recording', { recordingId: recordingIdOf((ask * 7919) % recordings) }),
    'tracks of a recording': (ask) =>
      index.call('tracks', { recordingId: recordingIdOf((ask * 7919) % recordings) }),
    'exact user_id, 20 hits': (ask) =>
      index.call('findById', { text: userOf(ask), field: userId, how: 'exact', limit: 20 }),
    'exact user_id, nobody': (ask) =>
      index.call('findById', { text: `${userOf(ask)}x`, field: userId, how: 'exact' }),
    'prefix of 8, 20 hits': (ask) =>
      index.call('findById', {
        text: userOf(ask).slice(0, 8),
        field: userId,
        how: 'prefix',
        limit: 20,
      }),
    'prefix of 1, 20 hits': (ask) =>
      index.call('findById', {
        text: userOf(ask).slice(0, 1),
        field: userId,
        how: 'prefix',
        limit: 20,
      }),
    ...(await sortQuestions(index, recordings)),
    'meetings counted': () => index.call('countMeetings', { text: '' }),
    'meetings counted by a rare word': (ask) =>
      index.call('countMeetings', { text: `Session ${String(ask)}:` }),
    today: () => index.call('today', { now: nowOf(recordings) }),
    'jump, a common beginning': () => index.call('jump', { text: 'har' }),
    'jump, one meeting': (ask) => index.call('jump', { text: `session ${String(ask)}: tides` }),
    'jump, a person': (ask) => index.call('jump', { text: `guest ${String(ask)}` }),
    'jump, nothing': (ask) => index.call('jump', { text: `qq${String(ask)}` }),
    'first page of 100 meetings': () => index.call('meetings', { limit: 100 }),
    'a page from the middle': () => index.call('meetings', { limit: 100, after: half }),
    'meetings by title, rare': (ask) =>
      index.call('meetings', { limit: 100, text: `Session ${String(ask)}:` }),
  };
  const times = new Map(Object.keys(questions).map((name): [string, number[]] => [name, []]));
  for (let ask = 0; ask < asks; ask++) {
    for (const [name, question] of Object.entries(questions))
      times.get(name)?.push(await timed(() => question(ask % peopleCount)));
  }
  const base = percentile(times.get(reference) ?? [], 0.95);
  console.table(
    [...times].map(([question, took]) => ({
      question,
      'median ms': percentile(took, 0.5).toFixed(2),
      'p95 ms': percentile(took, 0.95).toFixed(2),
      'p95 ÷ reference': (percentile(took, 0.95) / base).toFixed(1),
    })),
  );
  console.log(`Reference: ${reference}, through the same worker.`);
}

/** A page of 50 in every order: at the beginning, in the midst, and of those in which words stand. */
async function sortQuestions(
  index: IndexClient,
  recordings: number,
): Promise<Record<string, (ask: number) => Promise<unknown>>> {
  const questions: Record<string, (ask: number) => Promise<unknown>> = {};
  for (const by of MeetingSort.shape.by.options)
    for (const descending of [true, false]) {
      const sort = { by, descending };
      const name = `by ${by}, ${descending ? 'down' : 'up'}`;
      const midst = (await pageFrom(index, Math.min(recordings, 8000), sort)).at(-1) ?? null;
      questions[name] = () => index.call('meetings', { limit: 50, sort });
      questions[`${name}, in the midst`] = () =>
        index.call('meetings', { limit: 50, sort, after: midst });
      questions[`${name}, a common word`] = () =>
        index.call('meetings', { limit: 50, sort, text: 'arbou' });
      questions[`${name}, a rare word`] = (ask) =>
        index.call('meetings', { limit: 50, sort, text: `Session ${String(ask)}:` });
    }
  return questions;
}

/** Cursors of the pages up to the middle of the list. */
async function pageFrom(
  index: IndexClient,
  recordings: number,
  sort: MeetingSort = { by: 'when', descending: true },
): Promise<string[]> {
  const cursors: string[] = [];
  for (let seen = 0; seen < Math.min(recordings / 2, 20_000); seen += 1000) {
    const { next } = await index.call('meetings', {
      limit: 1000,
      sort,
      after: cursors.at(-1) ?? null,
    });
    if (next === null) break;
    cursors.push(next);
  }
  return cursors;
}

async function rebuilding(): Promise<void> {
  const wanted = Number(values.rebuild);
  const dir = join(folder, 'library');
  await writeLibrary(dir, sizesOf(wanted, 0), { path: audio, durationMs: payload.durationMs });
  const index = startIndex(indexWorkerUrl, () => undefined);
  try {
    const indexPath = join(dir, 'index.db');
    await index.call('open', { dir, indexPath, mode: 'write', nativeBinding: null });
    const tookMs: number[] = [];
    for (let round = 0; round < 3; round++)
      tookMs.push(await timed(() => index.call('rebuild', {})));
    const seconds = percentile(tookMs, 0.5) / 1000;
    console.log(
      `Rebuilt from disk: ${String(wanted)} tracks in ${seconds.toFixed(1)} s (${(wanted / seconds).toFixed(0)} tracks a second).`,
    );
  } finally {
    await index.call('close', {});
    await index.stop();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}
