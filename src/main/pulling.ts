/** @file Main process. One pass as a person sees it: learn, fetch, seal, read back, draw; again every so often. */
import {
  Failure,
  type FailureData,
  type Forecast,
  type MeetingId,
  type PullEstimate,
  type PullStatus,
  toFailureData,
} from '#contract';
import type { Clock } from './clock.ts';
import {
  type Downloads,
  type DownloadsEvent,
  type QueuePlace,
  changeAtRest,
  pauseAtRest,
  readAtRest,
} from './downloads/index.ts';
import type { FileIdentity, Library } from './library/index.ts';
import type { Reviewing } from './reviewing.ts';
import { type Sync, idlePull } from './sync/index.ts';
import { type QueueView, nothingToFetch, viewAtRest, viewOf, withTitles } from './queue-view.ts';
import { verifyNew } from './read-back.ts';
import { throttled } from './throttled.ts';

/** What one workspace needs to be pulled into one library. */
export interface Connection {
  sync: Sync;
  downloads: Downloads;
}

export interface Pulling {
  /** Starts a pass; one that runs is left alone. */
  start(): void;
  /** From now on passes begin by themselves, where the person wishes it: the first one now or after the usual rest. */
  begin(first: 'now' | 'later'): void;
  /**
   * Something has moved in these meetings: queues it now, beside a pass that runs, and passes over
   * them as soon as none does. Does nothing where passes do not begin by themselves.
   */
  nudge(meetingIds: readonly MeetingId[]): void;
  /** The person's wishes have changed: the next pass, and how many files come at once. */
  reconsider(): void;
  cancel(): void;
  /** The workspace is another one now: what runs begins again with it, the next pass asks it. */
  reconnect(): void;
  status(): PullStatus;
  /** What is queued, whether or not the queue runs; null when there is no queue to read. */
  queue(): QueueView | null;
  /**
   * Writes what a person wants of these files into the queue, whether or not it runs; files it does not
   * know are left out.
   * @throws Failure `disk.full`, `disk.refused`
   */
  wish(files: readonly FileIdentity[], wish: 'retry' | 'pause' | 'cancel'): Promise<void>;
  /**
   * A person stops all transfers, or lets them go on, whether or not the queue runs; holds after a restart.
   * @throws Failure `disk.full`, `disk.refused`
   */
  pauseAll(paused: boolean): Promise<void>;
  /** What will be lost at the speed there is. */
  forecast(): Promise<Forecast>;
  /** The computer is about to sleep. */
  suspend(): void;
  /** It is awake again: what was due meanwhile begins. */
  wake(): void;
  /**
   * How much a pull would bring, and the room there is for it.
   * @throws Failure `credentials.*`, `api.*`, `library.read-only`
   */
  estimate(): Promise<PullEstimate>;
  /** Ends a pass in order and closes the connection: nothing is lost, nothing costs an attempt. */
  stop(): Promise<void>;
}

/** Tries that come up within this, in ms, belong to the pass; later ones to the next. */
const patienceMs = 60_000;
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

/** When passes begin without being asked. */
export interface Rhythm {
  automatic: boolean;
  /** Between two passes of an app that stays open, in ms. */
  everyMs: number;
}

export function createPulling(world: {
  library: Library;
  reviewing: Pick<Reviewing, 'prepareAll'>;
  /** @throws Failure `credentials.missing` when no workspace can be pulled */
  connect: (onEvent: (event: DownloadsEvent) => void) => Promise<Connection>;
  /** Asked whenever a next pass is thought of. */
  rhythm: () => Rhythm;
  /** Where the queue lies while no connection holds it. */
  queuePlace: QueuePlace;
  clock: Clock;
  onStatus: (status: PullStatus) => void;
  onForecast?: (forecast: Forecast) => void;
  /** Bytes per second for all files together; null or left out: as fast as it goes. */
  speedLimit?: (() => number | null) | undefined;
  onBug: (thrown: unknown) => void;
}): Pulling {
  const { library, clock } = world;
  const lifetime = new AbortController();
  let phase: Phase = { kind: 'resting' };
  let connection: Connection | null = null;
  /** What the last connection said before it was closed. */
  let lastStatus = idlePull;
  /** `again`: somebody asked for a pass while this one, called off, was still ending. */
  let running: {
    /** All when null. */
    meetingIds: readonly MeetingId[] | null;
    abort: AbortController;
    ended: Promise<void>;
    again: boolean;
  } | null = null;
  /** Meetings that the next pass is about, when it is about these alone. */
  const nudged = new Set<MeetingId>();
  /** The file of the queue is opened, changed and closed by one at a time. */
  let queueTurn: Promise<unknown> = Promise.resolve();
  let resting = new AbortController();
  let failuresInARow = 0;
  /** Set once passes may begin by themselves. */
  let hasBegun = false;
  /** When the last pass ended, or when there was nothing to wait for yet. */
  let restedSince = clock.now();
  /** When the next pass begins by itself. */
  let nextAt: number | null = null;

  const status = (): PullStatus => {
    lastStatus = { ...(connection?.sync.pullStatus() ?? lastStatus), nextAt };
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

  const tellForecast = (found: Forecast) => {
    if (!lifetime.signal.aborted) world.onForecast?.(found);
  };

  const onEvent = (event: DownloadsEvent) => {
    if (event.kind === 'bug') world.onBug(event.error);
    else if (event.kind === 'status') tell();
    else if (event.kind === 'forecast') {
      withTitles(library, event.forecast).then(tellForecast, world.onBug);
    }
  };

  const forecast = (): Promise<Forecast> => {
    if (connection !== null) return withTitles(library, connection.downloads.forecast());
    const queue = library.access === 'reader' ? null : readAtRest(world.queuePlace);
    try {
      const found =
        queue?.forecast(clock, world.speedLimit?.() ?? null) ?? nothingToFetch(clock.now());
      return withTitles(library, found);
    } finally {
      queue?.close();
    }
  };

  const inQueueTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = queueTurn.then(work);
    queueTurn = mine.catch(() => undefined);
    return mine;
  };

  /** Transfers end where they are and go on from there when the queue is opened again. */
  const disconnect = (): Promise<void> => {
    const open = connection;
    lastStatus = status();
    connection = null;
    return inQueueTurn(() => open?.downloads.stop() ?? Promise.resolve());
  };

  // Two queues over one file would fetch the same part twice.
  const connected = (): Promise<Connection> =>
    inQueueTurn(async () => (connection ??= await world.connect(onEvent)));

  const runPass = async (
    meetingIds: readonly MeetingId[] | null,
    signal: AbortSignal,
  ): Promise<void> => {
    const { sync, downloads } = await connected();
    enter({ kind: 'passing' });
    downloads.resume();
    const onProgress = throttled(clock, signal, tell);
    const some = meetingIds === null ? {} : { meetingIds };
    const report = await sync.pass({ ...some, signal, patienceMs, onProgress });
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
    if (running === null) {
      beginPass(null);
      return;
    }
    // What is asked for while a pass reads back or draws comes too late for it.
    running.again ||=
      running.meetingIds !== null || running.abort.signal.aborted || isPastFetching(phase);
  };

  const beginPass = (meetingIds: readonly MeetingId[] | null) => {
    resting.abort();
    nextAt = null;
    const abort = new AbortController();
    const ended = runPass(meetingIds, abort.signal)
      .catch((thrown: unknown) => afterFailure(thrown, abort.signal.aborted))
      .finally(() => {
        const again = running?.again === true;
        running = null;
        if (meetingIds === null) {
          restedSince = clock.now();
          const { failure } = status();
          failuresInARow = failure === null ? 0 : failuresInARow + 1;
        }
        // Whoever called a pass off does not want the next one by itself.
        if (abort.signal.aborted && !again) hasBegun = false;
        if (again) start();
        else if (!passOverNudged()) rest();
      });
    running = { meetingIds, abort, ended, again: false };
    enter({ kind: 'starting' });
  };

  const beginsByItself = (): boolean =>
    hasBegun && world.rhythm().automatic && !lifetime.signal.aborted;

  /** False when there is nothing to pass over. */
  const passOverNudged = (): boolean => {
    const meetingIds = [...nudged];
    nudged.clear();
    if (meetingIds.length === 0 || !beginsByItself()) return false;
    beginPass(meetingIds);
    return true;
  };

  /** A pass may wait for files for hours: what came up meanwhile is queued beside it. */
  const queueBeside = async (
    meetingIds: readonly MeetingId[],
    signal: AbortSignal,
  ): Promise<void> => {
    try {
      await connection?.sync.glance(meetingIds, signal);
    } catch (thrown) {
      // The pass over them comes in any case, and says what is wrong.
      if (!(thrown instanceof Failure) && !signal.aborted) world.onBug(thrown);
    }
  };

  /** The service forgets after seven days whether or not anybody presses a button. */
  const rest = (): void => {
    resting.abort();
    nextAt = null;
    if (running !== null || !beginsByItself()) return;
    const { everyMs } = world.rhythm();
    const { failure } = status();
    const wished =
      failuresInARow === 0 ? everyMs : Math.min(everyMs, firstRetryMs * 2 ** (failuresInARow - 1));
    const startAt = Math.max(restedSince + wished, failure?.retryAt ?? 0);
    resting = new AbortController();
    const signal = AbortSignal.any([resting.signal, lifetime.signal]);
    clock.sleep(Math.max(0, startAt - clock.now()), signal).then(start, () => undefined);
    nextAt = startAt;
    tell();
  };

  return {
    start() {
      hasBegun = true;
      start();
    },
    begin(first) {
      hasBegun = true;
      if (first === 'now' && world.rhythm().automatic) start();
      else rest();
    },
    nudge(meetingIds) {
      if (!beginsByItself()) return;
      for (const meetingId of meetingIds) nudged.add(meetingId);
      if (running === null) passOverNudged();
      else void queueBeside(meetingIds, running.abort.signal);
    },
    reconsider() {
      connection?.downloads.reconsider();
      rest();
    },
    status,
    queue() {
      return connection === null ? viewAtRest(world.queuePlace) : viewOf(connection.downloads);
    },
    wish: (files, wish) =>
      inQueueTurn(async () => {
        if (connection === null) await changeAtRest(world.queuePlace, files, wish, clock);
        else for (const file of files) connection.downloads[wish](file);
      }),
    async pauseAll(paused) {
      await inQueueTurn(async () => {
        if (connection === null) await pauseAtRest(world.queuePlace, paused);
        else connection.downloads.pauseAll(paused);
      });
      lastStatus = { ...lastStatus, pausedByPerson: paused };
      tell();
      tellForecast(await forecast());
    },
    forecast,
    suspend() {
      connection?.downloads.suspend();
    },
    wake() {
      connection?.downloads.wake();
      // What was due meanwhile begins now: a timer does not count while the computer sleeps.
      rest();
    },
    async estimate() {
      const { sync } = await connected();
      return {
        ...(await sync.estimate(lifetime.signal)),
        freeBytes: await library.freeBytes(),
      };
    },
    cancel() {
      running?.abort.abort(new Failure('cancelled', 'A person stopped the pass.'));
    },
    reconnect() {
      nudged.clear();
      if (running === null) {
        disconnect().catch(world.onBug);
        restedSince = clock.now();
        rest();
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

const isPastFetching = ({ kind }: Phase): boolean => kind === 'verifying' || kind === 'resting';
