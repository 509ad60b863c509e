/** @file Renderer. Which toasts stand at the moment: how many, how long, what holds them. */
import type { Scope } from '../scope.ts';

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

export interface ToastList {
  /** Shows it for 6 s; the oldest makes room for a fourth. The same words again only stay longer. */
  say(words: ToastWords): void;
  dismiss(id: number): void;
  /** None goes until `release`: the pointer or the focus is on them. */
  hold(): void;
  release(): void;
}

const stayMs = 6_000;
const most = 3;

/** `show` is told what stands after each change, oldest first; timers run in `scope`. */
export function createToastList(scope: Scope, show: (toasts: readonly Toast[]) => void): ToastList {
  const timers = new Map<number, () => void>();
  let standing: readonly Toast[] = [];
  let held = false;
  let lastId = 0;

  const change = (toasts: readonly Toast[]): void => {
    standing = toasts;
    show(toasts);
  };
  const stopTimer = (id: number): void => {
    timers.get(id)?.();
    timers.delete(id);
  };
  const dismiss = (id: number): void => {
    stopTimer(id);
    change(standing.filter((toast) => toast.id !== id));
  };
  const startTimer = (id: number): void => {
    stopTimer(id);
    const cancel = scope.after(stayMs, () => {
      dismiss(id);
    });
    timers.set(id, cancel);
  };

  return {
    say(words) {
      const same = standing.find(
        ({ tone, text, detail }) =>
          tone === words.tone && text === words.text && detail === words.detail,
      );
      lastId += 1;
      const toast = { ...words, id: same?.id ?? lastId };
      const others = standing.filter(({ id }) => id !== toast.id);
      const room = others.slice(-(most - 1));
      for (const { id } of others.slice(0, others.length - room.length)) stopTimer(id);
      change([...room, toast]);
      if (!held) startTimer(toast.id);
    },
    dismiss,
    hold() {
      held = true;
      for (const { id } of standing) stopTimer(id);
    },
    release() {
      if (!held) return;
      held = false;
      for (const { id } of standing) startTimer(id);
    },
  };
}
