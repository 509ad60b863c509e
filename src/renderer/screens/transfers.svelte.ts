/** @file Renderer. Every recording on its way, kept up to date at an easy pace; which are unfolded; what a person wants of them. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { FailureData, FileTransfer, Passage, RecordingId, Wished } from '#contract';
import { ask, hear } from '../api.ts';
import { archive } from '../archive.svelte.ts';
import { attempt } from '../commands/items.ts';
import { asFailure } from '../error-words.ts';
import { plural } from '../parts/format.ts';
import { createScope, type Scope } from '../scope.ts';
import {
  mayPause,
  mayRetry,
  mayTake,
  sectionNames,
  sectionOf,
  type Section,
} from './transfer-words.ts';

/** Between two questions, in ms: often enough to look alive, seldom enough to cost nothing. */
const restMs = 1_000;

/** A heading or a recording: what the screen draws one below the other. */
export type Line =
  { kind: 'section'; section: Section; count: number } | { kind: 'passage'; passage: Passage };

class Transfers {
  passages = $state.raw<readonly Passage[]>([]);
  /** True once the first answer is here. */
  known = $state(false);
  failure = $state.raw<FailureData | null>(null);
  readonly unfolded = new SvelteSet<RecordingId>();
  readonly files = new SvelteMap<RecordingId, readonly FileTransfer[]>();

  readonly setAside = $derived(this.passages.filter(({ files }) => files.paused > 0));
  readonly lines = $derived.by(() => this.#inSections());

  /** Where each line stands while a pass runs: what comes to its end does not jump away under the pointer. */
  readonly #placed = new Map<RecordingId, Section>();
  #watchers = 0;
  #scope: Scope = createScope();
  #libraryId: string | null = null;
  #isAsking = false;
  #isStale = false;
  #cancelRest: (() => void) | null = null;

  /** Keeps up to date until the returned function is called; several may watch. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#begin();
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#scope.dispose();
    };
  }

  toggle(recordingId: RecordingId): void {
    if (this.unfolded.delete(recordingId)) {
      this.files.delete(recordingId);
      return;
    }
    this.unfolded.add(recordingId);
    void this.#askFiles(recordingId);
  }

  retry(wished: Wished): void {
    this.#wish(() => ask('transfers.retry', wished), 'Asked for again');
  }

  /** Everything of it that waits for a person's word, whatever for. */
  askFor(recordingId: RecordingId): void {
    const passage = this.passages.find((each) => each.recording.recordingId === recordingId);
    if (passage === undefined) return;
    if (mayTake(passage)) this.take([recordingId]);
    if (mayRetry(passage)) this.retry({ recordingId });
  }

  cancel(wished: Wished): void {
    this.#wish(() => ask('transfers.cancel', wished), 'Not fetched until you ask for it again');
  }

  pause(wished: Wished): void {
    this.#wish(() => ask('transfers.pause', wished), 'Set aside until you ask for it again');
  }

  pauseAll(paused: boolean): void {
    this.#wish(
      () => ask('transfers.pauseAll', { paused }),
      paused ? 'All transfers are paused' : 'Transfers go on',
    );
  }

  /** Leaves the line to one recording: everything else that waits or runs is set aside. */
  pauseOthers(recordingId: RecordingId): void {
    const others = this.passages.filter(
      (passage) => passage.recording.recordingId !== recordingId && mayPause(passage),
    );
    this.#wish(
      async () => {
        await Promise.all(
          others.map(({ recording }) =>
            ask('transfers.pause', { recordingId: recording.recordingId }),
          ),
        );
      },
      `${plural(others.length, 'other recording')} set aside`,
    );
  }

  /** What a person has set aside, recording by recording. */
  fetchSetAside(): void {
    const aside = this.setAside;
    this.#wish(
      async () => {
        await Promise.all(
          aside.map(({ recording }) =>
            ask('transfers.retry', { recordingId: recording.recordingId }),
          ),
        );
      },
      `${plural(aside.length, 'recording')} asked for again`,
    );
  }

  /** What the workspace's choice left out. */
  take(recordingIds: readonly RecordingId[] | 'all'): void {
    this.#wish(
      () =>
        ask(
          'pull.take',
          recordingIds === 'all' ? { all: true } : { recordingIds: [...recordingIds] },
        ),
      'Asked for',
    );
  }

  /** All there is, asked for first: before a first pass nothing is listed that could be taken. */
  takeOnceListed(): void {
    const endedAt = archive.pull?.endedAt ?? null;
    const stop = hear('pull.status', (pull) => {
      if (pull.endedAt === null || pull.endedAt === endedAt) return;
      stop();
      if (pull.state === 'done') this.take('all');
    });
    void archive.startPull();
  }

  #wish(deed: () => Promise<void>, said: string): void {
    void attempt(async () => {
      await deed();
      archive.announce(said);
      this.#refresh();
    });
  }

  /** Asks anew, now or as soon as the last answer has had its rest. */
  #refresh(): void {
    this.#isStale = true;
    if (this.#isAsking || this.#cancelRest !== null) return;
    void this.#ask();
  }

  #begin(): void {
    this.#scope = createScope();
    this.#cancelRest = null;
    const refresh = () => {
      this.#refresh();
    };
    for (const stop of [
      hear('pull.status', refresh),
      hear('library.changed', refresh),
      hear('library.status', refresh),
    ]) {
      this.#scope.add(stop);
    }
    refresh();
  }

  async #ask(): Promise<void> {
    const { library } = archive;
    if (library?.state !== 'open') {
      this.#forget(null);
      return;
    }
    if (library.libraryId !== this.#libraryId) this.#forget(library.libraryId);
    this.#isStale = false;
    this.#isAsking = true;
    try {
      const passages = await ask('transfers.list');
      if (this.#libraryId !== library.libraryId) return;
      this.#place(passages);
      this.passages = passages;
      this.known = true;
      this.failure = null;
      await Promise.all([...this.unfolded].map((recordingId) => this.#askFiles(recordingId)));
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.#isAsking = false;
      this.#rest();
    }
  }

  #rest(): void {
    this.#cancelRest = this.#scope.after(restMs, () => {
      this.#cancelRest = null;
      if (this.#isStale) void this.#ask();
    });
  }

  async #askFiles(recordingId: RecordingId): Promise<void> {
    try {
      const files = await ask('transfers.files', { recordingId });
      if (this.unfolded.has(recordingId)) this.files.set(recordingId, files);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  #forget(libraryId: string | null): void {
    this.#libraryId = libraryId;
    this.passages = [];
    this.known = false;
    this.failure = null;
    this.unfolded.clear();
    this.files.clear();
    this.#placed.clear();
  }

  #place(passages: readonly Passage[]): void {
    if (!archive.pulling) this.#placed.clear();
    for (const passage of passages) {
      const { recordingId } = passage.recording;
      if (!this.#placed.has(recordingId)) this.#placed.set(recordingId, sectionOf(passage));
    }
  }

  #inSections(): Line[] {
    return sectionNames.flatMap((section) => {
      const within = this.passages.filter(
        (passage) =>
          (this.#placed.get(passage.recording.recordingId) ?? sectionOf(passage)) === section,
      );
      if (within.length === 0) return [];
      const inOrder = section === 'moving' ? within.toSorted(nextFirst) : within;
      return [
        { kind: 'section' as const, section, count: within.length },
        ...inOrder.map((passage) => ({ kind: 'passage' as const, passage })),
      ];
    });
  }
}

/**
 * What has begun, then the order in which files are fetched; by what stays once it is so, that lines do.
 * What the service still has comes last.
 */
const nextFirst = (one: Passage, other: Passage): number =>
  Number(hasBegun(other)) - Number(hasBegun(one)) || deadlineOf(one) - deadlineOf(other);

const hasBegun = ({ receivedBytes }: Passage): boolean => receivedBytes > 0;

const deadlineOf = ({ recording }: Passage): number =>
  recording.deadlineAt ?? Number.MAX_SAFE_INTEGER;

export const transfers = new Transfers();
