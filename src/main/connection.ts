/** @file Main process. Ties the current workspace to a library: client, queue and poller, for window and command line alike. */
import { join } from 'node:path';
import { Failure } from '#contract';
import type { Audio } from './audio/index.ts';
import type { Clock } from './clock.ts';
import {
  type DownloadsEvent,
  type QueuePlace,
  createDownloads,
  createFreshLink,
  toMediaFacts,
} from './downloads/index.ts';
import { entries } from './entries.ts';
import type { Library } from './library/index.ts';
import type { Connection } from './pulling.ts';
import type { RealtimeKit } from './realtimekit/index.ts';
import type { RememberedWorkspace } from './settings/index.ts';
import { createSync, type Wanted } from './sync/index.ts';
import type { Workspaces } from './workspaces.ts';

export interface ConnectWorld {
  library: Library;
  audio: Pick<Audio, 'facts'>;
  clock: Clock;
  /** Where the SQLite addon lies when it is not the packaged one. */
  nativeBinding: string | null;
  onEvent: (event: DownloadsEvent) => void;
  /** How many files may be fetched at once. */
  atOnce?: () => number;
  /** Bytes per second for all files together; null: as fast as it goes. */
  speedLimit?: () => number | null;
  /** How exactly it is known afterwards, in ms, until when the queue ran; left out: to its last file. */
  heartbeatMs?: number;
  /** Whether a recording is fetched without being asked for. Left out: all are. */
  wants?: (recording: Wanted) => boolean;
  /** Leaves all others alone, also those that are queued. */
  only?: ((recording: Wanted) => boolean) | undefined;
  /** Told the host of each request for a file before it is sent. */
  onRequest?: (host: string) => void;
  /** Facts for the log; never a link, never a token. */
  log: (what: string, facts: Record<string, string | number>) => void;
}

/** Where the queue of a library lies. `nativeBinding` is null for the packaged addon. */
export function queuePlaceOf(libraryDir: string, nativeBinding: string | null): QueuePlace {
  const queuePath = join(libraryDir, 'queue.db');
  return nativeBinding === null ? { queuePath } : { queuePath, nativeBinding };
}

/** @throws Failure `credentials.missing` when no workspace is connected, `library.read-only` for a reader */
export async function connectWorkspace(
  world: ConnectWorld & { workspaces: Workspaces },
): Promise<Connection> {
  const workspace = world.workspaces.current();
  if (workspace === null) throw new Failure('credentials.missing', 'No workspace is connected.');
  return connect(world, workspace, world.workspaces.clientOf(workspace));
}

/** The same for a workspace and client of the caller's choice. */
export async function connect(
  world: ConnectWorld,
  workspace: Pick<RememberedWorkspace, 'accountId' | 'appId' | 'apiRoot'>,
  realtimekit: RealtimeKit,
): Promise<Connection> {
  const { library, audio, clock, nativeBinding, onEvent, atOnce, speedLimit, heartbeatMs } = world;
  const { onRequest, log, only } = world;
  if (library.access === 'reader') {
    throw new Failure('library.read-only', 'A library opened for reading takes in nothing.');
  }
  const skewMs = () => realtimekit.status().skewMs;
  const freshLink = createFreshLink({ realtimekit, clock, skewMs });
  const downloads = await createDownloads({
    library,
    freshLink,
    renewal: freshLink.renewal,
    skewMs,
    facts: async (path) => toMediaFacts(await audio.facts(path)),
    clock,
    // One queue serves a library of several apps: another's file asked of this one is merely unknown.
    concerns: async (recordingId) => {
      const observation = await library.observation(recordingId);
      if (observation === null) return true;
      const { source, meetingId, deadlineAt } = observation;
      const isOurs = source.accountId === workspace.accountId && source.appId === workspace.appId;
      return isOurs && only?.({ recordingId, meetingId, deadlineAt }) !== false;
    },
    transferWorkerUrl: entries.transferWorker,
    ...queuePlaceOf(library.dir, nativeBinding),
    freeBytes: library.freeBytes,
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(atOnce === undefined ? {} : { atOnce }),
    ...(speedLimit === undefined ? {} : { speedLimit }),
    ...(onRequest === undefined ? {} : { onRequest }),
    onEvent,
  });
  const sync = createSync({
    realtimekit,
    library,
    downloads: {
      ...downloads,
      enqueue(files) {
        for (const file of files) freshLink.saw(file, file.link);
        return downloads.enqueue(files);
      },
    },
    clock,
    log,
    wants: world.wants,
    only,
    source: {
      host: new URL(workspace.apiRoot).host,
      accountId: workspace.accountId,
      appId: workspace.appId,
    },
  });
  return { sync, downloads };
}
