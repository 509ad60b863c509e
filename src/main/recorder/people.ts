/** @file Main process. Who may be chosen for a recording: people whom the meeting or its call knows by the service's own id. */
import { type Check, Failure, type Recordable, type Whom, chosenAtMost } from '#contract';
import type { CallOptions, RealtimeKit, VendorSessionParticipant } from '../realtimekit/index.ts';
import { peopleInCall } from '../sync/index.ts';

export interface KnownPeople {
  /** Those in the call first, then by name. */
  people: Recordable[];
  /** The integrator's ids: they look usable, and record nobody (U4). */
  customIds: string[];
  /** One of the two lists could not be read. */
  isPartial: boolean;
}

type Asking = Pick<RealtimeKit, 'listMeetingParticipants' | 'listSessionParticipants'>;

/** Reads both lists (contract 5.3, 6.4). That one of them cannot be read is told, not thrown. */
export async function readPeople(
  realtimekit: Asking,
  place: { meetingId: string; sessionId: string | null },
  asked: CallOptions = {},
): Promise<KnownPeople> {
  const { meetingId, sessionId } = place;
  const [added, came] = await Promise.all([
    orNothing(realtimekit.listMeetingParticipants(meetingId, asked)),
    sessionId === null ? [] : orNothing(realtimekit.listSessionParticipants(sessionId, asked)),
  ]);
  const customIds = new Set<string>();
  const people = new Map<string, Recordable>();
  const present = idsInCall(came ?? []);
  const take = (
    from: 'meeting' | 'call',
    row: { userId: string | null; customParticipantId: string | null; name: string | null },
  ): void => {
    const { userId, customParticipantId, name } = row;
    if (customParticipantId !== null) customIds.add(customParticipantId);
    if (userId === null) return;
    const known = people.get(userId);
    people.set(userId, {
      userId,
      customParticipantId: known?.customParticipantId ?? customParticipantId,
      names: [...new Set([...(known?.names ?? []), ...(name === null ? [] : [name])])],
      inCall: present.has(userId),
      from: [...new Set([...(known?.from ?? []), from])],
    });
  };
  // The call first: the name used in it is the one people know.
  for (const row of came ?? []) take('call', { ...row, name: row.displayName });
  for (const row of added ?? []) take('meeting', row);
  return {
    people: [...people.values()].sort(byPresenceAndName),
    customIds: [...customIds].sort(),
    isPartial: added === null || came === null,
  };
}

function idsInCall(rows: readonly VendorSessionParticipant[]): Set<string> {
  return new Set(peopleInCall(rows).flatMap(({ userId }) => userId ?? []));
}

function byPresenceAndName(one: Recordable, other: Recordable): number {
  if (one.inCall !== other.inCall) return one.inCall ? -1 : 1;
  return nameOf(one).localeCompare(nameOf(other)) || (one.userId < other.userId ? -1 : 1);
}

function nameOf({ names, customParticipantId, userId }: Recordable): string {
  return names[0] ?? customParticipantId ?? userId;
}

/** Null where the list could not be read; a list the service does not know is empty. */
async function orNothing<Row>(rows: Promise<Row[] | null>): Promise<Row[] | null> {
  try {
    return (await rows) ?? [];
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The ids of a choice, each once; null for everyone. */
export function idsOf(whom: Whom): string[] | null {
  return whom.kind === 'everyone' ? null : [...new Set(whom.userIds)];
}

/** What is the matter with a choice; only `not-in-call` keeps no order back. */
export function faultsOf(userIds: readonly string[], known: KnownPeople): Omit<Check, 'what'>[] {
  const people = new Map(known.people.map((person) => [person.userId, person]));
  const customIds = new Set(known.customIds);
  const strangers = userIds.filter((id) => !people.has(id));
  const custom = strangers.filter((id) => customIds.has(id));
  const unknown = strangers.filter((id) => !customIds.has(id));
  const absent = userIds.flatMap((id) => {
    const person = people.get(id);
    return person === undefined || person.inCall ? [] : [nameOf(person)];
  });
  const fault = (why: Check['why'], about: string[], state: 'bad' | 'doubt' = 'bad') =>
    about.length === 0 ? [] : [{ state, why, about: about.slice(0, 200) }];
  // Without any name in it the service would take it for everyone (contract 7.2).
  if (userIds.length === 0) return [{ state: 'bad', why: 'nobody-chosen', about: [] }];
  return [
    ...fault('too-many', userIds.slice(chosenAtMost)),
    ...fault('custom-id', custom),
    ...fault(known.isPartial ? 'people-partial' : 'unknown-id', unknown),
    ...fault('not-in-call', absent, 'doubt'),
  ];
}

/**
 * @throws Failure `meeting.people-unusable` with `because`: `nobody-chosen`, `too-many`, `custom-id`,
 *   `unknown-id`, `people-partial`
 */
export function requireUsable(userIds: readonly string[], known: KnownPeople): void {
  const fault = faultsOf(userIds, known).find(({ state }) => state === 'bad');
  if (fault?.why == null) return;
  throw new Failure('meeting.people-unusable', `The choice of people is unusable: ${fault.why}.`, {
    details: { because: fault.why, about: fault.about.slice(0, 5).join(', ') },
  });
}
