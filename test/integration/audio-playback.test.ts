/** @file Integration tests. The playback stream: the same packets on the one timeline, nothing left for a player to collapse. */
import { execFileSync } from 'node:child_process';
import { readFile, truncate, copyFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readAudioFacts } from '../../src/main/audio/index.ts';
import { makePlayback } from '../../src/main/audio/playback.ts';
import { openPacketIndex } from '../../src/main/audio/prepare.ts';
import {
  decodeByFfmpeg,
  fixturePath,
  fixtureTrack,
  fixtureTracks,
  packetHashes,
  packetHashesByMediabunny,
  sourceOf,
  withFolder,
} from './audio-material.ts';

describe.each(fixtureTracks())('the playback stream of $truth.file', ({ path, truth }) => {
  it('has every packet of the original, no holes, its length in front, and cues', async () => {
    await withFolder(async (folder) => {
      const facts = await readAudioFacts(path);
      const playback = await makePlayback(sourceOf(path, folder));
      expect(await readAudioFacts(playback)).toMatchObject({
        kind: 'ok',
        holes: [],
        clock: 'exact',
        durationMs: facts.durationMs,
        hasDurationHeader: true,
        hasCues: true,
        problems: [],
      });
      const sounding = await packetHashes(path, folder, { withSilence: false });
      expect(await packetHashes(playback, folder, { withSilence: false })).toEqual(sounding);
      expect(await packetHashesByMediabunny(playback)).toEqual(
        await packetHashes(playback, folder),
      );
      const plain = decodeByFfmpeg(playback, { rate: 48_000, timestampTrue: false });
      expect(Math.abs(plain.length / 48 - facts.durationMs)).toBeLessThanOrEqual(truth.packetMs);
    });
  });
});

describe('the playback stream', () => {
  it('puts the sound after a hole where it was spoken', async () => {
    const { path, truth } = fixtureTrack('jonas');
    await withFolder(async (folder) => {
      const playback = await makePlayback(sourceOf(path, folder));
      const plain = decodeByFfmpeg(playback, { rate: 16_000, timestampTrue: false });
      const turn = truth.turns.find(({ startMs }) => startMs > (truth.holes[0]?.endMs ?? 0));
      expect(turn).toBeDefined();
      const startMs = turn?.startMs ?? 0;
      const loudest = (fromMs: number, toMs: number) =>
        plain
          .subarray(fromMs * 16, toMs * 16)
          .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const hole = truth.holes[0] ?? { startMs: 0, endMs: 0 };
      expect(loudest(hole.startMs + 200, hole.endMs)).toBeLessThan(0.001);
      expect(loudest(startMs - 400, startMs - 40)).toBeLessThan(0.01);
      expect(loudest(startMs, startMs + 200)).toBeGreaterThan(0.02);
    });
  });

  it('has clusters of 5 s, and its cues before them, as ffprobe and mkvinfo see it', async () => {
    const { path } = fixtureTrack('mara');
    await withFolder(async (folder) => {
      const playback = await makePlayback(sourceOf(path, folder));
      const outline = execFileSync('mkvinfo', ['-v', playback]).toString();
      expect(outline.indexOf('+ Cues')).toBeLessThan(outline.indexOf('+ Cluster'));
      const times = [...outline.matchAll(/\+ Cluster timestamp: (\S+)/g)].map(([, time]) => time);
      expect(times.slice(0, 2)).toEqual(['00:00:00.000000000', expect.stringMatching(/^00:00:05/)]);
      const seeked = execFileSync('ffprobe', [
        ...['-v', 'error', '-read_intervals', '42%+#1', '-show_entries', 'packet=pts_time'],
        ...['-of', 'csv=p=0', playback],
      ]);
      expect(Number.parseFloat(seeked.toString())).toBeGreaterThan(34);
    });
  });

  it('is made from a damaged file as far as it goes', async () => {
    await withFolder(async (folder) => {
      const source = sourceOf(fixturePath('odd/truncated.webm'), folder);
      const playback = await makePlayback(source);
      const facts = await readAudioFacts(source.path);
      expect(await readAudioFacts(playback)).toMatchObject({
        kind: 'ok',
        durationMs: facts.durationMs,
      });
    });
  });

  it('is not left half made when the file turns out to be shorter than its index', async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/shrinking.webm`;
      await copyFile(fixtureTrack('mara').path, path);
      const source = sourceOf(path, folder);
      await (await openPacketIndex(source)).close();
      await truncate(path, 50_000);
      await expect(makePlayback(source)).rejects.toMatchObject({ code: 'file.changed' });
      await expect(readFile(`${folder}/derived`)).rejects.toThrow();
    });
  });
});
