/** @file Main process. Reads what stands before the first packet of a WebM file: the document, its clock, its tracks. */
import { ID, children, readAscii, readFloat, readUint } from './ebml.ts';
import { CLOCK_RATE } from './opus-packet.ts';

/** The audio track whose packets are read: the first Opus track, else the first audio track. */
export interface AudioTrack {
  number: number;
  /** Matroska's codec id, `A_OPUS` as a rule. */
  codec: string;
  sampleRate: number;
  channels: number;
  /** Samples at 48 kHz a decoder produces before the sound begins. */
  preSkip: number;
  /** Samples at 48 kHz to take off every timestamp. */
  codecDelaySamples: number;
  codecPrivate: Uint8Array;
  /** Packets are compressed or encrypted by the container, so that they cannot be read as they stand. */
  encoded: boolean;
}

export interface TracksFound {
  chosen: AudioTrack | null;
  /** Tracks of any kind. */
  streams: number;
  audioStreams: number;
}

const OPUS_HEAD_BYTES = 19;

/** The document type of the EBML header, `webm` when it names none. */
export function readDocType(content: Uint8Array): string {
  for (const child of children(content)) {
    if (child.id === ID.docType) return readAscii(child.content);
  }
  return 'webm';
}

/** @returns nanoseconds per tick, and the stated duration in ticks if there is a usable one */
export function readInfo(content: Uint8Array): { scaleNs: number; durationTicks: number | null } {
  let scaleNs = 1_000_000;
  let durationTicks: number | null = null;
  for (const child of children(content)) {
    if (child.id === ID.timestampScale) {
      const scale = readUint(child.content);
      if (scale > 0 && scale <= 1e9) scaleNs = scale;
    }
    if (child.id === ID.duration) {
      const ticks = readFloat(child.content);
      if (Number.isFinite(ticks) && ticks > 0) durationTicks = ticks;
    }
  }
  return { scaleNs, durationTicks };
}

export function readTracks(content: Uint8Array): TracksFound {
  const found: TracksFound = { chosen: null, streams: 0, audioStreams: 0 };
  for (const child of children(content)) {
    if (child.id !== ID.trackEntry) continue;
    found.streams++;
    const track = readTrackEntry(child.content);
    if (track === null) continue;
    found.audioStreams++;
    const better = track.codec === 'A_OPUS' && found.chosen?.codec !== 'A_OPUS';
    if (found.chosen === null || better) found.chosen = track;
  }
  return found;
}

function readTrackEntry(content: Uint8Array): AudioTrack | null {
  let type = 0;
  const track: AudioTrack = {
    number: 0,
    codec: '',
    sampleRate: 8000,
    channels: 1,
    preSkip: 0,
    codecDelaySamples: 0,
    codecPrivate: new Uint8Array(0),
    encoded: false,
  };
  for (const child of children(content)) {
    if (child.id === ID.trackNumber) track.number = readUint(child.content);
    if (child.id === ID.trackType) type = readUint(child.content);
    if (child.id === ID.codecId) track.codec = readAscii(child.content);
    if (child.id === ID.codecPrivate) track.codecPrivate = Uint8Array.from(child.content);
    if (child.id === ID.codecDelay) {
      const samples = Math.round((readUint(child.content) * CLOCK_RATE) / 1e9);
      // More than a second is no codec's delay.
      if (samples <= CLOCK_RATE) track.codecDelaySamples = samples;
    }
    if (child.id === ID.contentEncodings) track.encoded = true;
    if (child.id === ID.audio) readAudio(child.content, track);
  }
  if (type !== 2) return null;
  if (track.codec === 'A_OPUS') readOpusHead(track);
  return track;
}

function readAudio(content: Uint8Array, track: AudioTrack): void {
  for (const child of children(content)) {
    if (child.id === ID.samplingFrequency) {
      const rate = readFloat(child.content);
      if (rate >= 1 && rate <= 768_000) track.sampleRate = rate;
    }
    if (child.id === ID.channels) {
      const channels = readUint(child.content);
      if (channels >= 1 && channels <= 255) track.channels = channels;
    }
  }
}

/** The codec's own header knows channels and pre-skip better than the container (RFC 7845, 5.1). */
function readOpusHead(track: AudioTrack): void {
  const head = track.codecPrivate;
  if (head.length < OPUS_HEAD_BYTES || readAscii(head.subarray(0, 8)) !== 'OpusHead') return;
  const channels = head[9] ?? 0;
  if (channels > 0) track.channels = channels;
  track.preSkip = (head[10] ?? 0) + 256 * (head[11] ?? 0);
}
