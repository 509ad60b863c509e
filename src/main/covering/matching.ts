/** @file Main process. Which files stand for which connection: by peer, then by person and time, then by custom id; else for nobody. Pure. */
import { idKey } from '../library/index.ts';
import type { CoverageFile } from './files.ts';
import type { Person, PersonConnection } from './people.ts';

/** A connection with the files that stand for it; without a connection, files of one peer nobody told of. */
export interface Match {
  connection: PersonConnection | null;
  files: CoverageFile[];
}

export interface Matching {
  /** In the order of the people given. */
  people: { person: Person; matches: Match[] }[];
  /** Files of nobody who is known, one entry a peer. */
  strangers: CoverageFile[][];
}

/** A stamp this long after the connection ended is of another one, in ms. */
const lateStampMs = 60_000;

/**
 * Each file is put exactly once. A peer id that two people are said to have, a custom id that is
 * several people's, and a name that can be read in several ways settle nothing: such a file stands for
 * nobody, rather than for the wrong person (contract 6.6).
 *
 * @param beganAt when the recording began, epoch ms: nobody is heard in it before
 */
export function matchFiles(
  people: readonly Person[],
  files: readonly CoverageFile[],
  beganAt: number | null,
): Matching {
  const index = indexOf(people);
  const sorted = people.map((person) => ({
    person,
    matches: matchesOf(person),
    open: [] as CoverageFile[][],
  }));
  const strangers: CoverageFile[][] = [];
  for (const group of byPeer(files)) {
    const place = placeOf(group, index);
    const entry = place === null ? undefined : sorted[place.person];
    if (place === null || entry === undefined) strangers.push(group);
    else if (place.connection === null) entry.open.push(group);
    else entry.matches[place.connection]?.files.push(...group);
  }
  return {
    people: sorted.map(({ person, matches, open }) => ({
      person,
      matches: [...matches, ...settleOpen(matches, open, beganAt)],
    })),
    strangers,
  };
}

function matchesOf({ connections }: Person): Match[] {
  return connections.map((connection) => ({ connection, files: [] }));
}

/** Files of one peer belong together; a file without one stands by itself. */
function byPeer(files: readonly CoverageFile[]): CoverageFile[][] {
  return [
    ...Map.groupBy(files, (file) => {
      const owner = file.userId ?? file.customParticipantId;
      return file.peerId === null
        ? file
        : JSON.stringify([idKey(file.peerId), owner === null ? null : idKey(owner)]);
    }).values(),
  ];
}

/** Positions by id; null where two people share it. */
interface Index {
  users: ReadonlyMap<string, number>;
  peers: ReadonlyMap<string, Place | null>;
  customs: ReadonlyMap<string, number | null>;
}

interface Place {
  person: number;
  /** Null: it is theirs, and no connection is named. */
  connection: number | null;
}

function indexOf(people: readonly Person[]): Index {
  const users = new Map<string, number>();
  const peers = new Map<string, Place | null>();
  const customs = new Map<string, number | null>();
  for (const [at, { userId, customParticipantId, connections, peerKeys }] of people.entries()) {
    if (userId !== null) users.set(idKey(userId), at);
    if (customParticipantId !== null) {
      const key = idKey(customParticipantId);
      customs.set(key, customs.has(key) ? null : at);
    }
    const named = connections.flatMap(({ peerId }, connection): [string, Place][] =>
      peerId === null ? [] : [[idKey(peerId), { person: at, connection }]],
    );
    const mine = new Map<string, Place>([
      ...[...peerKeys].map((key): [string, Place] => [key, { person: at, connection: null }]),
      ...named,
    ]);
    for (const [key, place] of mine) peers.set(key, peers.has(key) ? null : place);
  }
  return { users, peers, customs };
}

function placeOf(group: readonly CoverageFile[], { users, peers, customs }: Index): Place | null {
  const [file] = group;
  if (file === undefined) return null;
  const user = file.userId === null ? undefined : users.get(idKey(file.userId));
  const place = file.peerId === null ? undefined : peers.get(idKey(file.peerId));
  if (place !== undefined && place !== null) {
    // The name says another person than the peer: then neither is certain.
    return user === undefined || user === place.person ? place : null;
  }
  if (user !== undefined) return { person: user, connection: null };
  for (const id of [file.customParticipantId, file.userId]) {
    const person = id === null ? undefined : customs.get(idKey(id));
    if (person !== undefined && person !== null) return { person, connection: null };
  }
  return null;
}

/**
 * Gives the files of a person whose peer nobody told of to the connections that have none, the nearest
 * in time first. What is left over was a connection nobody told of.
 */
function settleOpen(
  matches: readonly Match[],
  open: readonly CoverageFile[][],
  beganAt: number | null,
): Match[] {
  const pairs = open.flatMap((group) =>
    matches.flatMap((match) => {
      const farMs = match.files.length > 0 ? null : distanceMs(group, match, beganAt);
      return farMs === null ? [] : [{ group, match, farMs }];
    }),
  );
  const settled = new Set<CoverageFile[]>();
  for (const { group, match } of pairs.toSorted((a, b) => a.farMs - b.farMs)) {
    if (settled.has(group) || match.files.length > 0) continue;
    match.files.push(...group);
    settled.add(group);
  }
  return open.filter((group) => !settled.has(group)).map((files) => ({ connection: null, files }));
}

/** From where the connection can first be heard to the first sound of the files; null when it cannot be theirs. */
function distanceMs(
  group: readonly CoverageFile[],
  { connection }: Match,
  beganAt: number | null,
): number | null {
  if (connection === null) return null;
  const stamps = group.flatMap(({ startedAt }) => startedAt ?? []);
  const { joinedAt, leftAt } = connection;
  if (stamps.length === 0 || joinedAt === null) return 0;
  const stamp = Math.min(...stamps);
  if (leftAt !== null && stamp > leftAt + lateStampMs) return null;
  return Math.abs(stamp - Math.max(joinedAt, beganAt ?? joinedAt));
}
