/** @file Main process. Keeps the vendor's last words about each recording, without links, and tells whether they changed. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  CustomParticipantId,
  MeetingId,
  PeerId,
  RecordingId,
  RecordingKind,
  SessionId,
  UserId,
} from '#contract';
import { parseJson, readText, replaceFile, systemCode, type Folders } from './disk.ts';
import { observedName } from './track-id.ts';
import type { ListedFile, Observation } from './types.ts';

const ListedFileSchema = z.object({
  layerName: z.string(),
  fileName: z.string(),
  customParticipantId: CustomParticipantId.nullable(),
  peerId: PeerId.nullable(),
});

const ConnectionSchema = z.object({
  peerId: PeerId.nullable(),
  joinedAt: z.number().nullable(),
  leftAt: z.number().nullable(),
});

export const SessionPersonSchema = z.object({
  peerIds: z.array(PeerId),
  userId: UserId.nullable(),
  customParticipantId: CustomParticipantId.nullable(),
  displayName: z.string().nullable(),
  joinedAt: z.number().nullable(),
  leftAt: z.number().nullable(),
  // Absent stays absent: what was written before reads and writes to the same bytes.
  connections: z.array(ConnectionSchema).optional(),
});

export const MeetingPersonSchema = z.object({
  userId: UserId,
  customParticipantId: CustomParticipantId.nullable(),
  name: z.string().nullable(),
});

export const ObservationSchema = z.object({
  recordingId: RecordingId,
  kind: RecordingKind,
  status: z.string(),
  meetingId: MeetingId.nullable(),
  sessionId: SessionId.nullable(),
  title: z.string().nullable(),
  errorMessage: z.string().nullable(),
  invokedAt: z.number().nullable(),
  startedAt: z.number().nullable(),
  stoppedAt: z.number().nullable(),
  recordingDurationMs: z.number().nullable(),
  deadlineAt: z.number().nullable(),
  shape: z.string(),
  files: z.array(ListedFileSchema),
  sessionPeople: z.array(SessionPersonSchema).nullable(),
  meetingPeople: z.array(MeetingPersonSchema).nullable(),
  source: z.object({ host: z.string(), accountId: z.string(), appId: z.string() }),
  raw: z.unknown(),
});

const ObservedFile = z.object({
  version: z.literal(1),
  recordingId: RecordingId,
  /** First read of exactly these words. */
  since: z.number(),
  /** Last read of them that was written down. */
  observedAt: z.number(),
  observation: ObservationSchema,
});
export type ObservedFile = z.infer<typeof ObservedFile>;

/** An address, plain or as JSON inside a string; the host is caught. */
const address = /\bhttps?:(?:\\*\/){2}(?:[^\s"'<>\\/?#@]*@)?([^\s"'<>\\/?#]+)[^\s"'<>]*/gi;
const signature = /\bx-(?:amz|goog)-[a-z-]+=[^&\s"'<>]*/gi;

/** Replaces every address in a text by its host: what follows may be a signature, which is a secret. */
export function withoutLinks(text: string): string {
  return text.replace(address, '$1').replace(signature, '');
}

/** Cleans every text inside a value that came as JSON; keys as well. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return withoutLinks(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  // Entries, not assignment: a key named `__proto__` stays a key.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [withoutLinks(key), cleaned(inner)]),
  );
}

/**
 * Names of files are identities and stay letter for letter. Ids may be addresses, too: cut down to
 * their host, different people would become one, so they lose signatures alone. All else loses its links.
 */
export function cleanObservation(observation: Observation): Observation {
  const { title, errorMessage, files, sessionPeople, meetingPeople, raw } = observation;
  return {
    ...observation,
    status: withoutLinks(observation.status),
    shape: withoutLinks(observation.shape),
    title: textOrNull(title),
    errorMessage: textOrNull(errorMessage),
    files: files.map(({ layerName, fileName, customParticipantId, peerId }) => ({
      layerName,
      fileName,
      customParticipantId: unsigned(CustomParticipantId, customParticipantId),
      peerId: unsigned(PeerId, peerId),
    })),
    sessionPeople:
      sessionPeople?.map(
        ({ peerIds, userId, customParticipantId, displayName, connections, ...times }) => ({
          ...times,
          peerIds: peerIds.flatMap((id) => unsigned(PeerId, id) ?? []),
          userId: unsigned(UserId, userId),
          customParticipantId: unsigned(CustomParticipantId, customParticipantId),
          displayName: textOrNull(displayName),
          ...(connections === undefined
            ? {}
            : {
                connections: connections.map((one) => ({
                  ...one,
                  peerId: unsigned(PeerId, one.peerId),
                })),
              }),
        }),
      ) ?? null,
    meetingPeople:
      meetingPeople?.flatMap(({ userId, customParticipantId, name }) => {
        const id = unsigned(UserId, userId);
        const custom = unsigned(CustomParticipantId, customParticipantId);
        return id === null
          ? []
          : [{ userId: id, customParticipantId: custom, name: textOrNull(name) }];
      }) ?? null,
    raw: cleaned(raw),
  };
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : withoutLinks(text);
}

/** An id without what may be a signature; null when nothing else was in it. */
function unsigned<Schema extends z.ZodType>(
  schema: Schema,
  id: string | null,
): z.output<Schema> | null {
  const parsed = schema.safeParse(id?.replace(signature, ''));
  return parsed.success ? parsed.data : null;
}

/**
 * Joins a new answer with what is known: list rows and single reads carry different members
 * (contract 7.4), so what one of them leaves out stays as the other said it. A file that was ever
 * listed stays listed: after the deadline the list goes away, and what never came would be forgotten.
 */
export function joinObservations(before: Observation | null, now: Observation): Observation {
  if (before === null) return now;
  const known = new Map(before.files.map((file) => [identityKey(file), file]));
  const listed = new Set(now.files.map(identityKey));
  return {
    ...now,
    kind: now.kind === 'probably-track' ? before.kind : now.kind,
    title: now.title ?? before.title,
    meetingId: now.meetingId ?? before.meetingId,
    sessionId: now.sessionId ?? before.sessionId,
    errorMessage: now.errorMessage ?? before.errorMessage,
    deadlineAt: now.deadlineAt ?? before.deadlineAt,
    files: [
      ...now.files.map((file) => ({
        ...file,
        customParticipantId:
          file.customParticipantId ?? known.get(identityKey(file))?.customParticipantId ?? null,
        peerId: file.peerId ?? known.get(identityKey(file))?.peerId ?? null,
      })),
      ...before.files.filter((file) => !listed.has(identityKey(file))),
    ],
    sessionPeople: now.sessionPeople ?? before.sessionPeople,
    meetingPeople: now.meetingPeople ?? before.meetingPeople,
    raw: joinRaw(before.raw, now.raw),
  };
}

/** Key of a listed file inside its recording. */
export function identityKey(file: { layerName: string; fileName: string }): string {
  return JSON.stringify([file.layerName, file.fileName]);
}

/**
 * Two answers say the same when all but the shape of the list agrees: the shape differs between the
 * list and the single read of one and the same recording (contract 8.2).
 */
export function sayTheSame(one: Observation, other: Observation): boolean {
  return wordsOf(one) === wordsOf(other);
}

function wordsOf(observation: Observation): string {
  const files = [...observation.files].sort(byIdentity);
  const { raw, shape: _shape, ...rest } = observation;
  const { download_url: _links, ...kept } = isPlainObject(raw) ? raw : { raw };
  return JSON.stringify(sortedKeys({ ...rest, files, raw: kept }));
}

function byIdentity(one: ListedFile, other: ListedFile): number {
  const [a, b] = [identityKey(one), identityKey(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isPlainObject(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, inner]) => [key, sortedKeys(inner)]);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function joinRaw(before: unknown, now: unknown): unknown {
  if (!isPlainObject(before) || !isPlainObject(now)) return now ?? before;
  return { ...before, ...now };
}

/** SHA-256 of the words as they stand in the file; this is what the ledger holds. */
export function observationHash(observation: unknown): string {
  return createHash('sha256').update(JSON.stringify(observation), 'utf8').digest('hex');
}

export async function writeObserved(
  folders: Folders,
  file: Omit<ObservedFile, 'version'>,
): Promise<void> {
  const path = join(folders.observed, observedName(file.recordingId));
  await replaceFile(folders, path, `${JSON.stringify({ version: 1, ...file }, null, 1)}\n`);
}

/** What was read, or why it cannot be used. */
export type Read<T> = { value: T } | { bad: string } | null;

/** Reads what was observed of a recording; null when there is nothing. */
export async function readObserved(
  folders: Folders,
  recordingId: string,
): Promise<Read<ObservedFile>> {
  const name = observedName(recordingId);
  const read = await readObservedFile(folders, name);
  if (read !== null && 'value' in read && read.value.recordingId !== recordingId)
    return { bad: 'tells of another recording' };
  return read;
}

async function readObservedFile(folders: Folders, name: string): Promise<Read<ObservedFile>> {
  let text;
  try {
    text = await readText(folders.dir, join(folders.observed, name));
  } catch (error) {
    return { bad: error instanceof Error ? error.message : 'unreadable' };
  }
  if (text === null) return null;
  const parsed = ObservedFile.safeParse(parseJson(text));
  if (!parsed.success) return { bad: 'not an observed file' };
  if (parsed.data.observation.recordingId !== parsed.data.recordingId)
    return { bad: 'names two recordings' };
  // Whoever wrote the file: links do not enter the index.
  return { value: { ...parsed.data, observation: cleanObservation(parsed.data.observation) } };
}

/** Every recording something was observed of; files that tell of nothing are reported. */
export async function listObserved(
  folders: Folders,
  onBad: (path: string, why: string) => void,
): Promise<RecordingId[]> {
  let names: string[];
  try {
    names = await readdir(folders.observed);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  const ids: RecordingId[] = [];
  for (const name of names.sort()) {
    if (!name.endsWith('.json')) continue;
    const read = await readObservedFile(folders, name);
    if (read === null) continue;
    if ('bad' in read) onBad(`observed/${name}`, read.bad);
    else if (observedName(read.value.recordingId) !== name)
      onBad(`observed/${name}`, 'stands under the wrong name');
    else ids.push(read.value.recordingId);
  }
  return ids;
}
