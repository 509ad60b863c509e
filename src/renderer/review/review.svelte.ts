/** @file Renderer. One open recording: lanes, zoom and place, sound, selection. Markup only shows what is here. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type {
  Clip,
  FailureData,
  Lane,
  Recording,
  RecordingId,
  Review,
  Track,
  TrackId,
} from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask, hear } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { assignColours } from '../parts/speaker-colour.ts';
import { createScope } from '../scope.ts';
import {
  clampScroll,
  clipNear,
  contentWidth,
  isAudible,
  pxPerSecond,
  zoomAt,
  type View,
} from './layout.ts';
import { createPlayer, type Player, type PlayerMode } from './player.ts';
import { createSound } from './voice.ts';
import type { WaveScale } from './wave.ts';
import { Waves } from './waves.svelte.ts';

/** Calls take at most this many tracks. */
const atOnce = 200;
const followFrom = 0.08;
/** A zoom or resize rests this long before waveforms are drawn sharp again. */
const restMs = 120;

export type Step = 'opening' | 'open' | 'failed';

export class OpenReview {
  step = $state<Step>('opening');
  failure = $state.raw<FailureData | null>(null);
  review = $state.raw<Review | null>(null);
  /** Recordings of the same meeting, newest first. */
  siblings = $state.raw<Recording[]>([]);

  width = $state(0);
  /** The scale waveforms are drawn at: the view's own, once a zoom has come to rest. */
  drawn = $state.raw<WaveScale>({ perSecond: 1, fits: true });
  zoom = $state<number | null>(null);
  scroll = $state(0);
  positionMs = $state(0);
  mode = $state<PlayerMode>('paused');
  rate = $state(1);
  sound = $state<'preparing' | 'ready' | 'none'>('preparing');

  selectedTrack = $state<TrackId | null>(null);
  readonly muted = new SvelteSet<string>();
  readonly solo = new SvelteSet<string>();
  /** Why single files cannot be heard. */
  readonly troubles = new SvelteMap<TrackId, FailureData>();
  readonly waves: Waves;

  readonly lanes = $derived(this.review?.lanes ?? []);
  readonly lengthMs = $derived(this.review?.lengthMs ?? 0);
  readonly startsAt = $derived(this.review?.startsAt ?? null);
  readonly tracks = $derived(
    new Map<TrackId, Track>((this.review?.tracks ?? []).map((track) => [track.trackId, track])),
  );
  readonly #colours = $derived.by(() => {
    const colours = assignColours(this.lanes.map((lane) => lane.speaker?.name ?? lane.key));
    return new Map(this.lanes.map((lane, index) => [lane.key, colours[index] ?? 0]));
  });
  readonly view = $derived<View>({ width: this.width, lengthMs: this.lengthMs, zoom: this.zoom });
  readonly perSecond = $derived(pxPerSecond(this.view));
  readonly contentPx = $derived(contentWidth(this.view));
  readonly track = $derived(
    this.selectedTrack === null ? null : (this.tracks.get(this.selectedTrack) ?? null),
  );
  readonly selectedLane = $derived(
    this.lanes.find((lane) => lane.clips.some((clip) => clip.trackId === this.selectedTrack)) ??
      null,
  );

  readonly #scope = createScope();
  #player: Player | null = null;
  #stopRest: () => void = () => undefined;
  #stopFrames: () => void = () => undefined;

  constructor() {
    const leaving = new AbortController();
    this.#scope.add(() => {
      leaving.abort();
    });
    this.waves = new Waves(leaving.signal);
    this.#scope.add(
      hear('review.waveform', (told) => {
        this.waves.heard(told);
        // With the last waveform come talk times.
        if (told.done && this.waves.allMade) void this.refresh();
      }),
    );
  }

  async open(recordingId: RecordingId, trackId: TrackId | null): Promise<void> {
    try {
      const review = await ask('review.open', { recordingId });
      if (this.#scope.disposed) return;
      const first = review.lanes[0]?.clips[0]?.trackId ?? review.tracks[0]?.trackId ?? null;
      for (const { trackId: each, hasWaveform } of playableClips(review)) {
        this.waves.expect(each, hasWaveform);
      }
      this.review = review;
      this.selectedTrack = trackId ?? first;
      this.step = 'open';
      this.#makePlayer(review);
      void this.#makeWaves(review);
      void this.#makePlayable(review);
      void this.#findSiblings(review);
    } catch (thrown) {
      this.failure = asFailure(thrown);
      this.step = 'failed';
    }
  }

  /** Reads the facts again, without disturbing sound and place. */
  async refresh(): Promise<void> {
    const open = this.review;
    if (open === null) return;
    try {
      const review = await ask('review.open', { recordingId: open.recording.recordingId });
      const sameFiles =
        JSON.stringify(review.lanes.map((lane) => lane.clips.map((clip) => clip.trackId))) ===
        JSON.stringify(open.lanes.map((lane) => lane.clips.map((clip) => clip.trackId)));
      for (const { trackId, hasWaveform } of playableClips(review)) {
        if (!this.waves.making.has(trackId)) this.waves.expect(trackId, hasWaveform);
      }
      this.review = review;
      if (sameFiles) return;
      this.pause();
      this.#makePlayer(review);
      void this.#makeWaves(review);
      void this.#makePlayable(review);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async #makeWaves(review: Review): Promise<void> {
    const missing = playableClips(review)
      .filter((clip) => !clip.hasWaveform)
      .map((clip) => clip.trackId);
    for (let at = 0; at < missing.length; at += atOnce) {
      const trackIds = missing.slice(at, at + atOnce);
      try {
        await ask('review.prepare', { trackIds });
      } catch (thrown) {
        this.waves.notMade(trackIds, thrown);
      }
    }
  }

  async #makePlayable(review: Review): Promise<void> {
    const wanted = playableClips(review).map((clip) => clip.trackId);
    if (wanted.length === 0) {
      this.sound = 'none';
      return;
    }
    for (let at = 0; at < wanted.length; at += atOnce) {
      const trackIds = wanted.slice(at, at + atOnce);
      try {
        for (const { trackId, failure } of await ask('review.playable', { trackIds })) {
          if (failure) this.troubles.set(trackId, failure);
        }
      } catch (thrown) {
        for (const trackId of trackIds) this.troubles.set(trackId, asFailure(thrown));
      }
    }
    this.sound = wanted.every((trackId) => this.troubles.has(trackId)) ? 'none' : 'ready';
  }

  async #findSiblings({ recording }: Review): Promise<void> {
    if (recording.meetingId === null) return;
    try {
      const page = await ask('library.recordings', { meetingId: recording.meetingId, limit: 100 });
      this.siblings = page.items;
    } catch {
      // The header then simply offers no other recording; this one is open.
      this.siblings = [];
    }
  }

  #makePlayer({ lanes, lengthMs }: Review): void {
    this.#player?.dispose();
    const ids = new Map<string, TrackId>();
    const clips = lanes
      .filter((lane) => lane.playable)
      .flatMap((lane) =>
        lane.clips.map(({ trackId, offsetMs, durationMs }) => {
          ids.set(trackId, trackId);
          return { id: trackId, lane: lane.key, offsetMs, durationMs };
        }),
      );
    const player = createPlayer({
      clips,
      lengthMs,
      world: createSound(this.#scope),
      onMode: (mode) => {
        this.mode = mode;
        this.#followClock();
      },
      onTrouble: ({ id }, thrown) => {
        const trackId = ids.get(id);
        if (trackId) this.troubles.set(trackId, asFailure(thrown));
      },
    });
    this.#player = player;
    this.#applyAudible();
    player.setRate(this.rate);
    if (this.positionMs > 0) void player.seek(this.positionMs);
  }

  #followClock(): void {
    this.#stopFrames();
    this.#readPosition();
    if (this.mode === 'paused') return;
    this.#stopFrames = this.#scope.frames(() => {
      this.#readPosition();
    });
  }

  #readPosition(): void {
    if (!this.#player) return;
    const before = this.#placeOf(this.positionMs);
    this.positionMs = this.#player.positionMs();
    const now = this.#placeOf(this.positionMs);
    // Turn the page when the playhead leaves a view it was in.
    if (before <= this.width && now > this.width) {
      this.scrollTo(this.scroll + now - this.width * followFrom);
    }
  }

  #placeOf(ms: number): number {
    return (ms / 1000) * this.perSecond - this.scroll;
  }

  togglePlay(): void {
    if (this.sound !== 'ready') return;
    if (this.mode === 'paused') void this.#player?.play();
    else this.pause();
  }

  pause(): void {
    this.#player?.pause();
  }

  seek(ms: number): void {
    const at = Math.min(this.lengthMs, Math.max(0, ms));
    this.positionMs = at;
    void this.#player?.seek(at);
    const place = this.#placeOf(at);
    if (place < 0 || place > this.width) this.scrollTo(this.scroll + place - this.width / 3);
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.#player?.setRate(rate);
  }

  toggleMute(lane: Lane): void {
    if (!this.muted.delete(lane.key)) this.muted.add(lane.key);
    this.#applyAudible();
    archive.announce(`${laneName(lane)} ${this.muted.has(lane.key) ? 'muted' : 'not muted'}`);
  }

  /** `alone` takes solo away from all others. */
  toggleSolo(lane: Lane, alone = false): void {
    const was = this.solo.has(lane.key);
    if (alone) this.solo.clear();
    if (was) this.solo.delete(lane.key);
    else this.solo.add(lane.key);
    this.#applyAudible();
    archive.announce(`${laneName(lane)} ${was ? 'no longer solo' : 'solo'}`);
  }

  /** Index into the palette of speakers. */
  colourOf(lane: Lane): number {
    return this.#colours.get(lane.key) ?? 0;
  }

  audible(lane: Lane): boolean {
    return lane.playable && isAudible(lane.key, this.muted, this.solo);
  }

  #applyAudible(): void {
    this.#player?.setAudible((key) => isAudible(key, this.muted, this.solo));
  }

  /** Selects the file of a lane that lies at (or nearest to) a time. */
  select(lane: Lane, atMs: number): void {
    this.selectedTrack = clipNear(lane.clips, atMs)?.trackId ?? null;
  }

  selectBeside(step: number): Lane | null {
    const at = this.selectedLane ? this.lanes.indexOf(this.selectedLane) : -1;
    const lane = this.lanes[Math.min(this.lanes.length - 1, Math.max(0, at + step))];
    if (!lane) return null;
    this.select(lane, this.positionMs);
    return lane;
  }

  scrollTo(px: number): void {
    this.scroll = clampScroll(this.view, px);
  }

  zoomBy(factor: number, anchorPx?: number): void {
    const playhead = this.#placeOf(this.positionMs);
    const anchor =
      anchorPx ?? (playhead >= 0 && playhead <= this.width ? playhead : this.width / 2);
    const next = zoomAt(this.view, this.scroll, anchor, factor);
    this.zoom = next.zoom;
    this.scroll = next.scroll;
    this.#drawWhenAtRest();
  }

  zoomTo(perSecond: number): void {
    this.zoomBy(perSecond / this.perSecond);
  }

  fit(): void {
    this.zoom = null;
    this.scroll = 0;
    this.#drawWhenAtRest();
  }

  /** The lanes' area has another width: what stood at its left edge stays there. */
  resized(width: number): void {
    const first = this.width === 0;
    this.width = width;
    this.scroll = clampScroll(this.view, this.scroll);
    if (first) this.#draw();
    else this.#drawWhenAtRest();
  }

  #draw(): void {
    this.drawn = { perSecond: this.perSecond, fits: this.zoom === null };
  }

  #drawWhenAtRest(): void {
    this.#stopRest();
    this.#stopRest = this.#scope.after(restMs, () => {
      this.#draw();
    });
  }

  dispose(): void {
    this.#player?.dispose();
    this.#scope.dispose();
  }
}

const playableClips = ({ lanes }: Review): Clip[] =>
  lanes.filter((lane) => lane.playable).flatMap((lane) => lane.clips);

export const laneName = (lane: Lane): string => lane.speaker?.name ?? 'Unknown speaker';
