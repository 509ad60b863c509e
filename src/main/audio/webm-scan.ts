/** @file Main process. Walks a WebM file once, whatever it holds: every packet of its audio track by offset, size and time. */
import type { FileHandle } from 'node:fs/promises';
import { ByteWindow } from './byte-window.ts';
import {
  HEAD_BYTES,
  ID,
  UNKNOWN_SIZE,
  readHead,
  readInt,
  readUint,
  vintLength,
  isInCluster,
  isSkippable,
} from './ebml.ts';
import type { ElementHead } from './ebml.ts';
import { readLacing } from './lacing.ts';
import { CLOCK_RATE } from './opus-packet.ts';
import { readDocType, readInfo, readTracks } from './webm-header.ts';
import type { AudioTrack } from './webm-header.ts';

/** Receives what the walk finds, in the order of the file. Offsets and sizes in bytes, times in samples at 48 kHz. */
export interface WebmSink {
  /** The track is known; packets follow. */
  begin(track: AudioTrack): void;
  /**
   * @param timestamp NaN for the second and later packets of one block
   * @param first the first byte of the packet, 0 when it has none; as numbers, for there are millions of packets
   * @param second the byte after it, 0 when there is none
   * @returns false to end the walk
   */
  packet(
    offset: number,
    sizeBytes: number,
    timestamp: number,
    first: number,
    second: number,
  ): boolean;
  /** Samples to cut from the end of the last packet. */
  discard(samples: number): void;
  /** From here on bytes are missing or make no sense. Called once at most. */
  damage(why: DamageWhy): void;
  /** Called between windows: the place to write down what was received. */
  drain?(): Promise<void>;
}

export type DamageWhy = 'truncated' | 'broken-structure' | 'no-tracks' | 'too-long';
export type NotWebmWhy = 'empty' | 'no-ebml-header' | 'other-document-type' | 'no-segment';

export interface WebmWalk {
  notWebm: NotWebmWhy | null;
  track: AudioTrack | null;
  streams: number;
  audioStreams: number;
  segments: number;
  statedDurationMs: number | null;
  hasCues: boolean;
  hasSeekHead: boolean;
  trailingBytes: number;
  unknownElements: number;
}

/** Small enough to stay near the processor, large enough not to wait for the disk at every turn. */
const SCAN_WINDOW_BYTES = 512 * 1024;
/** Info and Tracks are read whole; larger ones are not believed. */
const LARGEST_HEADER_BYTES = 128 * 1024;
/** Elements nobody knows are stepped over up to this size; a larger one is taken for broken bytes. */
const LARGEST_UNKNOWN_BYTES = 1024 * 1024;
/** The largest block that is looked for when broken bytes have to be left behind. */
const LARGEST_RESYNC_BLOCK = 8192;
/** Head of a block: track number, time, flags, and the sizes of laced packets. */
const BLOCK_HEAD_BYTES = 16;

/**
 * Reads the whole file once in windows of half a MiB. Content never makes it throw; only the disk does.
 * @param sizeBytes length of the file
 * @throws the reason of `signal`, or the file system's error
 */
export async function scanWebm(
  file: FileHandle,
  sizeBytes: number,
  sink: WebmSink,
  signal?: AbortSignal,
): Promise<WebmWalk> {
  const window = new ByteWindow(file, SCAN_WINDOW_BYTES);
  const walker = new Walker(window, sizeBytes, sink);
  let at = 0;
  while (at < sizeBytes) {
    signal?.throwIfAborted();
    await window.moveTo(at);
    if (window.bytes.length === 0) break;
    const next = walker.walk(at);
    await sink.drain?.();
    if (next === at) break;
    at = next;
  }
  walker.finish(Math.min(at, sizeBytes));
  return walker.found;
}

/** What the element at hand means for the walk: the offset to go on from, or a reason to stop here. */
type Step = number | 'more' | 'broken' | 'stop';

class Walker {
  readonly found: WebmWalk = {
    notWebm: null,
    track: null,
    streams: 0,
    audioStreams: 0,
    segments: 0,
    statedDurationMs: null,
    hasCues: false,
    hasSeekHead: false,
    trailingBytes: 0,
    unknownElements: 0,
  };
  readonly #window: ByteWindow;
  readonly #size: number;
  readonly #sink: WebmSink;
  #scaleNs = 1_000_000;
  #segmentEnd = Number.POSITIVE_INFINITY;
  #clusterEnd = Number.POSITIVE_INFINITY;
  #groupEnd = 0;
  #inCluster = false;
  #clusterTicks = 0;
  #damaged = false;
  #searching = false;
  #stopped = false;
  #sawHeader = false;

  constructor(window: ByteWindow, size: number, sink: WebmSink) {
    this.#window = window;
    this.#size = size;
    this.#sink = sink;
  }

  /** Takes all elements that lie whole enough in the window; returns where to go on. */
  walk(from: number): number {
    let at = from;
    while (!this.#stopped && at < this.#size) {
      const step: Step = this.#searching ? this.#search(at) : this.#element(at);
      if (step === 'stop') return this.#size;
      if (step === 'more') {
        // The window already begins here and holds all there is: the file ends inside this element.
        if (at === from) return this.#endInside();
        return at;
      }
      if (step === 'broken') {
        this.#damage('broken-structure');
        this.#searching = true;
        this.#groupEnd = 0;
        at += 1;
      } else {
        at = step;
      }
    }
    return this.#stopped ? this.#size : at;
  }

  finish(at: number): void {
    const found = this.found;
    if (found.notWebm !== null) return;
    if (!this.#sawHeader) found.notWebm = this.#size === 0 ? 'empty' : 'no-ebml-header';
    else if (found.segments === 0) found.notWebm = 'no-segment';
    else if (found.streams === 0) this.#damage('no-tracks');
    else if (Number.isFinite(this.#segmentEnd) && this.#segmentEnd > Math.max(at, this.#size)) {
      this.#damage('truncated');
    }
  }

  #damage(why: DamageWhy): void {
    if (this.#damaged) return;
    this.#damaged = true;
    this.#sink.damage(why);
  }

  #endInside(): number {
    if (!this.#searching) this.#damage('truncated');
    return this.#size;
  }

  /** `count` bytes from `at`, or null when they are not (all) in the window. */
  #bytes(at: number, count: number): Uint8Array | null {
    const offset = at - this.#window.start;
    if (offset + count > this.#window.bytes.length) return null;
    return this.#window.bytes.subarray(offset, offset + count);
  }

  #element(at: number): Step {
    if (this.#groupEnd > 0 && at >= this.#groupEnd) this.#groupEnd = 0;
    if (at >= this.#clusterEnd) this.#leaveCluster();
    if (at >= this.#segmentEnd) return this.#afterSegment(at);
    const offset = at - this.#window.start;
    const left = this.#window.bytes.length - offset;
    if (left <= 0) return 'more';
    const head = readHead(this.#window.bytes, offset);
    if (head === null) {
      if (!this.#sawHeader) return this.#refuse('no-ebml-header');
      const first = this.#window.bytes[offset] ?? 0;
      return left < HEAD_BYTES && first >= 0x10 ? 'more' : 'broken';
    }
    if (!this.#sawHeader && head.id !== ID.ebml) return this.#refuse('no-ebml-header');
    if (this.#inCluster) {
      if (head.id === ID.simpleBlock) return this.#block(at, head);
      if (isInCluster(head.id)) return this.#clusterChild(at, head);
    }
    return this.#topLevel(at, head);
  }

  #refuse(why: NotWebmWhy): Step {
    this.found.notWebm = why;
    this.#stopped = true;
    return 'stop';
  }

  #leaveCluster(): void {
    this.#inCluster = false;
    this.#clusterEnd = Number.POSITIVE_INFINITY;
  }

  /** A second document may follow the first, as when a recorder was started anew; anything else is left alone. */
  #afterSegment(at: number): Step {
    this.#leaveCluster();
    const head = this.#bytes(at, 4);
    if (head === null && at + 4 <= this.#size) return 'more';
    this.#segmentEnd = Number.POSITIVE_INFINITY;
    if (head !== null && readUint(head) === ID.ebml) return at;
    this.found.trailingBytes = this.#size - at;
    this.#stopped = true;
    return 'stop';
  }

  #topLevel(at: number, head: ElementHead): Step {
    const content = at + head.head;
    if (head.id === ID.segment) {
      this.found.segments++;
      this.#leaveCluster();
      this.#segmentEnd =
        head.size === UNKNOWN_SIZE ? Number.POSITIVE_INFINITY : content + head.size;
      return content;
    }
    if (head.id === ID.cluster) {
      if (this.found.segments === 0) return 'broken';
      return this.#enterCluster(content, head.size);
    }
    if (head.size === UNKNOWN_SIZE) return 'broken';
    const end = content + head.size;
    if (end > this.#segmentEnd) return 'broken';
    if (head.id === ID.ebml || head.id === ID.info || head.id === ID.tracks) {
      if (head.size > LARGEST_HEADER_BYTES)
        return this.#sawHeader ? 'broken' : this.#refuse('no-ebml-header');
      const bytes = this.#bytes(content, head.size);
      if (bytes === null) {
        if (!this.#sawHeader && end > this.#size) return this.#refuse('no-ebml-header');
        return 'more';
      }
      this.#leaveCluster();
      return this.#header(head.id, bytes) ? end : 'stop';
    }
    if (head.id === ID.cues) this.found.hasCues = true;
    else if (head.id === ID.seekHead) this.found.hasSeekHead = true;
    else if (!isSkippable(head.id)) {
      if (head.size > LARGEST_UNKNOWN_BYTES || isInCluster(head.id)) return 'broken';
      this.found.unknownElements++;
      return this.#skip(end);
    }
    if (head.id !== ID.void && head.id !== ID.crc32) this.#leaveCluster();
    return this.#skip(end);
  }

  /** Elements may be stepped over without being in the window, but not beyond the end of the file. */
  #skip(end: number): Step {
    if (end <= this.#size) return end;
    this.#damage('truncated');
    return this.#size;
  }

  #enterCluster(content: number, size: number): Step {
    this.#inCluster = true;
    this.#clusterTicks = 0;
    this.#clusterEnd = size === UNKNOWN_SIZE ? Number.POSITIVE_INFINITY : content + size;
    if (this.#clusterEnd > this.#segmentEnd) return 'broken';
    return content;
  }

  #header(id: number, content: Uint8Array): boolean {
    if (id === ID.ebml) {
      this.#sawHeader = true;
      const docType = readDocType(content);
      this.#segmentEnd = Number.POSITIVE_INFINITY;
      if (docType === 'webm' || docType === 'matroska') return true;
      this.#refuse('other-document-type');
      return false;
    }
    if (id === ID.info) {
      const info = readInfo(content);
      this.#scaleNs = info.scaleNs;
      if (info.durationTicks !== null && this.found.statedDurationMs === null) {
        this.found.statedDurationMs = (info.durationTicks * info.scaleNs) / 1e6;
      }
      return true;
    }
    if (this.found.streams > 0) return true;
    const tracks = readTracks(content);
    this.found.track = tracks.chosen;
    this.found.streams = tracks.streams;
    this.found.audioStreams = tracks.audioStreams;
    if (tracks.chosen !== null) this.#sink.begin(tracks.chosen);
    return true;
  }

  #clusterChild(at: number, head: ElementHead): Step {
    const content = at + head.head;
    if (head.size === UNKNOWN_SIZE) return 'broken';
    const end = content + head.size;
    if (end > this.#clusterEnd || end > this.#segmentEnd) return 'broken';
    if (head.id === ID.blockGroup) {
      this.#groupEnd = end;
      return content;
    }
    if (this.#groupEnd > 0 && end > this.#groupEnd) return 'broken';
    if (head.id === ID.block) return this.#block(at, head);
    if (head.id === ID.timestamp || head.id === ID.discardPadding) {
      if (head.size > 8) return 'broken';
      const bytes = this.#bytes(content, head.size);
      if (bytes === null) return 'more';
      if (head.id === ID.timestamp) this.#clusterTicks = readUint(bytes);
      else this.#sink.discard(Math.round((readInt(bytes) * CLOCK_RATE) / 1e9));
      return end;
    }
    return this.#skip(end);
  }

  #block(at: number, head: ElementHead): Step {
    if (head.size === UNKNOWN_SIZE || head.size < 4) return 'broken';
    const content = at + head.head;
    const end = content + head.size;
    if (end > this.#clusterEnd || end > this.#segmentEnd) return 'broken';
    const { bytes, start } = this.#window;
    const from = content - start;
    if (from + Math.min(head.size, BLOCK_HEAD_BYTES) > bytes.length) return 'more';
    const trackLength = vintLength(bytes[from] ?? 0);
    if (trackLength > 8 || trackLength + 3 > head.size) return 'broken';
    const track = this.found.track;
    const after = from + trackLength;
    // Numbers above 127 take more than one byte; a track like that is compared without its marker.
    const number = readUint(bytes, from, after) - 2 ** (7 * trackLength);
    if (number !== track?.number) return this.#skip(end);
    if (end > this.#size) return this.#skip(end);
    const ticks = ((bytes[after] ?? 0) << 8) | (bytes[after + 1] ?? 0);
    const relative = ticks > 0x7fff ? ticks - 0x10000 : ticks;
    const timestamp = ((this.#clusterTicks + relative) * this.#scaleNs * CLOCK_RATE) / 1e9;
    const flags = bytes[after + 2] ?? 0;
    const payload = content + trackLength + 3;
    if ((flags & 0x06) === 0) {
      const size = end - payload;
      if (after + 3 + Math.min(2, size) > bytes.length) return 'more';
      const first = size > 0 ? (bytes[after + 3] ?? 0) : 0;
      const second = size > 1 ? (bytes[after + 4] ?? 0) : 0;
      return this.#sink.packet(payload, size, timestamp, first, second) ? end : this.#stop();
    }
    return this.#lacedBlock(payload, end, flags, timestamp);
  }

  #lacedBlock(payload: number, end: number, flags: number, timestamp: number): Step {
    const size = end - payload;
    // Laced packets are small; a block that does not fit the window is stepped over.
    if (size > LARGEST_HEADER_BYTES) return 'broken';
    const bytes = this.#bytes(payload, size);
    if (bytes === null) return 'more';
    const packets = readLacing(bytes, flags);
    if (packets === null) return 'broken';
    let time = timestamp;
    for (const packet of packets) {
      const { offset, size: length } = packet;
      const first = length > 0 ? (bytes[offset] ?? 0) : 0;
      const second = length > 1 ? (bytes[offset + 1] ?? 0) : 0;
      if (!this.#sink.packet(payload + offset, length, time, first, second)) return this.#stop();
      time = Number.NaN;
    }
    return end;
  }

  #stop(): Step {
    this.#damage('too-long');
    this.#stopped = true;
    return 'stop';
  }

  /** Leaves broken bytes behind: the next cluster, or the next block that is followed by something known. */
  #search(at: number): Step {
    const bytes = this.#window.bytes;
    const base = this.#window.start;
    const whole = base + bytes.length >= this.#size;
    const last = whole ? bytes.length : bytes.length - LARGEST_RESYNC_BLOCK - 2 * HEAD_BYTES;
    for (let i = at - base; i < last; i++) {
      const byte = bytes[i];
      if (byte !== 0x1f && byte !== 0xa3) continue;
      if (byte === 0x1f ? isClusterAt(bytes, i) : this.#isBlockAt(bytes, i)) {
        this.#searching = false;
        this.#clusterEnd = Number.POSITIVE_INFINITY;
        return base + i;
      }
    }
    if (whole) return this.#size;
    return base + last > at ? base + last : 'more';
  }

  #isBlockAt(bytes: Uint8Array, at: number): boolean {
    if (!this.#inCluster) return false;
    const head = readHead(bytes, at);
    if (head === null || head.size < 5 || head.size > LARGEST_RESYNC_BLOCK) return false;
    const track = bytes[at + head.head];
    if (track !== 0x80 + (this.found.track?.number ?? -1)) return false;
    const end = at + head.head + head.size;
    if (end === bytes.length) return true;
    const next = readHead(bytes, end);
    return next !== null && (isInCluster(next.id) || next.id === ID.cluster || next.id === ID.cues);
  }
}

function isClusterAt(bytes: Uint8Array, at: number): boolean {
  const head = readHead(bytes, at);
  if (head?.id !== ID.cluster) return false;
  const child = readHead(bytes, at + head.head);
  return child !== null && (isInCluster(child.id) || child.id === ID.crc32 || child.id === ID.void);
}
