/** @file Main process. Makes all that a lane shows: packet index, peaks, overview, speech map; in one go, with what is done so far. */
import { open, readFile, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '#contract';
import type { Clock } from '../clock.ts';
import { ByteWindow } from './byte-window.ts';
import { CLOCK_PER_PICTURE, PICTURE_RATE, PictureDecoder } from './decoder.ts';
import { derivedFiles, existingDerived, writeWhole } from './derived.ts';
import { AudioFacts } from './facts.ts';
import { CLOCK_RATE, isSilentPacket } from './opus-packet.ts';
import { PacketIndex, writePacketIndex } from './packet-index.ts';
import type { PacketBatch } from './packet-index.ts';
import { PeakFile, PeakReducer } from './peaks.ts';
import { SpeechMap, SpeechMapper } from './speech.ts';

/** A kept file and where its results go. */
export const AudioSource = z.object({
  path: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  derivedDir: z.string().min(1),
});
export type AudioSource = z.infer<typeof AudioSource>;

export const PreparedAudio = z.object({ facts: AudioFacts, speech: SpeechMap });
export type PreparedAudio = z.infer<typeof PreparedAudio>;

/** What can be drawn before the whole is done. */
export const PartialPicture = z.object({
  doneMs: z.number(),
  durationMs: z.number(),
  /** The overview up to `doneMs`, as a whole `.dat` file. */
  overview: z.instanceof(Uint8Array),
});
export type PartialPicture = z.infer<typeof PartialPicture>;

export interface PrepareOptions {
  clock: Clock;
  signal?: AbortSignal;
  onPartial?: (partial: PartialPicture) => void;
}

const PARTIAL_EVERY_MS = 500;
const FLUSH_BYTES = 16_384;
/** Ten minutes at 16 kHz: longer holes are crossed in steps, so that a day of nothing takes no memory. */
const LONGEST_STEP = 600 * PICTURE_RATE;

/**
 * Makes what is missing of `source`; what exists is read, not made again.
 * @throws Failure `audio.unreadable` when the file holds no Opus packets that could be decoded; the signal's reason
 */
export async function prepareAudio(
  source: AudioSource,
  options: PrepareOptions,
): Promise<PreparedAudio> {
  const files = derivedFiles(source.derivedDir, source.sha256);
  const index = await openPacketIndex(source, options.signal);
  try {
    const there = await existingDerived(source.derivedDir, source.sha256);
    const known = there.peaks && there.overview ? await readSpeech(files.speech) : null;
    if (known !== null) return { facts: index.facts, speech: known };
    const mapper = new SpeechMapper();
    const reducer = new PeakReducer(index.durationSamples / CLOCK_PER_PICTURE, (meanSquare) => {
      mapper.step(meanSquare);
    });
    await writeWhole(files.peaks, async (path) => {
      const file = await open(path, 'w');
      try {
        await new Picture(source, index, reducer, mapper, options).draw(file);
      } finally {
        await file.close();
      }
    });
    const speech = mapper.finish();
    await writeWhole(files.overview, (path) => writeFile(path, reducer.overview()));
    await writeWhole(files.speech, (path) => writeFile(path, JSON.stringify(speech)));
    return { facts: index.facts, speech };
  } finally {
    await index.close();
  }
}

/**
 * Opens the packet index of `source`, making it when there is none that can be read.
 * @throws Failure `audio.unreadable` when the file holds no Opus packets
 */
export async function openPacketIndex(
  { path, sha256, derivedDir }: AudioSource,
  signal?: AbortSignal,
): Promise<PacketIndex> {
  const { packets } = derivedFiles(derivedDir, sha256);
  const known = await PacketIndex.open(packets).catch(() => null);
  if (known !== null) return known;
  await writeWhole(packets, async (part) => {
    const facts = await writePacketIndex(path, part, signal);
    const why = whyUnreadable(facts);
    if (why !== null) {
      throw new Failure('audio.unreadable', `No Opus packets could be read: ${why}.`, {
        details: { why },
      });
    }
  });
  return PacketIndex.open(packets);
}

function whyUnreadable(facts: AudioFacts): string | null {
  if (facts.kind === 'not-webm') return facts.why;
  const hindering = ['no-audio', 'not-opus', 'content-encoded'] as const;
  const found = hindering.find((problem) => facts.problems.includes(problem));
  if (found !== undefined) return found;
  return facts.codec === null ? 'no-tracks' : null;
}

async function readSpeech(path: string): Promise<SpeechMap | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return SpeechMap.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** One drawing: places decoded packets on the timeline and keeps the rest silent. */
class Picture {
  readonly #source: AudioSource;
  readonly #index: PacketIndex;
  readonly #reducer: PeakReducer;
  readonly #mapper: SpeechMapper;
  readonly #options: PrepareOptions;
  /** How far the picture is drawn, and how long it is: samples at 16 kHz. */
  #drawn = 0;
  readonly #length: number;
  /** Samples of the clock a decoder still makes before the sound begins. */
  #leadIn: number;
  #partialAt: number;

  constructor(
    source: AudioSource,
    index: PacketIndex,
    reducer: PeakReducer,
    mapper: SpeechMapper,
    options: PrepareOptions,
  ) {
    this.#source = source;
    this.#index = index;
    this.#reducer = reducer;
    this.#mapper = mapper;
    this.#options = options;
    this.#length = Math.ceil(index.durationSamples / CLOCK_PER_PICTURE);
    this.#leadIn = index.track.preSkip;
    this.#partialAt = options.clock.now() + PARTIAL_EVERY_MS;
  }

  async draw(target: FileHandle): Promise<void> {
    const peaks = new PeakFile(target);
    const original = await open(this.#source.path, 'r');
    const { track } = this.#index;
    const decoder = await PictureDecoder.create({
      channels: track.channels,
      codecPrivate: Buffer.from(track.codecPrivate, 'base64'),
    });
    try {
      const window = new ByteWindow(original);
      for await (const batch of this.#index.batches()) {
        for (let i = 0; i < batch.count;) {
          this.#options.signal?.throwIfAborted();
          await this.#crossHole(placeOf(batch, i), peaks);
          const at = batch.offsets[i] ?? 0;
          if (!window.has(at, batch.sizes[i] ?? 0)) await window.moveTo(at);
          i = this.#drawInView(batch, i, window, decoder);
          if (this.#reducer.pendingBytes >= FLUSH_BYTES)
            await peaks.append(this.#reducer.takePeaks());
          this.#tell();
        }
      }
      this.#fillTo(this.#length);
      this.#reducer.end();
      await peaks.append(this.#reducer.takePeaks());
      await peaks.finish();
    } finally {
      decoder.close();
      await original.close();
    }
  }

  async #crossHole(to: number, peaks: PeakFile): Promise<void> {
    while (to - this.#drawn > LONGEST_STEP) {
      this.#fillTo(this.#drawn + LONGEST_STEP);
      await peaks.append(this.#reducer.takePeaks());
      this.#options.signal?.throwIfAborted();
    }
  }

  /** Draws packets that lie in the window, a few seconds of sound at most; returns the next one. */
  #drawInView(
    batch: PacketBatch,
    from: number,
    window: ByteWindow,
    decoder: PictureDecoder,
  ): number {
    const until = Math.min(batch.count, from + 64);
    let i = from;
    do {
      const size = batch.sizes[i] ?? 0;
      const samples = batch.samples[i] ?? 0;
      const start = placeOf(batch, i);
      if (start - this.#drawn > LONGEST_STEP) return i;
      this.#fillTo(start);
      if (samples > 0 && !isSilentPacket(size)) {
        this.#mapper.packet((size * CLOCK_RATE) / samples / 1000);
        const sound = decoder.decode(window.slice(batch.offsets[i] ?? 0, size));
        this.#place(sound, start);
      }
      this.#leadIn = Math.max(0, this.#leadIn - samples);
      i++;
    } while (i < until && window.has(batch.offsets[i] ?? 0, batch.sizes[i] ?? 0));
    return i;
  }

  #place(sound: Float32Array, start: number): void {
    const leadIn = Math.ceil(this.#leadIn / CLOCK_PER_PICTURE);
    const from = Math.max(0, this.#drawn - start, Math.min(leadIn, sound.length));
    const to = Math.min(sound.length, this.#length - start);
    if (to <= from) return;
    this.#fillTo(start + from);
    this.#reducer.sound(sound, from, to);
    this.#drawn = start + to;
  }

  #fillTo(place: number): void {
    const samples = Math.min(place, this.#length) - this.#drawn;
    if (samples <= 0) return;
    this.#mapper.packet(0);
    this.#reducer.silence(samples);
    this.#drawn += samples;
  }

  #tell(): void {
    const { clock, onPartial } = this.#options;
    if (onPartial === undefined || clock.now() < this.#partialAt) return;
    onPartial({
      doneMs: Math.round((this.#drawn * CLOCK_PER_PICTURE * 1000) / CLOCK_RATE),
      durationMs: Math.round(this.#index.durationMs),
      overview: Uint8Array.from(this.#reducer.overview()),
    });
    this.#partialAt = clock.now() + PARTIAL_EVERY_MS;
  }
}

/** Where a packet begins in the picture, in samples at 16 kHz. */
function placeOf(batch: PacketBatch, i: number): number {
  return Math.floor((batch.starts[i] ?? 0) / CLOCK_PER_PICTURE);
}
