/** @file Tests. An archive connected to the stand-in service: every module real, one clock for both sides. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '../../src/main/clock.ts';
import { systemClock } from '../../src/main/clock.ts';
import { readAudioFacts } from '../../src/main/audio/index.ts';
import {
  createDownloads,
  createFreshLink,
  toMediaFacts,
  type Downloads,
} from '../../src/main/downloads/index.ts';
import { entries } from '../../src/main/entries.ts';
import { createLibrary, openLibrary, type Library } from '../../src/main/library/index.ts';
import { createRealtimeKit, type RealtimeKit } from '../../src/main/realtimekit/index.ts';
import { createSync, type Sync } from '../../src/main/sync/index.ts';
import type { Sandbox, Scenario } from '../sandbox/index.ts';
import { harbour } from '../sandbox/scenarios/harbour.ts';

export interface Archive {
  library: Library;
  downloads: Downloads;
  sync: Sync;
  /** Learns what there is, and fetches nothing of it. */
  onlooker: Sync;
  realtimekit: RealtimeKit;
  /** Where all of it was learned. */
  source: { host: string; accountId: string; appId: string };
  /** Unforeseen errors of downloads; a test expects none. */
  bugs: unknown[];
  close(): Promise<void>;
}

/** One meeting: a track recording of four files and a composite one. */
export const oneMeeting: Scenario = {
  ...harbour,
  name: 'one-meeting',
  meetings: harbour.meetings.slice(0, 1),
};

/** The service's clock as ours: what we wait for has passed there, too, after two milliseconds. */
export function clockOf(sandbox: Pick<Sandbox, 'clock'>): Clock {
  const { clock } = sandbox;
  return {
    now: clock.now,
    sleep: async (ms, signal) => {
      const until = clock.now() + ms;
      await systemClock.sleep(2, signal);
      clock.advance(Math.max(0, Math.ceil(until - clock.now())));
    },
  };
}

/** What `openArchive` needs of the service; it may run in another process. */
export type Service = Pick<Sandbox, 'apiRoot' | 'accountId' | 'appId' | 'token'>;

/** Opens the library in `dir`, making it when there is none, and connects it. */
export async function openArchive(service: Service, dir: string, clock: Clock): Promise<Archive> {
  const { apiRoot, accountId, appId, token } = service;
  const libraryOptions = {
    dir,
    // The library looks into its inbox every few seconds: these may pass in real time.
    clock: { now: clock.now, sleep: systemClock.sleep },
    actor: { osUser: 'tester', machine: 'bench', through: 'test' },
    indexWorkerUrl: entries.indexWorker,
  };
  const isThere = existsSync(join(dir, 'trackvault.json'));
  const library = await (isThere ? openLibrary(libraryOptions) : createLibrary(libraryOptions));
  const realtimekit = createRealtimeKit({
    apiRoot,
    accountId,
    appId,
    token: () => Promise.resolve(token),
    clock,
  });
  const bugs: unknown[] = [];
  const downloads = await createDownloads({
    library,
    freshLink: createFreshLink({ realtimekit, clock }),
    facts: async (path) => toMediaFacts(await readAudioFacts(path)),
    clock,
    queuePath: join(dir, 'queue.db'),
    onEvent: (event) => {
      if (event.kind === 'bug') bugs.push(event.error);
    },
  });
  const source = { host: new URL(apiRoot).host, accountId, appId };
  const world = { realtimekit, library, downloads, clock, source };
  return {
    library,
    downloads,
    sync: createSync(world),
    onlooker: createSync({ ...world, wants: () => false }),
    realtimekit,
    source,
    bugs,
    async close() {
      await downloads.stop();
      await library.close();
    },
  };
}

/** Every page of tracks. */
export async function tracksOf(library: Library) {
  const tracks = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Library['tracks']>> = await library.tracks({ after });
    tracks.push(...page.items);
    after = page.next;
  } while (after !== null);
  return tracks;
}

/** Files below `dir` that hold one of `secrets`, as bytes. */
export async function filesHolding(dir: string, secrets: readonly string[]): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const holding: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    if (secrets.some((secret) => content.includes(secret))) holding.push(path);
  }
  return holding;
}
