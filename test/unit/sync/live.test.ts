/** @file Tests. The parts of what goes on now that need no service: rhythm, budget, people, calls, what moved. */
import { describe, expect, test } from 'vitest';

import { MeetingId, RecordingId, SessionId } from '../../../src/preload/contract/index.ts';
import type { VendorSessionParticipant } from '../../../src/main/realtimekit/index.ts';
import {
  callsNow,
  movedMeetings,
  toSeen,
  type SeenRecording,
  type SeenSession,
} from '../../../src/main/sync/live-calls.ts';
import { peopleInCall } from '../../../src/main/sync/live-people.ts';
import {
  betweenRounds,
  createSpending,
  type Circumstances,
} from '../../../src/main/sync/live-rhythm.ts';
import { vendorRecording } from './vendor.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

describe('the rhythm', () => {
  const usual: Circumstances = {
    watched: true,
    expecting: true,
    stillRounds: 0,
    failures: 0,
    callsARound: 5,
    quota: null,
  };
  test.each<[string, Partial<Circumstances>, number | null]>([
    ['somebody looks on', {}, 10_000],
    ['nobody looks on and nothing runs', { watched: false, expecting: false }, null],
    ['nobody looks on and something has just moved', { watched: false }, 15_000],
    ['and nothing has happened for long', { watched: false, stillRounds: 50 }, 300_000],
    ['200 calls are recorded', { callsARound: 11 }, 13_481],
    ['a thousand are', { callsARound: 43 }, 52_697],
    ['the service allows less', { quota: { calls: 300, windowMs: 300_000 } }, 24_510],
    ['it says that it allows more', { quota: { calls: 1000, windowMs: 50_000 } }, 10_000],
    ['a read failed', { failures: 1 }, 20_000],
    ['reads keep failing', { failures: 20 }, 300_000],
  ])('while %s', (_, changes, expected) => {
    expect(betweenRounds({ ...usual, ...changes })).toBe(expected);
  });

  test('never lets a window hold a quarter of the quota, whatever came before', () => {
    const spending = createSpending();
    const lists = { callsARound: 11, everyMs: 13_481 };
    const sent: number[] = [];
    const send = (at: number, on: 'lists' | 'extras') => {
      sent.push(at);
      spending.note(at, on);
    };
    // A small world that asks for many names becomes a large one.
    for (let at = 0; at < 300_000; at += 10_000) {
      for (let call = 0; call < 5; call += 1) send(at, 'lists');
      const left = spending.extrasLeft({ callsARound: 5, everyMs: 10_000 }, at, null);
      for (let call = 0; call < left; call += 1) send(at, 'extras');
    }
    let latestMs = 0;
    for (let due = 300_000, at = 0; at < 1_500_000; due = at + lists.everyMs) {
      at = spending.listsFreeAt(lists.callsARound, due, null);
      if (at > 900_000) latestMs = Math.max(latestMs, at - due);
      for (let call = 0; call < lists.callsARound; call += 1) send(at, 'lists');
      const left = spending.extrasLeft(lists, at, null);
      for (let call = 0; call < left; call += 1) send(at, 'extras');
    }
    const busiest = Math.max(
      ...sent.map((from) => sent.filter((at) => at >= from && at < from + 300_000).length),
    );
    expect(busiest).toBeLessThan(300);
    expect(busiest).toBeGreaterThan(250);
    // Once the world stays as it is, names keep no list waiting.
    expect(latestMs).toBe(0);
  });
});

describe('people in a call', () => {
  const row = (changes: Partial<VendorSessionParticipant>): VendorSessionParticipant => ({
    id: 'peer-1',
    userId: 'ada',
    customParticipantId: null,
    displayName: 'Ada',
    presetName: null,
    joinedAt: 1_000,
    leftAt: null,
    durationMs: null,
    peerEvents: [],
    peerIds: ['peer-1'],
    raw: {},
    ...changes,
  });
  const event = (eventName: string, peerId: string) => ({
    peerId,
    eventName,
    userId: 'ada',
    at: 0,
  });

  test('are those who have not left, each once with all connections', () => {
    const people = peopleInCall([
      row({ id: 'peer-2', joinedAt: 3_000, displayName: null }),
      row({ joinedAt: 2_000 }),
      row({ id: 'peer-3', userId: 'ben', displayName: 'Ben', joinedAt: 1_000 }),
      row({ id: 'peer-4', userId: 'cleo', leftAt: 9_000 }),
    ]);
    expect(
      people.map(({ userId, name, connections, joinedAt }) => [
        userId,
        name,
        connections,
        joinedAt,
      ]),
    ).toEqual([
      ['ben', 'Ben', 1, 1_000],
      ['ada', 'Ada', 2, 2_000],
    ]);
  });

  test('may have a device that stayed when another left, all in one row (U3)', () => {
    const peerEvents = [
      event('PEER_CREATED', 'one'),
      event('PEER_CREATED', 'two'),
      event('PEER_CREATED', 'three'),
      event('PEER_LEAVING', 'two'),
    ];
    expect(peopleInCall([row({ leftAt: 5_000, peerEvents })])).toMatchObject([{ connections: 2 }]);
    // Without a word about leaving, the row is believed.
    expect(peopleInCall([row({ leftAt: 5_000, peerEvents: peerEvents.slice(0, 1) })])).toEqual([]);
  });

  test('without any id are not taken for one another', () => {
    const nobody = { id: null, userId: null, displayName: 'Somebody' };
    expect(peopleInCall([row(nobody), row(nobody)])).toHaveLength(2);
  });
});

const meetingId = MeetingId.parse('bbb41e77');
const recording = (changes: Partial<SeenRecording> = {}): SeenRecording => ({
  recordingId: RecordingId.parse('fffd7c39'),
  meetingId,
  sessionId: 'one',
  title: 'Ep. 42',
  kind: 'track',
  status: 'RECORDING',
  invokedAt: 0,
  startedAt: 0,
  files: 0,
  ...changes,
});
const session = (id: string, changes: Partial<SeenSession> = {}): [string, SeenSession] => [
  id,
  {
    sessionId: SessionId.parse(id),
    meetingId,
    title: 'Ep. 42',
    isLive: true,
    peopleCount: 2,
    startedAt: 0,
    emptySince: null,
    ...changes,
  },
];

describe('calls', () => {
  const now = (sessions: [string, SeenSession][], recordings: SeenRecording[], at: number) =>
    callsNow(new Map(sessions), recordings, () => null, at);

  test('a recording of a call before this one is an alarm, though the meeting is live again', () => {
    const over = session('one', { isLive: false, emptySince: 0 });
    const again = session('two', { startedAt: 5 * minuteMs });
    const [call] = now([over, again], [recording()], 10 * minuteMs);
    expect(call).toMatchObject({
      call: 'live',
      sessionId: 'two',
      recordings: [{ alarm: 'records-an-empty-call' }],
    });
  });

  test('a room that is empty for two minutes is one as well, though its session lingers', () => {
    const lingering = session('one', { emptySince: 0, peopleCount: 0 });
    expect(now([lingering], [recording()], 2 * minuteMs - 1)[0]?.recordings[0]?.alarm).toBeNull();
    expect(now([lingering], [recording()], 2 * minuteMs)[0]?.recordings[0]?.alarm).toBe(
      'records-an-empty-call',
    );
  });

  test('of which nothing but a recording is known are unknown, and those that upload are none', () => {
    const uploading = recording({ recordingId: RecordingId.parse('up'), status: 'UPLOADING' });
    expect(now([], [recording(), uploading], 0)).toMatchObject([
      { call: 'unknown', title: 'Ep. 42', recordings: [{ status: 'RECORDING' }] },
    ]);
  });

  test('come with alarms first, then the latest first', () => {
    const other = (name: string, startedAt: number) =>
      session(name, { meetingId: MeetingId.parse(name), startedAt });
    const waiting = recording({ status: 'INVOKED', invokedAt: 0 });
    const order = now([session('one'), other('b', 1_000), other('c', 2_000)], [waiting], hourMs);
    expect(order.map((each) => each.sessionId)).toEqual(['one', 'c', 'b']);
    expect(order[0]?.recordings).toMatchObject([{ alarm: 'never-started' }]);
  });
});

describe('a row of the list', () => {
  test('finds its meeting through its call, and is left out without any', () => {
    const row = vendorRecording({ status: 'RECORDING', meetingId: null });
    expect(toSeen(row, () => 'bbb41e77', 0)).toMatchObject({ meetingId });
    expect(toSeen(row, () => null, 0)).toBeNull();
  });

  test('of an order that was forgotten days ago is left out', () => {
    const row = vendorRecording({ status: 'INVOKED', invokedAt: 0 });
    expect(toSeen(row, () => null, 24 * hourMs)).not.toBeNull();
    expect(toSeen(row, () => null, 24 * hourMs + 1)).toBeNull();
  });
});

describe('what has moved', () => {
  const of = (...all: SeenRecording[]) => new Map(all.map((one) => [one.recordingId, one]));
  const uploading = { status: 'UPLOADING' };

  test.each<[string, SeenRecording[], SeenRecording[], boolean]>([
    ['nothing', [recording()], [recording()], false],
    ['one that began', [], [recording()], false],
    ['one that goes on after its order', [recording({ status: 'INVOKED' })], [recording()], false],
    ['one that was paused', [recording()], [recording({ status: 'PAUSED' })], false],
    ['one that was stopped', [recording()], [recording(uploading)], true],
    ['one that is listed no more', [recording(uploading)], [], true],
    ['a file', [recording(uploading)], [recording({ ...uploading, files: 1 })], true],
    ['no other file', [recording({ files: 1 })], [recording({ files: 1 })], false],
  ])('%s', (_, before, after, isMoved) => {
    expect(movedMeetings(of(...before), of(...after))).toEqual(isMoved ? [meetingId] : []);
  });
});
