/** @file Main process. Who was in the call of a recording, connection by connection, as far as the service told. Pure. */
import type { Coverage, CoverageRow, Order } from '#contract';
import {
  type MeetingPerson,
  type Observation,
  type SessionPerson,
  idKey,
  isPlaceholderId,
} from '../library/index.ts';

/** One connection of which a file may be expected. Times are epoch ms. */
export interface PersonConnection {
  peerId: string | null;
  joinedAt: number | null;
  /** Null while it lasts, or when nobody told. */
  leftAt: number | null;
  /** Stands for all connections of the person: nobody told them apart, and its times are of them all. */
  isVague: boolean;
}

export interface Person {
  userId: string | null;
  customParticipantId: string | null;
  /** The name used in the call, else that of the meeting. */
  name: string | null;
  nameFrom: CoverageRow['nameFrom'];
  connections: PersonConnection[];
  /** Keys of every id that may be one of their peers (U3). */
  peerKeys: ReadonlySet<string>;
}

export interface People {
  basis: Coverage['basis'];
  people: Person[];
}

/** An id a program did not print for nothing. */
export const realId = (id: string | null): string | null =>
  id === null || isPlaceholderId(id) ? null : id;

/**
 * Rows of one `user_id` are one person; rows without one stay apart, for a custom id may be everybody's
 * (contract 6.6). Without an answer about the call an order for chosen people says whom to expect.
 */
export function peopleOf(
  observation: Pick<Observation, 'sessionPeople' | 'meetingPeople'> | null,
  order: Order | null,
): People {
  const meeting = observation?.meetingPeople ?? [];
  const rows = observation?.sessionPeople ?? [];
  if (rows.length === 0) return peopleOrdered(meeting, order);
  const grouped = Map.groupBy(rows, (row) => {
    const userId = realId(row.userId);
    return userId === null ? row : idKey(userId);
  });
  const people = [...grouped.values()].map((group) => personOf(group, meeting));
  const isTimed = people.some(({ connections }) =>
    connections.some(({ joinedAt, isVague }) => joinedAt !== null && !isVague),
  );
  return { basis: isTimed ? 'events' : 'people', people };
}

function personOf(rows: readonly SessionPerson[], meeting: readonly MeetingPerson[]): Person {
  const userId = realId(rows[0]?.userId ?? null);
  const added = meeting.find((one) => userId !== null && idKey(one.userId) === idKey(userId));
  const used = firstReal(rows.map((row) => row.displayName));
  return {
    userId,
    customParticipantId: firstReal([
      ...rows.map((row) => row.customParticipantId),
      added?.customParticipantId ?? null,
    ]),
    ...(used === null ? nameInMeeting(added) : { name: used, nameFrom: 'call' }),
    connections: joined(rows.flatMap(connectionsOf)),
    peerKeys: new Set(rows.flatMap(({ peerIds }) => peerIds.map(idKey))),
  };
}

/** What was observed before connections were told apart names peers, and times of them all. */
function connectionsOf(row: SessionPerson): PersonConnection[] {
  if (row.connections !== undefined && row.connections.length > 0) {
    return row.connections.map((one) => ({ ...one, isVague: false }));
  }
  const { peerIds, joinedAt, leftAt } = row;
  const isVague = peerIds.length !== 1;
  return [{ peerId: isVague ? null : (peerIds[0] ?? null), joinedAt, leftAt, isVague }];
}

/** A peer that two rows tell of is one connection. */
function joined(connections: readonly PersonConnection[]): PersonConnection[] {
  const byPeer = new Map<string, PersonConnection>();
  const all: PersonConnection[] = [];
  for (const one of connections) {
    const key = one.peerId === null ? null : idKey(one.peerId);
    const known = key === null ? undefined : byPeer.get(key);
    if (known === undefined) {
      const mine = { ...one };
      all.push(mine);
      if (key !== null) byPeer.set(key, mine);
      continue;
    }
    known.joinedAt = least(known.joinedAt, one.joinedAt);
    known.leftAt = known.leftAt === null ? one.leftAt : Math.max(known.leftAt, one.leftAt ?? 0);
  }
  return all;
}

function peopleOrdered(meeting: readonly MeetingPerson[], order: Order | null): People {
  if (order?.taken.kind !== 'chosen') return { basis: 'nothing', people: [] };
  const people = order.taken.userIds.map((chosen): Person => {
    const added =
      meeting.find(({ userId }) => idKey(userId) === idKey(chosen)) ??
      onlyOne(meeting.filter(({ customParticipantId }) => customParticipantId === chosen));
    return {
      userId: added?.userId ?? chosen,
      customParticipantId: added?.customParticipantId ?? null,
      ...nameInMeeting(added),
      connections: [{ peerId: null, joinedAt: null, leftAt: null, isVague: true }],
      peerKeys: new Set(),
    };
  });
  return { basis: 'people', people };
}

function nameInMeeting(added: MeetingPerson | null | undefined): Pick<Person, 'name' | 'nameFrom'> {
  const name = firstReal([added?.name ?? null]);
  return { name, nameFrom: name === null ? null : 'meeting' };
}

function firstReal(texts: readonly (string | null)[]): string | null {
  return texts.find((text) => text !== null && realId(text.trim()) !== null) ?? null;
}

function onlyOne<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
