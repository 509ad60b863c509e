/** @file Tests that a queue which cannot be written to pauses, ends its pass, and goes on when there is room again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDownloads, type ListedDownload } from '../../src/main/downloads/index.ts';
import type * as QueueModule from '../../src/main/downloads/queue.ts';
import { diskFailureOf } from '../../src/main/library/index.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { fileNamed, hastyClock, readFacts, smallLibrary, webmLike } from './downloads-bench.ts';
import { object, openHost, type HostByHand } from './downloads-host.ts';

const disk = vi.hoisted(() => ({ savesRefused: 0 }));

vi.mock('../../src/main/downloads/queue.ts', async (original) => {
  const real = await original<typeof QueueModule>();
  return {
    ...real,
    async openQueue(...args: Parameters<typeof real.openQueue>) {
      const queue = await real.openQueue(...args);
      const save: typeof queue.save = (job) => {
        disk.savesRefused -= 1;
        if (disk.savesRefused >= 0) {
          throw diskFailureOf(new Database.SqliteError('database or disk is full', 'SQLITE_FULL'));
        }
        queue.save(job);
      };
      return { ...queue, save };
    },
  };
});

let host: HostByHand;
let dir: string;

beforeEach(async () => {
  host = await openHost();
  dir = await mkdtemp(join(tmpdir(), 'trackvault-full-'));
});
afterEach(async () => {
  await host.close();
  await rm(dir, { recursive: true });
});

test.each([1, 2, 3, 7])('keeps its files although %i writes of the queue fail', async (refused) => {
  host.answer(object(webmLike(2_000)));
  const library = smallLibrary(dir);
  const bugs: unknown[] = [];
  const open = () =>
    createDownloads({
      library,
      freshLink: (file) => Promise.resolve(linkTo(file.fileName)),
      facts: readFacts,
      clock: hastyClock(),
      queuePath: join(dir, 'queue.db'),
      onEvent: (event) => {
        if (event.kind === 'bug') bugs.push(event.error);
      },
    });
  const linkTo = (name: string) => new Link(`${host.origin}/${name}`);
  const files = ['a', 'b'].map((name): ListedDownload => ({
    ...fileNamed(name),
    deadlineAt: null,
    link: linkTo(name),
  }));
  const downloads = await open();
  disk.savesRefused = refused;
  await downloads.enqueue(files);
  await downloads.whenIdle({ patienceMs: 600_000 });
  await downloads.stop();
  expect(library.kept.size).toBe(2);
  // What was never written is made good by the next start: the archive knows what it holds.
  const again = await open();
  await again.whenIdle({ patienceMs: 600_000 });
  expect(again.list().map(({ state }) => state.kind)).toEqual(['kept', 'kept']);
  await again.stop();
  expect(bugs).toEqual([]);
});

test('a disk that stays full ends the wait of a pass', async () => {
  const library = smallLibrary(dir);
  const downloads = await createDownloads({
    library,
    freshLink: (file) => Promise.resolve(new Link(`${host.origin}/${file.fileName}`)),
    facts: readFacts,
    clock: hastyClock(),
    queuePath: join(dir, 'queue.db'),
  });
  disk.savesRefused = Number.MAX_SAFE_INTEGER;
  const listed = { ...fileNamed('a'), deadlineAt: null, link: new Link(`${host.origin}/a`) };
  await downloads.enqueue([listed]);
  await downloads.whenIdle({ patienceMs: 45_000 });
  expect(downloads.status().paused?.because).toBe('disk.full');
  await downloads.stop();
});
