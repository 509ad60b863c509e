/** @file Renderer. One meeting taken apart: its recordings, and of those in sight who spoke when; of those unfolded the tracks. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import {
  RecordingId,
  type FailureData,
  type MeetingSummary,
  type Recording,
  type SpeechLane,
  type Track,
  type TrackId,
} from '#contract';
import { ask, hear } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { createScope } from '../scope.ts';

/** As many as mount within a frame or two; the next come when the end is near. */
const pageSize = 16;
/** As many tracks as one call takes or answers. */
const tracksAtOnce = 200;
/** Strips asked for at the same time: the newest in sight first. */
const stripsAtOnce = 3;
/** While files arrive, changes come several times a second; so do waveforms. */
const changePauseMs = 400;
const recordingKey = 'recording:';

export type Strip =
  | { readonly state: 'asked' }
  | { readonly state: 'here'; readonly lanes: readonly SpeechLane[] }
  | { readonly state: 'failed'; readonly failure: FailureData };

export type TrackList =
  | { readonly state: 'reading' }
  | {
      readonly state: 'here';
      readonly tracks: readonly Track[];
      readonly next: string | null;
    }
  | { readonly state: 'failed'; readonly failure: FailureData };

/** Lives as long as the meeting is shown; `dispose` ends its timers and ears. */
export class OpenMeeting {
  recordings = $state.raw<readonly Recording[]>([]);
  next = $state.raw<string | null>(null);
  loading = $state(true);
  failure = $state.raw<FailureData | null>(null);
  readonly strips = new SvelteMap<RecordingId, Strip>();
  readonly tracks = new SvelteMap<RecordingId, TrackList>();

  readonly #summary: MeetingSummary;
  readonly #scope = createScope();
  #cancelReload: () => void = () => undefined;
  /** In sight, not asked for yet; the last is the next. */
  readonly #wanted = new SvelteSet<RecordingId>();
  #asking = 0;
  /** Whose waveforms are being made: each recording is put in front of the queue once. */
  readonly #making = new Map<RecordingId, readonly TrackId[]>();
  readonly #stale = new Map<RecordingId, () => void>();

  constructor(summary: MeetingSummary) {
    this.#summary = summary;
    this.#scope.add(
      hear('review.waveform', ({ trackId, done }) => {
        if (done) this.#madeWaveform(trackId);
      }),
    );
  }

  /** Reads the recordings, as many as were shown before; the newest first. */
  async load(): Promise<void> {
    try {
      const { items, next } = await this.#page(null, Math.max(pageSize, this.recordings.length));
      if (this.#scope.disposed) return;
      const before = new Map(this.recordings.map((each) => [each.recordingId, each]));
      this.recordings = items;
      this.next = next;
      this.failure = null;
      for (const now of items) {
        const was = before.get(now.recordingId);
        if (was !== undefined && hasOtherFiles(was, now)) this.#readAgain(now.recordingId);
      }
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }

  /** What is shown may have changed. */
  changed(): void {
    this.#cancelReload();
    this.#cancelReload = this.#scope.after(changePauseMs, () => void this.load());
  }

  async more(): Promise<void> {
    if (this.next === null || this.loading) return;
    this.loading = true;
    try {
      const before = this.recordings;
      const { items, next } = await this.#page(this.next, pageSize);
      // Read again meanwhile: this page may no longer follow on what is shown.
      if (this.recordings !== before) return;
      this.recordings = [...before, ...items];
      this.next = next;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }

  /** A recording came into sight or left it: only what is seen is asked for. */
  seen(recordingId: RecordingId, inSight: boolean): void {
    if (!inSight) this.#wanted.delete(recordingId);
    else if (!this.strips.has(recordingId)) this.#wanted.add(recordingId);
    this.#askNext();
  }

  isUnfolded(recordingId: RecordingId): boolean {
    return this.tracks.has(recordingId);
  }

  fold(recordingId: RecordingId): void {
    if (!this.tracks.delete(recordingId)) void this.readTracks(recordingId);
  }

  async readTracks(recordingId: RecordingId): Promise<void> {
    const known = this.tracks.get(recordingId);
    if (known?.state !== 'here') this.tracks.set(recordingId, { state: 'reading' });
    const count = known?.state === 'here' ? known.tracks.length : 0;
    const limit = Math.min(500, Math.max(tracksAtOnce, count));
    await this.#takeTracks(recordingId, async () => {
      const { items, next } = await ask('library.tracks', { recordingId, limit });
      return { state: 'here', tracks: items, next };
    });
  }

  async moreTracks(recordingId: RecordingId): Promise<void> {
    const known = this.tracks.get(recordingId);
    if (known?.state !== 'here' || known.next === null) return;
    const { tracks, next: after } = known;
    await this.#takeTracks(recordingId, async () => {
      const page = await ask('library.tracks', { recordingId, after, limit: tracksAtOnce });
      return { state: 'here', tracks: [...tracks, ...page.items], next: page.next };
    });
  }

  dispose(): void {
    this.#scope.dispose();
  }

  async #page(
    after: string | null,
    limit: number,
  ): Promise<{ items: Recording[]; next: string | null }> {
    const { meetingId, key } = this.#summary;
    if (meetingId !== null) {
      return ask('library.recordings', { meetingId, after, limit: Math.min(500, limit) });
    }
    const recordingId = RecordingId.parse(key.slice(recordingKey.length));
    const recording = await ask('library.recording', { recordingId });
    return { items: recording === null ? [] : [recording], next: null };
  }

  async #takeTracks(recordingId: RecordingId, read: () => Promise<TrackList>): Promise<void> {
    let list: TrackList;
    try {
      list = await read();
    } catch (thrown) {
      list = { state: 'failed', failure: asFailure(thrown) };
    }
    // Folded meanwhile: nobody looks any more.
    if (this.tracks.has(recordingId)) this.tracks.set(recordingId, list);
  }

  #readAgain(recordingId: RecordingId): void {
    if (this.tracks.has(recordingId)) void this.readTracks(recordingId);
    this.#making.delete(recordingId);
    if (this.strips.has(recordingId)) void this.#readStrip(recordingId);
  }

  #askNext(): void {
    const next = [...this.#wanted].at(-1);
    if (next === undefined || this.#asking >= stripsAtOnce || this.#scope.disposed) return;
    this.#wanted.delete(next);
    this.strips.set(next, { state: 'asked' });
    this.#asking += 1;
    void this.#readStrip(next).then(() => {
      this.#asking -= 1;
      this.#askNext();
    });
    this.#askNext();
  }

  async #readStrip(recordingId: RecordingId): Promise<void> {
    try {
      const lanes = await ask('review.speech', { recordingId });
      if (this.#scope.disposed) return;
      this.strips.set(recordingId, { state: 'here', lanes });
      if (lanes.some(({ turns }) => turns === null)) await this.#make(recordingId);
    } catch (thrown) {
      this.strips.set(recordingId, { state: 'failed', failure: asFailure(thrown) });
    }
  }

  /** Puts the recording's files in front of the queue for speech maps. */
  async #make(recordingId: RecordingId): Promise<void> {
    if (this.#making.has(recordingId)) return;
    this.#making.set(recordingId, []);
    let after: string | null = null;
    do {
      const page: { items: Track[]; next: string | null } = await ask('library.tracks', {
        recordingId,
        after,
        limit: tracksAtOnce,
      });
      const trackIds = page.items.map(({ trackId }) => trackId);
      this.#making.set(recordingId, [...(this.#making.get(recordingId) ?? []), ...trackIds]);
      if (trackIds.length > 0) await ask('review.prepare', { trackIds });
      after = page.next;
    } while (after !== null && !this.#scope.disposed);
  }

  #madeWaveform(trackId: TrackId): void {
    for (const [recordingId, trackIds] of this.#making) {
      if (!trackIds.includes(trackId)) continue;
      this.#stale.get(recordingId)?.();
      const cancel = this.#scope.after(changePauseMs, () => void this.#readStrip(recordingId));
      this.#stale.set(recordingId, cancel);
    }
  }
}

const hasOtherFiles = (was: Recording, now: Recording): boolean =>
  was.trackCount !== now.trackCount || was.bytes !== now.bytes || was.state !== now.state;
