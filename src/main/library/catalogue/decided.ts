/** @file Index. What the ledger decided, folded line by line: the latest word on each thing, never "now". */
import { z } from 'zod';
import type { LedgerLine } from '../ledger-line.ts';
import { ledgerStart, type LedgerMark } from '../ledger.ts';
import { trackIdOf } from '../track-id.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, toJson } from './json-text.ts';
import { foldNote, readAsked, type Asked } from './orders.ts';

/** Result of one track in a verify run, as the results file has it. */
export interface Check {
  trackId: string;
  found: 'verified' | 'damaged' | 'missing';
}

/** What is decided about one recording. */
export interface Decided {
  bag: string | null;
  gone: boolean;
  decision: 'sealed' | 'closed-incomplete' | null;
  /** Manifest of the last seal; stays when the bag is reopened. */
  manifestSha256: string | null;
  /** Identities that can no longer be fetched. */
  lost: { layerName: string; fileName: string; lostAt: number }[];
  /** When `decision` was made, epoch ms. */
  decidedAt: number | null;
  /** Of our own orders it came of. */
  asked: Asked[];
}

const undecided: Decided = {
  bag: null,
  gone: false,
  decision: null,
  manifestSha256: null,
  lost: [],
  decidedAt: null,
  asked: [],
};

const Row = z.object({
  bag: z.string().nullable(),
  gone: z.number(),
  decision: z.enum(['sealed', 'closed-incomplete']).nullable(),
  manifest_sha256: z.string().nullable(),
  decided_at: z.number().nullable(),
});
const LostRow = z.object({
  layer_json: jsonColumn(z.string()),
  file_json: jsonColumn(z.string()),
  lost_at: z.number(),
});
const CheckRow = z.object({
  found: z.enum(['verified', 'damaged', 'missing']),
  checked_at: z.number(),
});
const MarkRow = z.object({
  seq: z.number(),
  hash: z.string(),
  line_start: z.number(),
  line_end: z.number(),
});

/**
 * Folds one line. Every effect is absolute, so folding the same lines again in order changes nothing.
 * `checksOf` gives the results of a verify run by the hash of its file.
 */
export function foldLine(
  catalogue: Catalogue,
  line: LedgerLine,
  checksOf: (resultsSha256: string) => readonly Check[],
): void {
  const { entry } = line;
  if (entry === null) return;
  const set = (recordingId: string, column: string, value: string | number | null): void => {
    catalogue
      .sql('INSERT OR IGNORE INTO decided_recordings (recording_id, gone) VALUES (?, 0)')
      .run(recordingId);
    catalogue
      .sql(`UPDATE decided_recordings SET ${column} = ? WHERE recording_id = ?`)
      .run(value, recordingId);
  };
  switch (entry.kind) {
    case 'observed': {
      const { recordingId, status } = entry.body;
      set(recordingId, 'gone', 0);
      if (status === undefined) break;
      catalogue
        .sql('INSERT OR IGNORE INTO seen_words VALUES (?, ?, ?)')
        .run(recordingId, toJson(status), line.at);
      break;
    }
    case 'gone':
      set(entry.body.recordingId, 'gone', 1);
      break;
    case 'collected': {
      const { recordingId, layerName, fileName, sha256, bag } = entry.body;
      set(recordingId, 'bag', bag);
      catalogue
        .sql('DELETE FROM decided_lost WHERE recording_id = ? AND layer_json = ? AND file_json = ?')
        .run(recordingId, toJson(layerName), toJson(fileName));
      catalogue
        .sql('DELETE FROM decided_checks WHERE track_id = ?')
        .run(trackIdOf({ recordingId, layerName, fileName }, sha256));
      break;
    }
    case 'lost': {
      const { recordingId, layerName, fileName, because } = entry.body;
      catalogue
        .sql('INSERT OR REPLACE INTO decided_lost VALUES (?, ?, ?, ?, ?)')
        .run(recordingId, toJson(layerName), toJson(fileName), because, line.at);
      break;
    }
    case 'sealed':
    case 'closed-incomplete':
      set(entry.body.recordingId, 'decision', entry.kind);
      set(entry.body.recordingId, 'decided_at', line.at);
      set(entry.body.recordingId, 'manifest_sha256', entry.body.manifestSha256);
      break;
    case 'reopened':
      set(entry.body.recordingId, 'decision', null);
      set(entry.body.recordingId, 'decided_at', null);
      break;
    case 'verified-run': {
      const put = catalogue.sql('INSERT OR REPLACE INTO decided_checks VALUES (?, ?, ?)');
      for (const check of checksOf(entry.body.resultsSha256))
        put.run(check.trackId, check.found, Math.round(entry.body.endedAt));
      const { resultsSha256, startedAt, endedAt, verified, damaged, missing, bytes } = entry.body;
      catalogue
        .sql('INSERT OR IGNORE INTO verify_runs VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(
          resultsSha256,
          Math.round(startedAt),
          Math.round(endedAt),
          verified,
          damaged,
          missing,
          bytes,
        );
      break;
    }
    case 'record-ordered':
    case 'record-answered':
    case 'record-stop-asked':
    case 'allow-list':
      foldNote(catalogue, entry, line);
      break;
    case 'library-created':
    case 'repaired':
      break;
  }
}

export function readDecided(catalogue: Catalogue, recordingId: string): Decided {
  const lost = z
    .array(LostRow)
    .parse(
      catalogue
        .sql('SELECT layer_json, file_json, lost_at FROM decided_lost WHERE recording_id = ?')
        .all(recordingId),
    )
    .map((row) => ({
      layerName: row.layer_json,
      fileName: row.file_json,
      lostAt: row.lost_at,
    }));
  const stray =
    z
      .string()
      .optional()
      .parse(
        catalogue.sql('SELECT bag FROM stray_bags WHERE recording_id = ?').pluck().get(recordingId),
      ) ?? null;
  const asked = readAsked(catalogue, recordingId);
  const found = catalogue
    .sql(
      `SELECT bag, gone, decision, manifest_sha256, decided_at
       FROM decided_recordings WHERE recording_id = ?`,
    )
    .get(recordingId);
  if (found === undefined) return { ...undecided, bag: stray, lost, asked };
  const row = Row.parse(found);
  return {
    bag: row.bag ?? stray,
    gone: row.gone === 1,
    decision: row.decision,
    manifestSha256: row.manifest_sha256,
    decidedAt: row.decided_at,
    lost,
    asked,
  };
}

/** Every recording the ledger speaks of. */
export function decidedRecordings(catalogue: Catalogue): string[] {
  return z
    .array(z.string())
    .parse(catalogue.sql('SELECT recording_id FROM decided_recordings').pluck().all());
}

/** Last result of reading a track back from disk. */
export function readCheck(
  catalogue: Catalogue,
  trackId: string,
): { found: Check['found']; checkedAt: number } | null {
  const found = catalogue
    .sql('SELECT found, checked_at FROM decided_checks WHERE track_id = ?')
    .get(trackId);
  if (found === undefined) return null;
  const row = CheckRow.parse(found);
  return { found: row.found, checkedAt: row.checked_at };
}

/** How far the ledger is folded; null in an empty index. */
export function readMark(catalogue: Catalogue): LedgerMark | null {
  const found = catalogue
    .sql('SELECT seq, hash, line_start, line_end FROM ledger_mark WHERE one = 1')
    .get();
  if (found === undefined) return null;
  const row = MarkRow.parse(found);
  return { seq: row.seq, hash: row.hash, lineStart: row.line_start, end: row.line_end };
}

export function writeMark(catalogue: Catalogue, mark: LedgerMark): void {
  if (mark.seq === ledgerStart.seq) return;
  catalogue
    .sql('INSERT OR REPLACE INTO ledger_mark VALUES (1, ?, ?, ?, ?)')
    .run(mark.seq, mark.hash, mark.lineStart, mark.end);
}

/** True when the ledger already holds the run whose results have this hash. */
export function knowsRun(catalogue: Catalogue, resultsSha256: string): boolean {
  return (
    catalogue.sql('SELECT 1 FROM verify_runs WHERE results_sha256 = ?').get(resultsSha256) !==
    undefined
  );
}
