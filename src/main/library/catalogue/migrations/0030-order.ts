/** @file Index. Step 30: meetings in any order, people by name, and what deserves attention now. */
export const order = {
  version: 30,
  sql: `
    -- When the ledger said so, epoch ms.
    ALTER TABLE decided_recordings ADD COLUMN decided_at INTEGER;
    ALTER TABLE decided_lost ADD COLUMN lost_at INTEGER;

    ALTER TABLE recordings ADD COLUMN received_at REAL;
    ALTER TABLE recordings ADD COLUMN lost_at REAL;
    ALTER TABLE recordings ADD COLUMN pending_count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE recordings ADD COLUMN damaged_count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE recordings ADD COLUMN missing_count INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX recordings_at_risk
      ON recordings (deadline_at IS NULL, deadline_at, recording_id) WHERE pending_count > 0;
    CREATE INDEX recordings_lost ON recordings (lost_at, recording_id) WHERE lost_at IS NOT NULL;
    CREATE INDEX recordings_arrived
      ON recordings (received_at, recording_id) WHERE received_at IS NOT NULL;
    CREATE INDEX recordings_damaged ON recordings (sort_at, recording_id) WHERE damaged_count > 0;
    CREATE INDEX recordings_missing ON recordings (sort_at, recording_id) WHERE missing_count > 0;
    CREATE INDEX recordings_by_state ON recordings (state, sort_at, recording_id);

    -- What a meeting can be sorted by is NULL where there is nothing to compare: such rows come last.
    DROP TABLE meetings;
    CREATE TABLE meetings (
      meeting_key TEXT PRIMARY KEY,
      meeting_id TEXT,
      title_json TEXT NOT NULL,
      title_key TEXT,
      last_at REAL,
      recordings INTEGER NOT NULL,
      track_count INTEGER,
      people_json TEXT NOT NULL,
      people_count INTEGER,
      bytes INTEGER,
      length_ms REAL,
      states_json TEXT NOT NULL,
      deadline_at REAL,
      folded TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- The words stand in each: looking for some in any order reads one index and the rows that fit.
    CREATE INDEX meetings_by_when ON meetings (last_at, meeting_key, folded);
    CREATE INDEX meetings_by_title ON meetings (title_key, meeting_key, folded);
    CREATE INDEX meetings_by_people ON meetings (people_count, meeting_key, folded);
    CREATE INDEX meetings_by_tracks ON meetings (track_count, meeting_key, folded);
    CREATE INDEX meetings_by_length ON meetings (length_ms, meeting_key, folded);
    CREATE INDEX meetings_by_bytes ON meetings (bytes, meeting_key, folded);
    CREATE INDEX meetings_by_deadline ON meetings (deadline_at, meeting_key, folded);

    -- Whose voice is in which recording: certain conclusions only.
    CREATE TABLE heard (
      person_key TEXT NOT NULL,
      recording_id TEXT NOT NULL,
      sort_at REAL NOT NULL,
      named INTEGER NOT NULL CHECK (named IN (0, 1)),
      name_json TEXT NOT NULL,
      user_id_json TEXT NOT NULL,
      tracks INTEGER NOT NULL,
      PRIMARY KEY (person_key, recording_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX heard_in ON heard (recording_id, person_key);
    CREATE INDEX heard_lately ON heard (person_key, named, sort_at, recording_id);
    CREATE TABLE people (
      person_key TEXT PRIMARY KEY,
      name_json TEXT NOT NULL,
      user_id_json TEXT NOT NULL,
      tracks INTEGER NOT NULL,
      folded TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX people_by_tracks ON people (tracks, person_key, folded);

    CREATE INDEX tracks_by_name ON tracks (recording_id, file_json, layer_json);

    -- Without a mark the next opening fills all tables from disk: the new columns are conclusions, too.
    DELETE FROM ledger_mark;
  `,
};
