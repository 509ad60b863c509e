/** @file Tests. A queue of the first version is taken over whole, and what is remembered beside it stays. */
import Database from 'better-sqlite3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openQueue, openQueueToRead } from '../../src/main/downloads/queue.ts';
import { fileNamed, jobOf } from './downloads-bench.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'queue-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** As the first version wrote it, letter for letter. */
function writeFirstVersion(path: string): void {
  const database = new Database(path);
  database.exec(`
  CREATE TABLE job (
    position    INTEGER PRIMARY KEY,
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
  INSERT INTO job (recording, layer, name, round, listed_at, deadline_at, state, doubts) VALUES
    ('fffd7c39', '"default"', '"old.webm"', 1, 5, 99, '{"kind":"queued","attempts":2,"allowed":8}', '[]'),
    ('fffd7c39', '"default"', '"\\ud83d.webm"', 1, 6, NULL, '{"kind":"cancelled","attempts":0,"allowed":8,"cancelledAt":7}', '[]');
  PRAGMA user_version = 1;
  `);
  database.close();
}

test('with every row, and room for what is new', async () => {
  const path = join(dir, 'queue.db');
  writeFirstVersion(path);
  expect(openQueueToRead(path), 'nothing is changed by reading').toBeNull();
  const queue = await openQueue(path);
  expect(queue.live()).toEqual([
    {
      ...jobOf(fileNamed('old.webm'), { kind: 'queued', attempts: 2, allowed: 8 }),
      order: 1,
      listedAt: 5,
      deadlineAt: 99,
    },
  ]);
  expect(queue.find(fileNamed('\ud83d.webm'))?.state.kind).toBe('cancelled');
  expect(queue.remembered()).toEqual({ pausedByPerson: false, ranAt: null, speed: null });
  const [job] = queue.live();
  if (job === undefined) throw new Error('no job');
  queue.save({ ...job, totalBytes: 1_000, receivedBytes: 400 });
  queue.remember({ pausedByPerson: true, ranAt: 77 });
  queue.close();

  const again = await openQueue(path);
  expect(again.live()).toMatchObject([{ totalBytes: 1_000, receivedBytes: 400 }]);
  expect(again.remembered()).toEqual({ pausedByPerson: true, ranAt: 77, speed: null });
  again.close();
});

test('and of a later version put aside, for nobody knows what it means', async () => {
  const path = join(dir, 'queue.db');
  writeFirstVersion(path);
  const database = new Database(path);
  database.pragma('user_version = 99');
  database.close();
  const queue = await openQueue(path);
  expect(queue.live()).toEqual([]);
  queue.close();
  const aside = new Database(`${path}.unreadable`, { readonly: true });
  expect(aside.prepare('SELECT count(*) AS count FROM job').get()).toEqual({ count: 2 });
  aside.close();
});
