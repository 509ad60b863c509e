/** @file Main process. The stream an `<audio>` element plays in time: the original's packets on the one timeline, holes filled, seekable. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Failure } from '#contract';
import { ByteWindow } from './byte-window.ts';
import { derivedFiles, exists, writeWhole } from './derived.ts';
import { ID, element, floatBytes, sizeBytes, sizeLength, uintBytes } from './ebml.ts';
import { CLOCK_RATE, silencePackets } from './opus-packet.ts';
import type { PacketBatch, PacketIndex } from './packet-index.ts';
import { openPacketIndex } from './prepare.ts';
import type { AudioSource } from './prepare.ts';

const CLUSTER_MS = 5000;
const SAMPLES_PER_MS = CLOCK_RATE / 1000;
const COPY_BYTES = 64 * 1024;
const FLUSH_BYTES = 128 * 1024;
const TRACK = 1;
/** Until the first packet has been seen: CELT, full band, one channel, 20 ms. */
const DEFAULT_TOC = 31 << 3;

/**
 * Makes the playback stream of `source` unless it exists. Players collapse holes, so they are filled with two-byte
 * packets of silence; every packet of the original that can be decoded is in it, byte for byte.
 * @returns its absolute path
 * @throws Failure `audio.unreadable`, `file.changed` (shorter than when it was indexed); the signal's reason
 */
export async function makePlayback(source: AudioSource, signal?: AbortSignal): Promise<string> {
  const { playback } = derivedFiles(source.derivedDir, source.sha256);
  if (await exists(playback)) return playback;
  const index = await openPacketIndex(source, signal);
  try {
    const original = await open(source.path, 'r');
    try {
      await writeWhole(playback, async (path) => {
        const target = await open(path, 'w');
        try {
          await new PlaybackWriter(index, original, target, signal).write();
        } finally {
          await target.close();
        }
      });
    } finally {
      await original.close();
    }
  } finally {
    await index.close();
  }
  return playback;
}

/** One block to come: a packet of the original, or silence. Times in samples of the stream's own clock. */
interface PacketItem {
  kind: 'packet';
  time: number;
  offset: number;
  size: number;
  /** Samples to cut from its end. */
  discard: number;
}
type Item = PacketItem | { kind: 'silence'; time: number; samples: number; size: number };

interface PlannedCluster {
  timeMs: number;
  /** Bytes of content. */
  size: number;
}

class PlaybackWriter {
  readonly #index: PacketIndex;
  readonly #window: ByteWindow;
  readonly #target: FileHandle;
  readonly #signal: AbortSignal | undefined;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(
    index: PacketIndex,
    original: FileHandle,
    target: FileHandle,
    signal: AbortSignal | undefined,
  ) {
    this.#index = index;
    this.#window = new ByteWindow(original);
    this.#target = target;
    this.#signal = signal;
  }

  /** Twice over the index: sizes first, for the cues stand in front. */
  async write(): Promise<void> {
    const clusters = await this.#plan();
    this.#put(frontMatter(this.#index, clusters));
    let next = 0;
    let cluster: PlannedCluster = { timeMs: 0, size: 0 };
    let toc = DEFAULT_TOC;
    for await (const items of this.#items()) {
      for (const item of items) {
        const timeMs = toMs(item.time);
        if (next === 0 || timeMs - cluster.timeMs >= CLUSTER_MS) {
          cluster = clusters[next++] ?? { timeMs, size: 0 };
          this.#put(clusterHead(cluster));
        }
        this.#put(blockHead(item, timeMs - cluster.timeMs));
        if (item.kind === 'silence') {
          for (const packet of silencePackets(toc, item.samples)) this.#put(packet.bytes);
        } else {
          toc = this.#copySmall(item) ?? (await this.#copyLarge(item));
          if (item.discard > 0) this.#put(discardPadding(item.discard));
        }
        if (this.#pendingBytes >= FLUSH_BYTES) await this.#flush();
      }
    }
    await this.#flush();
  }

  async #plan(): Promise<PlannedCluster[]> {
    const clusters: PlannedCluster[] = [];
    let current: PlannedCluster | undefined;
    for await (const items of this.#items()) {
      for (const item of items) {
        const timeMs = toMs(item.time);
        if (current === undefined || timeMs - current.timeMs >= CLUSTER_MS) {
          current = { timeMs, size: clusterTime(timeMs).length };
          clusters.push(current);
        }
        current.size += blockBytes(item);
      }
    }
    return clusters;
  }

  /** What is to be written, batch by batch. */
  async *#items(): AsyncGenerator<Iterable<Item>> {
    const plan = { time: 0 };
    for await (const batch of this.#index.batches()) {
      this.#signal?.throwIfAborted();
      yield this.#itemsOf(batch, plan);
    }
  }

  *#itemsOf(batch: PacketBatch, plan: { time: number }): Generator<Item> {
    const { codecDelaySamples } = this.#index.track;
    const end = this.#index.durationSamples + codecDelaySamples;
    const last = this.#index.packetCount - 1;
    for (let i = 0; i < batch.count; i++) {
      const start = (batch.starts[i] ?? 0) + codecDelaySamples;
      const samples = batch.samples[i] ?? 0;
      const size = batch.sizes[i] ?? 0;
      // A packet that is none would end the player's work: it lasts no time and is left out.
      if (samples === 0) continue;
      const soundAt = size === 0 ? start + samples : start;
      if (soundAt > plan.time) yield* silence(plan.time, soundAt - plan.time);
      plan.time = start + samples;
      if (size === 0) continue;
      const discard = batch.first + i === last ? Math.max(0, plan.time - end) : 0;
      yield { kind: 'packet', time: start, offset: batch.offsets[i] ?? 0, size, discard };
    }
  }

  /** Takes a packet that lies in view; null when it does not. @returns its first byte */
  #copySmall({ offset, size }: PacketItem): number | null {
    if (!this.#window.has(offset, size)) return null;
    const bytes = Uint8Array.from(this.#window.slice(offset, size));
    this.#put(bytes);
    return bytes[0] ?? DEFAULT_TOC;
  }

  async #copyLarge({ offset, size }: PacketItem): Promise<number> {
    let toc = DEFAULT_TOC;
    for (let done = 0; done < size;) {
      const count = Math.min(COPY_BYTES, size - done);
      const at = offset + done;
      if (!this.#window.has(at, count)) await this.#window.moveTo(at);
      if (!this.#window.has(at, count)) {
        throw new Failure('file.changed', 'The file is shorter than when it was indexed.');
      }
      const bytes = Uint8Array.from(this.#window.slice(at, count));
      if (done === 0) toc = bytes[0] ?? toc;
      this.#put(bytes);
      if (this.#pendingBytes >= FLUSH_BYTES) await this.#flush();
      done += count;
    }
    return toc;
  }

  #put(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
  }

  async #flush(): Promise<void> {
    this.#signal?.throwIfAborted();
    await this.#target.writeFile(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

function* silence(from: number, samples: number): Generator<Item> {
  let time = from;
  for (const packet of silencePackets(DEFAULT_TOC, samples)) {
    yield { kind: 'silence', time, samples: packet.samples, size: packet.bytes.length };
    time += packet.samples;
  }
}

function toMs(samples: number): number {
  return Math.round(samples / SAMPLES_PER_MS);
}

/** Track, time and flags: what a block holds before the packet. */
const BLOCK_HEAD_BYTES = 4;

/** Bytes of a simple block, or of a group when some of its sound is to be cut. */
function blockBytes(item: Item): number {
  const content = BLOCK_HEAD_BYTES + item.size;
  const block = 1 + sizeLength(content) + content;
  if (item.kind === 'silence' || item.discard === 0) return block;
  const group = block + discardPadding(item.discard).length;
  return 1 + sizeLength(group) + group;
}

/** All that comes before the bytes of the packet. */
function blockHead(item: Item, relativeMs: number): Uint8Array {
  const cut = item.kind === 'packet' && item.discard > 0;
  const content = BLOCK_HEAD_BYTES + item.size;
  const head = new Uint8Array(1 + sizeLength(content) + BLOCK_HEAD_BYTES);
  head[0] = cut ? ID.block : ID.simpleBlock;
  head.set(sizeBytes(content), 1);
  head.set(
    [0x80 | TRACK, (relativeMs >> 8) & 0xff, relativeMs & 0xff, cut ? 0 : 0x80],
    head.length - BLOCK_HEAD_BYTES,
  );
  if (!cut) return head;
  const group = head.length + item.size + discardPadding(item.discard).length;
  return Buffer.concat([Buffer.from([ID.blockGroup]), sizeBytes(group), head]);
}

function discardPadding(samples: number): Buffer {
  return element(ID.discardPadding, uintBytes(Math.round((samples * 1e9) / CLOCK_RATE), 4));
}

function clusterTime(timeMs: number): Buffer {
  return element(ID.timestamp, uintBytes(timeMs));
}

function clusterHead(cluster: PlannedCluster): Buffer {
  return Buffer.concat([
    uintBytes(ID.cluster),
    sizeBytes(cluster.size),
    clusterTime(cluster.timeMs),
  ]);
}

/** Everything before the first cluster: header, segment, where things are, duration, the track, the cues. */
function frontMatter(index: PacketIndex, clusters: readonly PlannedCluster[]): Buffer {
  const info = element(ID.info, [
    element(ID.timestampScale, uintBytes(1_000_000)),
    element(ID.duration, floatBytes(index.durationMs)),
    element(ID.muxingApp, Buffer.from('trackvault')),
    element(ID.writingApp, Buffer.from('trackvault')),
  ]);
  const tracks = trackElement(index);
  const places = [0, 0, 0];
  const seekHeadBytes = seekHead(places).length;
  const cuesAt = seekHeadBytes + info.length + tracks.length;
  const firstClusterAt = cuesAt + cues(clusters, 0).length;
  const seeks = seekHead([seekHeadBytes, seekHeadBytes + info.length, cuesAt]);
  const front = Buffer.concat([seeks, info, tracks, cues(clusters, firstClusterAt)]);
  const clusterBytes = clusters.reduce(
    (sum, cluster) => sum + 4 + sizeLength(cluster.size) + cluster.size,
    0,
  );
  return Buffer.concat([
    element(ID.ebml, [
      element(ID.ebmlVersion, uintBytes(1)),
      element(ID.ebmlReadVersion, uintBytes(1)),
      element(ID.ebmlMaxIdLength, uintBytes(4)),
      element(ID.ebmlMaxSizeLength, uintBytes(8)),
      element(ID.docType, Buffer.from('webm')),
      element(ID.docTypeVersion, uintBytes(4)),
      element(ID.docTypeReadVersion, uintBytes(2)),
    ]),
    uintBytes(ID.segment),
    sizeBytes(front.length + clusterBytes),
    front,
  ]);
}

function seekHead(places: readonly number[]): Buffer {
  const ids = [ID.info, ID.tracks, ID.cues];
  return element(
    ID.seekHead,
    ids.map((id, i) =>
      element(ID.seek, [
        element(ID.seekId, uintBytes(id)),
        element(ID.seekPosition, uintBytes(places[i] ?? 0, 6)),
      ]),
    ),
  );
}

function trackElement({ track }: PacketIndex): Buffer {
  const codecDelayNs = Math.round((track.codecDelaySamples * 1e9) / CLOCK_RATE);
  return element(
    ID.tracks,
    element(ID.trackEntry, [
      element(ID.trackNumber, uintBytes(TRACK)),
      element(ID.trackUid, uintBytes(TRACK)),
      element(ID.trackType, uintBytes(2)),
      element(ID.codecId, Buffer.from('A_OPUS')),
      element(ID.codecPrivate, Buffer.from(track.codecPrivate, 'base64')),
      ...(codecDelayNs > 0 ? [element(ID.codecDelay, uintBytes(codecDelayNs))] : []),
      element(ID.seekPreRoll, uintBytes(80_000_000)),
      element(ID.audio, [
        element(ID.samplingFrequency, floatBytes(CLOCK_RATE)),
        element(ID.channels, uintBytes(track.channels)),
      ]),
    ]),
  );
}

/** One cue a cluster, each of the same length, so that places can be counted before they are known. */
function cues(clusters: readonly PlannedCluster[], firstClusterAt: number): Buffer {
  let at = firstClusterAt;
  return element(
    ID.cues,
    clusters.map((cluster) => {
      const point = element(ID.cuePoint, [
        element(ID.cueTime, uintBytes(cluster.timeMs, 5)),
        element(ID.cueTrackPositions, [
          element(ID.cueTrack, uintBytes(TRACK)),
          element(ID.cueClusterPosition, uintBytes(at, 6)),
        ]),
      ]);
      at += 4 + sizeLength(cluster.size) + cluster.size;
      return point;
    }),
  );
}
