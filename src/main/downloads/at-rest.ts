/** @file Main process. The queue while nothing runs it: what it holds is read, and a person's wishes are written into it. */
import type { Forecast } from '#contract';

import type { Clock } from '../clock.ts';
import type { FileIdentity } from '../library/index.ts';
import { next } from './job.ts';
import { createProspects } from './prospects.ts';
import { openQueue, openQueueToRead, type Job } from './queue.ts';
import { toDownload } from './roster.ts';
import type { Download } from './types.ts';

/** Where a queue lies. */
export interface QueuePlace {
  /** Absolute path of `queue.db`. */
  queuePath: string;
  /** Where the SQLite addon lies when it is not the packaged one. */
  nativeBinding?: string;
}

/** What there is to read: like `Downloads`, as of now. */
export interface QueueAtRest {
  list(query: { recordingIds: readonly string[]; limit: number }): Download[];
  /** What is neither kept nor cancelled: what asks for work first, then what was given up or set aside. */
  unfinished(limit: number): Download[];
  /** A person has stopped all transfers. */
  pausedByPerson: boolean;
  /** As if fetching began now, or never while a person has stopped it. `speedLimit` in bytes per second. */
  forecast(clock: Clock, speedLimit: number | null): Forecast;
  close(): void;
}

/** Opens the queue for reading alone; null when there is none to read. Nothing on disk changes. */
export function readAtRest({ queuePath, nativeBinding }: QueuePlace): QueueAtRest | null {
  const queue = openQueueToRead(queuePath, nativeBinding);
  if (queue === null) return null;
  const { pausedByPerson, speed } = queue.remembered();
  return {
    list: (query) => queue.list(query).map(asleep).map(toDownload),
    unfinished: (limit) =>
      [...queue.live(), ...queue.resting(limit)].slice(0, limit).map(asleep).map(toDownload),
    pausedByPerson,
    forecast(clock, speedLimit) {
      const prospects = createProspects({
        clock,
        skewMs: () => null,
        renewal: () => 'unknown',
        speedLimit: () => speedLimit,
        speed,
        meanBytes: queue.meanBytes(),
      });
      const jobs = queue.live().map((job) => ({ ...job, link: null }));
      return prospects.forecast(jobs, pausedByPerson ? null : clock.now());
    },
    close: queue.close,
  };
}

/**
 * Writes what a person wants of some files into a queue that nobody runs; files it does not know are
 * left out. A queue that runs holds its files in memory and would undo this.
 * @throws Failure `disk.full`, `disk.refused`
 */
export async function changeAtRest(
  { queuePath, nativeBinding }: QueuePlace,
  files: readonly FileIdentity[],
  wish: 'retry' | 'pause' | 'cancel',
  clock: Clock,
): Promise<void> {
  const queue = await openQueue(queuePath, nativeBinding);
  try {
    queue.together(() => {
      for (const file of files) {
        const job = queue.find(file);
        if (job === null) continue;
        const state = next(job.state, { kind: wish }, clock.now());
        if (state !== job.state) queue.save({ ...job, state });
      }
    });
  } finally {
    queue.close();
  }
}

/** What ran when the program ended runs no more; it is the next one's turn to say what that cost. */
function asleep(job: Job): Job {
  const { kind, attempts, allowed } = job.state;
  return kind === 'running' ? { ...job, state: { kind: 'queued', attempts, allowed } } : job;
}

/**
 * Stops all transfers of a queue that nobody runs, or lets them go on when it is run again.
 * @throws Failure `disk.full`, `disk.refused`
 */
export async function pauseAtRest(
  { queuePath, nativeBinding }: QueuePlace,
  paused: boolean,
): Promise<void> {
  const queue = await openQueue(queuePath, nativeBinding);
  try {
    queue.remember({ pausedByPerson: paused });
  } finally {
    queue.close();
  }
}
