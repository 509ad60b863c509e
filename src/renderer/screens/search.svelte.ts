/** @file Renderer. A search by user_id: certain and possible matches kept apart. */
import type { FailureData, Found } from '#contract';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';

export class UserIdSearch {
  certain = $state.raw<Found[]>([]);
  possible = $state.raw<Found[]>([]);
  next = $state.raw<string | null>(null);
  loading = $state(false);
  failure = $state.raw<FailureData | null>(null);

  #question = { text: '', how: 'exact' as 'exact' | 'prefix' };
  #asked = 0;

  async run(text: string, how: 'exact' | 'prefix'): Promise<void> {
    this.#question = { text, how };
    this.certain = [];
    this.possible = [];
    this.next = null;
    await this.#page(null);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#page(this.next);
  }

  async #page(after: string | null): Promise<void> {
    const asked = ++this.#asked;
    const { text, how } = this.#question;
    if (text === '') return;
    this.loading = true;
    try {
      const page = await ask('library.findByUserId', { text, how, after, limit: 100 });
      if (asked !== this.#asked) return;
      const take = (match: Found['match']) => page.items.filter((each) => each.match === match);
      this.certain = [...this.certain, ...take('certain')];
      this.possible = [...this.possible, ...take('possible')];
      this.next = page.next;
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}
