/** @file Index. Step 40: orders to record, what came of them, and whom a meeting was recorded with before. */
export const orders = {
  version: 40,
  sql: `
    -- An answer may stand in the ledger before its order: two readers leave their lines side by side.
    CREATE TABLE orders (
      order_id TEXT PRIMARY KEY,
      meeting_id TEXT NOT NULL,
      session_id TEXT,
      user_ids_json TEXT NOT NULL,
      prefix_json TEXT NOT NULL,
      note_json TEXT NOT NULL,
      by_json TEXT NOT NULL,
      ordered_at REAL NOT NULL,
      service_at REAL NOT NULL,
      since REAL NOT NULL,
      seen_before_json TEXT NOT NULL,
      source_json TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX orders_of_meeting ON orders (meeting_id, ordered_at DESC, order_id);
    CREATE TABLE order_answers (
      order_id TEXT PRIMARY KEY,
      outcome TEXT NOT NULL CHECK (outcome IN ('started', 'adopted', 'refused', 'not-started')),
      recording_id TEXT,
      because TEXT,
      answered_at REAL NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX order_answers_of_recording
      ON order_answers (recording_id, order_id) WHERE recording_id IS NOT NULL;

    CREATE TABLE stops_asked (
      recording_id TEXT PRIMARY KEY,
      asked_at REAL NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- One that was forgotten stays with 'null': what was said later counts, in whatever order it is read.
    CREATE TABLE allow_lists (
      meeting_id TEXT NOT NULL,
      name_json TEXT NOT NULL,
      user_ids_json TEXT NOT NULL,
      saved_at REAL NOT NULL,
      PRIMARY KEY (meeting_id, name_json)
    ) STRICT, WITHOUT ROWID;

    -- Without a mark the next opening fills all tables from disk: names are read anew with the prefixes asked for.
    DELETE FROM ledger_mark;
  `,
};
