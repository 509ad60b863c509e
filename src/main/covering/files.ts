/** @file Main process. The files of a recording as far as they tell whose they are, with no more certainty than the library has. Pure. */
import type { Order, Recording, Track, TrackId } from '#contract';
import {
  type ListedFile,
  type Observation,
  isCertain,
  readNames,
  voicesAmong,
} from '../library/index.ts';
import { realId } from './people.ts';

export interface CoverageFile {
  layerName: string;
  fileName: string;
  /** Null unless it is in the archive. */
  trackId: TrackId | null;
  /** `lost`: it will not come any more, or what came of it cannot be heard. */
  state: 'here' | 'pending' | 'lost';
  /** Ids as far as they are certain. */
  userId: string | null;
  peerId: string | null;
  customParticipantId: string | null;
  /** The library's conclusion whose voice it is. */
  name: string | null;
  /** A microphone; a shared screen stands for nobody's voice. */
  isVoice: boolean;
  /** Epoch ms of its first sound; null when its name has no usable stamp. */
  startedAt: number | null;
  durationMs: number | null;
}

/** A file that was listed and never came, and what became of it. */
export interface AbsentFile {
  layerName: string;
  fileName: string;
  state: 'pending' | 'lost';
}

export function filesOf(
  recording: Recording,
  observation: Observation | null,
  tracks: readonly Track[],
  absent: readonly AbsentFile[],
  order: Order | null,
): CoverageFile[] {
  return [...tracks.map(fileOfTrack), ...namesOfAbsent(recording, observation, absent, order)];
}

function fileOfTrack(track: Track): CoverageFile {
  const { layerName, fileName, trackId, speaker, durationMs } = track;
  const settled =
    track.reading === 'exact' || track.evidence.some(({ kind }) => kind === 'two-uuids');
  const statedPeer = speaker?.evidence.find(({ kind }) => kind === 'session-peer-id')?.value;
  // Facts that contradict each other make it nobody's.
  const isDisputed = track.flags.includes('evidence-disagrees');
  const certain = (id: string | null): string | null => (isDisputed ? null : realId(id));
  return {
    layerName,
    fileName,
    trackId,
    state: track.state === 'missing' || track.media.kind === 'not-webm' ? 'lost' : 'here',
    userId: certain(speaker?.userId ?? (settled ? track.userId : null)),
    peerId: certain((settled ? track.peerId : null) ?? statedPeer ?? null),
    customParticipantId: certain(track.customParticipantId),
    name: speaker?.name ?? null,
    isVoice: isVoice(track),
    startedAt: hasUsableStamp(track.trackStamp, track.flags) ? track.startedAt : null,
    durationMs,
  };
}

/** Names of files that are not here, read together with all others that were listed: siblings help. */
function namesOfAbsent(
  recording: Recording,
  observation: Observation | null,
  absent: readonly AbsentFile[],
  order: Order | null,
): CoverageFile[] {
  if (absent.length === 0) return [];
  const people = {
    session: observation?.sessionPeople ?? [],
    meeting: observation?.meetingPeople ?? [],
  };
  const states = new Map(absent.map((file) => [keyOf(file), file.state]));
  const listed = new Map<string, ListedFile>(
    [
      ...absent.map((file) => ({ ...file, customParticipantId: null, peerId: null })),
      ...(observation?.files ?? []),
    ].map((file) => [keyOf(file), file]),
  );
  const files = [...listed.values()];
  const { invokedAt, startedAt, stoppedAt, observedAt } = recording;
  const times = { invokedAt, startedAt, stoppedAt, knownAt: observedAt };
  const readings = readNames(files, people, times, askedIn(order));
  const voiceOf = voicesAmong(people);
  return files.flatMap((file, at): CoverageFile[] => {
    const [state, reading] = [states.get(keyOf(file)), readings[at]];
    if (state === undefined || reading === undefined) return [];
    const voice = voiceOf(file, reading);
    const settled = isCertain(reading) && !voice.disagrees;
    const stated = voice.disagrees ? null : realId(file.peerId);
    return [
      {
        layerName: file.layerName,
        fileName: file.fileName,
        trackId: null,
        state,
        userId: realId(voice.speaker?.userId ?? (settled ? reading.userId : null)),
        peerId: realId(settled ? reading.peerId : null) ?? stated,
        customParticipantId: voice.disagrees ? null : realId(voice.customParticipantId),
        name: voice.speaker?.name ?? null,
        isVoice: isVoice(reading),
        startedAt: hasUsableStamp(reading.trackStamp, reading.flags) ? reading.stampMs : null,
        durationMs: null,
      },
    ];
  });
}

/** What an order of ours settles about names, in the library's words. */
function askedIn(order: Order | null): { prefix: string; userIds: string[] | null }[] {
  if (order === null) return [];
  const { prefix, taken } = order;
  return [{ prefix, userIds: taken.kind === 'chosen' ? taken.userIds : null }];
}

function keyOf({ layerName, fileName }: { layerName: string; fileName: string }): string {
  return JSON.stringify([layerName, fileName]);
}

/** Where the name does not say, it is taken for what the service records: microphones (contract 9). */
function isVoice(kinds: { streamKind: string | null; mediaKind: string | null }): boolean {
  const { streamKind, mediaKind } = kinds;
  return (
    (streamKind === null || streamKind === 'peer') && (mediaKind === null || mediaKind === 'audio')
  );
}

function hasUsableStamp(stamp: string | null, flags: readonly string[]): boolean {
  return (
    stamp !== null &&
    !flags.some((flag) => flag === 'stamp-out-of-range' || flag.startsWith('suspect'))
  );
}
