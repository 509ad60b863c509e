/** @file Tests. Tracks land on one clock and on the lane of the right person, or on their own. */
import { Recording, Track } from '#contract';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/main/library/timeline.ts';

const start = Date.UTC(2026, 10, 18, 9, 2, 14);

const recordingOf = (more: Partial<Recording> = {}): Recording => ({
  ...Recording.parse({
    recordingId: 'fff1',
    meetingId: 'bbb1',
    sessionId: null,
    title: 'Ep. 42',
    kind: 'track',
    vendorStatus: 'UPLOADED',
    errorMessage: null,
    state: 'sealed',
    goneAtProvider: false,
    invokedAt: start - 4000,
    startedAt: start,
    stoppedAt: start + 60_000,
    deadlineAt: null,
    observedAt: null,
    trackCount: 0,
    peopleCount: 0,
    bytes: 0,
    lengthMs: null,
    absent: [],
  }),
  ...more,
});

let count = 0;
const trackOf = (more: Partial<Track> = {}): Track => {
  count += 1;
  const trackId = count.toString(16).padStart(32, '0');
  return {
    ...Track.parse({
      trackId,
      recordingId: 'fff1',
      meetingId: 'bbb1',
      sessionId: null,
      layerName: 'default',
      fileName: `name-${trackId}.webm`,
      path: `recordings/x/data/${trackId}.webm`,
      bytes: 1,
      sha256: 'a'.repeat(64),
      reading: 'exact',
      prefix: 'p',
      userId: `user-${trackId}`,
      peerId: `peer-${trackId}`,
      streamKind: 'peer',
      mediaKind: 'audio',
      trackStamp: String(start),
      candidates: [],
      flags: [],
      evidence: [],
      customParticipantId: null,
      speaker: null,
      startedAt: start,
      durationMs: 30_000,
      holes: [],
      media: { kind: 'ok' },
      importedFrom: null,
      state: 'verified',
      verifiedAt: null,
    }),
    ...more,
  };
};

const derivedOf = () => ({ hasWaveform: true, talkMs: 1000 });
const layOutAll = (tracks: Track[], recording = recordingOf()) =>
  layOut(recording, tracks, derivedOf);

describe('layOut', () => {
  it('places each file by its stamp, the earliest at zero', () => {
    const review = layOutAll([
      trackOf({ startedAt: start + 20_000 }),
      trackOf({ startedAt: start + 300, durationMs: 59_000 }),
    ]);
    expect(review.alignment).toBe('stamps');
    expect(review.startsAt).toBe(start + 300);
    expect(review.lanes.map((lane) => lane.clips[0]?.offsetMs)).toEqual([0, 19_700]);
    expect(review.lengthMs).toBe(59_000);
  });

  it('sees that the service padded all files to the start', () => {
    const review = layOutAll([
      trackOf({ startedAt: start + 20_000, durationMs: 60_000 }),
      trackOf({ startedAt: start + 300, durationMs: 59_500 }),
    ]);
    expect(review.alignment).toBe('padded');
    expect(review.lanes.flatMap((lane) => lane.clips.map((clip) => clip.offsetMs))).toEqual([0, 0]);
    expect(review.startsAt).toBe(start);
  });

  it('puts the rejoin files of one user_id on one lane, in order', () => {
    const review = layOutAll([
      trackOf({ userId: 'u', startedAt: start + 40_000 }),
      trackOf({ userId: 'u', startedAt: start }),
    ]);
    expect(review.lanes).toHaveLength(1);
    expect(review.lanes[0]?.joinedBy).toBe('user-id');
    expect(review.lanes[0]?.clips.map((clip) => clip.offsetMs)).toEqual([0, 40_000]);
    expect(review.lanes[0]?.talkMs).toBe(2000);
  });

  it('joins a participant who was added anew by the custom id, and says so', () => {
    const review = layOutAll([
      trackOf({ userId: 'u1', customParticipantId: 'guest_17' }),
      trackOf({ userId: 'u2', customParticipantId: 'guest_17' }),
    ]);
    expect(review.lanes.map((lane) => lane.joinedBy)).toEqual(['custom-id']);
  });

  it('keeps people apart who share a custom id but not a name', () => {
    const speaker = (name: string) => ({ name, userId: null, evidence: [] });
    const guest = { customParticipantId: 'guest' };
    const review = layOutAll([
      trackOf({ ...guest, speaker: speaker('Alex') }),
      trackOf({ ...guest, speaker: speaker('Bo') }),
      trackOf({ ...guest, speaker: speaker('Alex') }),
    ]);
    expect(review.lanes.map((lane) => [lane.speaker?.name, lane.clips.length])).toEqual([
      ['Alex', 2],
      ['Bo', 1],
    ]);
  });

  it('never shows a file on the lane of a person its evidence disagrees about', () => {
    const speaker = { name: 'Alex', userId: 'u', evidence: [] };
    const ids = { userId: 'u', customParticipantId: 'guest_17' };
    const review = layOutAll([
      trackOf({ ...ids, speaker }),
      trackOf({ ...ids, flags: ['evidence-disagrees'] }),
      trackOf({ ...ids, speaker }),
    ]);
    expect(review.lanes.map((lane) => [lane.speaker?.name, lane.clips.length])).toEqual([
      [undefined, 1],
      ['Alex', 2],
    ]);
  });

  it('never joins people by display name', () => {
    const speaker = { name: 'Alex', userId: null, evidence: [] };
    const review = layOutAll([trackOf({ speaker }), trackOf({ speaker })]);
    expect(review.lanes).toHaveLength(2);
  });

  it('never joins files whose ids are a slip of a program', () => {
    const slip = { userId: 'undefined', customParticipantId: 'null' };
    expect(layOutAll([trackOf(slip), trackOf(slip)]).lanes).toHaveLength(2);
    const unread = { userId: null };
    expect(layOutAll([trackOf(unread), trackOf(unread)]).lanes).toHaveLength(2);
  });

  it('gives a screen share a lane of its own that cannot be played yet', () => {
    const review = layOutAll([
      trackOf({ userId: 'u' }),
      trackOf({ userId: 'u', streamKind: 'screenshare' }),
    ]);
    expect(review.lanes.map((lane) => lane.playable)).toEqual([true, false]);
  });

  it('lays everything at the recording’s start when no name has a stamp', () => {
    const review = layOutAll([trackOf({ trackStamp: null }), trackOf({ trackStamp: null })]);
    expect(review.alignment).toBe('recording-start');
    expect(review.startsAt).toBe(start);
  });

  it('lays out a recording without tracks', () => {
    expect(layOutAll([])).toMatchObject({ lanes: [], lengthMs: 0, startsAt: start });
  });
});
