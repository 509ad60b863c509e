/** @file Main process. The queue while nothing runs it: what it holds is read, and a person's wishes are written into it. */
import type { Clock } from '../clock.ts';
import type { FileIdentity } from '../library/index.ts';
import { next, type State } from './job.ts';
import { openQueue, openQueueToRead, type Job } from './queue.ts';
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
  close(): void;
}

/** Opens the queue for reading alone; null when there is none to read. Nothing on disk changes. */
export function readAtRest({ queuePath, nativeBinding }: QueuePlace): QueueAtRest | null {
  const queue = openQueueToRead(queuePath, nativeBinding);
  if (queue === null) return null;
  return {
    list: (query) => queue.list(query).map(toDownload),
    unfinished: (limit) =>
      [...queue.live(), ...queue.resting(limit)].slice(0, limit).map(toDownload),
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

function toDownload({ file, state, deadlineAt, listedAt }: Job): Download {
  const bytes = state.kind === 'kept' ? state.bytes : null;
  return {
    ...file,
    state: asleep(state),
    deadlineAt,
    listedAt,
    receivedBytes: bytes ?? 0,
    totalBytes: bytes,
    bytesPerSecond: 0,
  };
}

/** What ran when the program ended runs no more; it is the next one's turn to say what that cost. */
function asleep(state: State): State {
  const { attempts, allowed } = state;
  return state.kind === 'running' ? { kind: 'queued', attempts, allowed } : state;
}
