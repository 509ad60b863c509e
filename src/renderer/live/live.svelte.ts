/** @file Renderer. What goes on now, as main tells it, for every screen; and who looks at it, which main is told. */
import { SvelteSet } from 'svelte/reactivity';
import type { LiveMeeting, LiveNow, MeetingId } from '#contract';
import { ask, hear } from '../api.ts';
import { archive } from '../archive.svelte.ts';
import { asFailure } from '../error-words.ts';
import { createScope, type Scope } from '../scope.ts';
import { newsBetween } from './live-news.ts';

/** Rows come and go quickly while one scrolls; main is told once they rest. In ms. */
const restMs = 200;
/** As many calls as main takes (`live.watch`). */
const openedAtMost = 50;
/** Older than this, what is known is no longer “now” on screens that do not watch. In ms. */
const freshMs = 90_000;

const nothing: LiveNow = {
  state: 'off',
  readAt: null,
  nextAt: null,
  everyMs: null,
  failure: null,
  meetings: [],
};

class Live {
  now = $state.raw<LiveNow>(nothing);
  /** Epoch ms; goes on every second while the list is watched. */
  clock = $state(Date.now());
  /** True while the list is being read because a person asked for it. */
  refreshing = $state(false);

  /** Calls shown with their details; kept while other screens are open. */
  readonly unfolded = new SvelteSet<MeetingId>();

  readonly meetings = $derived(this.now.meetings);
  /** Recordings under way; those of a call that is long over among them. */
  readonly runningCount = $derived(
    this.now.meetings.reduce((sum, { recordings }) => sum + recordings.length, 0),
  );
  readonly alarmCount = $derived(
    this.now.meetings.flatMap(({ recordings }) => recordings).filter(({ alarm }) => alarm !== null)
      .length,
  );
  /** Whether other screens may show this instead of what the library knows. */
  readonly fresh = $derived(this.now.readAt !== null && archive.now - this.now.readAt < freshMs);

  readonly #scope = createScope();
  #watching: Scope | null = null;
  #watchers = 0;
  /** Calls whose people are wanted, by who wants them: unfolded ones before those merely in sight. */
  readonly #opened = new Map<MeetingId, number>();
  readonly #seen = new Map<MeetingId, number>();
  #told = '';
  #cancelTelling: () => void = () => undefined;

  /** Takes what main tells until the returned function is called. Never rejects: see `now.failure`. */
  follow(): () => void {
    const following = this.#scope.child();
    following.add(
      hear('live.now', (now) => {
        this.#take(now);
      }),
    );
    following.listen(document, 'visibilitychange', () => {
      this.#turn();
      this.#tell();
    });
    ask('live.now').then(
      (now) => {
        this.#take(now);
      },
      (thrown: unknown) => {
        this.now = { ...this.now, state: 'failed', failure: asFailure(thrown) };
      },
    );
    return () => {
      following.dispose();
    };
  }

  find(meetingId: MeetingId | null): LiveMeeting | null {
    return this.meetings.find((each) => each.meetingId === meetingId) ?? null;
  }

  /** The list is looked at until the returned function is called; several may look. */
  watch(): () => void {
    this.#watchers += 1;
    this.#turn();
    this.#tell();
    return () => {
      this.#watchers -= 1;
      this.#turn();
      this.#tell();
    };
  }

  /** The people of a call are wanted until the returned function is called. */
  want(meetingId: MeetingId, how: 'opened' | 'seen'): () => void {
    const wanted = how === 'opened' ? this.#opened : this.#seen;
    wanted.set(meetingId, (wanted.get(meetingId) ?? 0) + 1);
    this.#tell();
    return () => {
      const left = (wanted.get(meetingId) ?? 1) - 1;
      if (left > 0) wanted.set(meetingId, left);
      else wanted.delete(meetingId);
      this.#tell();
    };
  }

  toggle(meetingId: MeetingId): void {
    if (!this.unfolded.delete(meetingId)) this.unfolded.add(meetingId);
  }

  async refresh(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      await ask('live.refresh');
    } catch (thrown) {
      this.now = { ...this.now, state: 'failed', failure: asFailure(thrown) };
    } finally {
      this.refreshing = false;
    }
  }

  #take(now: LiveNow): void {
    const before = this.now;
    this.now = now;
    this.clock = Date.now();
    const news = newsBetween(before, now);
    if (news.length > 0) archive.announce(news.join(' '));
  }

  /** The clock runs only where somebody sees it. */
  #turn(): void {
    const runs = this.#watchers > 0 && document.visibilityState === 'visible';
    if (runs === (this.#watching !== null)) return;
    this.#watching?.dispose();
    this.#watching = null;
    if (!runs) return;
    this.clock = Date.now();
    this.#watching = this.#scope.child();
    this.#watching.every(1_000, () => {
      this.clock = Date.now();
    });
  }

  #tell(): void {
    this.#cancelTelling();
    this.#cancelTelling = this.#scope.after(restMs, () => {
      const watching = this.#watchers > 0 && document.visibilityState === 'visible';
      const wanted = new Set([...this.#opened.keys(), ...this.#seen.keys()]);
      const opened = watching ? [...wanted].slice(0, openedAtMost) : [];
      const words = JSON.stringify([watching, opened]);
      if (words === this.#told) return;
      this.#told = words;
      ask('live.watch', { watching, opened }).catch((thrown: unknown) => {
        this.#told = '';
        if (watching) this.now = { ...this.now, state: 'failed', failure: asFailure(thrown) };
      });
    });
  }
}

export const live = new Live();
