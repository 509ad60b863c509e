/** @file Index. What happened to recordings and when, as far as ledger and disk tell. */
import { z } from 'zod';
import type { RecordingHistory } from '../types.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn } from './json-text.ts';

const WordRow = z.object({ word_json: jsonColumn(z.string()), seen_at: z.number() });
const Row = z.object({
  received_at: z.number().nullable(),
  lost_at: z.number().nullable(),
  decision: z.enum(['sealed', 'closed-incomplete']).nullable(),
  decided_at: z.number().nullable(),
});
const ChecksRow = z.object({ checks: z.number(), last_at: z.number().nullable() });

/** Of one recording; null for one the index does not know. */
export function readHistory(catalogue: Catalogue, recordingId: string): RecordingHistory | null {
  const found = catalogue
    .sql(
      `SELECT received_at, lost_at, decision, decided_at
       FROM recordings LEFT JOIN decided_recordings USING (recording_id)
       WHERE recording_id = ?`,
    )
    .get(recordingId);
  if (found === undefined) return null;
  const row = Row.parse(found);
  const words = z.array(WordRow).parse(
    catalogue
      .sql(
        `SELECT word_json, seen_at FROM seen_words WHERE recording_id = ?
           ORDER BY seen_at, word_json`,
      )
      .all(recordingId),
  );
  const { checks, last_at: lastAt } = ChecksRow.parse(
    catalogue
      .sql(
        `SELECT count(*) AS checks, max(verified_at) AS last_at FROM tracks
         WHERE recording_id = ? AND state = 'verified'`,
      )
      .get(recordingId),
  );
  return {
    words: words.map((word) => ({ word: word.word_json, seenAt: word.seen_at })),
    receivedAt: row.received_at,
    verified: checks,
    verifiedAt: lastAt,
    lostAt: row.lost_at,
    decision: row.decision,
    decidedAt: row.decided_at,
  };
}
