/** @file Main process. The packet index of one file as compact binary: written while walking, read in batches with bounded memory. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '#contract';
import { CLOCK_RATE, TICK_SAMPLES } from './opus-packet.ts';
import { AudioFacts, walkFile } from './facts.ts';
import type { PacketListener, Walked } from './facts.ts';
import type { Hole } from './timeline.ts';

/*
 * Layout, little-endian:
 *   0  "TVPI", u32 version, u32 packets, u32 holes, u32 bytes of JSON, 12 bytes zero
 *  32  16 bytes per packet: u32 + u16 offset in the original, u16 length in ticks, u32 size, u32 start in ticks
 *      16 bytes per hole:   f64 number of the packet it lies before, f64 length in samples
 *      JSON: facts and what a decoder needs
 * Starts do not count holes: which jumps are holes is known when the file has been walked.
 */
const MAGIC = 0x49505654;
const VERSION = 1;
const HEAD_BYTES = 32;
const ENTRY_BYTES = 16;
const BATCH_PACKETS = 2048;

const IndexNotes = z.object({
  facts: AudioFacts,
  track: z.object({
    number: z.number(),
    codec: z.string(),
    sampleRate: z.number(),
    channels: z.number(),
    preSkip: z.number(),
    codecDelaySamples: z.number(),
    encoded: z.boolean(),
    codecPrivate: z.string(),
  }),
  durationSamples: z.number(),
});

/** Packets in the order of the file, as columns; valid until the next batch is asked for. */
export interface PacketBatch {
  /** Number of the first packet. */
  first: number;
  count: number;
  offsets: Float64Array;
  sizes: Uint32Array;
  /** Places on the timeline, holes counted, in samples at 48 kHz. The first may be negative: a decoder's lead-in. */
  starts: Float64Array;
  /** Lengths in samples at 48 kHz. */
  samples: Uint16Array;
}

/** Walks `path` and writes its index to `indexPath`. */
export async function writePacketIndex(
  path: string,
  indexPath: string,
  signal?: AbortSignal,
): Promise<AudioFacts> {
  const file = await open(indexPath, 'w');
  try {
    const writer = new EntryWriter(file);
    const walked = await walkFile(path, writer, signal);
    await writer.finish(walked);
    return walked.facts;
  } finally {
    await file.close();
  }
}

class EntryWriter implements PacketListener {
  readonly #file: FileHandle;
  #buffer = Buffer.alloc(ENTRY_BYTES * 4096);
  #filled = 0;
  #at = HEAD_BYTES;
  #packets = 0;
  #ticks = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  packet(offset: number, sizeBytes: number, samples: number): void {
    if (this.#filled + ENTRY_BYTES > this.#buffer.length) {
      // Grows with the smallest packets one window can hold, never with the file.
      this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
    }
    const ticks = samples / TICK_SAMPLES;
    const at = this.#filled;
    this.#buffer.writeUInt32LE(offset % 2 ** 32, at);
    this.#buffer.writeUInt16LE(Math.floor(offset / 2 ** 32), at + 4);
    this.#buffer.writeUInt16LE(ticks, at + 6);
    this.#buffer.writeUInt32LE(sizeBytes, at + 8);
    this.#buffer.writeUInt32LE(this.#ticks, at + 12);
    this.#ticks += ticks;
    this.#filled += ENTRY_BYTES;
    this.#packets++;
  }

  async drain(): Promise<void> {
    if (this.#filled > 0) await this.#write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  async finish({ facts, track, timeline, discardSamples }: Walked): Promise<void> {
    await this.drain();
    const holes = timeline?.holes ?? [];
    const table = Buffer.alloc(holes.length * ENTRY_BYTES);
    holes.forEach((hole, i) => {
      table.writeDoubleLE(hole.beforePacket, i * ENTRY_BYTES);
      table.writeDoubleLE(hole.lengthSamples, i * ENTRY_BYTES + 8);
    });
    await this.#write(table);
    const notes = Buffer.from(
      JSON.stringify({
        facts,
        track: track && {
          ...track,
          codecPrivate: Buffer.from(track.codecPrivate).toString('base64'),
        },
        durationSamples: Math.max(0, (timeline?.endSamples ?? 0) - discardSamples),
      }),
    );
    await this.#write(notes);
    const head = Buffer.alloc(HEAD_BYTES);
    [MAGIC, VERSION, this.#packets, holes.length, notes.length].forEach((value, i) => {
      head.writeUInt32LE(value, 4 * i);
    });
    await this.#file.write(head, 0, HEAD_BYTES, 0);
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#at);
    this.#at += bytes.length;
  }
}

/** An open packet index; close it. */
export class PacketIndex {
  readonly facts: AudioFacts;
  readonly track: z.infer<typeof IndexNotes>['track'];
  readonly durationSamples: number;
  readonly packetCount: number;
  readonly #file: FileHandle;
  readonly #holes: readonly Pick<Hole, 'beforePacket' | 'lengthSamples'>[];

  private constructor(
    file: FileHandle,
    notes: z.infer<typeof IndexNotes>,
    packetCount: number,
    holes: readonly Pick<Hole, 'beforePacket' | 'lengthSamples'>[],
  ) {
    this.#file = file;
    this.facts = notes.facts;
    this.track = notes.track;
    this.durationSamples = notes.durationSamples;
    this.packetCount = packetCount;
    this.#holes = holes;
  }

  /** @throws Failure `audio.unreadable` when the file is no index of this version, or one without an audio track */
  static async open(path: string): Promise<PacketIndex> {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      await file.read(head, 0, HEAD_BYTES, 0);
      const [magic, version, packets = 0, holeCount = 0, noteBytes = 0] = [0, 4, 8, 12, 16].map(
        (at) => head.readUInt32LE(at),
      );
      const { size } = await file.stat();
      const holesAt = HEAD_BYTES + packets * ENTRY_BYTES;
      const notesAt = holesAt + holeCount * ENTRY_BYTES;
      if (magic !== MAGIC || version !== VERSION || notesAt + noteBytes !== size) {
        throw new Failure('audio.unreadable', 'The packet index is broken or of another version.');
      }
      const table = Buffer.alloc(holeCount * ENTRY_BYTES);
      await file.read(table, 0, table.length, holesAt);
      const holes = Array.from({ length: holeCount }, (_, i) => ({
        beforePacket: table.readDoubleLE(i * ENTRY_BYTES),
        lengthSamples: table.readDoubleLE(i * ENTRY_BYTES + 8),
      }));
      const json = Buffer.alloc(noteBytes);
      await file.read(json, 0, noteBytes, notesAt);
      const notes = IndexNotes.safeParse(parseJson(json));
      if (!notes.success) {
        throw new Failure('audio.unreadable', 'The packet index names no audio track.');
      }
      return new PacketIndex(file, notes.data, packets, holes);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  /** Packets in order, with their places on the timeline. Memory does not depend on how many there are. */
  async *batches(): AsyncGenerator<PacketBatch> {
    const buffer = Buffer.alloc(BATCH_PACKETS * ENTRY_BYTES);
    const batch: PacketBatch = {
      first: 0,
      count: 0,
      offsets: new Float64Array(BATCH_PACKETS),
      sizes: new Uint32Array(BATCH_PACKETS),
      starts: new Float64Array(BATCH_PACKETS),
      samples: new Uint16Array(BATCH_PACKETS),
    };
    let shift = -this.track.codecDelaySamples;
    let nextHole = 0;
    for (let first = 0; first < this.packetCount; first += BATCH_PACKETS) {
      const count = Math.min(BATCH_PACKETS, this.packetCount - first);
      await this.#file.read(buffer, 0, count * ENTRY_BYTES, HEAD_BYTES + first * ENTRY_BYTES);
      batch.first = first;
      batch.count = count;
      for (let i = 0; i < count; i++) {
        const hole = this.#holes[nextHole];
        if (hole?.beforePacket === first + i) {
          shift += hole.lengthSamples;
          nextHole++;
        }
        const at = i * ENTRY_BYTES;
        batch.offsets[i] = buffer.readUInt32LE(at) + buffer.readUInt16LE(at + 4) * 2 ** 32;
        batch.samples[i] = buffer.readUInt16LE(at + 6) * TICK_SAMPLES;
        batch.sizes[i] = buffer.readUInt32LE(at + 8);
        batch.starts[i] = buffer.readUInt32LE(at + 12) * TICK_SAMPLES + shift;
      }
      yield batch;
    }
  }

  get durationMs(): number {
    return (this.durationSamples * 1000) / CLOCK_RATE;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
