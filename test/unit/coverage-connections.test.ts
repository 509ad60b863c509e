/** @file Tests of what is kept of each join of a person, in both readings of the contract (U3), and of what older archives hold. */
import { describe, expect, test } from 'vitest';
import { SessionPersonSchema, sayTheSame } from '../../src/main/library/observed.ts';
import type { VendorSessionParticipant } from '../../src/main/realtimekit/index.ts';
import { toSessionPerson } from '../../src/main/sync/observation.ts';
import { observation } from '../support/temp-library.ts';

const row: VendorSessionParticipant = {
  id: 'row',
  userId: 'aaa1',
  customParticipantId: null,
  displayName: 'Mara',
  presetName: null,
  joinedAt: 100,
  leftAt: 900,
  durationMs: null,
  peerEvents: [],
  peerIds: [],
  raw: null,
};
const event = (peerId: string | null, eventName: string | null, at: number | null) => ({
  peerId,
  eventName,
  userId: 'aaa1',
  at,
});
const connectionsOf = (more: Partial<VendorSessionParticipant>) =>
  toSessionPerson({ ...row, ...more }).connections;

describe('the joins of one row', () => {
  test('without events are the row itself', () => {
    expect(connectionsOf({ id: 'p1' })).toEqual([{ peerId: 'p1', joinedAt: 100, leftAt: 900 }]);
    expect(connectionsOf({ id: null, leftAt: null })).toEqual([
      { peerId: null, joinedAt: 100, leftAt: null },
    ]);
  });

  test('are those of its events, each with its own times; the row’s own id is none of them', () => {
    const peerEvents = [
      event('p2', 'PEER_LEAVING', 900),
      event('p2', 'PEER_JOINING', 501),
      event('p2', 'PEER_CREATED', 500),
      event('p1', 'PEER_CREATED', 100),
      event('p1', 'PEER_LEAVING', 300),
    ];
    const expected = [
      { peerId: 'p1', joinedAt: 100, leftAt: 300 },
      { peerId: 'p2', joinedAt: 500, leftAt: 900 },
    ];
    expect(connectionsOf({ peerEvents })).toEqual(expected);
    expect(connectionsOf({ peerEvents: peerEvents.toReversed() })).toEqual(expected);
    expect(connectionsOf({ peerEvents, id: 'p1' })).toEqual(expected);
  });

  test('last while nobody told of a leave, and end with the person', () => {
    const peerEvents = [
      event('p1', 'PEER_CREATED', 100),
      event('p1', 'PEER_LEAVING', 300),
      event('p2', 'PEER_CREATED', 500),
    ];
    expect(connectionsOf({ peerEvents, leftAt: null })?.map(({ leftAt }) => leftAt)).toEqual([
      300,
      null,
    ]);
    expect(connectionsOf({ peerEvents })?.map(({ leftAt }) => leftAt)).toEqual([300, 900]);
  });

  test('go on when the same peer came back', () => {
    const peerEvents = [
      event('p1', 'PEER_JOINING', 100),
      event('p1', 'PEER_LEAVING', 300),
      event('p1', 'PEER_JOINING', 310),
    ];
    expect(connectionsOf({ peerEvents, leftAt: null })).toEqual([
      { peerId: 'p1', joinedAt: 100, leftAt: null },
    ]);
  });

  test('take their times from the row where events tell none', () => {
    const peerEvents = [event('p1', 'PEER_SOMETHING', 400), event(null, 'PEER_LEAVING', 1)];
    expect(connectionsOf({ peerEvents })).toEqual([{ peerId: 'p1', joinedAt: 100, leftAt: 900 }]);
  });
});

describe('an archive', () => {
  const { connections: _told, ...older } = toSessionPerson({ ...row, peerIds: ['p1'] });

  test('reads what was kept before connections, and writes it to the same bytes', () => {
    const text = JSON.stringify(older);
    expect(JSON.stringify(SessionPersonSchema.parse(JSON.parse(text)))).toBe(
      JSON.stringify(SessionPersonSchema.parse(older)),
    );
    expect(SessionPersonSchema.parse(older)).not.toHaveProperty('connections');
  });

  test('takes a leave that came to be known for news', () => {
    const now = (leftAt: number | null) =>
      observation(0, { sessionPeople: [toSessionPerson({ ...row, id: 'p1', leftAt })] });
    expect(sayTheSame(now(null), now(null))).toBe(true);
    expect(sayTheSame(now(null), now(900))).toBe(false);
  });
});
