/** @file Main process. Lets somebody wait until the queue has come to rest. */
import { addAbortListener, once } from 'node:events';

export interface Idle {
  /**
   * Resolves at the first look that finds nothing running and nothing to start within `patienceMs`.
   * @throws the signal's reason
   */
  wait(patienceMs: number, signal: AbortSignal | undefined): Promise<void>;
  /** How things stand; `nextStartAt` is null when nothing will start. Times are epoch ms. */
  look(now: number, isRunning: boolean, nextStartAt: number | null): void;
  /** Nothing will ever run again. */
  end(): void;
}

export function createIdle(): Idle {
  const waiters = new Set<{ patienceMs: number; resolve: () => void }>();
  return {
    async wait(patienceMs, signal) {
      signal?.throwIfAborted();
      const waiting = new AbortController();
      const idle = new Promise<void>((resolve) => {
        const waiter = { patienceMs, resolve };
        waiters.add(waiter);
        addAbortListener(waiting.signal, () => waiters.delete(waiter));
      });
      const ended =
        signal === undefined
          ? []
          : [once(signal, 'abort', { signal: waiting.signal }).catch(() => undefined)];
      await Promise.race([idle, ...ended]);
      waiting.abort();
      signal?.throwIfAborted();
    },
    look(now, isRunning, nextStartAt) {
      if (isRunning) return;
      for (const { patienceMs, resolve } of waiters) {
        if (nextStartAt === null || nextStartAt > now + patienceMs) resolve();
      }
    },
    end() {
      for (const { resolve } of waiters) resolve();
    },
  };
}
