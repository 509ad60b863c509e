/** @file Main process. The queue on disk: one row per file and round, kept when it has ended. */
import { rename } from 'node:fs/promises';

import { RecordingId } from '#contract';
import Database from 'better-sqlite3';
import { z } from 'zod';

import { diskFailureOf, type FileIdentity } from '../library/index.ts';
import { State } from './job.ts';
import { SpeedMemory } from './line-speed.ts';

/** A complete fetch whose bytes looked wrong, remembered to compare the next one with. */
export const Doubt = z.object({
  sha256: z.string(),
  bytes: z.number(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
});
export type Doubt = z.infer<typeof Doubt>;

/** A row: identity is recording + layer + raw name, never a link. Times are epoch ms. */
export interface Job {
  file: FileIdentity;
  /** Counts from 1; a new round begins when a kept file is missing from the archive again. */
  round: number;
  /** Order of first listing. */
  order: number;
  listedAt: number;
  deadlineAt: number | null;
  /** What it is thought to weigh before anybody has asked for it; null when there is nothing to go by. */
  expectedBytes: number | null;
  /** What its host says it weighs; null before the first answer. */
  totalBytes: number | null;
  /** On disk, as far as was noted. */
  receivedBytes: number;
  state: State;
  doubts: Doubt[];
}

/** What the queue remembers beside its files. */
export interface Remembered {
  /** A person has stopped all transfers. */
  pausedByPerson: boolean;
  /** When the queue last ran, to the minute; null before the first time. */
  ranAt: number | null;
  /** How fast the line was; null before anything was fetched. */
  speed: SpeedMemory | null;
}

export type StateKind = State['kind'];

export interface Queue {
  /** Jobs that ask for work. */
  live(): Job[];
  /** The newest round of a file. */
  find(file: FileIdentity): Job | null;
  /** Newest rounds: of some recordings, or the latest `limit` of all. */
  list(query: { recordingIds?: readonly string[]; limit: number }): Job[];
  /** Newest rounds that were given up or set aside by a person, in the order they were listed. */
  resting(limit: number): Job[];
  counts(): Record<StateKind, number>;
  add(job: Omit<Job, 'order'>): Job;
  /** Mean weight in bytes of the files that came last; null when there are none. */
  meanBytes(): number | null;
  remembered(): Remembered;
  /**
   * Changes what is given, leaves the rest.
   * @throws Failure `disk.full`, `disk.refused`
   */
  remember(change: Partial<Remembered>): void;
  /**
   * Writes state, deadline, sizes and doubts.
   * @throws Failure `disk.full`, `disk.refused`
   */
  save(job: Job): void;
  /**
   * Runs `work` in one transaction: many rows, one write; when it throws, none.
   * @throws Failure `disk.full`, `disk.refused`
   */
  together(work: () => void): void;
  close(): void;
}

/** Each brings the file from the version before to the next; a new file takes them all. */
const steps = [
  `
  CREATE TABLE job (
    position    INTEGER PRIMARY KEY,
    -- Raw names as JSON text: a lone surrogate would not survive UTF-8.
    recording   TEXT NOT NULL,
    layer       TEXT NOT NULL,
    name        TEXT NOT NULL,
    round       INTEGER NOT NULL,
    listed_at   INTEGER NOT NULL,
    deadline_at INTEGER,
    state       TEXT NOT NULL,
    doubts      TEXT NOT NULL,
    kind        TEXT NOT NULL GENERATED ALWAYS AS (json_extract(state, '$.kind')) STORED,
    UNIQUE (recording, layer, name, round)
  ) STRICT;
  CREATE INDEX job_live ON job (position) WHERE kind IN ('queued', 'running', 'waiting');
  CREATE INDEX job_kind ON job (kind);
`,
  `
  ALTER TABLE job ADD COLUMN expected_bytes INTEGER;
  ALTER TABLE job ADD COLUMN total_bytes INTEGER;
  ALTER TABLE job ADD COLUMN received_bytes INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE remembered (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
] as const;
const version = steps.length;

const Row = z.object({
  position: z.number(),
  recording: z.string(),
  layer: z.string(),
  name: z.string(),
  round: z.number(),
  listed_at: z.number(),
  deadline_at: z.number().nullable(),
  expected_bytes: z.number().nullable(),
  total_bytes: z.number().nullable(),
  received_bytes: z.number(),
  state: z.string(),
  doubts: z.string(),
});

const columns =
  'position, recording, layer, name, round, listed_at, deadline_at, expected_bytes, total_bytes, received_bytes, state, doubts';

/**
 * Opens or creates the queue. A file that is no sound queue is put aside as `<path>.unreadable`:
 * what is in the archive is known by its bags, what is not is listed again by the next pass.
 * @throws Failure `disk.full`, `disk.refused`
 */
export async function openQueue(path: string, nativeBinding?: string): Promise<Queue> {
  try {
    return queueIn(await openSound(path, nativeBinding));
  } catch (thrown) {
    throw diskFailureOf(thrown);
  }
}

async function openSound(path: string, nativeBinding?: string): Promise<Database.Database> {
  const open = () => new Database(path, nativeBinding === undefined ? {} : { nativeBinding });
  let database = open();
  try {
    prepare(database);
  } catch (thrown) {
    database.close();
    if (
      !(thrown instanceof Database.SqliteError) ||
      !/^SQLITE_(?:CORRUPT|NOTADB|ERROR)/.test(thrown.code)
    ) {
      throw thrown;
    }
    await rename(path, `${path}.unreadable`);
    database = open();
    prepare(database);
  }
  return database;
}

/** What a queue can be asked that is only read. */
export type QueueToRead = Pick<
  Queue,
  'live' | 'resting' | 'list' | 'meanBytes' | 'remembered' | 'close'
>;

/** Opens the queue without changing anything; null when there is none that can be read. */
export function openQueueToRead(path: string, nativeBinding?: string): QueueToRead | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, {
      readonly: true,
      fileMustExist: true,
      ...(nativeBinding === undefined ? {} : { nativeBinding }),
    });
    if (database.pragma('user_version', { simple: true }) === version) return queueIn(database);
  } catch (thrown) {
    // A folder without a queue, a disk that refuses the side files of SQLite, a file that is none.
    if (!isNoQueue(thrown)) throw thrown;
  }
  database?.close();
  return null;
}

function isNoQueue(thrown: unknown): boolean {
  return (
    thrown instanceof Database.SqliteError ||
    // Where the folder itself is missing.
    thrown instanceof TypeError
  );
}

function prepare(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // A power cut may cost the last steps of the queue, never a file: the archive itself is fsynced.
  database.pragma('synchronous = NORMAL');
  database.pragma('trusted_schema = OFF');
  const found = z.number().parse(database.pragma('user_version', { simple: true }));
  if (found !== version) {
    database.transaction(() => {
      // Of a later version all of them fail, and the file is put aside.
      for (const step of found < version ? steps.slice(found) : steps) database.exec(step);
      database.pragma(`user_version = ${version}`);
    })();
  }
  database.prepare(`SELECT ${columns} FROM job LIMIT 1`).get();
}

function queueIn(database: Database.Database): Queue {
  const newest =
    'round = (SELECT max(round) FROM job AS same WHERE (same.recording, same.layer, same.name) = (job.recording, job.layer, job.name))';
  const selectLive = database.prepare(
    `SELECT ${columns} FROM job WHERE kind IN ('queued', 'running', 'waiting') ORDER BY position`,
  );
  const selectOne = database.prepare(
    `SELECT ${columns} FROM job WHERE recording = ? AND layer = ? AND name = ? ORDER BY round DESC LIMIT 1`,
  );
  const selectOfRecording = database.prepare(
    `SELECT ${columns} FROM job WHERE recording = ? AND ${newest} ORDER BY position LIMIT ?`,
  );
  const selectLatest = database.prepare(
    `SELECT ${columns} FROM job WHERE ${newest} ORDER BY position DESC LIMIT ?`,
  );
  const selectResting = database.prepare(
    `SELECT ${columns} FROM job WHERE kind IN ('failed', 'paused') AND ${newest} ORDER BY position LIMIT ?`,
  );
  const selectMean = database.prepare(
    `SELECT avg(total_bytes) AS mean FROM (SELECT total_bytes FROM job WHERE kind = 'kept' AND total_bytes > 0 ORDER BY position DESC LIMIT 200)`,
  );
  const selectRemembered = database.prepare('SELECT name, value FROM remembered');
  const upsertRemembered = database.prepare(
    'INSERT INTO remembered (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const selectKind = database.prepare('SELECT kind FROM job WHERE position = ?');
  const selectCounts = database.prepare('SELECT kind, count(*) AS count FROM job GROUP BY kind');
  const insert = database.prepare(
    'INSERT INTO job (recording, layer, name, round, listed_at, deadline_at, expected_bytes, total_bytes, received_bytes, state, doubts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE job SET deadline_at = ?, expected_bytes = ?, total_bytes = ?, received_bytes = ?, state = ?, doubts = ? WHERE position = ?',
  );
  const keyOf = ({ recordingId, layerName, fileName }: FileIdentity) =>
    [recordingId, JSON.stringify(layerName), JSON.stringify(fileName)] as const;

  const counted = (): Record<StateKind, number> => {
    const sum = { queued: 0, running: 0, waiting: 0, kept: 0, failed: 0, cancelled: 0, paused: 0 };
    for (const row of selectCounts.all()) {
      const { kind, count } = Counted.parse(row);
      sum[kind] = count;
    }
    return sum;
  };
  // Asked for several times a second, and counting a long history anew takes longer each year.
  let counts = counted();

  return {
    live: () => selectLive.all().map(toJob),
    find(file) {
      const row = selectOne.get(...keyOf(file));
      return row === undefined ? null : toJob(row);
    },
    list: ({ recordingIds, limit }) =>
      recordingIds === undefined
        ? selectLatest.all(limit).map(toJob)
        : recordingIds.flatMap((id) => selectOfRecording.all(id, limit).map(toJob)).slice(0, limit),
    resting: (limit) => selectResting.all(limit).map(toJob),
    counts: () => ({ ...counts }),
    meanBytes: () => Mean.parse(selectMean.get()).mean,
    remembered() {
      const rows = selectRemembered.all().map((row) => RememberedRow.parse(row));
      const values = new Map(rows.map(({ name, value }) => [name, asJson(value)]));
      return Known.parse(Object.fromEntries(values));
    },
    remember(change) {
      toDisk(() => {
        for (const [name, value] of Object.entries(change)) {
          upsertRemembered.run(name, JSON.stringify(value));
        }
      });
    },
    add(job) {
      const { lastInsertRowid } = insert.run(
        ...keyOf(job.file),
        job.round,
        Math.trunc(job.listedAt),
        ...changing(job),
      );
      counts[job.state.kind] += 1;
      return { ...job, order: Number(lastInsertRowid) };
    },
    save(job) {
      const before = selectKind.get(job.order);
      toDisk(() => {
        update.run(...changing(job), job.order);
      });
      if (before === undefined) return;
      counts[HasKind.parse(before).kind] -= 1;
      counts[job.state.kind] += 1;
    },
    together: (work) => {
      try {
        toDisk(database.transaction(work));
      } catch (thrown) {
        counts = counted();
        throw thrown;
      }
    },
    close: () => {
      database.close();
    },
  };
}

const HasKind = z.object({
  kind: z.enum(['queued', 'running', 'waiting', 'kept', 'failed', 'cancelled', 'paused']),
});
const Counted = HasKind.extend({ count: z.number() });
const Mean = z.object({ mean: z.number().nullable() });
const RememberedRow = z.object({ name: z.string(), value: z.string() });
/** What cannot be read was never remembered: nothing here is worth a queue that does not open. */
const Known = z.object({
  pausedByPerson: z.boolean().default(false).catch(false),
  ranAt: z.number().nullable().default(null).catch(null),
  speed: SpeedMemory.nullable().default(null).catch(null),
});

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The columns that change in the life of a row, in the order of the statements. */
function changing(job: Omit<Job, 'order'>) {
  return [
    wholeOrNull(job.deadlineAt),
    wholeOrNull(job.expectedBytes),
    wholeOrNull(job.totalBytes),
    Math.trunc(job.receivedBytes),
    JSON.stringify(job.state),
    JSON.stringify(job.doubts),
  ] as const;
}

function toDisk(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    throw diskFailureOf(thrown);
  }
}

function wholeOrNull(value: number | null): number | null {
  return value === null ? null : Math.trunc(value);
}

function toJob(row: unknown): Job {
  const read = Row.parse(row);
  return {
    file: {
      recordingId: RecordingId.parse(read.recording),
      layerName: z.string().parse(JSON.parse(read.layer)),
      fileName: z.string().parse(JSON.parse(read.name)),
    },
    round: read.round,
    order: read.position,
    listedAt: read.listed_at,
    deadlineAt: read.deadline_at,
    expectedBytes: read.expected_bytes,
    totalBytes: read.total_bytes,
    receivedBytes: read.received_bytes,
    state: State.parse(JSON.parse(read.state)),
    doubts: z.array(Doubt).parse(JSON.parse(read.doubts)),
  };
}
