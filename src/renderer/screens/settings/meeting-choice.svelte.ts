/** @file Renderer. Which meetings are chosen, among those the library finds for what is typed. */
import { SvelteSet } from 'svelte/reactivity';
import { MeetingId } from '#contract';
import { ask } from '../../api.ts';
import { createScope } from '../../scope.ts';
import { Loaded } from './loaded.svelte.ts';

/** As many as anybody looks through; the rest is found by typing. */
const shownAtMost = 200;
/** Long enough to type on. */
const typingPauseMs = 150;

export interface Choosable {
  readonly meetingId: MeetingId;
  readonly title: string | null;
  readonly lastAt: number | null;
}

export class MeetingChoice {
  text = $state('');
  readonly found = new Loaded(() => this.#find());
  readonly #chosen: SvelteSet<MeetingId>;
  /** Those chosen before, which stand first; an id the library does not know has nothing but itself. */
  readonly #before: readonly MeetingId[];
  readonly #scope = createScope();
  #cancel: () => void = () => undefined;

  constructor(chosen: readonly MeetingId[]) {
    this.#before = chosen;
    this.#chosen = new SvelteSet(chosen);
  }

  get count(): number {
    return this.#chosen.size;
  }

  has(meetingId: MeetingId): boolean {
    return this.#chosen.has(meetingId);
  }

  toggle(meetingId: MeetingId): void {
    if (!this.#chosen.delete(meetingId)) this.#chosen.add(meetingId);
  }

  meetingIds(): MeetingId[] {
    return [...this.#chosen];
  }

  /** To be told of every change of the text. */
  typed(text: string): void {
    this.#cancel();
    if (text === '') void this.found.load();
    else this.#cancel = this.#scope.after(typingPauseMs, () => void this.found.load());
  }

  /** While nothing is typed, those chosen come first, also the ones no library knows. */
  shown(found: readonly Choosable[]): readonly Choosable[] {
    if (this.text.trim() !== '') return found;
    const known = new Map(found.map((each) => [each.meetingId, each]));
    const before = this.#before.map(
      (meetingId) => known.get(meetingId) ?? { meetingId, title: null, lastAt: null },
    );
    return [...before, ...found.filter(({ meetingId }) => !this.#before.includes(meetingId))];
  }

  dispose(): void {
    this.#scope.dispose();
  }

  async #find(): Promise<readonly Choosable[]> {
    const text = this.text.trim();
    const { items } = await ask('library.meetings', {
      limit: shownAtMost,
      ...(text === '' ? {} : { text }),
    });
    const found = items.flatMap(({ meetingId, title, lastAt }) =>
      meetingId === null ? [] : [{ meetingId, title, lastAt }],
    );
    const typedId = MeetingId.safeParse(text).data;
    const mayBeId = typedId !== undefined && /^[\w-]{16,}$/u.test(text);
    return mayBeId && !found.some(({ meetingId }) => meetingId === typedId)
      ? [...found, { meetingId: typedId, title: null, lastAt: null }]
      : found;
  }
}
