/** @file Tests of the strip of a recording: turns on the ruler, pauses nobody could see closed. */
import { expect, test } from 'vitest';
import { type Lane, TrackId } from '#contract';
import { speechLanes } from '../../src/main/speech-lanes.ts';

const id = (number: number): TrackId => TrackId.parse(String(number).padStart(32, '0'));

function lane(clips: { track: number; offsetMs: number; durationMs: number }[]): Lane {
  return {
    key: `lane of ${String(clips[0]?.track)}`,
    speaker: { name: 'Mara', userId: 'u', evidence: [] },
    userId: 'u',
    customParticipantId: null,
    joinedBy: 'alone',
    streamKind: 'peer',
    mediaKind: 'audio',
    playable: true,
    talkMs: null,
    clips: clips.map(({ track, offsetMs, durationMs }) => ({
      trackId: id(track),
      offsetMs,
      durationMs,
      hasWaveform: false,
    })),
  };
}

const twoClips = lane([
  { track: 1, offsetMs: 0, durationMs: 40_000 },
  { track: 2, offsetMs: 60_000, durationMs: 40_000 },
]);
const all = new Set([id(1), id(2)]);

test('turns of a rejoin follow on one lane, short pauses closed, others kept', () => {
  const turns = new Map([
    [
      id(1),
      [
        { startMs: 1000, endMs: 2000 },
        { startMs: 2249, endMs: 4000 },
        { startMs: 5000, endMs: 6000 },
      ],
    ],
    [id(2), [{ startMs: 0, endMs: 500 }]],
  ]);
  expect(
    speechLanes(
      { lanes: [{ ...twoClips, talkMs: 2501 }], tracks: [], lengthMs: 100_000 },
      all,
      (one) => turns.get(one) ?? null,
    ),
  ).toEqual([
    {
      key: 'lane of 1',
      name: 'Mara',
      userId: 'u',
      clips: [
        { startMs: 0, endMs: 40_000 },
        { startMs: 60_000, endMs: 100_000 },
      ],
      talkMs: 2501,
      turns: [
        { startMs: 1000, endMs: 4000 },
        { startMs: 5000, endMs: 6000 },
        { startMs: 60_000, endMs: 60_500 },
      ],
    },
  ]);
});

test('a lane waits for the map of each file that can be heard, and for no other', () => {
  const turnsOf = (one: TrackId) => (one === id(1) ? [{ startMs: 0, endMs: 9 }] : null);
  const review = { lanes: [twoClips], tracks: [], lengthMs: 100_000 };
  expect(speechLanes(review, all, turnsOf)[0]?.turns).toBeNull();
  expect(speechLanes(review, new Set([id(1)]), turnsOf)[0]?.turns).toEqual([
    { startMs: 0, endMs: 9 },
  ]);
  expect(speechLanes(review, new Set(), turnsOf)[0]?.turns).toBeNull();
});

test('hours of chatter stay few turns, in order and apart', () => {
  const lengthMs = 8 * 3600_000;
  const chatter = Array.from({ length: 20_000 }, (_, at) => ({
    startMs: at * 1400 + (at % 7 === 0 ? 600 : 0),
    endMs: at * 1400 + 700,
  })).filter(({ startMs }) => Math.floor(startMs / 600_000) % 2 === 0);
  const long = lane([{ track: 1, offsetMs: 500, durationMs: lengthMs }]);
  const [only] = speechLanes({ lanes: [long], tracks: [], lengthMs }, all, () => chatter);
  const turns = only?.turns ?? [];
  expect(turns.length).toBeGreaterThan(10);
  expect(turns.length).toBeLessThanOrEqual(401);
  for (const [at, turn] of turns.entries()) {
    expect(turn.endMs).toBeGreaterThan(turn.startMs);
    const next = turns[at + 1];
    if (next !== undefined)
      expect(next.startMs - turn.endMs).toBeGreaterThanOrEqual(lengthMs / 400);
  }
});

test('a hole parts the place of a file, and one at its end shortens it', () => {
  const holes = [
    { atMs: 10_000, lengthMs: 5_000 },
    { atMs: 30_000, lengthMs: 10_000 },
  ];
  const tracks = [{ trackId: id(2), holes }];
  const [only] = speechLanes({ lanes: [twoClips], tracks, lengthMs: 100_000 }, all, () => []);
  expect(only?.clips).toEqual([
    { startMs: 0, endMs: 40_000 },
    { startMs: 60_000, endMs: 70_000 },
    { startMs: 75_000, endMs: 90_000 },
  ]);
});
