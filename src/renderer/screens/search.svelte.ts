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
    // The same question again, because the library changed, answers in place of what is shown.
    if (!isSame) this.#take([], null);
    await this.#page(null);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#page(this.next);
  }

  async #page(after: string | null): Promise<void> {
    const asked = ++this.#asked;
    const { text, how } = this.#question;
    this.loading = true;
    try {
      const page = await ask('library.findByUserId', { text, how, after, limit: 100 });
      if (asked !== this.#asked) return;
      const before = after === null ? [] : [...this.certain, ...this.possible];
      this.#take([...before, ...page.items], page.next);
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
