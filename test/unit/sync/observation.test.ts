/** @file Tests of what is written down of the vendor's answers. */
import { describe, expect, test } from 'vitest';

import { Link } from '../../../src/main/realtimekit/index.ts';
import {
  countPeople,
  deadlineOf,
  deadlineOfFile,
  joinReads,
  toMeetingPerson,
  toObservation,
  toSessionPerson,
} from '../../../src/main/sync/observation.ts';
import { vendorFile, vendorRecording } from './vendor.ts';

const source = { host: 'api.example.org', accountId: 'a', appId: 'b' };
const dayMs = 24 * 3_600_000;

describe('the two reads of one recording', () => {
  test('are joined: title from the list, the rest from the newer single read', () => {
    const row = vendorRecording({
      raw: { meeting: { title: 'Ep. 42' }, status: 'UPLOADING' },
      status: 'UPLOADING',
    });
    const single = vendorRecording({
      meetingTitle: null,
      meetingId: null,
      raw: { status: 'UPLOADED', stop_reason: 'x' },
      files: [vendorFile('a')],
    });
    expect(joinReads(row, single)).toMatchObject({
      meetingTitle: 'Ep. 42',
      meetingId: 'bbb41e77',
      status: 'UPLOADED',
      files: [{ fileName: 'a' }],
      raw: { meeting: { title: 'Ep. 42' }, status: 'UPLOADED', stop_reason: 'x' },
    });
  });

  test('a silent single read does not undo what the list knew of the kind', () => {
    const row = vendorRecording({ kind: 'track' });
    expect(joinReads(row, vendorRecording({ kind: 'probably-track' })).kind).toBe('track');
  });

  test('without a single read the row stands', () => {
    const row = vendorRecording();
    expect(joinReads(row, null)).toBe(row);
  });
});

describe('the deadline', () => {
  const stoppedAt = Date.UTC(2026, 10, 18);

  test('is what the vendor says, else seven days after the stop, else unknown', () => {
    expect(deadlineOf(vendorRecording({ linksExpireAt: 5, stoppedAt }))).toBe(5);
    expect(deadlineOf(vendorRecording({ linksExpireAt: null, stoppedAt }))).toBe(
      stoppedAt + 7 * dayMs,
    );
    expect(deadlineOf(vendorRecording({ linksExpireAt: null, stoppedAt: null }))).toBeNull();
  });

  test('of a file is that of the recording, and of its link only when nothing else is known', () => {
    const signed =
      'https://f.example.org/a?X-Amz-Date=20261118T000000Z&X-Amz-Expires=3600&X-Amz-Signature=1';
    const file = vendorFile('a', { link: new Link(signed) });
    const recording = vendorRecording();
    expect(deadlineOfFile(recording, file)).toBe(recording.linksExpireAt);
    const silent = vendorRecording({ linksExpireAt: null, stoppedAt: null });
    expect(deadlineOfFile(silent, file)).toBe(Date.UTC(2026, 10, 18, 1));
  });
});

describe('an observation', () => {
  test('holds every listed file and no link', () => {
    const files = [
      vendorFile('a.webm', { customParticipantId: 'guest_17' }),
      vendorFile('b.webm', { layerName: 'x' }),
    ];
    const observation = toObservation(
      vendorRecording({ files }),
      { session: null, meeting: null },
      source,
    );
    expect(observation.files).toEqual([
      { layerName: 'default', fileName: 'a.webm', customParticipantId: 'guest_17', peerId: null },
      { layerName: 'x', fileName: 'b.webm', customParticipantId: null, peerId: null },
    ]);
    expect(JSON.stringify(observation)).not.toContain('feedface');
    expect(observation).toMatchObject({
      status: 'UPLOADED',
      sessionPeople: null,
      meetingPeople: null,
      source,
    });
  });

  test('keeps the vendor’s own word of status and takes empty ids for none', () => {
    const recording = vendorRecording({
      status: 'unknown',
      statusText: 'STOPPED',
      meetingId: '',
      sessionId: '',
    });
    expect(toObservation(recording, { session: [], meeting: [] }, source)).toMatchObject({
      status: 'STOPPED',
      meetingId: null,
      sessionId: null,
      sessionPeople: [],
    });
  });
});

describe('people', () => {
  const row = {
    id: 'row',
    userId: 'aaa1',
    customParticipantId: null,
    displayName: 'Mara',
    presetName: null,
    joinedAt: 1,
    leftAt: null,
    durationMs: null,
    peerEvents: [],
    peerIds: ['p1', 'p2', ''],
    raw: null,
  };

  test('keep every id that may be a peer (U3)', () => {
    expect(toSessionPerson(row)).toMatchObject({
      peerIds: ['p1', 'p2'],
      userId: 'aaa1',
      displayName: 'Mara',
    });
  });

  test('are counted once however often they came', () => {
    const rejoined = { ...row, id: 'row2', peerIds: ['p3'] };
    const other = { ...row, userId: null, peerIds: ['p4'] };
    expect(countPeople([row, rejoined, other].map(toSessionPerson))).toBe(2);
    expect(countPeople(null)).toBeNull();
  });

  test('of a meeting without an id are left out', () => {
    const person = {
      userId: '',
      customParticipantId: 'x',
      name: null,
      presetName: null,
      createdAt: null,
      raw: null,
    };
    expect(toMeetingPerson(person)).toEqual([]);
    expect(toMeetingPerson({ ...person, userId: 'aaa1' })).toEqual([
      { userId: 'aaa1', customParticipantId: 'x', name: null },
    ]);
  });
});
