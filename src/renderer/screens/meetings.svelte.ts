/** @file Renderer. The list of meetings: rows page by page, order, filter, count, and which row is current. It outlives the screen. */
import type { FailureData, MeetingSummary } from '#contract';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { layout } from '../layout.svelte.ts';
import { createScope } from '../scope.ts';
import type { MeetingCount } from './meeting-words.ts';

const pageSize = 100;
/** As many as one call answers. */
const mostAtOnce = 500;
/** Long enough to type on, short enough to feel immediate. */
const typingPauseMs = 120;
/** While files arrive, changes come several times a second; the list follows at this pace, in ms. */
const changePauseMs = 400;

class MeetingList {
  rows = $state.raw<readonly MeetingSummary[]>([]);
  count = $state.raw<MeetingCount | null>(null);
  /** The first page of this question is not here yet. */
  loading = $state(true);
  failure = $state.raw<FailureData | null>(null);
  text = $state('');
  currentKey = $state<string | null>(null);
  /** The current one, when the pages read so far do not hold it. */
  #apart = $state.raw<MeetingSummary | null>(null);

  readonly current = $derived(
    this.rows.find(({ key }) => key === this.currentKey) ??
      (this.#apart?.key === this.currentKey ? this.#apart : null),
  );

  /** What another screen asked to be current: it stays so, wherever it is found. */
  #selected: string | null = null;
  #next: string | null = null;
  #libraryId: string | null = null;
  readonly #scope = createScope();
  #cancelPause: () => void = () => undefined;
  /** Only the newest question may answer. */
  #asked = 0;
  #readingMore = false;
  /** When the rows were asked for last, epoch ms; and whether they will be again for a change. */
  #readAt = 0;
  #following = false;

  /** Shows another library from its beginning; the one shown already is read again when it changed. */
  show(libraryId: string): void {
    if (libraryId === this.#libraryId) {
      this.#follow();
      return;
    }
    this.#libraryId = libraryId;
    this.text = '';
    this.currentKey = null;
    this.#restart();
  }

  /** There is no library to list. */
  clear(): void {
    this.#asked += 1;
    this.#libraryId = null;
    this.#cancelPause();
    this.rows = [];
    this.count = null;
    this.failure = null;
    this.loading = true;
  }

  filter(text: string): void {
    this.text = text;
    this.#cancelPause();
    this.#cancelPause = this.#scope.after(typingPauseMs, () => {
      this.#restart();
    });
  }

  /** The order changed: the first of it come to the top. */
  sorted(): void {
    this.#restart();
  }

  again(): void {
    this.#restart();
  }

  /** Reads the next page, if there is one. */
  more(): void {
    if (this.#next !== null && !this.loading && !this.#readingMore) void this.#readMore(this.#next);
  }

  /** Makes a meeting the current one, wherever the order has it; a filter does not hide it. */
  async select(key: string): Promise<void> {
    this.currentKey = key;
    this.#selected = key;
    if (this.rows.some((row) => row.key === key)) return;
    if (this.text !== '') {
      this.text = '';
      this.#restart();
    }
    try {
      this.#apart = await ask('library.meeting', { key });
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /**
   * Something changed: read again at once, or as soon as the last reading is long enough ago. A change
   * never puts off the reading that is due, or a list would stand still for as long as a pull lasts.
   */
  #follow(): void {
    if (this.#following) return;
    const waitMs = this.#readAt + changePauseMs - Date.now();
    const read = () => {
      this.#following = false;
      if (this.#libraryId !== null) void this.#read(this.rows.length);
    };
    if (waitMs <= 0) {
      read();
      return;
    }
    this.#following = true;
    this.#scope.after(waitMs, read);
  }

  #restart(): void {
    this.#cancelPause();
    this.loading = true;
    void this.#read(pageSize);
  }

  /** Reads at least so many rows from the start and puts them in place of those shown. */
  async #read(wanted: number): Promise<void> {
    const asked = ++this.#asked;
    this.#readAt = Date.now();
    this.#readingMore = false;
    const text = this.text.trim();
    try {
      void this.#countAll(asked, text);
      let rows: MeetingSummary[] = [];
      let after: string | null = null;
      do {
        const limit = Math.min(mostAtOnce, Math.max(pageSize, wanted - rows.length));
        const page = await this.#page(text, after, limit);
        if (asked !== this.#asked) return;
        rows = rows.concat(page.items);
        after = page.next;
      } while (after !== null && rows.length < wanted);
      this.#take(rows, after);
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** Counting may take longer than the first page, which does not wait for it. */
  async #countAll(asked: number, text: string): Promise<void> {
    try {
      const count = await ask('library.countMeetings', { text });
      if (asked === this.#asked) this.count = count;
    } catch {
      // What is wrong with the library the rows say; a number that is missing says nothing more.
      if (asked === this.#asked) this.count = null;
    }
  }

  async #readMore(after: string): Promise<void> {
    const asked = this.#asked;
    this.#readingMore = true;
    try {
      const page = await this.#page(this.text.trim(), after, pageSize);
      if (asked !== this.#asked) return;
      this.rows = [...this.rows, ...page.items];
      this.#next = page.next;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.#readingMore = false;
    }
  }

  #page(text: string, after: string | null, limit: number) {
    return ask('library.meetings', { text, after, limit, sort: layout.sort });
  }

  /** The current row stays current by its key; one that no longer fits hands over to the first. */
  #take(rows: readonly MeetingSummary[], next: string | null): void {
    const { currentKey: key, current } = this;
    const isHere = rows.some((row) => row.key === key);
    // Without a filter it is only further down; a filter has left it out.
    const isFurther =
      key !== null && this.text.trim() === '' && (current !== null || key === this.#selected);
    if (!isHere && isFurther && current !== null) this.#apart = current;
    this.rows = rows;
    this.#next = next;
    if (!isHere && !isFurther) this.currentKey = rows[0]?.key ?? null;
  }
}

export const meetings = new MeetingList();
