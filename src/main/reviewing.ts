/** @file Main process. Opens one recording for review: lanes on a clock, waveforms as they are made, sound that can be played. */
import { readFile } from 'node:fs/promises';
import {
  type EventOf,
  Failure,
  type FailureData,
  type Recording,
  type RecordingId,
  type Review,
  type SpeechLane,
  type Track,
  type TrackId,
  toFailureData,
} from '#contract';
import { z } from 'zod';
import type { Audio } from './audio/index.ts';
import { type Derived, type Library, isPlayable, layOut } from './library/index.ts';
import { tracksOf } from './tracks-of.ts';
import { speechLanes } from './speech-lanes.ts';

export interface Reviewing {
  open(recordingId: RecordingId): Promise<Review>;
  /** Who spoke when, on the same ruler; makes nothing, says what is known. */
  speech(recordingId: RecordingId): Promise<SpeechLane[]>;
  /** Starts waveforms that are missing, these tracks first; `onWaveform` tells as they grow. */
  prepare(trackIds: readonly TrackId[]): Promise<void>;
  /** Makes waveforms of everything that lacks them, after all that somebody looks at. */
  prepareAll(recordingIds: readonly RecordingId[], signal: AbortSignal): Promise<void>;
  playable(
    trackIds: readonly TrackId[],
  ): Promise<{ trackId: TrackId; failure: FailureData | null }[]>;
  /** What `track://` serves: a file, or the overview so far of a waveform that is being made. */
  locate(trackId: TrackId, part: TrackPart): Promise<TrackBody | null>;
}

export type TrackPart = 'audio' | 'peaks' | 'overview';
export type TrackBody =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** A recording has one track per peer; more than this is not a call but an attack. */
const mostTracks = 5_000;

const StoredSpeech = z.object({
  turns: z.array(z.object({ startMs: z.number(), endMs: z.number() })),
  speechMs: z.number(),
});
type StoredSpeech = z.infer<typeof StoredSpeech>;

export function createReviewing(world: {
  library: Library;
  audio: Audio;
  onWaveform: (event: EventOf<'review.waveform'>) => void;
}): Reviewing {
  const { library, audio, onWaveform } = world;
  const underWay = new Set<TrackId>();
  /** Overviews up to where the decoder is: 11 KB an hour, dropped when the file is there. */
  const partials = new Map<TrackId, Uint8Array>();

  const sourceOf = async (track: Track) => ({
    path: await library.payloadPath(track.trackId),
    sha256: track.sha256,
    derivedDir: library.derivedDir,
  });

  const known = async (trackId: TrackId): Promise<Track> => {
    const track = await library.track(trackId);
    if (track === null) throw new Failure('track.unknown', 'The library holds no such track.');
    return track;
  };

  /** The stored speech map; one that cannot be read is none, for it can be made again. */
  const speechOf = (track: Track): Promise<StoredSpeech | null> =>
    readFile(audio.files(library.derivedDir, track.sha256).speech, 'utf8')
      .then((text) => StoredSpeech.parse(JSON.parse(text)))
      .catch(() => null);

  const derivedOf = async (track: Track): Promise<Derived> => {
    const there = await audio.existing(library.derivedDir, track.sha256);
    const speech = there.speech ? await speechOf(track) : null;
    return { hasWaveform: there.peaks, talkMs: speech?.speechMs ?? null };
  };

  const recordingOf = async (recordingId: RecordingId): Promise<Recording> => {
    const recording = await library.recording(recordingId);
    if (recording === null)
      throw new Failure('recording.unknown', 'The library holds no such recording.');
    return recording;
  };

  const makeWaveform = async (
    track: Track,
    priority: 'visible' | 'background',
    signal?: AbortSignal,
  ): Promise<void> => {
    const tell = (progress: number, done: boolean, failure: FailureData | null) => {
      onWaveform({ trackId: track.trackId, done, progress, failure });
    };
    try {
      await audio.prepare(await sourceOf(track), {
        priority,
        ...(signal === undefined ? {} : { signal }),
        onPartial: ({ doneMs, durationMs, overview }) => {
          partials.set(track.trackId, overview);
          tell(durationMs > 0 ? doneMs / durationMs : 0, false, null);
        },
      });
      tell(1, true, null);
    } catch (thrown) {
      if (signal?.aborted !== true) tell(0, true, toFailureData(thrown));
    } finally {
      partials.delete(track.trackId);
    }
  };

  return {
    async open(recordingId) {
      const recording = await recordingOf(recordingId);
      const tracks = await tracksOf(library, recordingId, mostTracks);
      const derived = new Map(
        await Promise.all(
          tracks.map(async (track) => [track.trackId, await derivedOf(track)] as const),
        ),
      );
      return layOut(
        recording,
        tracks,
        (track) => derived.get(track.trackId) ?? { hasWaveform: false, talkMs: null },
      );
    },

    async speech(recordingId) {
      const recording = await recordingOf(recordingId);
      const tracks = await tracksOf(library, recordingId, mostTracks);
      const heard = tracks.filter(isPlayable);
      const maps = new Map(
        await Promise.all(
          heard.map(async (track) => [track.trackId, await speechOf(track)] as const),
        ),
      );
      const layout = layOut(recording, tracks, ({ trackId }) => ({
        hasWaveform: false,
        talkMs: maps.get(trackId)?.speechMs ?? null,
      }));
      return speechLanes(
        layout,
        new Set(maps.keys()),
        (trackId) => maps.get(trackId)?.turns ?? null,
      );
    },

    async prepare(trackIds) {
      const tracks = await Promise.all(trackIds.map(known));
      for (const track of tracks) {
        if (underWay.has(track.trackId)) continue;
        underWay.add(track.trackId);
        void makeWaveform(track, 'visible').finally(() => underWay.delete(track.trackId));
      }
    },

    async prepareAll(recordingIds, signal) {
      for (const recordingId of recordingIds) {
        const playable = (await tracksOf(library, recordingId, mostTracks)).filter(isPlayable);
        const lacking = await Promise.all(
          playable.map(async (track) => {
            const there = await audio.existing(library.derivedDir, track.sha256);
            return there.peaks && there.speech ? [] : [track];
          }),
        );
        await Promise.all(lacking.flat().map((track) => makeWaveform(track, 'background', signal)));
        signal.throwIfAborted();
      }
    },

    playable: (trackIds) =>
      Promise.all(
        trackIds.map(async (trackId) => {
          try {
            const track = await known(trackId);
            await audio.playback(await sourceOf(track), { priority: 'visible' });
            return { trackId, failure: null };
          } catch (thrown) {
            return { trackId, failure: toFailureData(thrown) };
          }
        }),
      ),

    async locate(trackId, part) {
      const track = await library.track(trackId);
      if (track === null) return null;
      const there = await audio.existing(library.derivedDir, track.sha256);
      const name = part === 'audio' ? 'playback' : part;
      if (there[name]) {
        return { kind: 'file', path: audio.files(library.derivedDir, track.sha256)[name] };
      }
      const bytes = part === 'overview' ? partials.get(trackId) : undefined;
      return bytes === undefined ? null : { kind: 'bytes', bytes };
    },
  };
}
