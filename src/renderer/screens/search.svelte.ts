/** @file Renderer. A search by user_id: certain and possible matches kept apart. */
import type { FailureData, Found } from '#contract';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';

export class UserIdSearch {
  certain = $state.raw<readonly Found[]>([]);
  possible = $state.raw<readonly Found[]>([]);
  next = $state.raw<string | null>(null);
  loading = $state(false);
  failure = $state.raw<FailureData | null>(null);

  #question = { text: '', how: 'exact' as 'exact' | 'prefix' };
  #asked = 0;

  async run(text: string, how: 'exact' | 'prefix'): Promise<void> {
    const isSame = text === this.#question.text && how === this.#question.how;
    this.#question = { text, how };
    if (text === '') {
      this.#asked += 1;
      this.#take([], null);
      this.loading = false;
      this.failure = null;
      return;
    }
    // The same question again, because the library changed, answers in place of what is shown: as much of it.
    if (!isSame) this.#take([], null);
    await this.#read([], null, this.#shown.length);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#read(this.#shown, this.next, 0);
  }

  get #shown(): readonly Found[] {
    return [...this.certain, ...this.possible];
  }

  /** Reads the page after `before`, and further ones until there are `wanted`. */
  async #read(before: readonly Found[], from: string | null, wanted: number): Promise<void> {
    const asked = ++this.#asked;
    const { text, how } = this.#question;
    this.loading = true;
    try {
      let found = before;
      let after = from;
      do {
        const page: { items: Found[]; next: string | null } = await ask('library.findByUserId', {
          text,
          how,
          after,
          limit: 100,
        });
        if (asked !== this.#asked) return;
        found = [...found, ...page.items];
        after = page.next;
      } while (after !== null && found.length < wanted);
      this.#take(found, after);
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  #take(found: readonly Found[], next: string | null): void {
    const of = (match: Found['match']) => found.filter((each) => each.match === match);
    this.certain = of('certain');
    this.possible = of('possible');
    this.next = next;
  }
}
