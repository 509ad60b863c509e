/** @file Index. Step 10: the tables of the first version. Texts that strangers chose stand as JSON text in `…_json` columns. */
export const first = {
  version: 10,
  sql: `
    -- How far the ledger has been folded into the tables below; lets an opening read the rest alone.
    CREATE TABLE ledger_mark (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      line_start INTEGER NOT NULL,
      line_end INTEGER NOT NULL
    ) STRICT;

    -- What the ledger decided: the latest line wins.
    CREATE TABLE decided_recordings (
      recording_id TEXT PRIMARY KEY,
      bag TEXT,
      gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
      decision TEXT CHECK (decision IN ('sealed', 'closed-incomplete')),
      manifest_sha256 TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE decided_lost (
      recording_id TEXT NOT NULL,
      layer_json TEXT NOT NULL,
      file_json TEXT NOT NULL,
      because TEXT NOT NULL,
      PRIMARY KEY (recording_id, layer_json, file_json)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE decided_checks (
      track_id TEXT PRIMARY KEY,
      found TEXT NOT NULL CHECK (found IN ('verified', 'damaged', 'missing')),
      checked_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE verify_runs (
      results_sha256 TEXT PRIMARY KEY,
      started_at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      verified INTEGER NOT NULL,
      damaged INTEGER NOT NULL,
      missing INTEGER NOT NULL,
      bytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Bags that no ledger line speaks of, found by looking: copied in by someone.
    CREATE TABLE stray_bags (
      recording_id TEXT PRIMARY KEY,
      bag TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Conclusions: one function computes all rows of a recording from disk.
    CREATE TABLE recordings (
      recording_id TEXT PRIMARY KEY,
      meeting_key TEXT NOT NULL,
      meeting_id TEXT,
      session_id TEXT,
      title_json TEXT NOT NULL,
      kind TEXT NOT NULL,
      vendor_status_json TEXT NOT NULL,
      error_message_json TEXT NOT NULL,
      state TEXT NOT NULL,
      gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
      invoked_at REAL,
      started_at REAL,
      stopped_at REAL,
      deadline_at REAL,
      observed_at REAL,
      sort_at REAL NOT NULL,
      track_count INTEGER NOT NULL,
      people_count INTEGER NOT NULL,
      people_json TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      length_ms REAL,
      absent_json TEXT NOT NULL,
      bag TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recordings_by_time ON recordings (sort_at DESC, recording_id DESC);
    CREATE INDEX recordings_of_meeting ON recordings (meeting_key, sort_at DESC, recording_id DESC);

    CREATE TABLE meetings (
      meeting_key TEXT PRIMARY KEY,
      meeting_id TEXT,
      title_json TEXT NOT NULL,
      last_at REAL,
      sort_at REAL NOT NULL,
      recordings INTEGER NOT NULL,
      track_count INTEGER NOT NULL,
      people_json TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      length_ms REAL NOT NULL,
      states_json TEXT NOT NULL,
      deadline_at REAL,
      folded TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX meetings_by_time ON meetings (sort_at DESC, meeting_key DESC);

    CREATE TABLE tracks (
      track_id TEXT PRIMARY KEY,
      recording_id TEXT NOT NULL REFERENCES recordings (recording_id) ON DELETE CASCADE,
      meeting_key TEXT NOT NULL,
      meeting_id TEXT,
      session_id TEXT,
      layer_json TEXT NOT NULL,
      file_json TEXT NOT NULL,
      path TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      reading TEXT NOT NULL,
      prefix_json TEXT NOT NULL,
      user_id_json TEXT NOT NULL,
      peer_id_json TEXT NOT NULL,
      stream_kind TEXT,
      media_kind TEXT,
      track_stamp TEXT,
      flags_json TEXT NOT NULL,
      evidence_json TEXT NOT NULL,
      custom_id_json TEXT NOT NULL,
      speaker_json TEXT NOT NULL,
      started_at REAL,
      sort_at REAL NOT NULL,
      duration_ms REAL,
      holes_json TEXT NOT NULL,
      media_json TEXT NOT NULL,
      imported_from_json TEXT NOT NULL,
      state TEXT NOT NULL,
      verified_at REAL
    ) STRICT;
    CREATE INDEX tracks_by_time ON tracks (sort_at, track_id);
    CREATE INDEX tracks_of_recording ON tracks (recording_id, sort_at, track_id);
    CREATE INDEX tracks_of_meeting ON tracks (meeting_key, sort_at, track_id);

    -- The splits of an ambiguous name, likeliest first.
    CREATE TABLE candidates (
      track_id TEXT NOT NULL REFERENCES tracks (track_id) ON DELETE CASCADE,
      rank INTEGER NOT NULL,
      prefix_json TEXT NOT NULL,
      user_id_json TEXT NOT NULL,
      peer_id_json TEXT NOT NULL,
      reasons_json TEXT NOT NULL,
      PRIMARY KEY (track_id, rank)
    ) STRICT, WITHOUT ROWID;

    -- Every id a track is under (certain) or may be under (possible): one range scan is a search.
    CREATE TABLE track_ids (
      field TEXT NOT NULL CHECK (field IN ('userId', 'peerId', 'customParticipantId')),
      certain INTEGER NOT NULL CHECK (certain IN (0, 1)),
      id_key TEXT NOT NULL,
      track_id TEXT NOT NULL REFERENCES tracks (track_id) ON DELETE CASCADE,
      why_json TEXT NOT NULL,
      PRIMARY KEY (field, certain, id_key, track_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX track_ids_of_track ON track_ids (track_id, field, certain, id_key);

    -- Files of the library that could not be read; never fatal.
    CREATE TABLE problems (
      recording_id TEXT NOT NULL,
      path TEXT NOT NULL,
      why TEXT NOT NULL,
      PRIMARY KEY (recording_id, path, why)
    ) STRICT, WITHOUT ROWID;
  `,
};
