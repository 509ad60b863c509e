/** @file Main process. Reads the first bytes of an Opus packet (RFC 6716, 3.1) and writes packets that mean silence. */

/** Opus counts time at 48 kHz whatever was recorded; every length of the timeline is in these samples. */
export const CLOCK_RATE = 48_000;

/** 2.5 ms: the shortest Opus frame. Every length of the timeline is a multiple of it. */
export const TICK_SAMPLES = 120;

/** 120 ms: the longest an Opus packet may last. */
const LONGEST_PACKET_SAMPLES = 5760;

const LONGEST_FRAME_BYTES = 1275;

const SILK_FRAME_SAMPLES = [480, 960, 1920, 2880] as const;
const HYBRID_FRAME_SAMPLES = [480, 960] as const;
const CELT_FRAME_SAMPLES = [120, 240, 480, 960] as const;

/** Length of one frame of a packet with this first byte, in samples at 48 kHz. */
export function frameSamples(toc: number): number {
  const config = toc >> 3;
  if (config < 12) return SILK_FRAME_SAMPLES[config & 3] ?? 960;
  if (config < 16) return HYBRID_FRAME_SAMPLES[config & 1] ?? 960;
  return CELT_FRAME_SAMPLES[config & 3] ?? 960;
}

/**
 * Length of a packet in samples at 48 kHz, from its first two bytes.
 * 0 when the bytes are not an Opus packet (no frames, or more than 120 ms).
 */
export function packetSamples(toc: number, second: number, sizeBytes: number): number {
  if (sizeBytes < 1) return 0;
  const code = toc & 3;
  if (code === 0) return frameSamples(toc);
  if (code < 3) return 2 * frameSamples(toc);
  const samples = sizeBytes < 2 ? 0 : (second & 63) * frameSamples(toc);
  return samples > LONGEST_PACKET_SAMPLES ? 0 : samples;
}

/** A packet this short holds no sound: the encoder said "nothing new" (DTX). */
export function isSilentPacket(sizeBytes: number): boolean {
  return sizeBytes <= 2;
}

/**
 * Two-byte packets that fill `samples` (a multiple of 2.5 ms) with silence.
 * They keep mode, bandwidth and channels of `toc`, the packet before them, so that a decoder's state lives on.
 */
export function* silencePackets(
  toc: number,
  samples: number,
): Generator<{ bytes: Uint8Array; samples: number }> {
  const tens = { toc: withTenMsFrames(toc), frame: 480, most: 12 };
  // Only CELT has frames shorter than 10 ms; an empty frame leaves the decoder's mode as it was.
  const rest = { toc: (28 << 3) | (toc & 4), frame: TICK_SAMPLES, most: 3 };
  let left = samples;
  while (left >= TICK_SAMPLES) {
    const kind = left >= tens.frame ? tens : rest;
    const frames = Math.min(kind.most, Math.floor(left / kind.frame));
    yield { bytes: Uint8Array.of(kind.toc | 3, frames), samples: frames * kind.frame };
    left -= frames * kind.frame;
  }
}

/** First byte with the same mode, bandwidth and channels, frames of 10 ms, and code 0. */
function withTenMsFrames(toc: number): number {
  const config = toc >> 3;
  const tenMs = config < 12 ? config & ~3 : config < 16 ? config & ~1 : (config & ~3) | 2;
  return (tenMs << 3) | (toc & 4);
}

/**
 * The frames of a packet as packets of one frame each, for decoders that refuse long packets.
 * Empty when the packet contradicts itself.
 */
export function splitPacket(packet: Uint8Array): Uint8Array[] {
  const toc = packet[0];
  if (toc === undefined) return [];
  const sizes = frameSizes(packet);
  const frames: Uint8Array[] = [];
  let at = sizes.start;
  for (const size of sizes.bytes) {
    const frame = new Uint8Array(1 + size);
    frame[0] = toc & 0xfc;
    frame.set(packet.subarray(at, at + size), 1);
    frames.push(frame);
    at += size;
  }
  return frames;
}

function frameSizes(packet: Uint8Array): { start: number; bytes: number[] } {
  const nothing = { start: 0, bytes: [] };
  const code = (packet[0] ?? 0) & 3;
  if (code === 0) return checked(packet, 1, [packet.length - 1]);
  if (code === 1) {
    const half = (packet.length - 1) / 2;
    return Number.isInteger(half) ? checked(packet, 1, [half, half]) : nothing;
  }
  if (code === 2) {
    const first = frameSize(packet, 1);
    return checked(packet, first.next, [first.size, packet.length - first.next - first.size]);
  }
  const count = packet[1] ?? 0;
  let at = 2;
  let end = packet.length;
  if (count & 64) {
    for (let byte = 255; byte === 255;) {
      byte = packet[at++] ?? 0;
      end -= byte === 255 ? 254 : byte;
    }
  }
  const frames = count & 63;
  if (frames === 0 || frames > 48) return nothing;
  if ((count & 128) === 0) {
    const each = (end - at) / frames;
    return Number.isInteger(each)
      ? checked(packet, at, new Array<number>(frames).fill(each))
      : nothing;
  }
  const bytes: number[] = [];
  for (let i = 0; i < frames - 1; i++) {
    const one = frameSize(packet, at);
    bytes.push(one.size);
    at = one.next;
  }
  bytes.push(end - at - bytes.reduce((sum, size) => sum + size, 0));
  return checked(packet, at, bytes);
}

function frameSize(packet: Uint8Array, at: number): { size: number; next: number } {
  const first = packet[at] ?? 0;
  if (first < 252) return { size: first, next: at + 1 };
  return { size: 4 * (packet[at + 1] ?? 0) + first, next: at + 2 };
}

function checked(packet: Uint8Array, start: number, bytes: number[]) {
  const total = bytes.reduce((sum, size) => sum + size, start);
  const sane = bytes.every((size) => size >= 0 && size <= LONGEST_FRAME_BYTES);
  return sane && total <= packet.length ? { start, bytes } : { start: 0, bytes: [] };
}
