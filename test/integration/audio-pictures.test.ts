/** @file Integration tests. Peaks, overview and speech map, against ffmpeg's decode and the script's truth. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import WaveformData from 'waveform-data';
import { systemClock } from '../../src/main/clock.ts';
import { derivedFiles, existingDerived } from '../../src/main/audio/index.ts';
import { prepareAudio } from '../../src/main/audio/prepare.ts';
import type { PartialPicture } from '../../src/main/audio/prepare.ts';
import {
  decodeByFfmpeg,
  fixtureTrack,
  fixtureTracks,
  sourceOf,
  withFolder,
} from './audio-material.ts';

const clock = systemClock;

async function readDat(path: string): Promise<WaveformData> {
  return WaveformData.create(Uint8Array.from(await readFile(path)).buffer);
}

/** Heights of the pairs, lowest to highest. */
function heights(dat: WaveformData): number[] {
  const channel = dat.channel(0);
  const low = channel.min_array();
  return channel.max_array().map((high, i) => high - (low[i] ?? 0));
}

/** The same from plain samples. */
function heightsOf(samples: Float32Array, samplesPerPair: number): number[] {
  const pairs = Math.ceil(samples.length / samplesPerPair);
  return Array.from({ length: pairs }, (_, pair) => {
    const part = samples.subarray(pair * samplesPerPair, (pair + 1) * samplesPerPair);
    return (
      128 * (part.reduce((a, b) => Math.max(a, b), 0) - part.reduce((a, b) => Math.min(a, b), 0))
    );
  });
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const count = Math.min(a.length, b.length);
  const mean = (values: readonly number[]) =>
    values.slice(0, count).reduce((sum, value) => sum + value, 0) / count;
  const [meanA, meanB] = [mean(a), mean(b)];
  let both = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < count; i++) {
    const x = (a[i] ?? 0) - meanA;
    const y = (b[i] ?? 0) - meanB;
    both += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return both / Math.sqrt(squaresA * squaresB);
}

describe.each(fixtureTracks())('the picture of $truth.file', ({ path, truth }) => {
  it('is the one ffmpeg hears, in the same places, and marks the turns of the script', async () => {
    await withFolder(async (folder) => {
      const source = sourceOf(path, folder);
      const { facts, speech } = await prepareAudio(source, { clock });
      const files = derivedFiles(source.derivedDir, source.sha256);

      const peaks = await readDat(files.peaks);
      expect(peaks.sample_rate).toBe(16_000);
      expect(peaks.scale).toBe(160);
      expect(peaks.length).toBe(Math.ceil(facts.durationMs / 10));
      const heard = decodeByFfmpeg(path, { rate: 48_000, timestampTrue: true });
      expect(correlation(heights(peaks), heightsOf(heard, 480))).toBeGreaterThanOrEqual(0.99);

      const overview = await readDat(files.overview);
      expect(overview.scale).toBe(10_240);
      expect(heights(overview)).toEqual(heights(peaks.resample({ scale: 10_240 })));

      expect(JSON.parse(await readFile(files.speech, 'utf8'))).toEqual(speech);
      expectTurns(speech.turns, truth.turns, truth.durationMs);
    });
  });
});

interface Turn {
  startMs: number;
  endMs: number;
}

/** What is marked and what was said may differ by at most a twentieth of the time, and no turn may be missed. */
function expectTurns(found: readonly Turn[], said: readonly Turn[], durationMs: number): void {
  const steps = Math.ceil(durationMs / 10);
  const marked = (turns: readonly Turn[]) => {
    const map = new Uint8Array(steps);
    for (const { startMs, endMs } of turns)
      map.fill(1, Math.round(startMs / 10), Math.round(endMs / 10));
    return map;
  };
  const foundMap = marked(found);
  const saidMap = marked(said);
  const wrong = foundMap.reduce((sum, value, i) => sum + (value === saidMap[i] ? 0 : 1), 0);
  expect(wrong / steps).toBeLessThan(0.05);
  for (const { startMs, endMs } of said) {
    expect(found.some((turn) => turn.startMs < endMs && turn.endMs > startMs)).toBe(true);
  }
}

describe('a hole of 18 s', () => {
  it('is empty in the picture, with nothing said in it', async () => {
    const { path, truth } = fixtureTrack('jonas');
    const [hole] = truth.holes;
    expect(hole).toBeDefined();
    await withFolder(async (folder) => {
      const source = sourceOf(path, folder);
      const { speech } = await prepareAudio(source, { clock });
      const peaks = await readDat(derivedFiles(source.derivedDir, source.sha256).peaks);
      const inside = heights(peaks).slice(
        (hole?.startMs ?? 0) / 10 + 2,
        (hole?.endMs ?? 0) / 10 - 2,
      );
      expect(inside.length).toBeGreaterThan(1700);
      expect(Math.max(...inside)).toBe(0);
      expect(
        speech.turns.filter(
          ({ startMs, endMs }) => startMs < (hole?.endMs ?? 0) && endMs > (hole?.startMs ?? 0) + 20,
        ),
      ).toEqual([]);
    });
  });
});

describe('preparing', () => {
  it('tells what can be drawn so far, twice a second', async () => {
    const { path } = fixtureTrack('host');
    await withFolder(async (folder) => {
      let now = 0;
      const partials: PartialPicture[] = [];
      const hurried = { now: () => (now += 200), sleep: () => Promise.resolve() };
      const source = sourceOf(path, folder);
      await prepareAudio(source, {
        clock: hurried,
        onPartial: (partial) => partials.push(partial),
      });
      expect(partials.length).toBeGreaterThan(2);
      const done = partials.map(({ doneMs }) => doneMs);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      const whole = heights(await readDat(derivedFiles(source.derivedDir, source.sha256).overview));
      for (const partial of partials) {
        const soFar = WaveformData.create(Uint8Array.from(partial.overview).buffer);
        expect(heights(soFar)).toEqual(whole.slice(0, soFar.length));
        expect(soFar.length).toBe(Math.floor(partial.doneMs / 640));
      }
    });
  });

  it('is done once: what exists is read, what was deleted is made again', async () => {
    const { path } = fixtureTrack('anna-field-2');
    await withFolder(async (folder) => {
      const source = sourceOf(path, folder);
      const first = await prepareAudio(source, { clock });
      const files = derivedFiles(source.derivedDir, source.sha256);
      const kept = await readFile(files.peaks);
      // A mark nobody would make anew: if it stays, the file was not written again.
      await writeFile(files.peaks, Buffer.concat([kept, Buffer.from('!')]));
      expect(await prepareAudio(source, { clock })).toEqual(first);
      expect((await readFile(files.peaks)).length).toBe(kept.length + 1);
      await writeFile(files.speech, 'half a fi');
      await writeFile(files.packets, kept);
      expect(await prepareAudio(source, { clock })).toEqual(first);
      expect(await readFile(files.peaks)).toEqual(kept);
      expect(await existingDerived(source.derivedDir, source.sha256)).toEqual({
        peaks: true,
        overview: true,
        speech: true,
        packets: true,
        playback: false,
      });
    });
  });

  it('refuses what has no picture, and says why', async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/page.webm`;
      await writeFile(path, '<html>');
      await expect(prepareAudio(sourceOf(path, folder), { clock })).rejects.toMatchObject({
        code: 'audio.unreadable',
        details: { why: 'no-ebml-header' },
      });
    });
  });
});
