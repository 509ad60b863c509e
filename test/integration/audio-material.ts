/** @file Tests. Fixture tracks with their truth, and what ffmpeg and mediabunny say of the same files. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { PacketIndex, writePacketIndex } from '../../src/main/audio/packet-index.ts';
import { audioFolder, readTruth } from '../fixtures/truth.ts';
import type { TrackTruth } from '../fixtures/truth.ts';

export const meetings = ['harbour-pilots', 'editorial-round', 'town-hall'] as const;

export interface FixtureTrack {
  path: string;
  truth: TrackTruth;
}

export function fixturePath(file: string): string {
  return fileURLToPath(new URL(file, audioFolder));
}

/** Every track of the three meetings. */
export function fixtureTracks(): FixtureTrack[] {
  return meetings.flatMap((slug) =>
    readTruth(slug).tracks.map((truth) => ({ path: fixturePath(truth.file), truth })),
  );
}

/** The track of this file name, of whatever meeting. */
export function fixtureTrack(name: string): FixtureTrack {
  const found = fixtureTracks().find(({ path }) => path.endsWith(`/${name}.webm`));
  if (found === undefined) throw new Error(`No fixture track is called ${name}.`);
  return found;
}

/** A folder that is gone after `work`. */
export async function withFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'trackvault-audio-')));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A source for `prepare` and `playback`: the file, its real hash, results below `folder`. */
export function sourceOf(path: string, folder: string) {
  return { path, sha256: sha256Of(readFileSync(path)), derivedDir: join(folder, 'derived') };
}

/** Hash of every packet's payload by our own index, silence of at most two bytes left out when asked. */
export async function packetHashes(
  path: string,
  folder: string,
  { withSilence = true } = {},
): Promise<string[]> {
  const indexPath = join(folder, `${sha256Of(Buffer.from(path)).slice(0, 8)}.bin`);
  await writePacketIndex(path, indexPath);
  const index = await PacketIndex.open(indexPath);
  const file = await open(path, 'r');
  try {
    const hashes: string[] = [];
    for await (const batch of index.batches()) {
      for (let i = 0; i < batch.count; i++) {
        const payload = Buffer.alloc(batch.sizes[i] ?? 0);
        await file.read(payload, 0, payload.length, batch.offsets[i] ?? 0);
        if (withSilence || payload.length > 2) hashes.push(sha256Of(payload));
      }
    }
    return hashes;
  } finally {
    await file.close();
    await index.close();
  }
}

/** The same by mediabunny. */
export async function packetHashesByMediabunny(path: string): Promise<string[]> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track === null) return [];
    const hashes: string[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      hashes.push(sha256Of(packet.data));
    }
    return hashes;
  } finally {
    input.dispose();
  }
}

/** ffmpeg's decode, one channel. `timestampTrue` keeps holes; plain collapses them, as players do. */
export function decodeByFfmpeg(
  path: string,
  { rate, timestampTrue }: { rate: number; timestampTrue: boolean },
): Float32Array {
  const bytes = execFileSync(
    'ffmpeg',
    [
      // Without -copyts ffmpeg moves files with a CodecDelay back by that delay.
      ...['-v', 'error', '-copyts', '-i', path],
      ...(timestampTrue ? ['-af', 'aresample=async=1:first_pts=0'] : []),
      ...['-ac', '1', '-ar', String(rate), '-f', 'f32le', '-'],
    ],
    { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Length in ms of ffmpeg's timestamp-true decode. */
export function lengthByFfmpeg(path: string): number {
  return decodeByFfmpeg(path, { rate: 48_000, timestampTrue: true }).length / 48;
}
