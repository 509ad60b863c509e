/** @file Sandbox. What exists in the stand-in service: meetings, sessions, recordings, stored objects, and commands to change them. */
import { createHash, randomUUID } from 'node:crypto';
import type { SandboxClock } from './clock.ts';
import { encodeKey } from './links.ts';
import type { NameStyle, ScenarioPerson } from './scenario.ts';
import type { Webhook } from './webhooks.ts';

export interface Participant extends ScenarioPerson {
  readonly createdAt: number;
}

export interface Meeting {
  readonly id: string;
  readonly title: string | null;
  readonly createdAt: number;
  readonly participants: Participant[];
}

/** One join of one person. */
export interface PeerConnection {
  readonly userId: string;
  readonly peerId: string;
  readonly displayName: string | null;
  readonly joinedAt: number;
  /** null while in the call. */
  leftAt: number | null;
  /** Start of this connection's audio. */
  readonly audioAt: number;
  /** Path of its audio file under the audio fixtures: what is heard of it in a recording. */
  readonly audio: string;
  /** What sets its file apart; absent for the connections of scenarios. */
  readonly habits?: Habits;
}

/** What becomes of one connection's file when it is recorded. */
export interface Habits {
  /** Never unmuted: no file (contract 9). */
  readonly muted?: boolean;
  /** Joined with a client too old to be chosen: no file in a recording of chosen people (contract 7.1). */
  readonly oldSdk?: boolean;
  /** The file ends this long before the connection does. */
  readonly losesMs?: number;
  readonly style?: NameStyle;
  /** A literal name that follows no template. */
  readonly fileName?: string;
}

export interface Session {
  readonly id: string;
  readonly meetingId: string;
  readonly startedAt: number;
  endedAt: number | null;
  readonly connections: PeerConnection[];
}

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly contentType: string;
}

export interface RecordingFile {
  readonly layerName: string;
  readonly fileName: string;
  /** Path on the object host. */
  readonly objectPath: string;
  readonly customParticipantId: string | null;
  /** Where the bytes come from; null when a test gave them. */
  readonly sourcePath: string | null;
  /** Whether the API lists it already. */
  listed: boolean;
}

export interface Recording {
  readonly id: string;
  readonly meetingId: string;
  readonly sessionId: string;
  readonly kind: 'track' | 'composite';
  readonly prefix: string;
  readonly outputFileName: string;
  readonly invokedAt: number;
  status: string;
  startedAt: number | null;
  stoppedAt: number | null;
  uploadedAt: number | null;
  durationSeconds: number;
  errMessage: string | null;
  stopReason: 'API_CALL' | 'INTERNAL_ERROR' | 'ALL_PEERS_LEFT' | null;
  /** The `user_ids` asked for at the start; ids nobody has lead to no files (U4). */
  userIds: readonly string[] | null;
  /** A stop was accepted, whatever the status still says. */
  isStopping: boolean;
  files: RecordingFile[];
  /** What will happen by itself: each step is taken when the clock reaches it. */
  steps: Step[];
}

/** Something that happens when the clock reaches `at`, whoever looks first. */
export interface Step {
  readonly at: number;
  readonly take: () => void;
}

export interface World {
  readonly accountId: string;
  readonly app: { readonly id: string; readonly name: string; readonly createdAt: number };
  readonly clock: SandboxClock;
  readonly meetings: readonly Meeting[];
  readonly sessions: Session[];
  readonly objects: Map<string, StoredObject>;
  readonly webhooks: Map<string, Webhook>;
  /** What happens by itself in the rooms. */
  readonly agenda: Step[];
  /** Takes every step that is due, in order, those that follow from it too. */
  settle(): void;
  /** All recordings, the newest first, after {@link settle}. */
  recordings(): readonly Recording[];
  addRecording(recording: Recording): void;
  removeRecording(recordingId: string): void;
}

/** Objects and rows live this long after the upload (contract 11). */
export const retentionMs = 7 * 86_400_000;

/** Recordings are filled in by the caller. */
export function createWorld(
  parts: Omit<World, 'agenda' | 'settle' | 'recordings' | 'addRecording' | 'removeRecording'>,
): World {
  const recordings = new Map<string, Recording>();
  const agenda: Step[] = [];
  let isSettling = false;
  const settle = () => {
    // A step that looks at the world must find it as it is at that step.
    if (isSettling) return;
    isSettling = true;
    try {
      while (takeEarliest([agenda, ...[...recordings.values()].map(({ steps }) => steps)]));
    } finally {
      isSettling = false;
    }
  };
  const takeEarliest = (lists: readonly Step[][]): boolean => {
    const now = parts.clock.now();
    let earliest: { list: Step[]; step: Step } | undefined;
    for (const list of lists) {
      for (const step of list) {
        if (step.at <= now && step.at < (earliest?.step.at ?? Infinity)) earliest = { list, step };
      }
    }
    if (!earliest) return false;
    earliest.list.splice(earliest.list.indexOf(earliest.step), 1);
    earliest.step.take();
    return true;
  };
  return {
    ...parts,
    agenda,
    settle,
    recordings: () => {
      settle();
      return [...recordings.values()].sort((a, b) => b.invokedAt - a.invokedAt);
    },
    addRecording: (recording) => void recordings.set(recording.id, recording),
    removeRecording: (recordingId) => void recordings.delete(recordingId),
  };
}

/** @throws Error when there is none: a test asked for something its scenario does not hold */
export function findRecording(world: World, recordingId: string): Recording {
  const recording = world.recordings().find((each) => each.id === recordingId);
  if (!recording) throw new Error(`the sandbox has no recording ${recordingId}`);
  return recording;
}

/** Moves a recording to any status, also one nobody knows, with the times that go with it. */
export function enterStatus(recording: Recording, status: string, at: number): void {
  recording.status = status;
  if (status !== 'INVOKED') recording.startedAt ??= at;
  if (['UPLOADING', 'UPLOADED', 'ERRORED'].includes(status)) recording.stoppedAt ??= at;
  if (status !== 'UPLOADED') return;
  recording.uploadedAt ??= at;
  const span = (recording.stoppedAt ?? at) - (recording.startedAt ?? at);
  recording.durationSeconds = Math.max(1, Math.round(span / 1000));
}

export interface NewFile {
  readonly layerName?: string;
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly customParticipantId?: string | null;
  readonly sourcePath?: string | null;
  readonly listed?: boolean;
}

/** Stores the bytes and lists the file. */
export function attachFile(world: World, recording: Recording, file: NewFile): RecordingFile {
  const layerName = file.layerName ?? 'default';
  const folder = [world.app.id, recording.id, layerName].map(encodeKey).join('/');
  const objectPath = `/rtk-prod-recording/${folder}/${encodeKey(file.fileName)}`;
  putObject(world, objectPath, file.bytes, recording.uploadedAt ?? world.clock.now());
  const attached: RecordingFile = {
    layerName,
    fileName: file.fileName,
    objectPath,
    customParticipantId: file.customParticipantId ?? null,
    sourcePath: file.sourcePath ?? null,
    listed: file.listed ?? true,
  };
  recording.files.push(attached);
  return attached;
}

export function putObject(world: World, path: string, bytes: Buffer, modifiedAt: number): void {
  world.objects.set(path, {
    bytes,
    etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    modifiedAt,
    contentType: path.endsWith('.mp4') ? 'video/mp4' : 'video/webm',
  });
}

/** The same object with one byte changed near its end: new bytes, same length. */
export function alteredBytes(bytes: Buffer): Buffer {
  const altered = Buffer.from(bytes);
  const at = Math.max(0, altered.length - 3);
  if (altered.length > 0) altered.writeUInt8(altered.readUInt8(at) ^ 0x55, at);
  return altered;
}

/** A recording that has just been asked for. */
export function invokedRecording(
  call: { readonly meetingId: string; readonly sessionId: string },
  kind: Recording['kind'],
  prefix: string,
  at: number,
  id = `fff${randomUUID().slice(3)}`,
): Recording {
  return {
    id,
    ...call,
    kind,
    prefix,
    outputFileName: kind === 'track' ? trackTemplate : `${call.meetingId}_${at}.mp4`,
    invokedAt: at,
    status: 'INVOKED',
    startedAt: null,
    stoppedAt: null,
    uploadedAt: null,
    durationSeconds: 0,
    errMessage: null,
    stopReason: null,
    userIds: null,
    isStopping: false,
    files: [],
    steps: [],
  };
}

const trackTemplate =
  '{{file_name_prefix}}_{{user_id}}_{{peer_id}}_{{stream_kind}}_{{media_kind}}_{{date_time}}.webm';
