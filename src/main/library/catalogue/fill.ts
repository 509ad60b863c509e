/** @file Index. Fills the tables from disk: one function for one recording, used by every change and by the rebuild. */
import { join } from 'node:path';
import { z } from 'zod';
import { RecordingId, TrackId } from '#contract';
import { isBagFolder, listBags, readBag, type Bag } from '../bag.ts';
import { sha256Of } from '../bag-text.ts';
import { concludeRecording, type Concluded } from '../conclude.ts';
import { parseJson, readText, type Folders } from '../disk.ts';
import type { LedgerLine } from '../ledger-line.ts';
import { ledgerStart, scanLedger, type LedgerMark } from '../ledger.ts';
import { listObserved, readObserved } from '../observed.ts';
import type { Catalogue } from './database.ts';
import {
  decidedRecordings,
  foldLine,
  readCheck,
  readDecided,
  writeMark,
  type Check,
} from './decided.ts';
import { writeRecording } from './recordings.ts';

/** One file of the library that could not be read. */
export interface Problem {
  path: string;
  why: string;
}

interface Prepared {
  recordingId: RecordingId;
  /** Null when neither disk nor ledger says anything worth a row. */
  concluded: Concluded | null;
  problems: Problem[];
}

/** Computes all rows of a recording from disk and from what the ledger decided. */
async function prepare(
  catalogue: Catalogue,
  folders: Folders,
  recordingId: RecordingId,
): Promise<Prepared> {
  const problems: Problem[] = [];
  const observed = await readObserved(folders, recordingId);
  if (observed !== null && 'bad' in observed)
    problems.push({ path: 'observed', why: observed.bad });
  const decided = readDecided(catalogue, recordingId);
  const bagPath = decided.bag;
  let bag: Bag | null = null;
  if (bagPath !== null && isBagFolder(bagPath)) {
    bag = await readBag(folders, bagPath);
    if (bag !== null && bag.recordingId !== recordingId) {
      problems.push({ path: bagPath, why: 'the bag is of another recording' });
      bag = null;
    }
    problems.push(...(bag?.problems ?? []).map((why) => ({ path: bagPath, why })));
  }
  const words = observed !== null && 'value' in observed ? observed.value : null;
  if (words === null && bag === null) return { recordingId, concluded: null, problems };
  const concluded = concludeRecording({
    recordingId,
    observed: words,
    bag,
    decided,
    checkOf: (trackId) => readCheck(catalogue, trackId),
  });
  return { recordingId, concluded, problems };
}

function store(catalogue: Catalogue, { recordingId, concluded, problems }: Prepared): void {
  catalogue.sql('DELETE FROM problems WHERE recording_id = ?').run(recordingId);
  const put = catalogue.sql('INSERT OR IGNORE INTO problems VALUES (?, ?, ?)');
  for (const { path, why } of problems) put.run(recordingId, path, why);
  if (concluded !== null) writeRecording(catalogue, concluded);
}

/** Folds new ledger lines and indexes what they touched; all of it or nothing is seen. */
export async function applyChange(
  catalogue: Catalogue,
  folders: Folders,
  change: { lines: readonly LedgerLine[]; recordingIds: readonly RecordingId[]; mark: LedgerMark },
): Promise<RecordingId[]> {
  const checks = await readAllChecks(folders, change.lines);
  // Lines first: what a recording's rows say depends on what is decided about it.
  const checked = new Set<RecordingId>();
  catalogue.db.transaction(() => {
    for (const line of change.lines) foldLine(catalogue, line, (hash) => checks.get(hash) ?? []);
  })();
  for (const check of [...checks.values()].flat()) {
    const recordingId = recordingOf(catalogue, check.trackId);
    if (recordingId !== null) checked.add(recordingId);
  }
  const touched = [...new Set([...change.recordingIds, ...checked])];
  for (let at = 0; at < touched.length || at === 0; at += batch) {
    const prepared: Prepared[] = [];
    for (const recordingId of touched.slice(at, at + batch))
      prepared.push(await prepare(catalogue, folders, recordingId));
    catalogue.db.transaction(() => {
      for (const one of prepared) store(catalogue, one);
      if (at + batch >= touched.length) writeMark(catalogue, change.mark);
    })();
  }
  return touched;
}

const batch = 100;

/**
 * Fills an empty index from disk.
 * @returns the end of the ledger that was folded
 */
export async function fillAll(
  catalogue: Catalogue,
  folders: Folders,
  onProgress: (done: number, total: number) => void,
): Promise<{ mark: LedgerMark; problems: Problem[] }> {
  const problems: Problem[] = [];
  let lines: LedgerLine[] = [];
  const fold = async (): Promise<void> => {
    const checks = await readAllChecks(folders, lines);
    catalogue.db.transaction(() => {
      for (const line of lines) foldLine(catalogue, line, (hash) => checks.get(hash) ?? []);
    })();
    lines = [];
  };
  const scan = await scanLedger(folders.ledger, ledgerStart, async (line) => {
    lines.push(line);
    if (lines.length >= 1000) await fold();
  });
  await fold();
  for (const { seq, why } of scan.breaks)
    problems.push({ path: 'ledger.jsonl', why: `line ${seq}: ${why}` });

  const known = new Set<string>(decidedRecordings(catalogue));
  for (const id of await listObserved(folders, (path, why) => problems.push({ path, why })))
    known.add(id);
  for (const path of await listBags(folders)) {
    const bag = await readBag(folders, path);
    if (bag === null) {
      problems.push({ path, why: 'not a readable bag' });
      continue;
    }
    const { recordingId } = bag;
    const place = readDecided(catalogue, recordingId).bag;
    if (place === path) continue;
    if (place === null) {
      catalogue.sql('INSERT INTO stray_bags VALUES (?, ?)').run(recordingId, path);
      known.add(recordingId);
    }
    const why =
      place === null ? 'the ledger does not know this bag' : 'a second bag of a recording';
    problems.push({ path, why });
  }
  const ids = [...known].sort().flatMap((id) => RecordingId.safeParse(id).data ?? []);
  for (let at = 0; at < ids.length; at += batch) {
    onProgress(at, ids.length);
    const prepared: Prepared[] = [];
    for (const id of ids.slice(at, at + batch))
      prepared.push(await prepare(catalogue, folders, id));
    catalogue.db.transaction(() => {
      for (const one of prepared) store(catalogue, one);
    })();
  }
  catalogue.db.transaction(() => {
    const put = catalogue.sql('INSERT OR IGNORE INTO problems VALUES (?, ?, ?)');
    for (const { path, why } of problems) put.run('', path, why);
    writeMark(catalogue, scan.mark);
  })();
  onProgress(ids.length, ids.length);
  return { mark: scan.mark, problems };
}

function recordingOf(catalogue: Catalogue, trackId: string): RecordingId | null {
  const found = catalogue
    .sql('SELECT recording_id FROM tracks WHERE track_id = ?')
    .pluck()
    .get(trackId);
  return found === undefined ? null : RecordingId.parse(found);
}

/** Results of a verify run, named by the hash of their text. */
export const ResultsFile = z.object({
  version: z.literal(1),
  startedAt: z.number(),
  endedAt: z.number(),
  findings: z.array(
    z.object({
      path: z.string(),
      trackId: TrackId.nullable(),
      found: z.enum(['verified', 'damaged', 'missing', 'extra', 'tag-damaged']),
      detail: z.string().nullable(),
    }),
  ),
});
export type ResultsFile = z.infer<typeof ResultsFile>;

/** Reads results back; a file that is gone or changed says nothing. */
async function readChecks(folders: Folders, sha256: string): Promise<Check[]> {
  const text = await readText(folders.dir, join(folders.verifications, `${sha256}.json`)).catch(
    () => null,
  );
  if (text === null || sha256Of(text) !== sha256) return [];
  const parsed = ResultsFile.safeParse(parseJson(text));
  if (!parsed.success) return [];
  return parsed.data.findings.flatMap(({ trackId, found }) =>
    trackId === null || found === 'extra' || found === 'tag-damaged' ? [] : [{ trackId, found }],
  );
}

async function readAllChecks(
  folders: Folders,
  lines: readonly LedgerLine[],
): Promise<Map<string, Check[]>> {
  const checks = new Map<string, Check[]>();
  for (const { entry } of lines)
    if (entry?.kind === 'verified-run')
      checks.set(entry.body.resultsSha256, await readChecks(folders, entry.body.resultsSha256));
  return checks;
}
