/** @file Main process. Runs the queue: a few files at once, in the order of the plan, told at most five times a second. */
import { Failure, type Forecast, type RecordingId } from '#contract';

import { throttled } from '../throttled.ts';
import type { FileIdentity } from '../library/index.ts';
import { createAlarm } from './alarm.ts';
import { createFetch, type Active } from './fetch.ts';
import { createHalts } from './halts.ts';
import { createIdle } from './idle.ts';
import { isLive, next, type Event } from './job.ts';
import { moves } from './lanes.ts';
import { createMeter } from './meter.ts';
import { createPresence } from './presence.ts';
import { createProspects } from './prospects.ts';
import { openQueue } from './queue.ts';
import { reactionTo } from './reaction.ts';
import { createRoom } from './room.ts';
import { createRoster, toDownload } from './roster.ts';
import type { Downloads, DownloadsEvent, DownloadsOptions, DownloadsStatus } from './types.ts';

const usuallyAtOnce = 3;
/** Between two looks at plan, disk and forecast while nothing happens but bytes, in ms. */
const reckoningMs = 5_000;
/** Between two times that files give way to others, in ms: each costs a request. */
const givingWayMs = 30_000;

/** Between two notes of when the queue ran, in ms. */
const notingMs = 60_000;

/** Opens the queue and goes on where it stopped. What was running when the program died costs one attempt. */
export async function createDownloads(options: DownloadsOptions): Promise<Downloads> {
  const { library, clock } = options;
  const random = options.random ?? Math.random;
  const atOnce = () => Math.max(1, options.atOnce?.() ?? usuallyAtOnce);
  const skewMs = () => options.skewMs?.() ?? null;
  const serviceNow = () => clock.now() + (skewMs() ?? 0);
  const queue = await openQueue(options.queuePath, options.nativeBinding);
  const remembered = queue.remembered();
  const halts = createHalts(clock, remembered.pausedByPerson);
  const prospects = createProspects({
    clock,
    skewMs,
    renewal: options.renewal ?? (() => 'unknown'),
    speedLimit: options.speedLimit ?? (() => null),
    speed: remembered.speed,
    meanBytes: queue.meanBytes(),
  });
  const room = createRoom(clock, options.freeBytes);
  const meter = createMeter(clock);
  const running = new Map<string, Promise<void>>();
  /** Of these, whole files that are looked at and kept: the line is free for others meanwhile. */
  const delivering = new Set<string>();
  const taken = () => running.size - Math.min(delivering.size, atOnce());
  const idle = createIdle();
  const listeners = new Set<(event: DownloadsEvent) => void>();
  if (options.onEvent !== undefined) listeners.add(options.onEvent);
  const emit = (event: DownloadsEvent) => {
    for (const listener of listeners) listener(event);
  };
  const lifetime = new AbortController();
  let reckonedAt = -Infinity;
  let gaveWayAt = -Infinity;
  let notedAt = -Infinity;
  let toldForecast = '';

  const tell = throttled(clock, lifetime.signal, () => {
    emit({ kind: 'status', status: status() });
  });
  const roster = createRoster({
    queue,
    clock,
    serviceNow,
    onChanged(download) {
      emit({ kind: 'changed', download });
    },
    // Until the disk takes it again nothing is fetched.
    onRefused({ code }) {
      halts.pauseFor(code, null);
    },
  });
  const fetch = (options.createFetch ?? createFetch)({
    ...options,
    onReceived(job) {
      delivering.add(job.key);
      pump();
    },
    saveDoubts: (job) => {
      delivering.delete(job.key);
      roster.save(job);
    },
    onBytes(job, bytes) {
      meter.add(bytes);
      job.meter.add(bytes);
      prospects.received(bytes);
      tell();
      reckon();
    },
    onBug(error) {
      emit({ kind: 'bug', error });
    },
  });

  const status = (): DownloadsStatus => ({
    paused: halts.pause(),
    pausedByPerson: halts.byPerson(),
    active: roster
      .live()
      .filter(({ state }) => state.kind === 'running')
      .map(toDownload),
    counts: queue.counts(),
    bytesPerSecond: meter.rate(),
  });

  const isOpen = () => {
    const openAt = halts.openAt();
    return openAt !== null && openAt <= clock.now();
  };

  const resume = () => {
    halts.lift();
    pump();
  };

  /** Starts what may start, sets the alarm for what may start later, and wakes those who wait for rest. */
  const pump = () => {
    if (lifetime.signal.aborted) return;
    if (isOpen()) roster.saveAgain();
    for (const job of roster.live()) roster.apply(job, { kind: 'due' });
    if (isOpen() && taken() < atOnce()) fill();
    const at = nextStartAt();
    setAlarm(running.size > 0 && isOpen() ? null : at);
    idle.look(clock.now(), running.size > 0, at);
    tell();
    reckon();
  };

  const movesNow = () =>
    moves<Active>({
      plan: prospects.plan(roster.live()),
      atOnce: atOnce(),
      taken: taken(),
      readiness({ state, key }) {
        if (state.kind === 'running') return 'running';
        // A cancelled attempt may still be winding down when a person asks again: never two on one part.
        return state.kind === 'queued' && !running.has(key) ? 'ready' : 'later';
      },
      isNearlyDone: prospects.isNearlyDone,
    });

  const fill = () => {
    const free = room.forFiles();
    if (free === 'unknown') {
      room.look().then(pump, () => undefined);
      return;
    }
    const coming = roster.live().filter(({ key }) => running.has(key));
    let left = free - sum(coming.map(prospects.bytesLeft));
    let isTooFull = false;
    for (const job of movesNow().begin) {
      const bytes = prospects.bytesLeft(job);
      if (bytes > left) {
        isTooFull = true;
        continue;
      }
      left -= bytes;
      start(job);
    }
    // While anything is under way the disk is looked at again when it is done.
    if (isTooFull && running.size === 0) halts.pauseFor('disk.full', null);
  };

  /** When the next job may start: null when there is none, or nobody can say. */
  const nextStartAt = (): number | null => {
    let earliest: number | null = null;
    for (const { state } of roster.live()) {
      if (state.kind === 'running') continue;
      const at = state.kind === 'waiting' ? state.retryAt : 0;
      earliest = Math.min(earliest ?? at, at);
    }
    const openAt = halts.openAt();
    if (earliest === null || openAt === null) return null;
    return openAt > clock.now() ? Math.max(earliest, openAt) : earliest;
  };

  const setAlarm = createAlarm(clock, lifetime.signal, pump);

  /** Looks at plan, disk and forecast, however often it is called, every few seconds. */
  const reckon = () => {
    const now = clock.now();
    if (lifetime.signal.aborted || Math.abs(now - reckonedAt) < reckoningMs) return;
    reckonedAt = now;
    if (running.size > 0) {
      const { giveWay } = movesNow();
      if (giveWay.length > 0 && Math.abs(now - gaveWayAt) >= givingWayMs) {
        gaveWayAt = now;
        interrupt(giveWay, 'Another file needs the line.');
      }
      room.look().then(keepRoom, () => undefined);
    }
    const forecast = forecastNow();
    const told = JSON.stringify({ ...forecast, at: 0 });
    if (told === toldForecast) return;
    toldForecast = told;
    emit({ kind: 'forecast', forecast });
  };

  const forecastNow = (): Forecast => prospects.forecast(roster.live(), halts.foreseenAt());

  /** Stops before the disk is full for everybody else. */
  const keepRoom = () => {
    const free = room.forFiles();
    if (free === 'unknown' || free >= 0 || running.size === 0) return;
    halts.pauseFor('disk.full', null);
    interrupt(roster.live(), 'The disk is nearly full.');
    pump();
  };

  /** Stops what runs where it is; costs nothing. */
  const interrupt = (which: Iterable<Active>, why: string) => {
    for (const job of which) job.controller?.abort(new Failure('cancelled', why));
  };

  const start = (job: Active) => {
    roster.apply(job, { kind: 'started' });
    const controller = new AbortController();
    job.controller = controller;
    const work = run(job, AbortSignal.any([controller.signal, lifetime.signal])).finally(() => {
      job.controller = null;
      running.delete(job.key);
      delivering.delete(job.key);
      prospects.fetching(running.size > 0);
      if (Math.abs(clock.now() - notedAt) > notingMs) note();
      pump();
    });
    running.set(job.key, work);
    prospects.fetching(true);
  };

  const run = async (job: Active, signal: AbortSignal): Promise<void> => {
    try {
      const { sha256, bytes } = await fetch.fetchFile(job, signal);
      halts.cameThrough();
      prospects.learnSize(bytes);
      job.totalBytes = bytes;
      roster.apply(job, { kind: 'kept', sha256, bytes });
    } catch (thrown) {
      await afterFailure(job, thrown, signal);
    }
  };

  const afterFailure = async (job: Active, thrown: unknown, signal: AbortSignal) => {
    const progressed = job.receivedBytes > job.mostBytes;
    job.mostBytes = Math.max(job.mostBytes, job.receivedBytes);
    if (signal.aborted) {
      roster.apply(job, { kind: 'interrupted' });
      return;
    }
    if (!(thrown instanceof Failure)) emit({ kind: 'bug', error: thrown });
    const failure = thrown instanceof Failure ? thrown : new Failure('bug', 'Unforeseen.');
    const because = failure.code;
    const reaction = reactionTo(failure, job.deadlineAt, serviceNow());
    if (reaction.kind === 'pause') {
      halts.pauseFor(because, reaction.untilAt);
      roster.apply(job, { kind: 'interrupted' });
      return;
    }
    const event: Event =
      reaction.kind === 'lost'
        ? { kind: 'lost', because }
        : { kind: 'failed', because, pace: reaction.pace, progressed, spread: random() };
    if (reaction.kind === 'lost') roster.refuse(job);
    // Before a file is given up, a doubted copy of it is taken.
    const givesUp = next(job.state, event, clock.now()).kind === 'failed';
    const copy = givesUp ? await fetch.rescue(job) : null;
    roster.apply(job, copy === null ? event : { kind: 'kept', ...copy });
  };

  /** A person's wish for one file. */
  const wish = (file: FileIdentity, kind: 'retry' | 'pause' | 'cancel') => {
    const job = roster.find(file);
    if (job === null) return;
    const { controller } = job;
    roster.apply(job, { kind });
    if (!isLive(job.state)) {
      controller?.abort(new Failure('cancelled', 'A person stopped the transfer.'));
    }
    if (kind === 'retry') halts.lift();
    pump();
  };

  const awake = () => {
    halts.wake();
    // Connections from before are dead or soon will be.
    interrupt(roster.live(), 'The computer slept.');
    pump();
  };

  const atOpening = queue.live();
  const concerned = new Map<RecordingId, boolean>();
  for (const { recordingId } of atOpening.map(({ file }) => file)) {
    if (concerned.has(recordingId)) continue;
    concerned.set(recordingId, (await options.concerns?.(recordingId)) ?? true);
  }
  for (const job of atOpening) {
    const active = roster.adopt(job);
    roster.apply(active, { kind: 'found-running', spread: random() });
    if (concerned.get(job.file.recordingId) === false) roster.leave(active);
  }
  /** What a full disk does not take of it is no loss. */
  const note = () => {
    notedAt = clock.now();
    try {
      queue.remember({ ranAt: clock.now(), speed: prospects.speed() });
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
    }
  };
  const presence = createPresence({
    clock,
    endedIn: ({ fromAt, untilAt }) =>
      roster.live().flatMap((job) => {
        const at = prospects.deadlineOf(job);
        return at !== null && at > fromAt && at <= untilAt ? job.file : [];
      }),
    hasCome: (file) => roster.find(file)?.state.kind === 'kept',
    onBeat() {
      note();
      reckon();
    },
    onReturn: awake,
  });
  if (remembered.ranAt !== null) {
    presence.missed({ fromAt: remembered.ranAt, untilAt: clock.now() });
  }
  note();
  if (options.heartbeatMs !== undefined) presence.keep(options.heartbeatMs, lifetime.signal);
  pump();

  return {
    async enqueue(files) {
      const listed = await Promise.all(
        files.map(async (file) => ({ file, isMissing: !(await library.holds(file)) })),
      );
      lifetime.signal.throwIfAborted();
      roster.enqueue(listed);
      pump();
    },
    status,
    list: ({ recordingIds, limit = 200 } = {}) =>
      roster.list({ ...(recordingIds === undefined ? {} : { recordingIds }), limit }),
    unfinished: (limit = Number.MAX_SAFE_INTEGER) => roster.unfinished(limit),
    retry(file) {
      wish(file, 'retry');
    },
    pause(file) {
      wish(file, 'pause');
    },
    cancel(file) {
      wish(file, 'cancel');
    },
    pauseAll(paused) {
      queue.remember({ pausedByPerson: paused });
      halts.setByPerson(paused);
      if (paused) interrupt(roster.live(), 'A person stopped all transfers.');
      else halts.lift();
      pump();
    },
    forecast: forecastNow,
    wasOff: presence.wasOff,
    suspend() {
      halts.sleep();
      interrupt(roster.live(), 'The computer goes to sleep.');
      note();
      pump();
    },
    wake: awake,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reconsider: pump,
    resume,
    async whenIdle({ patienceMs = 0, signal } = {}) {
      lifetime.signal.throwIfAborted();
      const atRest = idle.wait(patienceMs, signal);
      pump();
      await atRest;
    },
    async stop() {
      lifetime.abort(new Failure('cancelled', 'The program is quitting.'));
      await Promise.all(running.values());
      await fetch.close();
      roster.saveAgain();
      note();
      idle.end();
      queue.close();
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
