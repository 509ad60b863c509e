/** @file Renderer. Says events: a few lines that go by themselves and never hold what must be read. */
import { createScope } from '../scope.ts';

export type ToastTone = 'good' | 'info' | 'warn' | 'bad';

export interface ToastWords {
  tone: ToastTone;
  text: string;
  detail?: string;
  action?: { text: string; run: () => void };
}

export interface Toast extends ToastWords {
  readonly id: number;
}

const stayMs = 6_000;
const most = 3;

/** The toasts of one window; timers run in its own scope. */
export class ToastList {
  shown = $state.raw<readonly Toast[]>([]);

  readonly #scope = createScope();
  readonly #timers = new Map<number, () => void>();
  #held = false;
  #next = 1;

  /** Shows it for 6 s; the oldest makes room for a fourth. The same words again only stay longer. */
  say(words: ToastWords): void {
    const same = this.shown.find(
      ({ tone, text, detail }) =>
        tone === words.tone && text === words.text && detail === words.detail,
    );
    const toast = { ...words, id: same?.id ?? this.#next };
    this.#next += 1;
    const others = this.shown.filter(({ id }) => id !== toast.id);
    for (const { id } of others.slice(0, Math.max(0, others.length + 1 - most))) this.dismiss(id);
    this.shown = [...this.shown.filter(({ id }) => id !== toast.id), toast];
    if (!this.#held) this.#time(toast.id);
  }

  dismiss(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** While the pointer or the focus is on them, none goes. */
  hold(): void {
    this.#held = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const { id } of this.shown) this.#time(id);
  }

  #time(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.set(
      id,
      this.#scope.after(stayMs, () => {
        this.dismiss(id);
      }),
    );
  }
}

export const toasts = new ToastList();
