/** @file Main process. Concludes whose voice a track is, with the evidence for it, or says that it is unknown. Pure. */
import type { Evidence, Speaker } from '#contract';
import { idKey, isCertain, isPlaceholderId, sameId, type NameReading } from './file-names/index.ts';
import type { People } from './evidence.ts';
import type { ListedFile } from './types.ts';

/** A person some evidence points at. */
interface Pointed {
  evidence: Evidence;
  userId: string | null;
  customId: string | null;
  names: string[];
}

export interface Voice {
  speaker: Speaker | null;
  customParticipantId: string | null;
  /** Facts point at different people: the file belongs to none of them. */
  disagrees: boolean;
}

/**
 * Follows the order of evidence of contract 6.6. A display name is never evidence. When two facts
 * point at different people, the answer is "unknown": a wrong name is the worst failure of an archive.
 */
export function concludeVoice(
  file: Pick<ListedFile, 'customParticipantId' | 'peerId'>,
  reading: NameReading,
  people: People,
): Voice {
  const pointed = [...pointers(file, reading, people)];
  const stated = real(file.customParticipantId);
  const first = pointed[0];
  const disagree =
    reading.flags.includes('evidence-disagrees') ||
    pointed.some((one) => pointed.some((other) => !maySame(one, other)));
  if (first === undefined || disagree)
    return { speaker: null, customParticipantId: stated, disagrees: disagree };
  const users = distinct(pointed.map(({ userId }) => userId));
  const customs = distinct(pointed.map(({ customId }) => customId));
  // A custom id shared by several user ids is probably one human, but only a person may decide so.
  const userId = users.length === 1 ? (users[0] ?? null) : null;
  const customId = stated ?? (customs.length === 1 ? (customs[0] ?? null) : null);
  const name = pointed.flatMap(({ names }) => names)[0] ?? customId ?? userId;
  return {
    speaker:
      name === null ? null : { name, userId, evidence: pointed.map(({ evidence }) => evidence) },
    customParticipantId: customId,
    disagrees: false,
  };
}

/** `concludeVoice` for many files of one recording: each is asked only of people its ids may point at. */
export function voicesAmong(
  people: People,
): (file: Pick<ListedFile, 'customParticipantId' | 'peerId'>, reading: NameReading) => Voice {
  const session = byId(people.session, ({ userId, customParticipantId, peerIds }) => [
    userId,
    customParticipantId,
    ...peerIds,
  ]);
  const meeting = byId(people.meeting, ({ userId, customParticipantId }) => [
    userId,
    customParticipantId,
  ]);
  return (file, reading) => {
    const ids = [file.customParticipantId, file.peerId, reading.userId, reading.peerId];
    const inSession = session(ids);
    const users = inSession.map(({ userId }) => userId);
    return concludeVoice(file, reading, {
      session: inSession,
      meeting: meeting([...ids, ...users]),
    });
  };
}

/** Those who have one of the ids, in their order. */
function byId<Person>(
  people: readonly Person[],
  idsOf: (person: Person) => readonly (string | null)[],
): (ids: readonly (string | null)[]) => Person[] {
  const places = new Map<string, Set<number>>();
  for (const [place, person] of people.entries())
    for (const id of idsOf(person)) {
      if (id === null) continue;
      const key = idKey(id);
      const known = places.get(key) ?? new Set();
      places.set(key, known.add(place));
    }
  return (ids) => {
    const found = new Set(
      ids.flatMap((id) => (id === null ? [] : [...(places.get(idKey(id)) ?? [])])),
    );
    return people.filter((_, place) => found.has(place));
  };
}

function* pointers(
  file: Pick<ListedFile, 'customParticipantId' | 'peerId'>,
  reading: NameReading,
  people: People,
): Generator<Pointed> {
  const entryCustom = real(file.customParticipantId);
  if (entryCustom !== null) yield* byCustomId('entry-custom-id', entryCustom, people);

  const settled = isCertain(reading);
  const user = settled ? real(reading.userId) : null;
  if (user !== null) {
    const inSession = people.session.filter(
      ({ userId }) => userId !== null && sameId(userId, user),
    );
    const inMeeting = people.meeting.filter(({ userId }) => sameId(userId, user));
    for (const person of inSession.slice(0, 1))
      yield {
        evidence: { kind: 'session-user-id', value: user },
        userId: person.userId,
        customId: real(person.customParticipantId),
        names: namesOf([
          ...inSession.map(({ displayName }) => displayName),
          ...inMeeting.map(({ name }) => name),
        ]),
      };
    for (const person of inMeeting.slice(0, 1))
      yield {
        evidence: { kind: 'meeting-user-id', value: user },
        userId: person.userId,
        customId: real(person.customParticipantId),
        names: namesOf(inMeeting.map(({ name }) => name)),
      };
  }

  const peers = distinct([real(file.peerId), settled ? real(reading.peerId) : null]);
  for (const peer of peers) {
    for (const person of people.session) {
      if (!person.peerIds.some((known) => sameId(known, peer))) continue;
      const { userId } = person;
      yield {
        evidence: { kind: 'session-peer-id', value: peer },
        userId,
        customId: real(person.customParticipantId),
        names: namesOf([
          person.displayName,
          ...people.meeting
            .filter((one) => userId !== null && sameId(one.userId, userId))
            .map(({ name }) => name),
        ]),
      };
    }
  }

  const isKnownUser =
    user !== null &&
    [...people.session, ...people.meeting].some(
      ({ userId }) => userId !== null && sameId(userId, user),
    );
  if (user !== null && !isKnownUser) yield* byCustomId('user-id-is-custom-id', user, people);
}

/** People under one custom id; several user ids are all pointed at, for the caller to weigh. */
function* byCustomId(kind: string, customId: string, people: People): Generator<Pointed> {
  const session = people.session.filter((one) => one.customParticipantId === customId);
  const meeting = people.meeting.filter((one) => one.customParticipantId === customId);
  const users = distinct([...meeting, ...session].map(({ userId }) => userId));
  if (users.length === 0 && session.length === 0) return;
  const [onlyUser] = users;
  yield {
    evidence: { kind, value: customId },
    userId: users.length === 1 ? (onlyUser ?? null) : null,
    customId,
    names: agreed(
      [
        ...namesOf(session.map(({ displayName }) => displayName)),
        ...namesOf(meeting.map(({ name }) => name)),
      ],
      users.length,
    ),
  };
}

/** Names of several user ids count only when they are one and the same. */
function agreed(names: string[], users: number): string[] {
  return users <= 1 || new Set(names).size === 1 ? names : [];
}

function maySame(one: Pointed, other: Pointed): boolean {
  if (one.userId !== null && other.userId !== null && sameId(one.userId, other.userId)) return true;
  if (one.customId !== null && other.customId !== null) return one.customId === other.customId;
  return one.userId === null || other.userId === null;
}

function real(id: string | null): string | null {
  return id === null || isPlaceholderId(id) ? null : id;
}

function namesOf(names: readonly (string | null)[]): string[] {
  return names.filter((name): name is string => real(name === null ? null : name.trim()) !== null);
}

function distinct(ids: readonly (string | null)[]): string[] {
  const kept: string[] = [];
  for (const id of ids) if (id !== null && !kept.some((known) => sameId(known, id))) kept.push(id);
  return kept;
}
