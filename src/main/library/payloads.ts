/** @file Main process. Puts payloads into bags and mends a bag that a crash left between two steps. */
import { chmod, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, isAbsolute } from 'node:path';
import { Failure, type RecordingId } from '#contract';
import { listPayloads, readBag, tagManifestName, writeBag, type BagTrack } from './bag.ts';
import { heldTracks } from './conclude.ts';
import { exists, makeFolder, onDisk, syncFile, syncFolder, type Folders } from './disk.ts';
import { bagPath, diskNameFor, diskNameForOtherBytes } from './file-names/index.ts';
import { identityKey } from './observed.ts';
import type { FileIdentity, Observation } from './types.ts';

/** Hashes a file off the main thread. */
export type HashFile = (path: string) => Promise<{ bytes: number; sha256: string }>;

/**
 * Checks that a part is where parts belong and as long as it was said to be.
 * @throws Failure `input.invalid`, `file.incomplete`
 */
export async function checkPart(folders: Folders, partPath: string, bytes: number): Promise<void> {
  const within = relative(folders.incoming, partPath);
  if (within === '' || within.startsWith('..') || isAbsolute(within))
    throw new Failure('input.invalid', 'A part lies outside of incoming/.');
  let size;
  try {
    const facts = await stat(partPath);
    size = facts.isFile() ? facts.size : null;
  } catch {
    size = null;
  }
  if (size !== bytes)
    throw new Failure('file.incomplete', 'The part is not as long as it was said to be.', {
      details: { expectedBytes: bytes, heldBytes: size ?? 0 },
    });
}

/** Folder of a new bag; another recording under the same name is stepped aside of. */
export async function newBagPath(
  folders: Folders,
  recordingId: RecordingId,
  observation: Observation | null,
  receivedAt: number,
): Promise<string> {
  const path = bagPath({
    recordingId,
    title: observation?.title ?? '',
    invokedAt: observation?.invokedAt ?? observation?.startedAt ?? receivedAt,
  });
  for (let count = 1; ; count++) {
    const free = count === 1 ? path : `${path}-${count}`;
    if (!(await exists(join(folders.dir, free)))) return free;
    const bag = await readBag(folders, free);
    if (
      bag === null
        ? (await listPayloads(folders, free)).length === 0
        : bag.recordingId === recordingId
    )
      return free;
  }
}

/** Disk name of a payload: the same identity with other bytes stands beside the first. */
export function payloadName(
  file: FileIdentity,
  sha256: string,
  trackTimeMs: number | null,
  held: readonly BagTrack[],
): string {
  const first = held
    .filter((track) => identityKey(track) === identityKey(file))
    .sort((a, b) => a.receivedAt - b.receivedAt || a.payload.length - b.payload.length)[0];
  return first === undefined
    ? `data/${diskNameFor({ ...file, trackTimeMs })}`
    : `data/${diskNameForOtherBytes(basename(first.payload), sha256)}`;
}

/** Moves a part to its place in a bag, read-only, durable. What stood there is kept aside. */
export async function placePayload(
  folders: Folders,
  partPath: string,
  bag: string,
  payload: string,
): Promise<void> {
  await onDisk(async () => {
    const target = join(folders.dir, bag, payload);
    await makeFolder(dirname(target));
    await syncFile(partPath);
    if (await exists(target)) await setAside(folders, target);
    await rename(partPath, target);
    // Not before: a part that stays behind has to be written to by the next try.
    await chmod(target, 0o444);
    await syncFolder(dirname(target));
    await syncFolder(dirname(partPath));
  });
}

async function setAside(folders: Folders, path: string): Promise<void> {
  for (let count = 1; ; count++) {
    const place = join(folders.setAside, `${basename(path)}.${count}`);
    if (await exists(place)) continue;
    await rename(path, place);
    return;
  }
}

export async function dropPart(partPath: string): Promise<void> {
  await onDisk(() => rm(partPath, { force: true }));
}

export interface Mended {
  /** Payloads taken into the manifest. */
  adopted: string[];
  /** Payloads no ledger line speaks for; left where they are. */
  unknown: string[];
}

/**
 * Brings a bag to a whole state: a payload in place that the manifest does not list is checked
 * against what the ledger recorded of it and added; metadata and tag manifest follow.
 * Nothing is ever removed.
 */
export async function mendBag(
  world: { folders: Folders; hashFile: HashFile; collected: () => Promise<BagTrack[]> },
  bag: { recordingId: RecordingId; path: string; observation: Observation | null },
): Promise<Mended> {
  const { folders } = world;
  const mended: Mended = { adopted: [], unknown: [] };
  const read = await readBag(folders, bag.path);
  const held = heldTracks(read);
  const listed = new Set(read?.manifest.keys() ?? []);
  const loose = (await listPayloads(folders, bag.path)).filter((payload) => !listed.has(payload));
  const tracks = [...held];
  if (loose.length > 0) {
    const recorded = await world.collected();
    for (const payload of loose) {
      const path = join(folders.dir, bag.path, payload);
      const about = recorded.filter((track) => track.payload === payload);
      const actual = about.length === 0 ? null : await world.hashFile(path);
      // The last line counts: a file that came again was recorded again.
      const match = about.findLast(
        (track) => track.sha256 === actual?.sha256 && track.bytes === actual.bytes,
      );
      if (match === undefined) mended.unknown.push(payload);
      else {
        await onDisk(() => chmod(path, 0o444));
        tracks.push(match);
        mended.adopted.push(payload);
      }
    }
  }
  if (tracks.length === 0) return mended;
  // A manifest that lists more than its records explain is evidence, not something to write over.
  if (listed.size > held.length) return mended;
  await writeBag(folders, {
    path: bag.path,
    recordingId: bag.recordingId,
    observation: read?.observation ?? bag.observation,
    tracks,
  });
  return mended;
}

/** True when a bag shows on its face that its last change did not end. */
export async function looksUnfinished(folders: Folders, path: string): Promise<boolean> {
  const bag = await readBag(folders, path);
  if (bag === null) return (await listPayloads(folders, path)).length > 0;
  if (!(await exists(join(folders.dir, path, tagManifestName)))) return true;
  return (await listPayloads(folders, path)).some((payload) => !bag.manifest.has(payload));
}
