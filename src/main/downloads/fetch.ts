/** @file Main process. Brings one queued file into the archive: attempt, look, and where there is doubt once more. */
import { availableParallelism } from 'node:os';

import type { Clock } from '../clock.ts';
import type { FileIdentity, Library } from '../library/index.ts';
import type { Link } from '../realtimekit/index.ts';
import { openAllowance } from './allowance.ts';
import { createAsk } from './ask.ts';
import { attempt } from './attempt.ts';
import { deliver, deliverDoubted, forgetLeftovers, type ReadFacts } from './delivery.ts';
import type { FreshLink } from './links.ts';
import type { Meter } from './meter.ts';
import type { Job } from './queue.ts';
import { createTransferThreads } from './threads.ts';

/** A job with what is known only while the program runs. */
export interface Active extends Job {
  key: string;
  link: Link | null;
  /** Most bytes ever on disk; more than this counts as progress. */
  mostBytes: number;
  controller: AbortController | null;
  /** Of this file alone. */
  meter: Meter;
}

export interface FetchOptions {
  library: Pick<Library, 'partPath' | 'holds' | 'keep' | 'tracks'>;
  freshLink: FreshLink;
  facts: ReadFacts;
  clock: Clock;
  /** All bytes are on disk; what follows needs no line. */
  onReceived(job: Active): void;
  /** It will be fetched once more. */
  saveDoubts(job: Active): void;
  onBytes(job: Active, bytes: number): void;
  onRequest?: (host: string) => void;
  transferWorkerUrl?: URL;
  speedLimit?: () => number | null;
  skewMs?: () => number | null;
  onBug(error: unknown): void;
}

/** What is in the archive now. */
export interface Kept {
  sha256: string;
  bytes: number;
}

export interface Fetch {
  /** @throws what `attempt` and `deliver` throw */
  fetchFile(job: Active, signal: AbortSignal): Promise<Kept>;
  /** Keeps the doubted copy of a file that is about to be given up; null when there is none. */
  rescue(job: Active): Promise<Kept | null>;
  /** Once nothing is fetched any more. */
  close(): Promise<void>;
}

export type CreateFetch = (options: FetchOptions) => Fetch;

/** JSON keeps names apart that differ only in a lone surrogate. */
export function keyOf({ recordingId, layerName, fileName }: FileIdentity): string {
  return JSON.stringify([recordingId, layerName, fileName]);
}

/** More threads than this would only wait for the disk. */
const threadsAtMost = 3;

export function createFetch(options: FetchOptions): Fetch {
  const { library, freshLink, facts, clock, transferWorkerUrl } = options;
  const allowance = openAllowance();
  const size = Math.min(threadsAtMost, availableParallelism());
  const threads =
    transferWorkerUrl === undefined
      ? null
      : createTransferThreads({ entry: transferWorkerUrl, size, allowance });
  const ask = threads?.ask ?? createAsk({ clock, allowance });
  /** As often as bytes are told of: while none come, no limit matters. */
  const heedLimit = () => {
    allowance.limitTo(options.speedLimit?.() ?? null);
  };

  return {
    async fetchFile(job, signal) {
      const held = await heldAlready(library, job.file);
      if (held !== null) {
        // The program died between keeping and tidying.
        await forgetLeftovers(library.partPath(job.file));
        return held;
      }
      for (;;) {
        let isFirst = true;
        heedLimit();
        const received = await attempt({
          ask,
          partPath: library.partPath(job.file),
          link: job.link,
          deadlineAt: job.deadlineAt,
          skewMs: options.skewMs?.() ?? 0,
          async freshLink(refused) {
            job.link = await freshLink(job.file, refused, signal);
            return job.link;
          },
          signal,
          onRequest: options.onRequest,
          onProgress(receivedBytes, totalBytes) {
            heedLimit();
            // What an earlier attempt left is neither speed nor progress of this one.
            const before = isFirst ? receivedBytes : job.receivedBytes;
            if (isFirst) job.mostBytes = Math.max(job.mostBytes, receivedBytes);
            isFirst = false;
            job.receivedBytes = receivedBytes;
            job.totalBytes = totalBytes;
            options.onBytes(job, Math.max(0, receivedBytes - before));
          },
        });
        options.onReceived(job);
        const delivered = await deliver(job.file, received, job.doubts, { library, facts, clock });
        if (delivered.kind === 'kept') return delivered;
        job.doubts = [...job.doubts, delivered.doubt];
        job.receivedBytes = 0;
        job.mostBytes = 0;
        options.saveDoubts(job);
      }
    },

    async rescue(job) {
      try {
        return await deliverDoubted(job.file, job.doubts, { library, facts, clock });
      } catch (error) {
        options.onBug(error);
        return null;
      }
    },

    close: () => threads?.close() ?? Promise.resolve(),
  };
}

/** What the archive says of a file it holds: it was kept just before the program died. */
async function heldAlready(
  library: Pick<Library, 'holds' | 'tracks'>,
  file: FileIdentity,
): Promise<Kept | null> {
  if (!(await library.holds(file))) return null;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Library['tracks']>> = await library.tracks({
      recordingId: file.recordingId,
      after,
    });
    const track = page.items.find((item) => keyOf(item) === keyOf(file));
    if (track !== undefined) return { sha256: track.sha256, bytes: track.bytes };
    after = page.next;
  } while (after !== null);
  return null;
}
