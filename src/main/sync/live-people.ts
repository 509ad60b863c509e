/** @file Main process. Who is in a call at this moment: the service's rows, one a connection or one a person (U3), as people. Pure. */
import type { LivePerson } from '#contract';
import type { VendorSessionParticipant } from '../realtimekit/index.ts';

/** In the order of joining; those who left are left out. Rows without any id are people of their own. */
export function peopleInCall(rows: readonly VendorSessionParticipant[]): LivePerson[] {
  const people = new Map<string, LivePerson>();
  for (const [index, row] of rows.entries()) {
    const connections = connectionsOf(row);
    if (connections === 0) continue;
    const key = JSON.stringify([row.userId ?? row.customParticipantId ?? row.id ?? index]);
    const known = people.get(key);
    people.set(key, {
      userId: row.userId,
      customParticipantId: known?.customParticipantId ?? row.customParticipantId,
      name: known?.name ?? row.displayName,
      joinedAt: earliest(known?.joinedAt ?? null, row.joinedAt),
      connections: (known?.connections ?? 0) + connections,
    });
  }
  return [...people.values()].sort((a, b) => (a.joinedAt ?? 0) - (b.joinedAt ?? 0));
}

/** How many connections of this row are open (contract 6.4). */
function connectionsOf({ leftAt, peerEvents }: VendorSessionParticipant): number {
  const peersIn = (name: string) =>
    new Set(
      peerEvents.flatMap(({ eventName, peerId }) => (eventName === name ? (peerId ?? []) : [])),
    );
  const left = peersIn('PEER_LEAVING');
  const open = [...peersIn('PEER_CREATED')].filter((peerId) => !left.has(peerId)).length;
  if (leftAt === null) return Math.max(1, open);
  // The row tells the last leaving; another device may have stayed. Where no leaving is told, none is believed.
  return left.size === 0 ? 0 : open;
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
