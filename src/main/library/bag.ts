/** @file Main process. One bag per recording: its facts read back from disk, and written so that what is listed always holds. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RecordingId } from '#contract';
import {
  bagitText,
  formatBagInfo,
  formatManifest,
  isBagPath,
  parseManifest,
  sha256Of,
  type ManifestEntry,
} from './bag-text.ts';
import { makeFolder, parseJson, readText, replaceFile, systemCode, type Folders } from './disk.ts';
import { CollectedFile } from './ledger-line.ts';
import {
  MeetingPersonSchema,
  ObservationSchema,
  SessionPersonSchema,
  cleanObservation,
} from './observed.ts';
import type { Observation } from './types.ts';

/** What a bag says of one payload; the ledger line says the same. */
export const BagTrack = CollectedFile.omit({ recordingId: true, bag: true });
export type BagTrack = z.infer<typeof BagTrack>;

const TracksFile = z.object({
  version: z.literal(1),
  recordingId: RecordingId,
  tracks: z.array(BagTrack),
});

const RecordingFile = z.object({
  version: z.literal(1),
  recordingId: RecordingId,
  observation: ObservationSchema.omit({ sessionPeople: true, meetingPeople: true }).nullable(),
});

const PeopleFile = z.object({
  version: z.literal(1),
  sessionPeople: z.array(SessionPersonSchema).nullable(),
  meetingPeople: z.array(MeetingPersonSchema).nullable(),
});

/** A bag as its own files tell it. */
export interface Bag {
  /** Relative to the library. */
  path: string;
  recordingId: RecordingId;
  /** The vendor's words when the bag was last written; null when nobody had asked yet. */
  observation: Observation | null;
  tracks: BagTrack[];
  /** Payloads the manifest vouches for, by path. */
  manifest: Map<string, string>;
  /** What in it could not be read; not fatal. */
  problems: string[];
}

export const manifestName = 'manifest-sha256.txt';
export const tagManifestName = 'tagmanifest-sha256.txt';
const tagNames = [
  'bag-info.txt',
  'bagit.txt',
  manifestName,
  'metadata/people.json',
  'metadata/recording.json',
  'metadata/tracks.json',
];

const bagPathPattern = /^recordings\/(?:\d{4}|undated)\/[A-Za-z0-9][A-Za-z0-9._-]{0,90}$/;

/** Path of a bag as the ledger or a folder listing states it; anything else is not followed. */
export function isBagFolder(path: string): boolean {
  return bagPathPattern.test(path) && isBagPath(path);
}

/** Reads a bag; null when there is none or it does not say which recording it is of. */
export async function readBag(folders: Folders, path: string): Promise<Bag | null> {
  if (!isBagFolder(path)) return null;
  const problems: string[] = [];
  const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T | null> => {
    const text = await bagText(folders, path, name, problems);
    if (text === null) return null;
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    problems.push(`${name} is not readable`);
    return null;
  };
  const tracks = await read('metadata/tracks.json', TracksFile);
  const recording = await read('metadata/recording.json', RecordingFile);
  const people = await read('metadata/people.json', PeopleFile);
  const recordingId = tracks?.recordingId ?? recording?.recordingId;
  if (recordingId === undefined) return null;
  if (recording !== null && recording.recordingId !== recordingId)
    problems.push('its files tell of two recordings');
  const entries = await readManifest(folders, path, manifestName, problems);
  return {
    path,
    recordingId,
    observation:
      recording === null || recording.observation === null || recording.recordingId !== recordingId
        ? null
        : cleanObservation({
            ...recording.observation,
            sessionPeople: people?.sessionPeople ?? null,
            meetingPeople: people?.meetingPeople ?? null,
          }),
    tracks: (tracks?.tracks ?? []).filter((track) => isPayloadPath(track.payload)),
    manifest: new Map(entries.map((entry) => [entry.path, entry.sha256])),
    problems,
  };
}

function isPayloadPath(path: string): boolean {
  return path.startsWith('data/') && isBagPath(path);
}

async function bagText(
  folders: Folders,
  path: string,
  name: string,
  problems: string[],
): Promise<string | null> {
  try {
    return await readText(folders.dir, join(folders.dir, path, name));
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : 'unreadable'}`);
    return null;
  }
}

/** Entries of a manifest or tag manifest; a file that cannot be read has none and is a problem. */
export async function readManifest(
  folders: Folders,
  path: string,
  name: string,
  problems: string[],
): Promise<ManifestEntry[]> {
  const text = await bagText(folders, path, name, problems);
  if (text === null) return [];
  const entries = parseManifest(text);
  if (entries === null) problems.push(`${name} is not a manifest`);
  return entries ?? [];
}

/** Names of what lies in `data/`, in order; folders and links among them as well. */
export async function listPayloads(folders: Folders, path: string): Promise<string[]> {
  try {
    return (await readdir(join(folders.dir, path, 'data'))).sort().map((name) => `data/${name}`);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Hashes after writing: what a seal records. */
export interface BagHashes {
  manifestSha256: string;
  tagManifestSha256: string;
}

/**
 * Writes everything of a bag but its payloads: metadata, manifest, tag manifest, each durable before
 * the next. Only payloads that are in place may be given. The same facts make the same bytes.
 * @throws Failure `disk.full`, `disk.refused`
 */
export async function writeBag(
  folders: Folders,
  bag: {
    path: string;
    recordingId: RecordingId;
    observation: Observation | null;
    tracks: BagTrack[];
  },
): Promise<BagHashes> {
  const root = join(folders.dir, bag.path);
  await makeFolder(join(root, 'metadata'));
  const tracks = [...bag.tracks].sort((a, b) => (a.payload < b.payload ? -1 : 1));
  const { sessionPeople, meetingPeople, ...observation } = bag.observation ?? {
    sessionPeople: null,
    meetingPeople: null,
  };
  const { recordingId } = bag;
  const manifest = formatManifest(tracks.map(({ payload, sha256 }) => ({ path: payload, sha256 })));
  const texts = new Map<string, string>([
    [
      'metadata/recording.json',
      json({ version: 1, recordingId, observation: bag.observation === null ? null : observation }),
    ],
    ['metadata/people.json', json({ version: 1, sessionPeople, meetingPeople })],
    ['metadata/tracks.json', json({ version: 1, recordingId, tracks })],
    ['bagit.txt', bagitText],
    [
      'bag-info.txt',
      formatBagInfo({
        recordingId,
        meetingId: bag.observation?.meetingId ?? null,
        title: bag.observation?.title ?? null,
        receivedAt: Math.max(0, ...tracks.map((track) => track.receivedAt)),
        payloadBytes: tracks.reduce((sum, track) => sum + track.bytes, 0),
        payloadCount: tracks.length,
      }),
    ],
    [manifestName, manifest],
  ]);
  const tagManifest = formatManifest(
    tagNames.map((name) => ({ path: name, sha256: sha256Of(texts.get(name) ?? '') })),
  );
  texts.set(tagManifestName, tagManifest);
  for (const [name, text] of texts) {
    if ((await bagText(folders, bag.path, name, [])) !== text)
      await replaceFile(folders, join(root, name), text);
  }
  return { manifestSha256: sha256Of(manifest), tagManifestSha256: sha256Of(tagManifest) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Every folder under `recordings/` that may be a bag, in order. */
export async function listBags(folders: Folders): Promise<string[]> {
  const found: string[] = [];
  for (const year of await folderNames(folders.recordings)) {
    for (const name of await folderNames(join(folders.recordings, year))) {
      const path = `recordings/${year}/${name}`;
      if (isBagFolder(path)) found.push(path);
    }
  }
  return found;
}

async function folderNames(dir: string): Promise<string[]> {
  try {
    if (!(await lstat(dir)).isDirectory()) return [];
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
