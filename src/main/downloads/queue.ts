/** @file Main process. The queue on disk: one row per file and round, kept when it has ended. */
import { rename } from 'node:fs/promises';

import { RecordingId } from '#contract';
import Database from 'better-sqlite3';
import { z } from 'zod';

import { diskFailureOf, type FileIdentity } from '../library/index.ts';
import { State } from './job.ts';

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
  state: State;
  doubts: Doubt[];
}

export type StateKind = State['kind'];

export interface Queue {
  /** Jobs that ask for work. */
  live(): Job[];
  /** The newest round of a file. */
  find(file: FileIdentity): Job | null;
  /** Newest rounds: of some recordings, or the latest `limit` of all. */
  list(query: { recordingIds?: readonly string[]; limit: number }): Job[];
  /** Newest rounds that were given up, in the order they were listed. */
  failed(limit: number): Job[];
  counts(): Record<StateKind, number>;
  add(job: Omit<Job, 'order'>): Job;
  /**
   * Writes state, deadline and doubts.
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

const version = 1;

const schema = `
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
`;

const Row = z.object({
  position: z.number(),
  recording: z.string(),
  layer: z.string(),
  name: z.string(),
  round: z.number(),
  listed_at: z.number(),
  deadline_at: z.number().nullable(),
  state: z.string(),
  doubts: z.string(),
});

const columns = 'position, recording, layer, name, round, listed_at, deadline_at, state, doubts';

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
export type QueueToRead = Pick<Queue, 'live' | 'failed' | 'list' | 'close'>;

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
  const found = database.pragma('user_version', { simple: true });
  if (found === version) {
    database.prepare(`SELECT ${columns} FROM job LIMIT 1`).get();
    return;
  }
  database.transaction(() => {
    database.exec(schema);
    database.pragma(`user_version = ${version}`);
  })();
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
  const selectFailed = database.prepare(
    `SELECT ${columns} FROM job WHERE kind = 'failed' AND ${newest} ORDER BY position LIMIT ?`,
  );
  const selectKind = database.prepare('SELECT kind FROM job WHERE position = ?');
  const selectCounts = database.prepare('SELECT kind, count(*) AS count FROM job GROUP BY kind');
  const insert = database.prepare(
    'INSERT INTO job (recording, layer, name, round, listed_at, deadline_at, state, doubts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE job SET state = ?, deadline_at = ?, doubts = ? WHERE position = ?',
  );
  const keyOf = ({ recordingId, layerName, fileName }: FileIdentity) =>
    [recordingId, JSON.stringify(layerName), JSON.stringify(fileName)] as const;

  const counted = (): Record<StateKind, number> => {
    const sum = { queued: 0, running: 0, waiting: 0, kept: 0, failed: 0, cancelled: 0 };
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
    failed: (limit) => selectFailed.all(limit).map(toJob),
    counts: () => ({ ...counts }),
    add(job) {
      const { lastInsertRowid } = insert.run(
        ...keyOf(job.file),
        job.round,
        Math.trunc(job.listedAt),
        wholeMs(job.deadlineAt),
        JSON.stringify(job.state),
        JSON.stringify(job.doubts),
      );
      counts[job.state.kind] += 1;
      return { ...job, order: Number(lastInsertRowid) };
    },
    save(job) {
      const before = selectKind.get(job.order);
      toDisk(() => {
        update.run(
          JSON.stringify(job.state),
          wholeMs(job.deadlineAt),
          JSON.stringify(job.doubts),
          job.order,
        );
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
  kind: z.enum(['queued', 'running', 'waiting', 'kept', 'failed', 'cancelled']),
});
const Counted = HasKind.extend({ count: z.number() });

function toDisk(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    throw diskFailureOf(thrown);
  }
}

function wholeMs(at: number | null): number | null {
  return at === null ? null : Math.trunc(at);
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
    state: State.parse(JSON.parse(read.state)),
    doubts: z.array(Doubt).parse(JSON.parse(read.doubts)),
  };
}
