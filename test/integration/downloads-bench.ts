/** @file Tests. A clock in a hurry and a small library, for tests of downloads that need nothing more of either. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { RecordingId } from '../../src/preload/contract/index.ts';
import type { Clock } from '../../src/main/clock.ts';
import type { DownloadsOptions, MediaFacts } from '../../src/main/downloads/index.ts';
import type { State } from '../../src/main/downloads/job.ts';
import type { Job } from '../../src/main/downloads/queue.ts';
import type { Delivery, FileIdentity } from '../../src/main/library/index.ts';

/** Waits of any length last two milliseconds; the hands move on as if they had lasted. */
export function hastyClock(): Clock & { advance(ms: number): void } {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  return {
    now,
    advance: (ms) => {
      aheadMs += ms;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const until = now() + ms;
        const timer = setTimeout(() => {
          aheadMs = Math.max(aheadMs, until - Date.now());
          resolve();
        }, 2);
        const onAbort = () => {
          clearTimeout(timer);
          reject(signal?.reason as Error);
        };
        if (signal?.aborted === true) onAbort();
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
  };
}

export type SmallLibrary = DownloadsOptions['library'] & {
  kept: Map<string, Delivery & { content: Buffer }>;
};

/** Keeps deliveries in a folder and tells what it holds. */
export function smallLibrary(dir: string): SmallLibrary {
  const kept: SmallLibrary['kept'] = new Map();
  const key = (file: FileIdentity) =>
    JSON.stringify([file.recordingId, file.layerName, file.fileName]);
  return {
    kept,
    partPath: (file) =>
      join(dir, 'incoming', `${createHash('sha256').update(key(file)).digest('hex')}.part`),
    holds: (file) => Promise.resolve(kept.has(key(file))),
    async keep(delivery) {
      await mkdir(join(dir, 'data'), { recursive: true });
      const path = join(dir, 'data', `${kept.size}.webm`);
      await rename(delivery.partPath, path);
      kept.set(key(delivery), { ...delivery, content: await readFile(path) });
      return trackOf(delivery);
    },
    tracks: () => Promise.resolve({ items: [...kept.values()].map(trackOf), next: null }),
  };
}

type Track = Awaited<ReturnType<DownloadsOptions['library']['keep']>>;

function trackOf(delivery: Delivery): Track {
  const { recordingId, layerName, fileName, sha256, bytes } = delivery;
  // Downloads reads nothing else of a track.
  return { recordingId, layerName, fileName, sha256, bytes } as Track;
}

/** Stands for the walk: the four bytes every WebM begins with decide. */
export async function readFacts(path: string): Promise<MediaFacts> {
  const isWebm = (await readFile(path))
    .subarray(0, 4)
    .equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
  return {
    media: isWebm ? { kind: 'ok' } : { kind: 'not-webm', why: 'no EBML header' },
    durationMs: isWebm ? 1_000 : null,
    holes: [],
    sampleRate: isWebm ? 48_000 : null,
    channels: isWebm ? 1 : null,
    problems: [],
  };
}

/** Bytes that begin like a WebM and never repeat. */
export function webmLike(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes);
  let state = seed;
  for (let at = 0; at < bytes; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    content[at] = state >>> 16;
  }
  content.set([0x1a, 0x45, 0xdf, 0xa3]);
  return content;
}

export function fileNamed(fileName: string): FileIdentity {
  return { recordingId: RecordingId.parse('fffd7c39'), layerName: 'default', fileName };
}

/** A row as the queue adds it, listed one ms after the beginning of time. */
export function jobOf(file: FileIdentity, state: State): Omit<Job, 'order'> {
  return {
    file,
    round: 1,
    listedAt: 1,
    deadlineAt: null,
    expectedBytes: null,
    totalBytes: null,
    receivedBytes: 0,
    state,
    doubts: [],
  };
}
