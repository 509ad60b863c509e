/** @file Renderer. The list of meetings: loads page by page, filters, knows which row is current. */
import { RecordingId, type FailureData, type MeetingSummary } from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { createScope } from '../scope.ts';

const pageSize = 50;
/** Long enough to type on, short enough to feel immediate. */
const typingPauseMs = 120;
const recordingKey = 'recording:';

export class MeetingList {
  items = $state.raw<MeetingSummary[]>([]);
  next = $state.raw<string | null>(null);
  loading = $state(true);
  failure = $state.raw<FailureData | null>(null);
  text = $state('');
  current = $state(0);

  readonly #scope = createScope();
  #cancelTyping: () => void = () => undefined;
  /** Only the newest question may answer. */
  #asked = 0;

  /** Loads from the start; a reload keeps as many rows as there were. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const limit = Math.min(500, Math.max(pageSize, this.items.length));
      const page = await ask('library.meetings', { limit, text: this.text.trim() });
      if (asked !== this.#asked) return;
      this.items = page.items;
      this.next = page.next;
      this.current = Math.min(this.current, Math.max(0, page.items.length - 1));
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** There is no library to list. */
  clear(): void {
    this.#asked += 1;
    this.items = [];
    this.next = null;
    this.failure = null;
    this.loading = true;
  }

  async more(): Promise<void> {
    if (this.next === null || this.loading) return;
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const page = await ask('library.meetings', {
        after: this.next,
        limit: pageSize,
        text: this.text.trim(),
      });
      if (asked !== this.#asked) return;
      this.items = [...this.items, ...page.items];
      this.next = page.next;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  filter(text: string): void {
    this.text = text;
    this.current = 0;
    this.#cancelTyping();
    this.#cancelTyping = this.#scope.after(typingPauseMs, () => {
      void this.load();
    });
  }

  /** Opens the newest recording with tracks; a meeting without any still opens and says so. */
  async open(meeting: MeetingSummary): Promise<void> {
    try {
      const recordingId = await this.#recordingOf(meeting);
      if (recordingId) archive.go({ name: 'review', recordingId, trackId: null });
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async #recordingOf(meeting: MeetingSummary): Promise<RecordingId | null> {
    if (meeting.meetingId === null) {
      return RecordingId.parse(meeting.key.slice(recordingKey.length));
    }
    const { items } = await ask('library.recordings', { meetingId: meeting.meetingId, limit: 100 });
    return (items.find((each) => each.trackCount > 0) ?? items[0])?.recordingId ?? null;
  }

  dispose(): void {
    this.#scope.dispose();
  }
}
