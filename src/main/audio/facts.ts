/** @file Main process. Says what a WebM file is: whole, damaged from some moment, or no WebM; how long, and where nothing was recorded. */
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { CLOCK_RATE, isSilentPacket, packetSamples } from './opus-packet.ts';
import { LONGEST_TIMELINE_SAMPLES, Timeline } from './timeline.ts';
import type { TimelineResult } from './timeline.ts';
import { scanWebm } from './webm-scan.ts';
import type { DamageWhy, WebmSink, WebmWalk } from './webm-scan.ts';
import type { AudioTrack } from './webm-header.ts';

/** Oddities that do not make a file damaged, each said once. */
export const audioProblems = [
  /** No audio track among the tracks. */
  'no-audio',
  /** The audio is not Opus: it is kept and timed, but there is no picture of it. */
  'not-opus',
  /** The container compresses or encrypts packets. */
  'content-encoded',
  /** More than one audio track: the first Opus one is read. */
  'several-audio-tracks',
  /** A second document follows the first, as when a recorder was started anew. */
  'several-segments',
  /** Bytes follow the end that the header states. */
  'trailing-bytes',
  'unknown-elements',
  /** Packets that are no Opus packets; they last no time. */
  'bad-packets',
  'timestamps-went-back',
  /** A jump of more than a day was not taken for silence. */
  'timestamps-jumped',
  /** The header states a duration that is not the one of the packets. */
  'stated-duration-wrong',
] as const;

const Base = {
  /** Matroska's codec id, `A_OPUS` as a rule; null without an audio track. */
  codec: z.string().nullable(),
  sampleRate: z.number(),
  channels: z.number(),
  /** Samples at 48 kHz. */
  preSkip: z.number(),
  packetCount: z.number(),
  /** Packets in which the encoder said "nothing new". */
  silentPacketCount: z.number(),
  /** Length of the timeline, holes included, to a hundredth of a millisecond. */
  durationMs: z.number(),
  holes: z.array(z.object({ atMs: z.number(), lengthMs: z.number() })),
  /** `exact`: timestamps count samples; `wandering`: they follow another clock (drift is removed, not booked). */
  clock: z.enum(['exact', 'wandering']),
  driftPpm: z.number(),
  hasDurationHeader: z.boolean(),
  hasCues: z.boolean(),
  /** Tracks of any kind in the file. */
  streamCount: z.number(),
  problems: z.array(z.enum(audioProblems)),
};

export const AudioFacts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ok'), ...Base }),
  z.object({
    kind: z.literal('damaged'),
    ...Base,
    /** Moment of the timeline from which bytes are missing or make no sense. */
    damagedFromMs: z.number(),
    why: z.enum(['truncated', 'broken-structure', 'no-tracks', 'too-long']),
  }),
  z.object({
    kind: z.literal('not-webm'),
    ...Base,
    why: z.enum(['empty', 'no-ebml-header', 'other-document-type', 'no-segment']),
  }),
]);
export type AudioFacts = z.infer<typeof AudioFacts>;
export type AudioProblem = (typeof audioProblems)[number];

/** What a walk leaves behind for the packet index. */
export interface Walked {
  facts: AudioFacts;
  track: AudioTrack | null;
  timeline: TimelineResult | null;
  /** Samples at 48 kHz cut from the end. */
  discardSamples: number;
}

/** Takes each packet of the audio track: where it lies, and how long it lasts in samples at 48 kHz. */
export interface PacketListener {
  packet(offset: number, sizeBytes: number, samples: number): void;
  drain(): Promise<void>;
}

/**
 * Reads a whole file once, in windows of 256 KiB, and never blocks for longer than one of them takes.
 * Vendor files as a rule state no duration (contract 9, U14), so it is measured.
 * @throws only what the file system or `signal` say: content, however hostile, is an answer
 */
export async function readAudioFacts(path: string, signal?: AbortSignal): Promise<AudioFacts> {
  return (await walkFile(path, null, signal)).facts;
}

/** The same, telling `listener` of every packet. */
export async function walkFile(
  path: string,
  listener: PacketListener | null,
  signal?: AbortSignal,
): Promise<Walked> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const sink = new FactsSink(listener);
    const walk = await scanWebm(file, size, sink, signal);
    return sink.finish(walk);
  } finally {
    await file.close();
  }
}

class FactsSink implements WebmSink {
  readonly #listener: PacketListener | null;
  #track: AudioTrack | null = null;
  #timeline: Timeline | null = null;
  #packets = 0;
  #silent = 0;
  #bad = 0;
  #lastSamples = 0;
  #lastTimestamp = Number.NaN;
  #firstTimestamp = Number.NaN;
  #lastDelta = 0;
  #discard = 0;
  #damage: { why: DamageWhy; atSamples: number } | null = null;

  constructor(listener: PacketListener | null) {
    this.#listener = listener;
  }

  begin(track: AudioTrack): void {
    this.#track = track;
    if (track.codec === 'A_OPUS') this.#timeline = new Timeline(track.codecDelaySamples);
  }

  packet(
    offset: number,
    sizeBytes: number,
    timestamp: number,
    toc: number,
    second: number,
  ): boolean {
    this.#packets++;
    this.#discard = 0;
    if (!Number.isNaN(timestamp)) {
      this.#lastDelta = timestamp - this.#lastTimestamp;
      this.#lastTimestamp = timestamp;
      if (Number.isNaN(this.#firstTimestamp)) this.#firstTimestamp = timestamp;
    }
    if (this.#timeline === null) return true;
    // An empty packet is one the encoder left out: it lasts as long as the one before.
    const samples = sizeBytes === 0 ? this.#lastSamples : packetSamples(toc, second, sizeBytes);
    this.#lastSamples = samples;
    if (samples === 0) this.#bad++;
    if (isSilentPacket(sizeBytes)) this.#silent++;
    this.#timeline.add(timestamp, samples, toc);
    this.#listener?.packet(offset, sizeBytes, samples);
    return this.#timeline.endSamples < LONGEST_TIMELINE_SAMPLES;
  }

  discard(samples: number): void {
    if (samples > 0 && samples <= this.#lastSamples) this.#discard = samples;
  }

  damage(why: DamageWhy): void {
    const atSamples = this.#timeline?.endSamples ?? 0;
    this.#damage = { why, atSamples: Math.max(0, atSamples) };
  }

  async drain(): Promise<void> {
    await this.#listener?.drain();
  }

  finish(walk: WebmWalk): Walked {
    const timeline = this.#timeline?.finish() ?? null;
    const durationMs = toMs(
      timeline === null ? this.#durationByTimestamps() : timeline.endSamples - this.#discard,
    );
    const base = {
      codec: this.#track?.codec ?? null,
      sampleRate: this.#track?.sampleRate ?? 0,
      channels: this.#track?.channels ?? 0,
      preSkip: this.#track?.preSkip ?? 0,
      packetCount: this.#packets,
      silentPacketCount: this.#silent,
      durationMs,
      holes: (timeline?.holes ?? []).map((hole) => ({
        atMs: toMs(hole.atSamples),
        lengthMs: toMs(hole.lengthSamples),
      })),
      clock: timeline?.clock ?? 'exact',
      driftPpm: timeline?.driftPpm ?? 0,
      hasDurationHeader: walk.statedDurationMs !== null,
      hasCues: walk.hasCues,
      streamCount: walk.streams,
      problems: this.#problems(walk, timeline, durationMs),
    };
    return {
      facts: this.#judge(walk, base),
      track: this.#track,
      timeline,
      discardSamples: this.#discard,
    };
  }

  #judge(walk: WebmWalk, base: Omit<Extract<AudioFacts, { kind: 'ok' }>, 'kind'>): AudioFacts {
    if (walk.notWebm !== null) return { kind: 'not-webm', ...base, why: walk.notWebm };
    if (this.#damage === null) return { kind: 'ok', ...base };
    const { why, atSamples } = this.#damage;
    return { kind: 'damaged', ...base, why, damagedFromMs: toMs(atSamples) };
  }

  #problems(walk: WebmWalk, timeline: TimelineResult | null, durationMs: number): AudioProblem[] {
    const stated = walk.statedDurationMs;
    const seen: Record<AudioProblem, boolean> = {
      'no-audio': walk.streams > 0 && walk.track === null,
      'not-opus': walk.track !== null && walk.track.codec !== 'A_OPUS',
      'content-encoded': walk.track?.encoded ?? false,
      'several-audio-tracks': walk.audioStreams > 1,
      'several-segments': walk.segments > 1,
      'trailing-bytes': walk.trailingBytes > 0,
      'unknown-elements': walk.unknownElements > 0,
      'bad-packets': this.#bad > 0,
      'timestamps-went-back': timeline?.wentBack ?? false,
      'timestamps-jumped': timeline?.jumped ?? false,
      'stated-duration-wrong':
        stated !== null && walk.track !== null && Math.abs(stated - durationMs) > 1000,
    };
    return audioProblems.filter((problem) => seen[problem]);
  }

  #durationByTimestamps(): number {
    if (Number.isNaN(this.#lastTimestamp)) return 0;
    const span = this.#lastTimestamp - Math.min(0, this.#firstTimestamp);
    const length = span + Math.max(0, this.#lastDelta || 0);
    return Math.min(Math.max(0, length), LONGEST_TIMELINE_SAMPLES);
  }
}

function toMs(samples: number): number {
  return Math.max(0, Math.round((samples * 100_000) / CLOCK_RATE) / 100);
}
