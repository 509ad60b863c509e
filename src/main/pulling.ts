/** @file Main process. One pass as a person sees it: learn, fetch, seal, read back, draw; again every ten minutes. */
import {
  Failure,
  type FailureData,
  type PullStatus,
  type Track,
  type TrackId,
  toFailureData,
} from '#contract';
import type { Clock } from './clock.ts';
import type { Downloads, DownloadsEvent } from './downloads/index.ts';
import type { Library, Page, VerifyReport } from './library/index.ts';
import type { Reviewing } from './reviewing.ts';
import { type PassReport, type Sync, idlePull } from './sync/index.ts';
import { throttled } from './throttled.ts';

/** What one workspace needs to be pulled into one library. */
export interface Connection {
  sync: Sync;
  downloads: Downloads;
}

export interface Pulling {
  /** Starts a pass; one that runs is left alone. */
  start(): void;
  cancel(): void;
  /** The workspace is another one now: what runs begins again with it, the next pass asks it. */
  reconnect(): void;
  status(): PullStatus;
  /** Ends a pass in order and closes the connection: nothing is lost, nothing costs an attempt. */
  stop(): Promise<void>;
}

/** Tries that come up within this, in ms, belong to the pass; later ones to the next. */
const patienceMs = 60_000;
/** Between two passes of an app that stays open, in ms. */
const restMs = 10 * 60_000;
/** After a pass that failed, in ms: doubled with each failure in a row, never longer than the usual rest. */
const firstRetryMs = 15_000;

type Phase =
  | { kind: 'resting' }
  | { kind: 'starting' }
  | { kind: 'passing' }
  | { kind: 'verifying' }
  | { kind: 'cancelled'; at: number }
  /** The pass could not even begin, or reading back failed. */
  | { kind: 'failed'; failure: FailureData; at: number };

export function createPulling(world: {
  library: Library;
  reviewing: Pick<Reviewing, 'prepareAll'>;
  /** @throws Failure `credentials.missing` when no workspace can be pulled */
  connect: (onEvent: (event: DownloadsEvent) => void) => Promise<Connection>;
  clock: Clock;
  onStatus: (status: PullStatus) => void;
  onBug: (thrown: unknown) => void;
}): Pulling {
  const { library, clock } = world;
  const lifetime = new AbortController();
  let phase: Phase = { kind: 'resting' };
  let connection: Connection | null = null;
  /** What the last connection said before it was closed. */
  let lastStatus = idlePull;
  /** `again`: somebody asked for a pass while this one, called off, was still ending. */
  let running: { abort: AbortController; ended: Promise<void>; again: boolean } | null = null;
  let closing: Promise<void> = Promise.resolve();
  let resting = new AbortController();
  let failuresInARow = 0;

  const status = (): PullStatus => {
    lastStatus = connection?.sync.pullStatus() ?? lastStatus;
    switch (phase.kind) {
      case 'resting':
      case 'passing':
        return lastStatus;
      case 'starting':
        return { ...lastStatus, state: 'listing', failure: null, endedAt: null };
      case 'verifying':
        return { ...lastStatus, state: 'verifying', endedAt: null };
      case 'cancelled':
        return { ...lastStatus, state: 'cancelled', failure: null, endedAt: phase.at };
      case 'failed':
        return { ...lastStatus, state: 'failed', failure: phase.failure, endedAt: phase.at };
    }
  };

  const tell = () => {
    world.onStatus(status());
  };

  const enter = (next: Phase) => {
    phase = next;
    tell();
  };

  const onEvent = (event: DownloadsEvent) => {
    if (event.kind === 'bug') world.onBug(event.error);
    else if (event.kind === 'status') tell();
  };

  /** Transfers end where they are and go on from there when the queue is opened again. */
  const disconnect = (): Promise<void> => {
    const open = connection;
    lastStatus = status();
    connection = null;
    if (open !== null) closing = open.downloads.stop();
    return closing;
  };

  const runPass = async (signal: AbortSignal): Promise<void> => {
    // Two queues over one file would fetch the same part twice.
    await closing;
    connection ??= await world.connect(onEvent);
    enter({ kind: 'passing' });
    connection.downloads.resume();
    const onProgress = throttled(clock, signal, tell);
    const report = await connection.sync.pass({ signal, patienceMs, onProgress });
    enter({ kind: 'verifying' });
    await verifyNew(library, report, signal);
    enter({ kind: 'resting' });
    const recordingIds = report.recordings.map(({ recordingId }) => recordingId);
    await world.reviewing.prepareAll(recordingIds, signal);
  };

  const afterFailure = async (thrown: unknown, wasCancelled: boolean): Promise<void> => {
    if (wasCancelled) {
      await disconnect();
      enter({ kind: 'cancelled', at: clock.now() });
      return;
    }
    const failure = toFailureData(thrown);
    if (failure.code === 'bug') world.onBug(thrown);
    enter({ kind: 'failed', failure, at: clock.now() });
  };

  const start = () => {
    if (lifetime.signal.aborted) return;
    if (running !== null) {
      running.again = running.abort.signal.aborted;
      return;
    }
    resting.abort();
    const abort = new AbortController();
    const ended = runPass(abort.signal)
      .catch((thrown: unknown) => afterFailure(thrown, abort.signal.aborted))
      .finally(() => {
        const again = running?.again === true;
        running = null;
        if (again) start();
        else if (!abort.signal.aborted) void rest();
      });
    running = { abort, ended, again: false };
    enter({ kind: 'starting' });
  };

  /** The service forgets after seven days whether or not anybody presses a button. */
  const rest = async (): Promise<void> => {
    const { failure } = status();
    failuresInARow = failure === null ? 0 : failuresInARow + 1;
    const usual =
      failure === null ? restMs : Math.min(restMs, firstRetryMs * 2 ** (failuresInARow - 1));
    const allowed = (failure?.retryAt ?? 0) - clock.now();
    resting = new AbortController();
    const signal = AbortSignal.any([resting.signal, lifetime.signal]);
    await clock.sleep(Math.max(usual, allowed), signal).then(start, () => undefined);
  };

  return {
    start,
    status,
    cancel() {
      running?.abort.abort(new Failure('cancelled', 'A person stopped the pass.'));
    },
    reconnect() {
      if (running === null) {
        disconnect().catch(world.onBug);
        return;
      }
      running.abort.abort(new Failure('cancelled', 'The workspace is another one now.'));
      running.again = true;
    },
    async stop() {
      lifetime.abort();
      running?.abort.abort(new Failure('cancelled', 'The app closes the library.'));
      await running?.ended;
      await disconnect();
    },
  };
}

/** Reads back from disk what has not been read back yet: one run, one line in the ledger. */
export async function verifyNew(
  library: Library,
  report: PassReport,
  signal: AbortSignal,
): Promise<VerifyReport | null> {
  const unread: TrackId[] = [];
  for (const { recordingId, filesKept } of report.recordings) {
    if (filesKept === 0) continue;
    let after: string | null = null;
    do {
      const page: Page<Track> = await library.tracks({ recordingId, after, limit: 500 });
      unread.push(
        ...page.items.filter(({ state }) => state === 'kept').map(({ trackId }) => trackId),
      );
      after = page.next;
    } while (after !== null);
  }
  return unread.length === 0 ? null : library.verify({ trackIds: unread }, { signal });
}
