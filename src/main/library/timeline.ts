/** @file Main process. Lays the tracks of one recording on a common clock and puts them on lanes of people. Pure. */
import type { Lane, Recording, Review, Track } from '#contract';
import { compareNatural, isPlaceholderId } from './file-names/index.ts';

/** What is known of a track's derived data; nothing of it is needed to place the track. */
export interface Derived {
  hasWaveform: boolean;
  talkMs: number | null;
}

/** Stamps this far apart mean that people did not start together. */
const startsDifferMs = 1_500;
/** A padded file is as long as the recording, within this. */
const paddingToleranceMs = 2_000;

/**
 * Offsets come from the stamps in the names: a file starts when its peer's audio starts (contract 9,
 * U13 reading A). If every file is as long as the recording although the stamps differ, the service
 * has padded them and all start together (reading B).
 */
export function layOut(
  recording: Recording,
  tracks: readonly Track[],
  derivedOf: (track: Track) => Derived,
): Review {
  const stamped = tracks.flatMap((track) => (track.startedAt === null ? [] : [track.startedAt]));
  const earliest = stamped.length === 0 ? null : Math.min(...stamped);
  const alignment =
    earliest === null || tracks.every((track) => track.trackStamp === null)
      ? 'recording-start'
      : looksPadded(recording, tracks)
        ? 'padded'
        : 'stamps';
  const zero = alignment === 'stamps' ? earliest : (recording.startedAt ?? earliest);
  const offsetOf = (track: Track): number =>
    alignment !== 'stamps' || track.startedAt === null || zero === null
      ? 0
      : track.startedAt - zero;

  const lanes = groupByVoice(tracks).map(({ tracks: members, joinedBy }): Lane => {
    const inOrder = members.toSorted(
      (a, b) => offsetOf(a) - offsetOf(b) || compareNatural(a.fileName, b.fileName),
    );
    const known = inOrder.find((track) => track.speaker !== null) ?? inOrder[0];
    const talk = inOrder.map((track) => derivedOf(track).talkMs);
    return {
      key: known?.trackId ?? '',
      speaker: known?.speaker ?? null,
      userId: known?.userId ?? null,
      customParticipantId:
        inOrder.find((track) => track.customParticipantId !== null)?.customParticipantId ?? null,
      joinedBy,
      streamKind: known?.streamKind ?? null,
      mediaKind: known?.mediaKind ?? null,
      playable: inOrder.some(isPlayable),
      talkMs: talk.some((ms) => ms === null)
        ? null
        : talk.reduce<number>((sum, ms) => sum + (ms ?? 0), 0),
      clips: inOrder.map((track) => ({
        trackId: track.trackId,
        offsetMs: offsetOf(track),
        durationMs: track.durationMs ?? 0,
        hasWaveform: derivedOf(track).hasWaveform,
      })),
    };
  });

  const start = (lane: Lane): number => lane.clips[0]?.offsetMs ?? 0;
  return {
    recording,
    startsAt: zero,
    lengthMs: Math.max(
      0,
      ...lanes.flatMap((lane) => lane.clips.map((clip) => clip.offsetMs + clip.durationMs)),
    ),
    alignment,
    lanes: lanes.toSorted(
      (a, b) => start(a) - start(b) || compareNatural(a.speaker?.name ?? '', b.speaker?.name ?? ''),
    ),
    tracks: [...tracks],
  };
}

/** Kinds the service announces but does not make yet are kept and shown, not played. */
export function isPlayable(track: Track): boolean {
  return (
    (track.streamKind === null || track.streamKind === 'peer') &&
    (track.mediaKind === null || track.mediaKind === 'audio') &&
    track.media.kind !== 'not-webm' &&
    track.state !== 'missing'
  );
}

function looksPadded(recording: Recording, tracks: readonly Track[]): boolean {
  if (recording.startedAt === null || recording.stoppedAt === null || tracks.length < 2)
    return false;
  const span = recording.stoppedAt - recording.startedAt;
  const starts = tracks.flatMap((track) => (track.startedAt === null ? [] : [track.startedAt]));
  return (
    Math.max(...starts) - Math.min(...starts) > startsDifferMs &&
    tracks.every(
      (track) =>
        track.durationMs !== null && Math.abs(track.durationMs - span) <= paddingToleranceMs,
    )
  );
}

interface Voice {
  joinedBy: Lane['joinedBy'];
  tracks: Track[];
}

/**
 * Rejoin files of one person share a lane: by `user_id`, or by the integrator's own id where the
 * participant was added anew on rejoin. Never by display name (docs/decisions/0004-one-lane-per-person.md).
 */
function groupByVoice(tracks: readonly Track[]): Voice[] {
  const voices: Voice[] = [];
  const byUser = new Map<string, Voice>();
  const byCustom = new Map<string, Voice[]>();
  for (const track of tracks) {
    const kinds = `${track.streamKind ?? ''}/${track.mediaKind ?? ''}/`;
    // On a lane that bears a name it would be heard as that person.
    const isDisputed = track.flags.includes('evidence-disagrees');
    const keyOf = (id: string | null): string | null =>
      id === null || isPlaceholderId(id) || isDisputed ? null : kinds + id;
    const userKey = keyOf(track.userId);
    const customKey = keyOf(track.customParticipantId);
    const sameUser = userKey === null ? undefined : byUser.get(userKey);
    const sharing = customKey === null ? [] : (byCustom.get(customKey) ?? []);
    const sameCustom = sharing.find((voice) => voice.tracks.every((one) => mayBeNamed(one, track)));
    const voice = sameUser ?? sameCustom ?? { joinedBy: 'alone', tracks: [] };
    if (voice.tracks.length === 0) voices.push(voice);
    else if (sameUser === undefined) voice.joinedBy = 'custom-id';
    else if (voice.joinedBy === 'alone') voice.joinedBy = 'user-id';
    voice.tracks.push(track);
    if (userKey !== null) byUser.set(userKey, voice);
    if (customKey !== null && !sharing.includes(voice))
      byCustom.set(customKey, [...sharing, voice]);
  }
  return voices;
}

/** A custom id may be everybody's (`guest`): people who were given different names stay apart. */
function mayBeNamed(one: Track, other: Track): boolean {
  const [name, otherName] = [givenName(one), givenName(other)];
  return name === null || otherName === null || name === otherName;
}

/** A name somebody gave, not an id that stands for one. */
function givenName({ speaker, customParticipantId }: Track): string | null {
  return speaker === null || speaker.name === speaker.userId || speaker.name === customParticipantId
    ? null
    : speaker.name;
}
