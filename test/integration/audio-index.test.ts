/** @file Integration tests. The WebM index on real Opus speech, against the script's truth, ffmpeg and mediabunny. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudioFacts } from '../../src/main/audio/index.ts';
import {
  fixturePath,
  fixtureTrack,
  fixtureTracks,
  lengthByFfmpeg,
  packetHashes,
  packetHashesByMediabunny,
  withFolder,
} from './audio-material.ts';

describe.each(fixtureTracks())('$truth.file', ({ path, truth }) => {
  it('has the length, the holes and the packets its script gave it', async () => {
    const facts = await readAudioFacts(path);
    expect(facts).toMatchObject({
      kind: 'ok',
      codec: 'A_OPUS',
      channels: 1,
      packetCount: truth.packets,
      hasDurationHeader: truth.style === 'finished',
      hasCues: truth.style === 'finished',
      problems: [],
    });
    expect(Math.abs(facts.durationMs - truth.durationMs)).toBeLessThanOrEqual(truth.packetMs);
    expect(facts.holes).toHaveLength(truth.holes.length);
    truth.holes.forEach((hole, i) => {
      const found = facts.holes[i];
      expect(Math.abs((found?.atMs ?? 0) - hole.startMs)).toBeLessThan(10);
      expect(Math.abs((found?.lengthMs ?? 0) - (hole.endMs - hole.startMs))).toBeLessThan(5);
    });
  });

  it('is as long as the timestamp-true decode of ffmpeg, within one packet', async () => {
    const facts = await readAudioFacts(path);
    expect(Math.abs(facts.durationMs - lengthByFfmpeg(path))).toBeLessThanOrEqual(truth.packetMs);
  });

  it('yields the payload of every packet as mediabunny does', async () => {
    const ours = await withFolder((folder) => packetHashes(path, folder));
    expect(ours).toHaveLength(truth.packets);
    expect(ours).toEqual(await packetHashesByMediabunny(path));
  });
});

describe('files that are not whole', () => {
  it('say from which moment a cut file is damaged', async () => {
    const facts = await readAudioFacts(fixturePath('odd/truncated.webm'));
    expect(facts).toMatchObject({ kind: 'damaged', why: 'truncated' });
    if (facts.kind !== 'damaged') return;
    expect(facts.damagedFromMs).toBeCloseTo(facts.durationMs, 3);
    expect(
      Math.abs(facts.durationMs - lengthByFfmpeg(fixturePath('odd/truncated.webm'))),
    ).toBeLessThanOrEqual(20);
  });

  it('keep what lies behind broken bytes, in its place', async () => {
    const { path, truth } = fixtureTrack('host');
    await withFolder(async (folder) => {
      const bytes = await readFile(path);
      const middle = Math.floor(bytes.length / 2);
      bytes.fill(0, middle, middle + 700);
      const broken = join(folder, 'broken.webm');
      await writeFile(broken, bytes);
      const facts = await readAudioFacts(broken);
      expect(facts).toMatchObject({ kind: 'damaged', why: 'broken-structure' });
      expect(facts.packetCount).toBeGreaterThan(truth.packets - 20);
      expect(facts.packetCount).toBeLessThan(truth.packets);
      expect(Math.abs(facts.durationMs - truth.durationMs)).toBeLessThanOrEqual(truth.packetMs);
      if (facts.kind !== 'damaged') return;
      expect(facts.damagedFromMs).toBeGreaterThan(0.3 * truth.durationMs);
      expect(facts.damagedFromMs).toBeLessThan(0.7 * truth.durationMs);
    });
  });

  it('are told from files that are no WebM', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'answer.webm');
      const why = async (content: string | Uint8Array) => {
        await writeFile(path, content);
        const facts = await readAudioFacts(path);
        return facts.kind === 'not-webm' ? facts.why : facts.kind;
      };
      expect(await why('')).toBe('empty');
      expect(await why('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')).toBe(
        'no-ebml-header',
      );
      const whole = await readFile(fixtureTrack('mara').path);
      const renamed = Buffer.from(whole);
      renamed.write('webx', renamed.indexOf('webm'));
      expect(await why(renamed)).toBe('other-document-type');
      expect(await why(whole.subarray(0, whole.indexOf(Buffer.from('18538067', 'hex'))))).toBe(
        'no-segment',
      );
    });
    expect(await readAudioFacts(fixturePath('odd/composite.mp4'))).toMatchObject({
      kind: 'not-webm',
      why: 'no-ebml-header',
    });
  });
});

describe('unusual but sound files', () => {
  /** Makes a file with ffmpeg from two seconds of tone. */
  const made = (path: string, ...options: string[]) => {
    const tone = 'sine=frequency=300:sample_rate=48000:duration=2';
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', tone, ...options, path]);
    return readAudioFacts(path);
  };

  it('are timed whatever Opus they hold: short frames, stereo, six channels', async () => {
    await withFolder(async (folder) => {
      for (const [name, channels, ...options] of [
        ['short', 1, '-frame_duration', '2.5', '-application', 'lowdelay'],
        ['stereo', 2, '-ac', '2'],
        ['surround', 6, '-ac', '6', '-mapping_family', '1'],
      ] as const) {
        const path = join(folder, `${name}.webm`);
        const facts = await made(path, '-c:a', 'libopus', ...options);
        expect(facts).toMatchObject({ kind: 'ok', channels, holes: [], problems: [] });
        expect(Math.abs(facts.durationMs - lengthByFfmpeg(path))).toBeLessThanOrEqual(20);
      }
    });
  });

  it('are written anew by mkvmerge, in block groups, and read the same', async () => {
    await withFolder(async (folder) => {
      const { path, truth } = fixtureTrack('anna-field-1');
      const grouped = join(folder, 'grouped.mka');
      execFileSync('mkvmerge', ['-q', '--enable-durations', '-o', grouped, path]);
      const facts = await readAudioFacts(grouped);
      expect(facts).toMatchObject({ kind: 'ok', packetCount: truth.packets, holes: [] });
      expect(await packetHashes(grouped, folder)).toEqual(await packetHashes(path, folder));
    });
  });

  it('may hold other audio, which is timed and named', async () => {
    await withFolder(async (folder) => {
      const facts = await made(join(folder, 'vorbis.webm'), '-c:a', 'libvorbis');
      expect(facts).toMatchObject({ kind: 'ok', codec: 'A_VORBIS', problems: ['not-opus'] });
      expect(Math.abs(facts.durationMs - 2000)).toBeLessThan(60);
    });
  });

  it('may hold pictures too: the audio among the streams is read', async () => {
    const facts = await readAudioFacts(fixturePath('odd/composite.webm'));
    expect(facts).toMatchObject({ kind: 'ok', streamCount: 2, codec: 'A_OPUS' });
    expect(facts.packetCount).toBeGreaterThan(0);
  });
});
