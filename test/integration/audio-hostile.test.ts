/** @file Integration tests. Hostile and broken files: every one is an answer, in bounded time, and none harms its neighbours. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Failure } from '#contract';
import { systemClock } from '../../src/main/clock.ts';
import { AudioFacts, derivedFiles, readAudioFacts } from '../../src/main/audio/index.ts';
import { makePlayback } from '../../src/main/audio/playback.ts';
import { prepareAudio } from '../../src/main/audio/prepare.ts';
import { fixtureTrack, sourceOf, withFolder } from './audio-material.ts';

const soak = process.env['TRACKVAULT_SOAK'] === '1';
const variants = soak ? 2000 : 40;
const seed = 20_261_118;

/** The same numbers on every run: 0 up to `below`. */
function dice(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) | 0;
    return ((state >>> 8) / 2 ** 24) * below;
  };
}

/** One way of doing harm, chosen and placed by `roll`. */
function harmed(whole: Buffer, roll: (below: number) => number): Buffer {
  const bytes = Buffer.from(whole);
  const at = Math.floor(roll(bytes.length));
  switch (Math.floor(roll(7))) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      for (let i = 0; i < 20; i++) bytes[Math.floor(roll(bytes.length))] = Math.floor(roll(256));
      return bytes;
    case 2:
      for (let i = 0; i < 8; i++) bytes[Math.floor(roll(600))] = Math.floor(roll(256));
      return bytes;
    case 3:
      return bytes.fill(
        Math.floor(roll(256)),
        at,
        Math.min(bytes.length, at + Math.floor(roll(5000))),
      );
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + Math.floor(roll(300)))]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes]);
    default: {
      // A head of every element is the likeliest place for a wrong size: blow one up.
      const block = bytes.indexOf(0xa3, at);
      return block < 0
        ? bytes
        : bytes.fill(Math.floor(roll(256)), block + 1, Math.min(bytes.length, block + 3));
    }
  }
}

describe('files harmed at random', () => {
  it(
    `are all answered: ${String(variants)} variants`,
    { timeout: soak ? 1_200_000 : 60_000 },
    async () => {
      // libopus complains on standard error about each broken packet.
      const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const roll = dice(seed);
      const originals = await Promise.all(
        ['mara', 'tariq', 'anna-field-1', 'anna-field-2'].map((name) =>
          readFile(fixtureTrack(name).path),
        ),
      );
      const kinds = new Map<string, number>();
      await withFolder(async (folder) => {
        for (let variant = 0; variant < variants; variant++) {
          const original = originals[variant % originals.length] ?? Buffer.alloc(0);
          const path = join(folder, 'harmed.webm');
          await writeFile(path, harmed(original, roll));
          const facts = AudioFacts.parse(await readAudioFacts(path));
          kinds.set(facts.kind, (kinds.get(facts.kind) ?? 0) + 1);
          expect(facts.durationMs).toBeLessThanOrEqual(72 * 3_600_000);
          if (facts.durationMs > 600_000) continue;
          const source = sourceOf(path, folder);
          const drawn = await prepareAudio(source, { clock: systemClock }).catch(asUnreadable);
          if (drawn instanceof Failure) continue;
          const peaks = await readFile(derivedFiles(source.derivedDir, source.sha256).peaks);
          expect(peaks.length).toBe(24 + 2 * Math.ceil(facts.durationMs / 10));
          const playback = await readAudioFacts(await makePlayback(source));
          expect(playback.kind).toBe('ok');
          expect(Math.abs(playback.durationMs - facts.durationMs)).toBeLessThan(0.1);
        }
      });
      complaints.mockRestore();
      // The harm must not be so great, nor so small, that only one path is walked.
      expect([...kinds.keys()].sort()).toEqual(['damaged', 'not-webm', 'ok']);
    },
  );
});

function asUnreadable(thrown: unknown): Failure {
  if (thrown instanceof Failure && thrown.code === 'audio.unreadable') return thrown;
  throw thrown;
}

describe('files that lie', () => {
  const ebml = Buffer.concat([Buffer.from('1a45dfa387428284', 'hex'), Buffer.from('webm')]);

  async function factsOf(bytes: Buffer): Promise<AudioFacts> {
    return withFolder(async (folder) => {
      const path = join(folder, 'liar.webm');
      await writeFile(path, bytes);
      return readAudioFacts(path);
    });
  }

  it('about sizes of 2^52 cost neither memory nor time', async () => {
    const huge = Buffer.from('18538067' + '010fffffffffffff', 'hex');
    const tracks = Buffer.from('1654ae6b' + '0100ffffffffff00', 'hex');
    expect(await factsOf(Buffer.concat([ebml, huge, tracks]))).toMatchObject({
      kind: 'damaged',
      durationMs: 0,
    });
  });

  it('about nothing but segments inside segments are walked once', async () => {
    const nested = Buffer.alloc(12 * 50_000, Buffer.from('1853806701ffffffffffffff', 'hex'));
    expect(await factsOf(Buffer.concat([ebml, nested]))).toMatchObject({
      kind: 'damaged',
      why: 'no-tracks',
      packetCount: 0,
    });
  });

  it('about days between packets stay within three days', async () => {
    const whole = await readFile(fixtureTrack('mara').path);
    const clusters: Buffer[] = [];
    for (let day = 0; day < 9; day++) {
      const timestamp = Buffer.alloc(8);
      timestamp.writeBigUInt64BE(BigInt(day * 86_000_000));
      clusters.push(
        Buffer.from('1f43b67501ffffffffffffff' + 'e788', 'hex'),
        timestamp,
        Buffer.from('a3878100008078fffe', 'hex'),
      );
    }
    const beforeClusters = whole.subarray(0, whole.indexOf(Buffer.from('1f43b675', 'hex')));
    const facts = await factsOf(Buffer.concat([beforeClusters, ...clusters]));
    expect(facts.durationMs).toBeLessThanOrEqual(72 * 3_600_000);
    expect(facts.holes.length).toBeGreaterThan(1);
    expect(facts.problems).toContain('timestamps-jumped');
  });
});
