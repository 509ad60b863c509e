/** @file Main process. Runs the queue: a few files at once, pauses for all, what is under way told at most five times a second. */
import { addAbortListener, once } from 'node:events';

import { Failure, type ErrorCode, type RecordingId } from '#contract';

import { throttled } from '../throttled.ts';
import type { FileIdentity } from '../library/index.ts';
import type { Link } from '../realtimekit/index.ts';
import { createFetch, keyOf, type Active } from './fetch.ts';
import { fresh, isLive, next, type Event } from './job.ts';
import { createMeter } from './meter.ts';
import { plan } from './plan.ts';
import { openQueue, type Job } from './queue.ts';
import { pauseMs, reactionTo } from './reaction.ts';
import type {
  Download,
  Downloads,
  DownloadsEvent,
  DownloadsOptions,
  DownloadsStatus,
  ListedDownload,
  Pause,
} from './types.ts';

const usuallyAtOnce = 3;
/** Timers lose count beyond some weeks, and a person may set the clock. */
const longestSleepMs = 600_000;

/** Opens the queue and goes on where it stopped. What was running when the program died costs one attempt. */
export async function createDownloads(options: DownloadsOptions): Promise<Downloads> {
  const { library, clock } = options;
  const random = options.random ?? Math.random;
  const atOnce = options.atOnce ?? (() => usuallyAtOnce);
  const queue = await openQueue(options.queuePath, options.nativeBinding);
  const meter = createMeter(clock);
  const jobs = new Map<string, Active>();
  const running = new Map<string, Promise<void>>();
  const waiters = new Set<{ patienceMs: number; resolve: () => void }>();
  const listeners = new Set<(event: DownloadsEvent) => void>();
  if (options.onEvent !== undefined) listeners.add(options.onEvent);
  const emit = (event: DownloadsEvent) => {
    for (const listener of listeners) listener(event);
  };
  const lifetime = new AbortController();
  /** Links of lost files: only another link is news. Forgotten at the end of the program, which costs one question. */
  const refused = new Map<string, Link>();
  const unsaved = new Set<Active>();
  let isBatch = false;
  let pause: Pause | null = null;
  let pausesInARow = 0;
  let alarm: AbortController | null = null;
  /** Given up in the past, read once: a window asks several times a second what is unfinished. */
  let failed: { jobs: Job[]; limit: number } | null = null;

  const tell = throttled(clock, lifetime.signal, () => {
    emit({ kind: 'status', status: status() });
  });
  const { fetchFile, rescue, close } = createFetch({
    ...options,
    saveDoubts: (job) => {
      save(job);
    },
    onBytes(job, bytes) {
      meter.add(bytes);
      job.meter.add(bytes);
      tell();
    },
    onBug(error) {
      emit({ kind: 'bug', error });
    },
  });

  /** What a full disk did not take is right in memory and written later; until then nothing is fetched. */
  const save = (job: Active) => {
    unsaved.delete(job);
    if (job.state.kind === 'failed') failed = null;
    try {
      queue.save(job);
    } catch (thrown) {
      // One of a batch takes the whole batch back.
      if (!(thrown instanceof Failure) || isBatch) throw thrown;
      unsaved.add(job);
      pauseFor(thrown.code, null);
    }
  };

  const apply = (job: Active, event: Event) => {
    const before = job.state;
    job.state = next(before, event, clock.now());
    if (job.state === before) return;
    if (before.kind === 'failed') failed = null;
    save(job);
    if (!isLive(job.state)) {
      jobs.delete(job.key);
      job.link = null;
    }
    emit({ kind: 'changed', download: toDownload(job) });
  };

  const status = (): DownloadsStatus => ({
    paused: pause,
    active: [...jobs.values()].filter((job) => job.state.kind === 'running').map(toDownload),
    counts: queue.counts(),
    bytesPerSecond: meter.rate(),
  });

  const pauseFor = (because: ErrorCode, untilAt: number | null) => {
    // Three transfers may meet the same obstacle at once: one pause, and the longest asked for holds.
    if (pause === null) pausesInARow += 1;
    const round = Math.max(0, pausesInARow - 1);
    const until = untilAt ?? clock.now() + pauseMs(because, round);
    if (pause === null || until > pause.until) pause = { because, until };
  };

  const resume = () => {
    pause = null;
    pausesInARow = 0;
    pump();
  };

  /** Starts what may start, sets the alarm for what may start later, and wakes those who wait for rest. */
  const pump = () => {
    if (lifetime.signal.aborted) return;
    const now = clock.now();
    if (pause !== null && now >= pause.until) pause = null;
    if (pause === null) for (const job of [...unsaved]) save(job);
    for (const job of jobs.values()) apply(job, { kind: 'due' });
    if (pause === null && running.size < atOnce()) {
      // A cancelled attempt may still be winding down when a person asks again: never two on one part.
      const ready = [...jobs.values()]
        .filter((job) => job.state.kind === 'queued' && !running.has(job.key))
        .map((job) => ({ job, order: job.order, deadlineAt: earlier(job.deadlineAt, job.link) }));
      for (const { job } of plan(ready).slice(0, atOnce() - running.size)) start(job);
    }
    const at = nextStartAt();
    setAlarm(running.size > 0 && pause === null ? null : at);
    for (const waiter of waiters) {
      if (running.size === 0 && (at === null || at > now + waiter.patienceMs)) waiter.resolve();
    }
    tell();
  };

  /** When the next job may start: null when there is none. */
  const nextStartAt = (): number | null => {
    let earliest: number | null = null;
    for (const { state } of jobs.values()) {
      if (state.kind !== 'queued' && state.kind !== 'waiting') continue;
      const at = state.kind === 'waiting' ? state.retryAt : 0;
      earliest = Math.min(earliest ?? at, at);
    }
    return earliest === null || pause === null ? earliest : Math.max(earliest, pause.until);
  };

  const setAlarm = (at: number | null) => {
    alarm?.abort();
    alarm = null;
    if (at === null) return;
    const own = new AbortController();
    alarm = own;
    const signal = AbortSignal.any([own.signal, lifetime.signal]);
    const waitMs = Math.min(longestSleepMs, Math.max(1, at - clock.now()));
    clock.sleep(waitMs, signal).then(pump, () => undefined);
  };

  const start = (job: Active) => {
    apply(job, { kind: 'started' });
    const controller = new AbortController();
    job.controller = controller;
    const work = run(job, AbortSignal.any([controller.signal, lifetime.signal])).finally(() => {
      job.controller = null;
      running.delete(job.key);
      pump();
    });
    running.set(job.key, work);
  };

  const run = async (job: Active, signal: AbortSignal): Promise<void> => {
    try {
      const { sha256, bytes } = await fetchFile(job, signal);
      pausesInARow = 0;
      apply(job, { kind: 'kept', sha256, bytes });
    } catch (thrown) {
      await afterFailure(job, thrown, signal);
    }
  };

  const afterFailure = async (job: Active, thrown: unknown, signal: AbortSignal) => {
    const progressed = job.receivedBytes > job.mostBytes;
    job.mostBytes = Math.max(job.mostBytes, job.receivedBytes);
    if (signal.aborted) {
      apply(job, { kind: 'interrupted' });
      return;
    }
    if (!(thrown instanceof Failure)) emit({ kind: 'bug', error: thrown });
    const failure = thrown instanceof Failure ? thrown : new Failure('bug', 'Unforeseen.');
    const because = failure.code;
    const reaction = reactionTo(failure, job.deadlineAt, clock.now());
    if (reaction.kind === 'pause') {
      pauseFor(because, reaction.untilAt);
      apply(job, { kind: 'interrupted' });
      return;
    }
    const event: Event =
      reaction.kind === 'lost'
        ? { kind: 'lost', because }
        : { kind: 'failed', because, pace: reaction.pace, progressed, spread: random() };
    if (reaction.kind === 'lost' && job.link !== null) refused.set(job.key, job.link);
    // Before a file is given up, a doubted copy of it is taken.
    const givesUp = next(job.state, event, clock.now()).kind === 'failed';
    const copy = givesUp ? await rescue(job) : null;
    apply(job, copy === null ? event : { kind: 'kept', sha256: copy.sha256, bytes: copy.bytes });
  };

  /** With what is known only while it runs. */
  const asNow = (job: Job): Download => toDownload(jobs.get(keyOf(job.file)) ?? job);

  const adopt = (job: Job, link: Link | null): Active => {
    const active: Active = {
      ...job,
      key: keyOf(job.file),
      link,
      receivedBytes: 0,
      totalBytes: null,
      mostBytes: 0,
      controller: null,
      meter: createMeter(clock),
    };
    if (isLive(active.state)) jobs.set(active.key, active);
    return active;
  };

  const find = (file: FileIdentity, link: Link | null): Active | null => {
    const live = jobs.get(keyOf(file));
    if (live !== undefined) return live;
    const ended = queue.find(file);
    return ended === null ? null : adopt(ended, link);
  };

  const enqueueOne = (listed: ListedDownload, isMissing: boolean) => {
    const { recordingId, layerName, fileName, deadlineAt, link } = listed;
    const file = { recordingId, layerName, fileName };
    const now = clock.now();
    const known = find(file, link);
    // In the archive without ever having been queued here: restored or imported.
    if (known === null && !isMissing) return;
    if (known === null || (known.state.kind === 'kept' && isMissing)) {
      const round = (known?.round ?? 0) + 1;
      const job = { file, round, listedAt: now, deadlineAt, state: fresh, doubts: [] };
      adopt(queue.add(job), link);
      return;
    }
    const job = known;
    if (job.state.kind === 'kept' || job.state.kind === 'cancelled') return;
    const isLost = job.state.kind === 'failed' && job.state.lost;
    const isNews =
      !isLost || (isLater(deadlineAt, now) && refused.get(job.key)?.isSameAs(link) !== true);
    job.link = link;
    if (job.deadlineAt !== deadlineAt) {
      job.deadlineAt = deadlineAt;
      save(job);
    }
    if (!isNews) return;
    apply(job, { kind: 'listed' });
    if (isLive(job.state)) jobs.set(job.key, job);
  };

  /** What asks for work is all in memory; only what was given up must be read. */
  const unfinished = (limit: number): Download[] => {
    if (failed === null || failed.limit < limit) failed = { jobs: queue.failed(limit), limit };
    const live = [...jobs.values()].filter(({ state }) => isLive(state));
    const rank = ({ state }: Job) => (state.kind === 'running' ? 0 : 1);
    return [...live, ...failed.jobs]
      .sort((a, b) => rank(a) - rank(b) || a.order - b.order)
      .slice(0, limit)
      .map(toDownload);
  };

  const atOpening = queue.live();
  const concerned = new Map<RecordingId, boolean>();
  for (const { recordingId } of atOpening.map(({ file }) => file)) {
    if (concerned.has(recordingId)) continue;
    concerned.set(recordingId, (await options.concerns?.(recordingId)) ?? true);
  }
  for (const job of atOpening) {
    const active = adopt(job, null);
    apply(active, { kind: 'found-running', spread: random() });
    if (concerned.get(job.file.recordingId) === false) jobs.delete(active.key);
  }
  pump();

  return {
    async enqueue(files) {
      const missing = await Promise.all(files.map(async (file) => !(await library.holds(file))));
      lifetime.signal.throwIfAborted();
      const before = new Set(jobs.keys());
      isBatch = true;
      try {
        queue.together(() => {
          files.forEach((file, index) => {
            enqueueOne(file, missing[index] ?? true);
          });
        });
      } catch (thrown) {
        // Their rows are not there: another job would get the same place.
        for (const key of jobs.keys()) if (!before.has(key)) jobs.delete(key);
        throw thrown;
      } finally {
        isBatch = false;
      }
      pump();
    },
    status,
    list: ({ recordingIds, limit = 200 } = {}) =>
      queue.list({ ...(recordingIds === undefined ? {} : { recordingIds }), limit }).map(asNow),
    unfinished: (limit = Number.MAX_SAFE_INTEGER) => unfinished(limit),
    retry(file) {
      const job = find(file, null);
      if (job === null) return;
      apply(job, { kind: 'retry' });
      if (isLive(job.state)) jobs.set(job.key, job);
      resume();
    },
    cancel(file) {
      const job = find(file, null);
      if (job === null) return;
      const controller = job.controller;
      apply(job, { kind: 'cancel' });
      controller?.abort(new Failure('cancelled', 'The transfer was cancelled.'));
      pump();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reconsider: pump,
    resume,
    async whenIdle({ patienceMs = 0, signal } = {}) {
      lifetime.signal.throwIfAborted();
      signal?.throwIfAborted();
      const waiting = new AbortController();
      const idle = new Promise<void>((resolve) => {
        const waiter = { patienceMs, resolve };
        waiters.add(waiter);
        addAbortListener(waiting.signal, () => waiters.delete(waiter));
      });
      const ended =
        signal === undefined
          ? []
          : [once(signal, 'abort', { signal: waiting.signal }).catch(() => undefined)];
      pump();
      await Promise.race([idle, ...ended]);
      waiting.abort();
      signal?.throwIfAborted();
    },
    async stop() {
      lifetime.abort(new Failure('cancelled', 'The program is quitting.'));
      await Promise.all(running.values());
      await close();
      for (const job of [...unsaved]) save(job);
      for (const waiter of waiters) waiter.resolve();
      queue.close();
    },
  };
}

/** A link may end before the file does, and nobody knows beforehand whether there will be another (contract 8.4). */
function earlier(deadlineAt: number | null, link: Link | null): number | null {
  const ends = [deadlineAt, link?.expiresAt ?? null].filter((at) => at !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

function isLater(deadlineAt: number | null, now: number): boolean {
  return deadlineAt !== null && deadlineAt > now;
}

function toDownload(job: Job | Active): Download {
  const keptBytes = job.state.kind === 'kept' ? job.state.bytes : null;
  return {
    ...job.file,
    state: job.state,
    deadlineAt: job.deadlineAt,
    listedAt: job.listedAt,
    receivedBytes: keptBytes ?? ('receivedBytes' in job ? job.receivedBytes : 0),
    totalBytes: keptBytes ?? ('totalBytes' in job ? job.totalBytes : null),
    bytesPerSecond: 'meter' in job && job.state.kind === 'running' ? job.meter.rate() : 0,
  };
}
