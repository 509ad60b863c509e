/** @file Main process. Takes a laced block apart: several packets that share one timestamp (RFC 9559, 10.3). */
import { UNKNOWN_SIZE, readVint, vintLength } from './ebml.ts';

export interface LacedPacket {
  /** From the byte after the flags of the block. */
  offset: number;
  size: number;
}

/**
 * @param bytes of the block, from the one that counts the packets
 * @param flags of the block
 * @returns null when the sizes contradict each other
 */
export function readLacing(bytes: Uint8Array, flags: number): LacedPacket[] | null {
  const first = bytes[0];
  if (first === undefined) return null;
  const count = first + 1;
  const kind = flags & 0x06;
  if (kind === 0x04) return fixed(bytes, count);
  return kind === 0x02 ? xiph(bytes, count) : ebml(bytes, count);
}

function fixed(bytes: Uint8Array, count: number): LacedPacket[] | null {
  const size = (bytes.length - 1) / count;
  if (!Number.isInteger(size)) return null;
  return Array.from({ length: count }, (_, i) => ({ offset: 1 + i * size, size }));
}

function xiph(bytes: Uint8Array, count: number): LacedPacket[] | null {
  let at = 1;
  const sizes: number[] = [];
  while (sizes.length < count - 1) {
    let size = 0;
    let byte = 255;
    while (byte === 255) {
      if (at >= bytes.length) return null;
      byte = bytes[at++] ?? 0;
      size += byte;
    }
    sizes.push(size);
  }
  return placed(bytes, at, sizes);
}

function ebml(bytes: Uint8Array, count: number): LacedPacket[] | null {
  let at = 1;
  const sizes: number[] = [];
  let size = 0;
  while (sizes.length < count - 1) {
    const length = vintLength(bytes[at] ?? 0);
    if (length > 8 || at + length > bytes.length) return null;
    const value = readVint(bytes, at, length);
    if (value === null || value === UNKNOWN_SIZE) return null;
    // The first size stands as it is, later ones as signed differences, moved so that they need no sign.
    size = sizes.length === 0 ? value : size + value - (2 ** (7 * length - 1) - 1);
    if (size < 0) return null;
    sizes.push(size);
    at += length;
  }
  return placed(bytes, at, sizes);
}

function placed(bytes: Uint8Array, start: number, sizes: readonly number[]): LacedPacket[] | null {
  const packets: LacedPacket[] = [];
  let offset = start;
  for (const size of sizes) {
    packets.push({ offset, size });
    offset += size;
  }
  if (offset > bytes.length) return null;
  packets.push({ offset, size: bytes.length - offset });
  return packets;
}
