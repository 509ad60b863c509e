/** @file Main process. The part of a file on disk: what is held, what it belongs to, and its hash while it grows. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, writeSync } from 'node:fs';
import {
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { dirname } from 'node:path';

import { Failure } from '#contract';
import { z } from 'zod';

/** Kept beside a part so that it can be continued; nothing of the link's signature (contract 12.4). */
export const PartNote = z.object({
  etag: z.string().nullable(),
  /** Null when the host did not say: such a part is never continued. */
  totalBytes: z.number().int().positive().nullable(),
  lastModified: z.string().nullable(),
  /** SHA-256 of the link's scheme, host and path. */
  pathHash: z.string(),
});
export type PartNote = z.infer<typeof PartNote>;

export interface Held {
  bytes: number;
  /** Null when what is on disk cannot be continued. */
  note: PartNote | null;
}

/** Hashes of a whole part, lower-case hex. */
export interface Digest {
  sha256: string;
  /** Null where it was not taken: it costs more than the other. */
  md5: string | null;
  bytes: number;
}

/** What can be continued: nothing unless part and note agree. */
export async function held(path: string): Promise<Held> {
  const note = await readNote(path);
  const bytes = await sizeOf(path);
  const fits = note?.totalBytes != null && bytes > 0 && bytes <= note.totalBytes;
  return fits ? { bytes, note } : { bytes: 0, note: null };
}

/** Removes part and note. */
export async function discard(path: string): Promise<void> {
  await rm(notePath(path), { force: true });
  await rm(path, { force: true });
}

/** Removes the note alone: the part has moved into the archive. */
export async function forgetNote(path: string): Promise<void> {
  await rm(notePath(path), { force: true });
}

/** So much is given to the disk at once while more of the file comes. */
const flushEveryBytes = 16_000_000;

/** An open part that hashes what it is given. */
export interface PartWriter {
  readonly bytes: number;
  /**
   * Waits for the disk: made for a thread of its own, where that is cheaper than to be told later.
   * @throws Failure `disk.full`, `disk.refused`
   */
  write(chunk: Uint8Array): void;
  /** Makes the bytes durable and closes; the hashes cover the whole part. */
  finish(): Promise<Digest>;
  /** Closes and leaves the bytes for the next attempt. Safe after `finish`. */
  close(): Promise<void>;
}

/**
 * Opens a part to append from `fromBytes` on; whatever lies behind is cut off. What is already
 * there is read once, so that the hashes need no second pass at the end.
 * @throws Failure `disk.full`, `disk.refused`
 * @throws the signal's reason
 */
export async function openPart(
  path: string,
  fromBytes: number,
  note: PartNote,
  signal: AbortSignal,
): Promise<PartWriter> {
  return onDisk(async () => {
    await mkdir(dirname(path), { recursive: true });
    // The note goes first: bytes without a note are fetched again, a note without bytes is harmless.
    const draft = `${notePath(path)}.draft`;
    await writeFile(draft, JSON.stringify(note));
    await rename(draft, notePath(path));
    const handle = await open(path, fromBytes === 0 ? 'w' : 'r+');
    try {
      const hashes = hashesFor(note, fromBytes > 0);
      if (fromBytes > 0) {
        await handle.truncate(fromBytes);
        await hashFile(path, hashes, signal);
      }
      return writer(handle, fromBytes, hashes);
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  });
}

/**
 * Hashes of a part that was complete already; makes it durable first.
 * @throws Failure `disk.full`, `disk.refused`
 * @throws the signal's reason
 */
export async function digestOf(path: string, note: PartNote, signal: AbortSignal): Promise<Digest> {
  return onDisk(async () => {
    const handle = await open(path, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    const hashes = hashesFor(note, true);
    const bytes = await hashFile(path, hashes, signal);
    return digest(hashes, bytes);
  });
}

function writer(handle: FileHandle, fromBytes: number, hashes: Hashes): PartWriter {
  let bytes = fromBytes;
  let isOpen = true;
  let flushedBytes = fromBytes;
  let flushing: Promise<void> | null = null;
  /** A disk tells of bytes that it lost once, to whoever asks first. */
  let unflushed: { reason: unknown } | null = null;
  const flush = () => {
    flushedBytes = bytes;
    flushing = handle
      .datasync()
      .catch((reason: unknown) => {
        unflushed ??= { reason };
      })
      .finally(() => {
        flushing = null;
      });
  };
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  return {
    get bytes() {
      return bytes;
    },
    write(chunk) {
      try {
        for (let done = 0; done < chunk.byteLength;) {
          const written = writeSync(handle.fd, chunk, done, chunk.byteLength - done, bytes);
          done += written;
          bytes += written;
        }
      } catch (thrown) {
        throw asDiskFailure(thrown);
      }
      hashes.sha256.update(chunk);
      hashes.md5?.update(chunk);
      // Else all of it would have to be waited for at the end, with a line that stands still.
      if (bytes - flushedBytes >= flushEveryBytes && flushing === null) flush();
    },
    finish: () =>
      onDisk(async () => {
        await handle.sync();
        await flushing;
        if (unflushed !== null) throw unflushed.reason;
        await close();
        return digest(hashes, bytes);
      }),
    close,
  };
}

interface Hashes {
  sha256: Hash;
  md5: Hash | null;
}

/** Up to here the second hash of a file costs less than a handshake. */
const md5UpToBytes = 32_000_000;

/**
 * The MD5 is taken where it can tell something or costs nothing: of what was put together from
 * several answers, and of small files. One answer of a large file is vouched for by its encrypted line.
 */
function hashesFor({ etag, totalBytes }: PartNote, isContinued: boolean): Hashes {
  const isWorthIt = isContinued || totalBytes === null || totalBytes <= md5UpToBytes;
  return {
    sha256: createHash('sha256'),
    md5: isWorthIt && md5In(etag) !== null ? createHash('md5') : null,
  };
}

/** The MD5 an ETag looks like; null when it is none (contract 12.4). */
export function md5In(etag: string | null): string | null {
  return /^"([0-9a-f]{32})"$/i.exec(etag ?? '')?.[1]?.toLowerCase() ?? null;
}

function digest({ sha256, md5 }: Hashes, bytes: number): Digest {
  return { sha256: sha256.digest('hex'), md5: md5?.digest('hex') ?? null, bytes };
}

async function hashFile(path: string, hashes: Hashes, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  const pieces: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1 << 20 });
  for await (const piece of pieces) {
    signal.throwIfAborted();
    hashes.sha256.update(piece);
    hashes.md5?.update(piece);
    bytes += piece.byteLength;
  }
  return bytes;
}

async function readNote(path: string): Promise<PartNote | null> {
  try {
    return PartNote.parse(JSON.parse(await readFile(notePath(path), 'utf8')));
  } catch {
    // Missing, torn or of another version: the part is fetched anew.
    return null;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

function notePath(path: string): string {
  return `${path}.json`;
}

const fullDisk = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Tells a full disk from one that refuses; the message names no path. */
export async function onDisk<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    throw asDiskFailure(thrown);
  }
}

function asDiskFailure(thrown: unknown): unknown {
  if (!isErrno(thrown)) return thrown;
  return fullDisk.has(thrown.code)
    ? new Failure('disk.full', 'The disk has no room for the file.')
    : new Failure('disk.refused', `The disk refused with ${thrown.code}.`, {
        details: { errno: thrown.code },
      });
}

function isErrno(thrown: unknown): thrown is Error & { code: string } {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    !(thrown instanceof Failure)
  );
}
