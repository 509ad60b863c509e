/** @file Main process. The grammar of EBML (RFC 8794) over bytes in memory: element heads, numbers, children. Never throws for content. */

/** Element ids of Matroska and WebM that matter here (RFC 9559). */
export const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  seekPreRoll: 0x56bb,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  contentEncodings: 0x6d80,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
  discardPadding: 0x75a2,
  position: 0xa7,
  prevSize: 0xab,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  tags: 0x1254c367,
  chapters: 0x1043a770,
  attachments: 0x1941a469,
  void: 0xec,
  crc32: 0xbf,
} as const;

/** Elements that only stand in a cluster. */
export function isInCluster(id: number): boolean {
  return (
    id === ID.simpleBlock ||
    id === ID.timestamp ||
    id === ID.blockGroup ||
    id === ID.block ||
    id === ID.blockDuration ||
    id === ID.discardPadding ||
    id === ID.position ||
    id === ID.prevSize
  );
}

/** Elements beside the clusters that say nothing about packets. */
export function isSkippable(id: number): boolean {
  return (
    id === ID.cues ||
    id === ID.seekHead ||
    id === ID.tags ||
    id === ID.chapters ||
    id === ID.attachments ||
    id === ID.void ||
    id === ID.crc32
  );
}

/** The longest head of an element: four bytes of id, eight of size. */
export const HEAD_BYTES = 12;

/** Size of an element whose end is not written: it ends where something begins that cannot be inside it. */
export const UNKNOWN_SIZE = -1;

export interface ElementHead {
  id: number;
  /** Bytes of content, or `UNKNOWN_SIZE`. */
  size: number;
  /** Bytes of the head itself. */
  head: number;
}

/** The head at `at`, or null when those bytes are none (or reach past the end of `bytes`). */
export function readHead(bytes: Uint8Array, at: number): ElementHead | null {
  const first = bytes[at];
  if (first === undefined || first < 0x10) return null;
  const idLength = Math.clz32(first) - 23;
  const sizeAt = at + idLength;
  const sizeFirst = bytes[sizeAt];
  if (sizeFirst === undefined || sizeFirst === 0) return null;
  const sizeLength = Math.clz32(sizeFirst) - 23;
  if (sizeAt + sizeLength > bytes.length) return null;
  let id = first;
  for (let i = 1; i < idLength; i++) id = id * 256 + (bytes[at + i] ?? 0);
  const size = readVint(bytes, sizeAt, sizeLength);
  return size === null ? null : { id, size, head: idLength + sizeLength };
}

/** Bytes of the variable-length number that begins with `first`; 9 when none does. */
export function vintLength(first: number): number {
  return Math.clz32(first) - 23;
}

/** A variable-length number without its marker; `UNKNOWN_SIZE` when all bits are set, null beyond 2^53. */
export function readVint(bytes: Uint8Array, at: number, length: number): number | null {
  const mask = (1 << (8 - length)) - 1;
  let value = (bytes[at] ?? 0) & mask;
  let allOnes = value === mask;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    allOnes = allOnes && byte === 0xff;
    value = value * 256 + byte;
  }
  if (allOnes) return UNKNOWN_SIZE;
  return Number.isSafeInteger(value) ? value : null;
}

/** Unsigned big-endian number of up to eight bytes; loses precision above 2^53 as any number does. */
export function readUint(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let value = 0;
  for (let at = from; at < Math.min(to, from + 8); at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** Signed big-endian number of up to eight bytes. */
export function readInt(bytes: Uint8Array): number {
  const value = readUint(bytes);
  const negative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return negative ? value - 2 ** (8 * Math.min(8, bytes.length)) : value;
}

/** Float of four or eight bytes; NaN for any other length. */
export function readFloat(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0);
  return bytes.length === 8 ? view.getFloat64(0) : Number.NaN;
}

/** ASCII up to the first zero byte, at most 64 letters, the unprintable ones replaced. */
export function readAscii(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, 64)) {
    if (byte === 0) break;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return text;
}

/** The children written in `bytes`, in order; stops quietly at the first that does not fit. */
export function* children(bytes: Uint8Array): Generator<{ id: number; content: Uint8Array }> {
  let at = 0;
  while (at < bytes.length) {
    const head = readHead(bytes, at);
    if (head === null || head.size === UNKNOWN_SIZE) return;
    const start = at + head.head;
    if (start + head.size > bytes.length) return;
    yield { id: head.id, content: bytes.subarray(start, start + head.size) };
    at = start + head.size;
  }
}

/** An element as bytes: id, size in the fewest bytes, content. */
export function element(id: number, content: Uint8Array | readonly Uint8Array[]): Buffer {
  const parts = content instanceof Uint8Array ? [content] : content;
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([idBytes(id), sizeBytes(size), ...parts]);
}

/** Unsigned number as the content of an element, in `length` bytes (the fewest when left out). */
export function uintBytes(value: number, length = fewestBytes(value)): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) {
    bytes[i] = rest % 256;
  }
  return bytes;
}

/** Float as the content of an element, eight bytes. */
export function floatBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

export function idBytes(id: number): Buffer {
  return uintBytes(id);
}

/** How many bytes the size of an element takes at least. */
export function sizeLength(size: number): number {
  let length = 1;
  // All bits set means "unknown", so the largest value of each length is not used.
  while (size >= 2 ** (7 * length) - 1) length++;
  return length;
}

/** Size of an element in the fewest bytes. */
export function sizeBytes(size: number): Buffer {
  const length = sizeLength(size);
  const bytes = uintBytes(size, length);
  bytes[0] = (bytes[0] ?? 0) | (1 << (8 - length));
  return bytes;
}

function fewestBytes(value: number): number {
  let length = 1;
  while (value >= 256 ** length) length++;
  return length;
}
