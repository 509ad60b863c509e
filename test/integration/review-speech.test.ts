/** @file Tests of the strip of a recording with real speech: unknown at first, then as the script says, nothing written into the library. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecordingId } from '#contract';
import { createAudio, type Audio } from '../../src/main/audio/index.ts';
import { openLibrary, type Library } from '../../src/main/library/index.ts';
import { createReviewing } from '../../src/main/reviewing.ts';
import { readTruth } from '../fixtures/truth.ts';
import { actor, handClock, indexWorkerUrl, invokedAt } from '../support/temp-library.ts';

const sample = fileURLToPath(new URL('../../resources/sample-library', import.meta.url));
const workerUrl = new URL('../../src/main/audio/audio-worker.ts', import.meta.url);

let cacheDir: string;
let library: Library;
let audio: Audio;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'speech-'));
  audio = createAudio({ in: 'threads', workerUrl, size: 2 });
  const clock = handClock(invokedAt);
  const reading = { dir: sample, clock, actor, indexWorkerUrl };
  library = await openLibrary({ ...reading, untouched: true, cacheDir });
});
afterEach(async () => {
  await audio.close();
  await library.close();
  await rm(cacheDir, { recursive: true, force: true });
});

test('turns appear with the speech maps, at the times at which people speak', async () => {
  const before = await readdir(sample, { recursive: true });
  const reviewing = createReviewing({ library, audio, onWaveform: () => undefined });
  const { items } = await library.recordings({});
  const { recordingId } = items.find(({ title }) => title === 'Editorial round') ?? expect.fail();
  const unknown = await reviewing.speech(recordingId);
  expect(unknown.map(({ name, clips, turns }) => [name, clips.length, turns])).toEqual([
    ['Anna Berg', 1, null],
    ['Nina Falk', 2, null],
    ['ليلى حداد', 1, null],
  ]);

  await reviewing.prepareAll([recordingId], new AbortController().signal);
  const lanes = await reviewing.speech(recordingId);
  const { lengthMs, tracks } = readTruth('editorial-round');
  for (const [at, speaker] of ['anna-desk', 'anna-field', 'layla'].entries()) {
    const turns = lanes[at]?.turns ?? expect.fail();
    const said = tracks
      .filter((track) => track.speaker === speaker)
      .flatMap((track) => track.turns);
    const isIn = (ms: number): boolean =>
      turns.some(({ startMs, endMs }) => ms >= startMs && ms <= endMs);
    for (const { meetingStartMs, meetingEndMs } of said)
      expect(
        isIn((meetingStartMs + meetingEndMs) / 2),
        `${speaker} ${String(meetingStartMs)}`,
      ).toBe(true);
    const talkMs = turns.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    const saidMs = said.reduce((sum, one) => sum + one.meetingEndMs - one.meetingStartMs, 0);
    expect(Math.abs(talkMs - saidMs)).toBeLessThan(lengthMs * 0.1);
  }
  expect(await readdir(sample, { recursive: true })).toEqual(before);
  await expect(reviewing.speech(RecordingId.parse('elsewhere'))).rejects.toMatchObject({
    code: 'recording.unknown',
  });
});
