/** @file Bench. Libraries of any size, made of facts alone: for the index in memory, or written to disk as the app would. */
import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MeetingId, PeerId, RecordingId, SessionId, UserId } from '#contract';
import { writeBag, type Bag, type BagTrack } from '../../src/main/library/bag.ts';
import { foldersOf } from '../../src/main/library/disk.ts';
import { bagPath, diskNameFor } from '../../src/main/library/file-names/index.ts';
import { writeFormat } from '../../src/main/library/format.ts';
import type { Entry } from '../../src/main/library/ledger-line.ts';
import { createLedger, ledgerStart } from '../../src/main/library/ledger.ts';
import {
  observationHash,
  writeObserved,
  type ObservedFile,
} from '../../src/main/library/observed.ts';

/** What disk and ledger hold about one recording. */
export interface RecordingFacts {
  observed: ObservedFile;
  bag: Bag;
  /** In the order in which they were written. */
  entries: Entry[];
}

/** The file that stands for every payload. */
export interface Payload {
  bytes: number;
  sha256: string;
  durationMs: number;
}

const minuteMs = 60_000;
const firstAt = Date.UTC(2026, 0, 5, 9);

/** People of all recordings: each is met again and again, as guests of a series are. */
export const peopleCount = 500;

/** A number as a version 4 UUID; the same number always makes the same one. */
function uuid(kind: string, number: number): string {
  const hex = createHash('sha256')
    .update(`${kind} ${String(number)}`)
    .digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

export function userOf(number: number): string {
  return uuid('user', number % peopleCount);
}

export function recordingIdOf(number: number): RecordingId {
  return RecordingId.parse(uuid('recording', number));
}

/** A day after the last of so many recordings. */
export function nowOf(recordings: number): number {
  return firstAt + (recordings * 30 + 24 * 60) * minuteMs;
}

/** One sealed recording of a meeting of its own, with as many people as tracks. */
export function recordingFacts(
  number: number,
  trackCount: number,
  payload: Payload,
): RecordingFacts {
  const recordingId = recordingIdOf(number);
  const invokedAt = firstAt + number * 30 * minuteMs;
  const title = `Session ${String(number)}: harbour, weather and tides`;
  const people = Array.from({ length: trackCount }, (_, at) => ({
    userId: UserId.parse(userOf(number * 7 + at)),
    peerId: PeerId.parse(uuid('peer', number * 1000 + at)),
    name: `Guest ${String((number * 7 + at) % peopleCount)}`,
  }));
  const files = people.map(({ userId, peerId }, at) => ({
    layerName: 'default',
    fileName: `s${String(number)}_${userId}_${peerId}_peer_audio_${String(invokedAt + 5000 + at * 900)}.webm`,
    customParticipantId: null,
    peerId: null,
  }));
  const observation = {
    recordingId,
    kind: 'track' as const,
    status: 'UPLOADED',
    meetingId: MeetingId.parse(uuid('meeting', number)),
    sessionId: SessionId.parse(uuid('session', number)),
    title,
    errorMessage: null,
    invokedAt,
    startedAt: invokedAt + 4000,
    stoppedAt: invokedAt + 25 * minuteMs,
    recordingDurationMs: 25 * minuteMs,
    deadlineAt: invokedAt + 7 * 24 * 60 * minuteMs,
    shape: 'links',
    files,
    sessionPeople: people.map(({ userId, peerId, name }) => ({
      peerIds: [peerId],
      userId,
      customParticipantId: null,
      displayName: name,
      joinedAt: invokedAt,
      leftAt: null,
    })),
    meetingPeople: people.map(({ userId, name }) => ({ userId, customParticipantId: null, name })),
    source: { host: 'api.example.org', accountId: '0'.repeat(32), appId: 'bench' },
    raw: { id: recordingId, status: 'UPLOADED' },
  };
  const path = bagPath({ recordingId, title, invokedAt });
  const tracks = files.map((file, at): BagTrack => ({
    ...file,
    payload: `data/${diskNameFor({ ...file, recordingId, trackTimeMs: invokedAt + at * 900 })}`,
    bytes: payload.bytes,
    sha256: payload.sha256,
    etag: null,
    lastModified: null,
    receivedAt: invokedAt + 60 * minuteMs,
    media: { kind: 'ok' },
    durationMs: payload.durationMs,
    holes: [],
    sampleRate: 48_000,
    channels: 1,
    problems: [],
  }));
  return {
    observed: {
      version: 1,
      recordingId,
      since: invokedAt + 60 * minuteMs,
      observedAt: invokedAt + 70 * minuteMs,
      observation,
    },
    bag: {
      path,
      recordingId,
      observation,
      tracks,
      manifest: new Map(tracks.map((track) => [track.payload, track.sha256])),
      problems: [],
    },
    entries: [
      { kind: 'observed', body: { recordingId, sha256: observationHash(observation) } },
      ...tracks.map((track): Entry => ({
        kind: 'collected',
        body: { recordingId, bag: path, ...track },
      })),
    ],
  };
}

/** How many tracks each recording has, together `tracks`: one crowd, the rest calls of three. */
export function sizesOf(tracks: number, crowd: number): number[] {
  const sizes = crowd > 0 ? [crowd] : [];
  for (let left = tracks - crowd; left > 0; left -= 3) sizes.push(Math.min(3, left));
  return sizes;
}

/**
 * Writes a whole library: format, ledger, observed files and bags, by the library's own writers.
 * All payloads are one file under many names.
 */
export async function writeLibrary(
  dir: string,
  sizes: readonly number[],
  audio: { path: string; durationMs: number },
): Promise<void> {
  const libraryId = await writeFormat(dir);
  const folders = foldersOf(dir);
  const content = await readFile(audio.path);
  const payload = {
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    durationMs: audio.durationMs,
  };
  // Links, for thousands of copies would measure the disk.
  const shared = join(dir, 'incoming', 'payload');
  await copyFile(audio.path, shared);
  let now = firstAt;
  const ledger = createLedger({
    folders,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    actor: { osUser: 'mara', machine: 'desk', through: 'bench' },
    start: ledgerStart,
  });
  await ledger.append([{ kind: 'library-created', body: { libraryId } }]);
  for (const [number, size] of sizes.entries()) {
    const { observed, bag, entries } = recordingFacts(number, size, payload);
    now = observed.since;
    await writeObserved(folders, observed);
    const { recordingId, observation, tracks, path } = bag;
    await mkdir(join(dir, path, 'data'), { recursive: true });
    for (const track of tracks) await link(shared, join(dir, path, track.payload));
    const hashes = await writeBag(folders, { path, recordingId, observation, tracks });
    const sealed: Entry = {
      kind: 'sealed',
      body: {
        recordingId,
        bag: path,
        ...hashes,
        previousManifestSha256: null,
        because: 'two reads agree',
      },
    };
    await ledger.append([...entries, sealed]);
  }
  await rm(shared);
}
