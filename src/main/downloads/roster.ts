/** @file Main process. The files of the queue as this run knows them: rows with their links, every step written down. */
import { Failure } from '#contract';

import type { Clock } from '../clock.ts';
import type { FileIdentity } from '../library/index.ts';
import type { Link } from '../realtimekit/index.ts';
import { keyOf, type Active } from './fetch.ts';
import { fresh, isLive, next, type Event } from './job.ts';
import { createMeter } from './meter.ts';
import type { Job, Queue } from './queue.ts';
import type { Download, ListedDownload } from './types.ts';

export interface Roster {
  /** What asks for work. */
  live(): Active[];
  /** Takes up a row of the queue. */
  adopt(job: Job): Active;
  /** Not of this run's concern: stays in the queue as it is. */
  leave(job: Active): void;
  find(file: FileIdentity): Active | null;
  /** Changes the state, writes it and tells it; an event that does not fit changes nothing. */
  apply(job: Active, event: Event): void;
  /** @throws Failure what the disk says, inside `enqueue` alone: elsewhere it is told and tried again */
  save(job: Active): void;
  /** Writes what the disk did not take before. */
  saveAgain(): void;
  /** Its link brought nothing and there is no better: only another one is news. */
  refuse(job: Active): void;
  /**
   * Takes in what the vendor lists, all or none. `isMissing` says of each whether the archive lacks it.
   * @throws Failure `disk.full`, `disk.refused`
   */
  enqueue(listed: readonly { file: ListedDownload; isMissing: boolean }[]): void;
  /** With what is known only while it runs. */
  list(query: { recordingIds?: readonly string[]; limit: number }): Download[];
  /** What is neither kept nor cancelled: what runs first, then as it was listed. */
  unfinished(limit: number): Download[];
}

export function createRoster(world: {
  queue: Queue;
  clock: Clock;
  /** The service's clock now, epoch ms. */
  serviceNow: () => number;
  onChanged: (download: Download) => void;
  /** A step could not be written; it is right in memory. */
  onRefused: (failure: Failure) => void;
}): Roster {
  const { queue, clock } = world;
  const jobs = new Map<string, Active>();
  /** Links of lost files. Forgotten at the end of the program, which costs one question. */
  const refused = new Map<string, Link>();
  const unsaved = new Set<Active>();
  let isBatch = false;
  /** Not live and not ended well either, read once: a window asks several times a second what is unfinished. */
  let resting: { jobs: Job[]; limit: number } | null = null;

  const save = (job: Active) => {
    unsaved.delete(job);
    try {
      queue.save(job);
    } catch (thrown) {
      // One of a batch takes the whole batch back.
      if (!(thrown instanceof Failure) || isBatch) throw thrown;
      unsaved.add(job);
      world.onRefused(thrown);
    }
  };

  const apply = (job: Active, event: Event) => {
    const before = job.state;
    job.state = next(before, event, clock.now());
    if (job.state === before) return;
    if (!isLive(before) || !isLive(job.state)) resting = null;
    save(job);
    if (isLive(job.state)) jobs.set(job.key, job);
    else {
      jobs.delete(job.key);
      job.link = null;
    }
    world.onChanged(toDownload(job));
  };

  const take = (job: Job, link: Link | null): Active => {
    const active: Active = {
      ...job,
      key: keyOf(job.file),
      link,
      mostBytes: 0,
      controller: null,
      meter: createMeter(clock),
    };
    if (isLive(active.state)) jobs.set(active.key, active);
    return active;
  };

  const find = (file: FileIdentity): Active | null => {
    const live = jobs.get(keyOf(file));
    if (live !== undefined) return live;
    const ended = queue.find(file);
    return ended === null ? null : take(ended, null);
  };

  const addRound = (listed: ListedDownload, before: Job | null) => {
    const { recordingId, layerName, fileName, deadlineAt, link } = listed;
    const job = {
      file: { recordingId, layerName, fileName },
      round: (before?.round ?? 0) + 1,
      listedAt: clock.now(),
      deadlineAt,
      expectedBytes: listed.expectedBytes ?? null,
      totalBytes: null,
      receivedBytes: 0,
      state: fresh,
      doubts: [],
    };
    take(queue.add(job), link);
  };

  const enqueueOne = (listed: ListedDownload, isMissing: boolean) => {
    const { deadlineAt, link } = listed;
    const job = find(listed);
    // In the archive without ever having been queued here: restored or imported.
    if (job === null && !isMissing) return;
    if (job === null || (job.state.kind === 'kept' && isMissing)) {
      addRound(listed, job);
      return;
    }
    if (job.state.kind === 'kept' || job.state.kind === 'cancelled') return;
    const isLost = job.state.kind === 'failed' && job.state.lost;
    const isLater = deadlineAt !== null && deadlineAt > world.serviceNow();
    const isNews = !isLost || (isLater && refused.get(job.key)?.isSameAs(link) !== true);
    const expectedBytes = listed.expectedBytes ?? job.expectedBytes;
    job.link = link;
    if (job.deadlineAt !== deadlineAt || job.expectedBytes !== expectedBytes) {
      job.deadlineAt = deadlineAt;
      job.expectedBytes = expectedBytes;
      save(job);
    }
    if (isNews) apply(job, { kind: 'listed' });
  };

  return {
    live: () => [...jobs.values()],
    adopt: (job) => take(job, null),
    leave: (job) => jobs.delete(job.key),
    find,
    apply,
    save,
    saveAgain() {
      for (const job of [...unsaved]) save(job);
    },
    refuse(job) {
      if (job.link !== null) refused.set(job.key, job.link);
    },
    enqueue(listed) {
      const before = new Set(jobs.keys());
      isBatch = true;
      try {
        queue.together(() => {
          for (const { file, isMissing } of listed) enqueueOne(file, isMissing);
        });
      } catch (thrown) {
        // Their rows are not there: another job would get the same place.
        for (const key of jobs.keys()) if (!before.has(key)) jobs.delete(key);
        throw thrown;
      } finally {
        isBatch = false;
      }
    },
    list: (query) => queue.list(query).map((job) => toDownload(jobs.get(keyOf(job.file)) ?? job)),
    unfinished(limit) {
      if (resting === null || resting.limit < limit) {
        resting = { jobs: queue.resting(limit), limit };
      }
      const rank = ({ state }: Job) => (state.kind === 'running' ? 0 : 1);
      return [...jobs.values(), ...resting.jobs]
        .sort((a, b) => rank(a) - rank(b) || a.order - b.order)
        .slice(0, limit)
        .map(toDownload);
    },
  };
}

/** As facts to show. */
export function toDownload(job: Job | Active): Download {
  const { file, state, deadlineAt, listedAt } = job;
  const bytes = state.kind === 'kept' ? state.bytes : null;
  return {
    ...file,
    state,
    deadlineAt,
    listedAt,
    receivedBytes: bytes ?? job.receivedBytes,
    totalBytes: bytes ?? job.totalBytes,
    bytesPerSecond: 'meter' in job && state.kind === 'running' ? job.meter.rate() : 0,
  };
}
