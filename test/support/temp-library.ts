/** @file Tests. A real library in a folder of its own, with a clock by hand and files made of a few bytes. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MeetingId, PeerId, RecordingId, SessionId, UserId } from '#contract';
import type { Clock } from '../../src/main/clock.ts';
import {
  createLibrary,
  openLibrary,
  type Delivery,
  type FileIdentity,
  type Library,
  type NewOrder,
  type Observation,
  type OpenOptions,
} from '../../src/main/library/index.ts';
import { createSleepers } from './sleepers.ts';

/** A clock that stands still until a test moves it; whoever sleeps is woken by that. */
export interface HandClock extends Clock {
  advance(ms: number): void;
}

export function handClock(start: number): HandClock {
  let now = start;
  const { sleep, wakeUntil } = createSleepers(() => now);
  return {
    now: () => now,
    sleep,
    advance(ms) {
      now += ms;
      wakeUntil(now);
    },
  };
}

export const indexWorkerUrl = new URL('../../src/main/library/index-worker.ts', import.meta.url);
export const actor = { osUser: 'mara', machine: 'desk', through: 'test' };
/** 2026-11-18 09:02:10 UTC. */
export const invokedAt = Date.UTC(2026, 10, 18, 9, 2, 10);

export interface TempLibrary {
  dir: string;
  clock: HandClock;
  library: Library;
  /** Closes and opens again; options override those of the first opening. */
  reopen(options?: Partial<OpenOptions>): Promise<Library>;
  /** Opens a second time beside the first. */
  openBeside(options: Partial<OpenOptions>): Promise<Library>;
  /** Everything logged so far. */
  logged: string[];
  close(): Promise<void>;
}

export async function tempLibrary(): Promise<TempLibrary> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'library-')));
  const dir = join(root, 'library');
  const clock = handClock(invokedAt + 2 * 3600_000);
  const logged: string[] = [];
  const log = {
    info: (what: string) => void logged.push(what),
    warn: (what: string) => void logged.push(what),
  };
  const options = { dir, clock, actor, indexWorkerUrl, log };
  const open: Library[] = [];
  const beside = async (more: Partial<OpenOptions>): Promise<Library> => {
    const library = await openLibrary({ ...options, ...more });
    open.push(library);
    return library;
  };
  const temp: TempLibrary = {
    dir,
    clock,
    logged,
    library: await createLibrary(options),
    async reopen(more = {}) {
      await temp.library.close();
      temp.library = await openLibrary({ ...options, ...more });
      return temp.library;
    },
    openBeside: beside,
    async close() {
      for (const library of [...open, temp.library]) await library.close();
      await rm(root, { recursive: true, force: true });
    },
  };
  return temp;
}

export const mara = UserId.parse('aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8');
export const maraPeer = PeerId.parse('3b7e0c94-58a1-4d2f-86be-f0c9d1a7e432');

export function recordingId(number: number): RecordingId {
  return RecordingId.parse(`fffd7c39-4e1b-46f8-b5a0-${String(number).padStart(12, '0')}`);
}

export function usualName(stamp: number, user: string = mara, peer: string = maraPeer): string {
  return `ep42_${user}_${peer}_peer_audio_${stamp}.webm`;
}

/** What the vendor says of a finished recording of one person. */
export function observation(number: number, changes: Partial<Observation> = {}): Observation {
  const at = invokedAt + number * 60_000;
  return {
    recordingId: recordingId(number),
    kind: 'track',
    status: 'UPLOADED',
    meetingId: MeetingId.parse('bbb41e77-0d3a-4c58-9b16-e2f07a9c3d51'),
    sessionId: SessionId.parse('e81f5a36-7c2d-4b90-a1f4-6d3e09b7c215'),
    title: 'Ep. 42 – Harbour pilots',
    errorMessage: null,
    invokedAt: at,
    startedAt: at + 4000,
    stoppedAt: at + 45 * 60_000,
    recordingDurationMs: 45 * 60_000,
    deadlineAt: at + 7 * 24 * 3600_000,
    shape: 'links',
    files: [
      {
        layerName: 'default',
        fileName: usualName(at + 5000),
        customParticipantId: null,
        peerId: null,
      },
    ],
    sessionPeople: [
      {
        peerIds: [maraPeer],
        userId: mara,
        customParticipantId: null,
        displayName: 'Mara Lindqvist',
        joinedAt: at,
        leftAt: null,
      },
    ],
    meetingPeople: [{ userId: mara, customParticipantId: null, name: 'Mara L.' }],
    source: { host: 'api.example.org', accountId: '0'.repeat(32), appId: 'app' },
    raw: { id: recordingId(number), status: 'UPLOADED' },
    ...changes,
  };
}

/** Writes a part into `incoming/` and describes it as a finished transfer would. */
export async function delivery(
  library: Library,
  file: FileIdentity,
  content: string | Buffer,
  changes: Partial<Delivery> = {},
): Promise<Delivery> {
  const partPath = library.partPath(file);
  const bytes = Buffer.from(content);
  await mkdir(dirname(partPath), { recursive: true });
  await writeFile(partPath, bytes);
  return {
    ...file,
    partPath,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    etag: '"etag"',
    lastModified: null,
    receivedAt: invokedAt + 3600_000,
    media: { kind: 'ok' },
    durationMs: 60_000,
    holes: [],
    sampleRate: 48_000,
    channels: 1,
    problems: [],
    ...changes,
  };
}

/** Observes a recording and keeps all its files. */
export async function keepAll(library: Library, observed: Observation): Promise<void> {
  await library.observe(observed);
  for (const { layerName, fileName } of observed.files) {
    const file = { recordingId: observed.recordingId, layerName, fileName };
    await library.keep(await delivery(library, file, `bytes of ${fileName}`));
  }
}

/** An order as it is taken down before it is sent, two hours into the recording of {@link observation}. */
export function newOrder(orderId: string, changes: Partial<NewOrder> = {}): NewOrder {
  const { meetingId, sessionId, source } = observation(0);
  const orderedAt = invokedAt + 2 * 3600_000;
  return {
    orderId,
    meetingId: meetingId ?? MeetingId.parse('none'),
    sessionId,
    userIds: null,
    prefix: 'ep42',
    consentNote: 'Said so at the beginning.',
    orderedAt,
    serviceAt: orderedAt + 500,
    since: orderedAt + 500,
    seenBefore: [],
    source,
    ...changes,
  };
}
