/** @file Main process. Takes a whole part into the archive: classifies it, has doubtful bytes fetched once more, keeps them. */
import { rename, rm, stat } from 'node:fs/promises';

import type { Clock } from '../clock.ts';
import type { FileIdentity, Library } from '../library/index.ts';
import type { Received } from './ask.ts';
import type { MediaFacts } from './media-facts.ts';
import { forgetNote, onDisk } from './part.ts';
import type { Doubt } from './queue.ts';

/** Walks a media file off the main thread. `path` is absolute. */
export type ReadFacts = (path: string) => Promise<MediaFacts>;

export interface DeliveryWorld {
  library: Pick<Library, 'partPath' | 'keep'>;
  facts: ReadFacts;
  clock: Clock;
}

export type Delivered =
  | { kind: 'kept'; sha256: string; bytes: number }
  /** Put aside: fetch it once more and compare. */
  | { kind: 'doubted'; doubt: Doubt };

/** Fetches after which differing bytes are kept anyway, and said to differ. */
const fetchesAtMost = 3;

/**
 * Keeps a part. Bytes that do not read as WebM, or do not have the hash their ETag stands for, are
 * put aside and asked for again; the same bytes twice are what the vendor holds.
 *
 * @throws Failure `disk.full`, `disk.refused`, or what the library throws
 */
export async function deliver(
  file: FileIdentity,
  received: Received,
  doubts: readonly Doubt[],
  world: DeliveryWorld,
): Promise<Delivered> {
  const partPath = world.library.partPath(file);
  const facts = await readFacts(partPath, world.facts);
  const { sha256, bytes, etag, lastModified, matchesEtag } = received;
  const isSound = facts.media.kind === 'ok' && matchesEtag;
  const wasSeen = doubts.some((doubt) => doubt.sha256 === sha256);
  if (!isSound && !wasSeen && doubts.length + 1 < fetchesAtMost) {
    await onDisk(() => rename(partPath, doubtedPath(partPath)));
    await forgetNote(partPath);
    return { kind: 'doubted', doubt: { sha256, bytes, etag, lastModified } };
  }
  const problems = [
    ...facts.problems,
    ...(matchesEtag ? [] : ['hash-is-not-the-etag']),
    ...(isSound || wasSeen ? [] : ['fetches-differ']),
  ];
  await keep(file, partPath, received, { ...facts, problems }, world);
  return { kind: 'kept', sha256, bytes };
}

/**
 * Keeps the last doubted copy of a file that cannot be fetched again: flagged bytes are better than
 * none, for the vendor deletes them. Null when there is no such copy.
 */
export async function deliverDoubted(
  file: FileIdentity,
  doubts: readonly Doubt[],
  world: DeliveryWorld,
): Promise<{ sha256: string; bytes: number } | null> {
  const last = doubts.at(-1);
  const path = doubtedPath(world.library.partPath(file));
  if (last === undefined || (await sizeOf(path)) !== last.bytes) return null;
  const facts = await readFacts(path, world.facts);
  const problems = [...facts.problems, 'fetched-once'];
  await keep(file, path, last, { ...facts, problems }, world);
  return { sha256: last.sha256, bytes: last.bytes };
}

async function keep(
  file: FileIdentity,
  path: string,
  received: Doubt,
  facts: MediaFacts,
  world: DeliveryWorld,
): Promise<void> {
  const { sha256, bytes, etag, lastModified } = received;
  const receivedAt = world.clock.now();
  await world.library.keep({
    ...file,
    ...facts,
    partPath: path,
    sha256,
    bytes,
    etag,
    lastModified,
    receivedAt,
  });
  await forgetLeftovers(world.library.partPath(file));
}

/** Removes what may lie beside a part that is in the archive: its note, a doubted copy. */
export async function forgetLeftovers(partPath: string): Promise<void> {
  await forgetNote(partPath);
  await rm(doubtedPath(partPath), { force: true });
}

async function readFacts(path: string, facts: ReadFacts): Promise<MediaFacts> {
  try {
    return await facts(path);
  } catch {
    // Hostile or unforeseen bytes may stop the walk; they must not stop the bytes from being kept.
    return {
      media: { kind: 'damaged', fromMs: 0, why: 'The file could not be walked through.' },
      durationMs: null,
      holes: [],
      sampleRate: null,
      channels: null,
      problems: ['walk-failed'],
    };
  }
}

function doubtedPath(partPath: string): string {
  return `${partPath}.doubted`;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}
