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

/**
 * A streamed Opus WebM that lasts `lengthMs` within one packet.
 * @param audio path under the audio fixtures
 * @param peerId makes the bytes differ from those of any other connection with the same voice
 */
export function trackBytes(audio: string, peerId: string, lengthMs: number): Buffer {
  const stream = speech(audio);
  const { packetMs } = stream;
  const packets: Packet[] = stream.packets.filter(({ atMs }) => atMs + packetMs <= lengthMs);
  const [first] = stream.packets;
  const silence = emptied(first?.data ?? Buffer.from([0]));
  const spokenMs = (packets.at(-1)?.atMs ?? -packetMs) + packetMs;
  for (let atMs = spokenMs; atMs + packetMs <= Math.max(lengthMs, packetMs); atMs += packetMs) {
    packets.push({ atMs, data: silence });
  }
  const trackUid = createHash('sha256').update(peerId).digest().readUIntBE(0, 6);
  return writeLive({ ...stream, packets }, { codecDelay: false, trackUid });
}

function speech(audio: string): OpusStream {
  const known = read.get(audio);
  if (known) return known;
  const stream = readWebm(readFileSync(new URL(audio, audioFolder)));
  read.set(audio, stream);
  return stream;
}
