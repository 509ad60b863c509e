/** @file Index. Step 35: when each word of the vendor was first seen. */
export const seenWords = {
  version: 35,
  sql: `
    CREATE TABLE seen_words (
      recording_id TEXT NOT NULL,
      word_json TEXT NOT NULL,
      -- Epoch ms of the ledger line.
      seen_at INTEGER NOT NULL,
      PRIMARY KEY (recording_id, word_json)
    ) STRICT, WITHOUT ROWID;

    -- Without a mark the next opening fills all tables from disk.
    DELETE FROM ledger_mark;
  `,
};
