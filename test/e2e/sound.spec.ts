/** @file Tests. Playing is true: what is heard when, against the script the fixtures were spoken from. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright/test';
import { RecordingId, type Review } from '#contract';
import { audioFolder, readTruth, type TrackTruth } from '../fixtures/truth.ts';
import { ask } from '../support/bridge.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { listenIn, type Frame } from './sound-probe.ts';

const run = promisify(execFile);
const truth = readTruth('harbour-pilots');
const recordingId = RecordingId.parse('fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64');
const allowedSpreadMs = 30;
/** Speech of the fixtures lies above −40 dB, their silence below −55 dB. */
const audible = 0.01;
const silent = 0.002;
/** −100 dB: a gain falls towards zero and never quite gets there. */
const nothing = 0.000_01;
/** Time stamps are whole milliseconds; a decoder may round them either way. */
const mostShiftMs = 1;

/** The truth about each track of the open recording, by track id. */
async function truthById(
  page: Page,
): Promise<Map<string, { track: TrackTruth; offsetMs: number }>> {
  const review: Review = await ask(page, 'review.open', { recordingId });
  const clips = review.lanes.flatMap((lane) => lane.clips);
  return new Map(
    review.tracks.map(({ trackId, sha256 }) => {
      const track = truth.tracks.find((each) => each.sha256 === sha256);
      const offsetMs = clips.find((clip) => clip.trackId === trackId)?.offsetMs;
      if (track === undefined || offsetMs === undefined) throw new Error('a track without truth');
      return [trackId, { track, offsetMs }];
    }),
  );
}

const turnAt = ({ turns }: TrackTruth, fileMs: number, marginMs: number) =>
  turns.some(({ startMs, endMs }) => fileMs > startMs + marginMs && fileMs < endMs - marginMs);
const awayFromTurns = ({ turns }: TrackTruth, fileMs: number, marginMs: number) =>
  turns.every(({ startMs, endMs }) => fileMs < startMs - marginMs || fileMs > endMs + marginMs);

test('lanes stay in step after seeks, and each is heard where the script has it', async ({
  world,
}, info) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const probe = await listenIn(page);
  await meetingsPage(page).open();
  await meetingsPage(page).openMeeting('Harbour pilots');
  const review = reviewPage(page);
  await review.ready();
  const known = await truthById(page);
  const fact = (id: string) => {
    const found = known.get(id);
    if (found === undefined) throw new Error(`an element plays ${id}`);
    return found;
  };

  await test.step('offsets are those of the script, to the millisecond', () => {
    for (const { track, offsetMs } of known.values()) expect(offsetMs).toBe(track.startOffsetMs);
  });

  const frames: Frame[] = [];
  const spreads: number[] = [];
  // Before the late joiner, over his start, into the hole and over its end.
  for (const fromMs of [9_000, 27_600, 36_000, 49_800, 15_000]) {
    await review.seek(fromMs, truth.lengthMs);
    if (await review.play.isVisible()) await review.play.click();
    const sounding = async () => (await probe.now()).some(({ paused }) => !paused);
    await expect.poll(sounding).toBe(true);
    const recording = await probe.record();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(fromMs + 2_600);
    const taken = (await recording.stop()).filter((frame) => frame.some(({ paused }) => !paused));
    frames.push(...taken);
    for (const frame of taken.slice(Math.ceil(taken.length / 3))) {
      const at = frame
        .filter(({ paused }) => !paused)
        .map(({ track, fileMs }) => fileMs + fact(track).offsetMs);
      if (at.length > 1) spreads.push(Math.max(...at) - Math.min(...at));
    }
  }

  await test.step(`elements are within ${allowedSpreadMs} ms of each other`, () => {
    spreads.sort((one, other) => one - other);
    const worst = spreads.at(-1) ?? NaN;
    info.annotations.push({ type: 'spread', description: `${worst.toFixed(1)} ms at most` });
    expect(spreads.length).toBeGreaterThan(50);
    expect(spreads[Math.floor(spreads.length * 0.95)]).toBeLessThanOrEqual(allowedSpreadMs);
  });

  await test.step('speech and silence come where the truth has them', () => {
    // An element's clock is up to one callback ahead of what the analyser holds.
    const marginMs = 250;
    let turns = 0;
    let spoken = 0;
    let quiet = 0;
    for (const { track, fileMs, before, paused } of frames.flat()) {
      if (paused) continue;
      const script = fact(track).track;
      if (turnAt(script, fileMs, marginMs)) {
        turns += 1;
        spoken += before > audible ? 1 : 0;
      }
      const inHole = script.holes.some(
        ({ startMs, endMs }) => fileMs > startMs + marginMs && fileMs < endMs - marginMs,
      );
      if (inHole || awayFromTurns(script, fileMs, marginMs)) {
        expect(before, `${script.speaker} at ${fileMs.toFixed(0)} ms of the file`).toBeLessThan(
          silent,
        );
        quiet += 1;
      }
    }
    expect(turns).toBeGreaterThan(40);
    // Words have gaps between them.
    expect(spoken / turns).toBeGreaterThan(0.6);
    expect(quiet).toBeGreaterThan(100);
  });

  await test.step('mute and solo are heard, not only shown', async () => {
    await page.getByRole('button', { name: 'Solo Jonas Weber 🎧⚓' }).click();
    await review.seek(16_900, truth.lengthMs);
    const recording = await probe.record();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(19_000);
    const taken = (await recording.stop()).flat().filter(({ paused }) => !paused);
    const loudest = (speaker: string) =>
      Math.max(
        ...taken
          .filter(({ track }) => fact(track).track.speaker === speaker)
          .map(({ after }) => after),
      );
    expect(loudest('jonas')).toBeGreaterThan(audible);
    for (const other of ['host', 'mara']) expect(loudest(other), other).toBeLessThan(nothing);
  });
});

test('the stream played has the original’s sound in the original’s places', async ({ world }) => {
  await world.fillLibrary();
  const { page } = await world.start();
  const review = await ask(page, 'review.open', { recordingId });
  const trackIds = review.tracks.map(({ trackId }) => trackId);
  const answers = await ask(page, 'review.playable', { trackIds });
  expect(answers.filter(({ failure }) => failure !== null)).toEqual([]);

  for (const { trackId, sha256, durationMs } of review.tracks) {
    const script = truth.tracks.find((each) => each.sha256 === sha256);
    if (script === undefined) throw new Error('a track without truth');
    const base64 = await page.evaluate(async (id) => {
      const answer = await fetch(`track://${id}/audio`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      let text = '';
      for (const each of bytes) text += String.fromCharCode(each);
      return btoa(text);
    }, trackId);
    const played = await decode(['-i', 'pipe:0'], Buffer.from(base64, 'base64'));
    const original = await decode(['-i', join(fileURLToPath(audioFolder), script.file)]);
    const lengthMs = (samples: Float32Array) => samples.length / 48;
    expect(
      Math.abs(lengthMs(played) - lengthMs(original)),
      `length of ${script.speaker}`,
    ).toBeLessThanOrEqual(script.packetMs);
    expect(Math.abs((durationMs ?? 0) - script.durationMs)).toBeLessThanOrEqual(script.packetMs);
    for (const { startMs, endMs, says } of script.turns) {
      expect(loudness(played, startMs, endMs), says).toBeGreaterThan(audible);
      expect(shiftMs(played, original, startMs, endMs), says).toBeLessThanOrEqual(mostShiftMs);
    }
    for (const { startMs, endMs } of script.holes) {
      expect(loudness(played, startMs + 60, endMs - 60)).toBeLessThan(silent);
    }
  }
});

/** Mono samples at 48 kHz, with silence where the time stamps leave room. */
async function decode(source: readonly string[], input?: Buffer): Promise<Float32Array> {
  const running = run(
    'ffmpeg',
    [
      '-v',
      'error',
      ...source,
      '-af',
      'aresample=async=1:first_pts=0',
      '-f',
      'f32le',
      '-ac',
      '1',
      '-ar',
      '48000',
      'pipe:1',
    ],
    { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 },
  );
  if (input !== undefined) running.child.stdin?.end(input);
  const { stdout } = await running;
  return new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.byteLength / 4));
}

function loudness(samples: Float32Array, fromMs: number, toMs: number): number {
  const part = samples.subarray(Math.round(fromMs * 48), Math.round(toMs * 48));
  return Math.sqrt(part.reduce((sum, each) => sum + each * each, 0) / part.length);
}

/** By how much a stretch of the first lies off the second; infinite when it is not the same sound. */
function shiftMs(one: Float32Array, other: Float32Array, fromMs: number, toMs: number): number {
  const reach = mostShiftMs * 48;
  let best = { share: Infinity, lag: Infinity };
  for (let lag = -reach; lag <= reach; lag += 1) {
    let apart = 0;
    let whole = 0;
    for (let at = Math.round(fromMs * 48); at < Math.round(toMs * 48); at += 5) {
      const right = other[at] ?? 0;
      apart += ((one[at + lag] ?? 0) - right) ** 2;
      whole += right ** 2;
    }
    if (apart / whole < best.share) best = { share: apart / whole, lag };
  }
  return best.share < 0.01 ? Math.abs(best.lag) / 48 : Infinity;
}
