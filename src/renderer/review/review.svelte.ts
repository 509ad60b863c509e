/** @file Renderer. One open recording: lanes, zoom and place, sound, selection. Markup only shows what is here. */
import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type {
  Clip,
  FailureData,
  Lane,
  Moment,
  Recording,
  RecordingId,
  Review,
  Track,
  TrackId,
} from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask, hear } from '../api.ts';
import type { Item } from '../commands/items.ts';
import { verifications } from '../commands/verification.svelte.ts';
import { asFailure } from '../error-words.ts';
import { assignColours } from '../parts/speaker-colour.ts';
import { createScope } from '../scope.ts';
import { clipNear, isAudible } from './layout.ts';
import { placeOf } from './place.ts';
import { createFrameQueue } from './frame-queue.ts';
import { createPlayer, type Player, type PlayerMode } from './player.ts';
import { nextRate } from './rates.ts';
import { LanesView } from './view.svelte.ts';
import { createSound } from './voice.ts';
import { Waves } from './waves.svelte.ts';

/** Calls take at most this many tracks. */
const atOnce = 200;
/** While files arrive, changes come several times a second. */
const changePauseMs = 400;

export type Step = 'opening' | 'open' | 'failed';

export class OpenReview {
  /** Whoever listens faster does so in the next recording too. */
  static #lastRate = 1;

  step = $state<Step>('opening');
  failure = $state.raw<FailureData | null>(null);
  review = $state.raw<Review | null>(null);
  /** Recordings of the same meeting, newest first. */
  siblings = $state.raw<Recording[]>([]);

  positionMs = $state(0);
  mode = $state<PlayerMode>('paused');
  rate = $state(OpenReview.#lastRate);
  sound = $state<'preparing' | 'ready' | 'none'>('preparing');

  /** The first lanes stand: what plays them may follow. */
  begun = $state(false);
  /** All lanes in sight stand: what lies beside them may follow. */
  settled = $state(false);

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
  /** Of all that was said, whoever said it; 0 while no speech map is made. */
  readonly talkMs = $derived(this.lanes.reduce((sum, { talkMs }) => sum + (talkMs ?? 0), 0));
  readonly track = $derived(
    this.selectedTrack === null ? null : (this.tracks.get(this.selectedTrack) ?? null),
  );
  readonly selectedLane = $derived(
    this.lanes.find((lane) => lane.clips.some((clip) => clip.trackId === this.selectedTrack)) ??
      null,
  );
  /** Its files are being read back from disk. */
  readonly verifying = $derived(
    this.review !== null && verifications.isBusy(this.review.recording.recordingId),
  );
  readonly #scope = createScope();
  readonly view = new LanesView(() => this.lengthMs, this.#scope);
  /** Drawing of waveforms, a few a frame. */
  readonly drawing = createFrameQueue(this.#scope);
  /** Where an address wants to be while the recording is still being opened. */
  #goal: { trackId: TrackId | null; at: Moment | null } = { trackId: null, at: null };
  #player: Player | null = null;
  #stopFrames: () => void = () => undefined;
  #cancelRefresh: () => void = () => undefined;
  /** Only the newest reading may answer. */
  #asked = 0;

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
        if (told.done && this.waves.allMade) this.changed();
      }),
    );
  }

  async open(recordingId: RecordingId, trackId: TrackId | null, at: Moment | null): Promise<void> {
    this.#goal = { trackId, at };
    try {
      const review = await ask('review.open', { recordingId });
      if (this.#scope.disposed) return;
      const first = review.lanes[0]?.clips[0]?.trackId ?? review.tracks[0]?.trackId ?? null;
      for (const { trackId: each, hasWaveform } of playableClips(review)) {
        this.waves.expect(each, hasWaveform);
      }
      this.review = review;
      const goal = this.#goal;
      this.selectedTrack = goal.trackId ?? first;
      if (goal.at) this.positionMs = placeOf(goal.at, review.startsAt, review.lengthMs);
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

  /** Follows a further address into the recording that is open. */
  goTo(trackId: TrackId | null, at: Moment | null): void {
    this.#goal = { trackId, at };
    if (this.step !== 'open') return;
    if (trackId !== null && this.tracks.has(trackId)) this.selectedTrack = trackId;
    if (at) this.seek(placeOf(at, this.startsAt, this.lengthMs));
  }

  /** What is open may have changed: it is read again soon, once for many changes. */
  changed(): void {
    this.#cancelRefresh();
    this.#cancelRefresh = this.#scope.after(changePauseMs, () => void this.#refresh());
  }

  /** Reads the facts again, without disturbing sound and place. */
  async #refresh(): Promise<void> {
    const open = this.review;
    if (open === null) return;
    const asked = ++this.#asked;
    try {
      const review = await ask('review.open', { recordingId: open.recording.recordingId });
      if (asked !== this.#asked || this.#scope.disposed) return;
      for (const { trackId, hasWaveform } of playableClips(review)) {
        if (!this.waves.making.has(trackId)) this.waves.expect(trackId, hasWaveform);
      }
      this.review = review;
      if (sameFiles(review, open)) return;
      this.pause();
      this.#makePlayer(review);
      void this.#makeWaves(review);
      void this.#makePlayable(review);
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
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
    const before = this.positionMs;
    this.positionMs = this.#player.positionMs();
    this.view.follow(before, this.positionMs);
  }

  /** What the commands of items act on: the selected file at the playhead, else the recording. */
  item(): Item | null {
    if (this.track) {
      // Whoever asks what can be done need not be told sixty times a second where the playhead is.
      return { kind: 'track', track: this.track, atMs: untrack(() => this.positionMs) };
    }
    return this.review ? { kind: 'recording', recording: this.review.recording } : null;
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
    this.view.reveal(at);
  }

  setRate(rate: number): void {
    this.rate = rate;
    OpenReview.#lastRate = rate;
    this.#player?.setRate(rate);
  }

  changeRate(step: 1 | -1): void {
    this.setRate(nextRate(this.rate, step));
    archive.announce(`Speed ${String(this.rate)}`);
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

  selectBeside(step: number): void {
    const at = this.selectedLane ? this.lanes.indexOf(this.selectedLane) : -1;
    const lane = this.lanes[Math.min(this.lanes.length - 1, Math.max(0, at + step))];
    if (!lane) return;
    this.select(lane, this.positionMs);
    archive.announce(laneName(lane));
  }

  /** Zooms around the pointer, or around the playhead when it is in sight. */
  zoomBy(factor: number, anchorPx?: number): void {
    const { width } = this.view;
    const playhead = this.view.placeOf(this.positionMs);
    const middle = playhead >= 0 && playhead <= width ? playhead : width / 2;
    this.view.zoomBy(factor, anchorPx ?? middle);
  }

  zoomTo(perSecond: number): void {
    this.zoomBy(perSecond / this.view.perSecond);
  }

  dispose(): void {
    this.#player?.dispose();
    this.#scope.dispose();
  }
}

const playableClips = ({ lanes }: Review): Clip[] =>
  lanes.filter((lane) => lane.playable).flatMap((lane) => lane.clips);

/** The same files on the same lanes: what plays them may go on. */
const sameFiles = (one: Review, other: Review): boolean =>
  JSON.stringify(filesOf(one)) === JSON.stringify(filesOf(other));

const filesOf = ({ lanes }: Review): TrackId[][] =>
  lanes.map((lane) => lane.clips.map(({ trackId }) => trackId));

export const laneName = (lane: Lane): string => lane.speaker?.name ?? 'Unknown speaker';
