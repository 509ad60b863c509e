/** @file Main process. All that the index says about one recording, concluded from disk and ledger by one function. Pure. */
import type { AbsentFile, Evidence, Recording, RecordingState, Track } from '#contract';
import type { Bag, BagTrack } from './bag.ts';
import { readNames, startOf, type People, type RecordingTimes } from './evidence.ts';
import { isCertain, isPlaceholderId, type NameReading } from './file-names/index.ts';
import { identityKey, type ObservedFile } from './observed.ts';
import { isFinal } from './sealing.ts';
import { voicesAmong } from './speakers.ts';
import { trackIdOf } from './track-id.ts';
import type { IdField, Observation } from './types.ts';
import type { Decided } from './catalogue/decided.ts';

/** Everything the disk holds about one recording. */
export interface Found {
  recordingId: Recording['recordingId'];
  observed: ObservedFile | null;
  bag: Bag | null;
  decided: Decided;
  /** Last result of reading a track back from disk. */
  checkOf: (
    trackId: string,
  ) => { found: 'verified' | 'damaged' | 'missing'; checkedAt: number } | null;
}

/** An id a track is under, or may be under. */
export interface TrackIdEntry {
  field: IdField;
  id: string;
  certain: boolean;
  why: string[];
}

/** Someone heard in a recording: told apart by id, never by name. */
export interface HeardPerson {
  key: string;
  /** Null when nobody knows whose voice it is. */
  name: string | null;
}

export interface Concluded {
  recording: Recording;
  /** The meeting's id, or `recording:<id>` for one whose meeting nobody named. */
  meetingKey: string;
  sortAt: number;
  people: HeardPerson[];
  /** When the last of its files was received. */
  receivedAt: number | null;
  /** When the last file of it was lost for good; null while none is. */
  lostAt: number | null;
  bag: string | null;
  tracks: { track: Track; sortAt: number; ids: TrackIdEntry[] }[];
}

export function concludeRecording(found: Found): Concluded {
  const { recordingId, bag, decided } = found;
  const observation = found.observed?.observation ?? bag?.observation ?? null;
  const held = heldTracks(bag);
  const times = timesOf(observation, found.observed, held);
  const people = peopleOf(observation, bag?.observation ?? null);
  const listed = new Map((observation?.files ?? []).map((file) => [identityKey(file), file]));
  const files = held.map(({ layerName, fileName, customParticipantId, peerId }) => {
    const entry = listed.get(identityKey({ layerName, fileName }));
    return {
      layerName,
      fileName,
      customParticipantId: entry?.customParticipantId ?? customParticipantId,
      peerId: entry?.peerId ?? peerId,
    };
  });
  const readings = readNames(files, people, times, decided.asked);
  const voiceOf = voicesAmong(people);
  const newer = newerBytes(held);
  const tracks = held.flatMap((kept, at) => {
    const [reading, file] = [readings[at], files[at]];
    if (reading === undefined || file === undefined) return [];
    const voice = voiceOf(file, reading);
    const trackId = trackIdOf({ recordingId, ...file }, kept.sha256);
    const check = found.checkOf(trackId);
    const startedAt = startOf(reading, times);
    const track: Track = {
      trackId,
      recordingId,
      meetingId: observation?.meetingId ?? null,
      sessionId: observation?.sessionId ?? null,
      layerName: kept.layerName,
      fileName: kept.fileName,
      path: `${bag?.path ?? ''}/${kept.payload}`,
      bytes: kept.bytes,
      sha256: kept.sha256,
      reading: reading.reading,
      prefix: reading.prefix,
      userId: reading.userId,
      peerId: reading.peerId,
      streamKind: reading.streamKind,
      mediaKind: reading.mediaKind,
      trackStamp: reading.trackStamp,
      candidates:
        reading.reading === 'ambiguous'
          ? reading.candidates.map(({ prefix, userId, peerId, reasons }) => ({
              prefix,
              userId,
              peerId,
              reasons: [...reasons],
            }))
          : [],
      flags: [
        ...new Set([
          ...reading.flags,
          ...(voice.disagrees ? ['evidence-disagrees'] : []),
          ...(newer.has(kept) ? ['newer-bytes'] : []),
        ]),
      ],
      evidence: evidenceOf(reading),
      customParticipantId: voice.customParticipantId,
      speaker: voice.speaker,
      startedAt,
      durationMs: kept.durationMs,
      holes: kept.holes,
      media: kept.media,
      importedFrom: null,
      state: check?.found ?? 'kept',
      verifiedAt: check?.checkedAt ?? null,
    };
    return [{ track, sortAt: startedAt ?? times.startedAt ?? 0, ids: idsOf(track, reading) }];
  });

  const heard = heardPeople(tracks.map(({ track }) => track));
  const absent = absentFiles(observation, held, decided);
  const values = tracks.map(({ track }) => track);
  const recording: Recording = {
    recordingId,
    meetingId: observation?.meetingId ?? null,
    sessionId: observation?.sessionId ?? null,
    title: observation?.title ?? null,
    kind: observation?.kind ?? 'probably-track',
    vendorStatus: observation?.status ?? '',
    errorMessage: observation?.errorMessage ?? null,
    state: stateOf(observation, held.length, absent, decided),
    goneAtProvider: decided.gone,
    invokedAt: times.invokedAt,
    startedAt: times.startedAt,
    stoppedAt: times.stoppedAt,
    deadlineAt: observation?.deadlineAt ?? null,
    observedAt: found.observed?.observedAt ?? null,
    trackCount: values.length,
    peopleCount: heard.length,
    bytes: values.reduce((sum, { bytes }) => sum + bytes, 0),
    lengthMs: lengthOf(values),
    absent,
  };
  return {
    recording,
    meetingKey: recording.meetingId ?? `recording:${recordingId}`,
    sortAt: times.invokedAt ?? times.startedAt ?? earliest(values) ?? 0,
    people: heard,
    receivedAt: latest(held.map((track) => track.receivedAt)),
    lostAt: lostAtOf(absent, decided),
    bag: bag?.path ?? null,
    tracks,
  };
}

/** A payload counts once the manifest vouches for it, with the hash its record states. */
export function heldTracks(bag: Bag | null): BagTrack[] {
  if (bag === null) return [];
  return bag.tracks
    .filter(({ payload, sha256 }) => bag.manifest.get(payload) === sha256)
    .sort((a, b) => (a.payload < b.payload ? -1 : 1));
}

export function timesOf(
  observation: Observation | null,
  observed: ObservedFile | null,
  held: readonly BagTrack[],
): RecordingTimes {
  const known = [observed?.observedAt ?? 0, ...held.map(({ receivedAt }) => receivedAt)];
  const knownAt = known.reduce((latest, at) => Math.max(latest, at), 0);
  return {
    invokedAt: observation?.invokedAt ?? null,
    startedAt: observation?.startedAt ?? null,
    stoppedAt: observation?.stoppedAt ?? null,
    knownAt: knownAt === 0 ? null : knownAt,
  };
}

/** What either answer told: participants removed at the vendor stay known from the bag. */
export function peopleOf(now: Observation | null, then: Observation | null): People {
  return {
    session: merged(now?.sessionPeople ?? [], then?.sessionPeople ?? []),
    meeting: merged(now?.meetingPeople ?? [], then?.meetingPeople ?? []),
  };
}

function merged<Person>(now: readonly Person[], then: readonly Person[]): Person[] {
  const known = new Set(now.map((person) => JSON.stringify(person)));
  return [...now, ...then.filter((person) => !known.has(JSON.stringify(person)))];
}

function absentFiles(
  observation: Observation | null,
  held: readonly BagTrack[],
  decided: Decided,
): AbsentFile[] {
  if (observation?.kind === 'composite') return [];
  const here = new Set(held.map(identityKey));
  const lost = new Set(decided.lost.map(identityKey));
  const closed = decided.decision === 'closed-incomplete';
  const absent = new Map<string, AbsentFile>();
  for (const { layerName, fileName } of [...(observation?.files ?? []), ...decided.lost]) {
    const key = identityKey({ layerName, fileName });
    if (here.has(key)) continue;
    absent.set(key, {
      layerName,
      fileName,
      state: closed || lost.has(key) ? 'lost' : 'pending',
    });
  }
  return [...absent.keys()].sort().flatMap((key) => absent.get(key) ?? []);
}

function lostAtOf(absent: readonly AbsentFile[], decided: Decided): number | null {
  const closedAt = decided.decision === 'closed-incomplete' ? decided.decidedAt : null;
  const toldAt = new Map(decided.lost.map((file) => [identityKey(file), file.lostAt]));
  return latest(
    absent.flatMap((file) =>
      file.state === 'lost' ? (toldAt.get(identityKey(file)) ?? closedAt ?? []) : [],
    ),
  );
}

function latest(times: readonly number[]): number | null {
  return times.length === 0 ? null : times.reduce((last, at) => Math.max(last, at));
}

function stateOf(
  observation: Observation | null,
  held: number,
  absent: readonly AbsentFile[],
  decided: Decided,
): RecordingState {
  if (observation?.kind === 'composite') return 'composite';
  if (decided.decision === 'closed-incomplete') return 'closed-incomplete';
  const empty = held === 0 && absent.length === 0;
  if (empty && observation?.status === 'ERRORED') return 'errored';
  if (decided.decision === 'sealed') return empty ? 'without-files' : 'sealed';
  if (observation !== null && !isFinal(observation) && observation.status !== 'UPLOADING')
    return 'running';
  return held > 0 && absent.every(({ state }) => state === 'lost') ? 'complete' : 'pending';
}

/** Other bytes that came later under a name already kept. */
function newerBytes(held: readonly BagTrack[]): Set<BagTrack> {
  const first = new Map<string, BagTrack>();
  for (const track of held) {
    const known = first.get(identityKey(track));
    if (known === undefined || track.receivedAt < known.receivedAt)
      first.set(identityKey(track), track);
  }
  return new Set(held.filter((track) => first.get(identityKey(track)) !== track));
}

/** Each reason with the value it rests on. */
function evidenceOf(reading: NameReading): Evidence[] {
  return reading.reasons.map((kind) => ({
    kind,
    value:
      (kind.includes('peer')
        ? reading.peerId
        : kind.includes('user')
          ? reading.userId
          : reading.prefix) ?? '',
  }));
}

function idsOf(track: Track, reading: NameReading): TrackIdEntry[] {
  const certain = isCertain(reading);
  const ids: TrackIdEntry[] = [];
  const add = (field: IdField, id: string | null, sure: boolean, why: readonly string[]): void => {
    if (id === null) return;
    const same = ids.find((one) => one.field === field && one.id === id && one.certain === sure);
    if (same === undefined) ids.push({ field, id, certain: sure, why: [...why] });
    else same.why = [...new Set([...same.why, ...why])];
  };
  const settledWhy = [`reading-${reading.reading}`, ...reading.reasons];
  add('userId', reading.userId, certain, settledWhy);
  add('peerId', reading.peerId, certain, settledWhy);
  for (const candidate of track.candidates) {
    const why = ['reading-ambiguous', ...candidate.reasons];
    add('userId', candidate.userId, false, why);
    add('peerId', candidate.peerId, false, why);
  }
  add(
    'customParticipantId',
    track.customParticipantId,
    true,
    track.speaker?.evidence.map(({ kind }) => kind) ?? ['entry-custom-id'],
  );
  return ids;
}

/** One entry a person: by user id, then custom id; a voice nobody knows stands for itself. */
function heardPeople(tracks: readonly Track[]): HeardPerson[] {
  const heard = new Map<string, HeardPerson>();
  for (const { trackId, userId, customParticipantId, speaker } of tracks) {
    const user = speaker?.userId ?? (userId === null || isPlaceholderId(userId) ? null : userId);
    const key =
      user !== null
        ? `user:${user}`
        : customParticipantId !== null
          ? `custom:${customParticipantId}`
          : `track:${trackId}`;
    const known = heard.get(key);
    if (known === undefined || known.name === null)
      heard.set(key, { key, name: speaker?.name ?? null });
  }
  return [...heard.keys()].sort().flatMap((key) => heard.get(key) ?? []);
}

function lengthOf(tracks: readonly Track[]): number | null {
  const start = earliest(tracks);
  let end: number | null = null;
  for (const { startedAt, durationMs } of tracks)
    if (durationMs !== null) end = Math.max(end ?? 0, (startedAt ?? start ?? 0) + durationMs);
  return end === null ? null : end - (start ?? 0);
}

function earliest(tracks: readonly Track[]): number | null {
  return tracks.reduce<number | null>(
    (first, { startedAt }) =>
      startedAt === null ? first : Math.min(first ?? startedAt, startedAt),
    null,
  );
}
