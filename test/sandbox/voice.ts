/** @file Sandbox. Real sound of any length for a recorded connection: a fixture's speech, then silence as a sender sends it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { emptied, type OpusStream, type Packet } from '../fixtures/opus-packets.ts';
import { audioFolder } from '../fixtures/truth.ts';
import { readWebm } from '../fixtures/webm-reader.ts';
import { writeLive } from '../fixtures/webm-writer.ts';

/** Fixtures for people nobody gave a voice, in turn; the small ones first. */
const voices = [
  'sound-check/left.webm',
  'town-hall/baker.webm',
  'town-hall/student.webm',
  'town-hall/neighbour.webm',
  'editorial-round/layla.webm',
  'town-hall/engineer.webm',
  'town-hall/clerk.webm',
];

const read = new Map<string, OpusStream>();

/** The fixture of the person who came in as number `number`. */
export function voiceOf(number: number): string {
  return voices[number % voices.length] ?? '';
}

export interface VoiceOptions {
  /** Silence before the speech, in ms; part of the length. */
  readonly leadMs?: number;
  /** Whether the header tells the duration (U14). */
  readonly hasDuration?: boolean;
}

/**
 * A streamed Opus WebM that lasts `lengthMs` within one packet.
 * @param audio path under the audio fixtures
 * @param mark makes the bytes differ from those of any other file with the same voice
 */
export function trackBytes(
  audio: string,
  mark: string,
  lengthMs: number,
  { leadMs = 0, hasDuration = false }: VoiceOptions = {},
): Buffer {
  const stream = speech(audio);
  const { packetMs } = stream;
  const [first] = stream.packets;
  const silence = emptied(first?.data ?? Buffer.from([0]));
  const packets: Packet[] = [];
  const beSilentUntil = (untilMs: number) => {
    const last = packets.at(-1);
    for (let atMs = last ? last.atMs + packetMs : 0; atMs + packetMs <= untilMs; atMs += packetMs) {
      packets.push({ atMs, data: silence });
    }
  };
  beSilentUntil(leadMs);
  for (const { atMs, data } of stream.packets) {
    if (leadMs + atMs + packetMs <= lengthMs) packets.push({ atMs: leadMs + atMs, data });
  }
  beSilentUntil(Math.max(lengthMs, packetMs));
  const trackUid = createHash('sha256').update(mark).digest().readUIntBE(0, 6);
  const header = hasDuration ? { durationMs: lengthMs } : {};
  return writeLive({ ...stream, packets }, { codecDelay: false, trackUid, ...header });
}

function speech(audio: string): OpusStream {
  const known = read.get(audio);
  if (known) return known;
  const stream = readWebm(readFileSync(new URL(audio, audioFolder)));
  read.set(audio, stream);
  return stream;
}
