/** @file Main process. Tells often enough to look alive and seldom enough to cost nothing. */
import type { Clock } from './clock.ts';

/** Events a window is told: at most five a second. */
const betweenMs = 200;

/** Calls `tell` at once or, when it was called just now, once at the end of the interval; never after `ended`. */
export function throttled(clock: Clock, ended: AbortSignal, tell: () => void): () => void {
  let toldAt = -Infinity;
  let isPending = false;
  const emit = () => {
    isPending = false;
    toldAt = clock.now();
    if (!ended.aborted) tell();
  };
  return () => {
    if (isPending || ended.aborted) return;
    // A clock that was set back keeps nobody waiting.
    const waitMs = Math.min(betweenMs, toldAt + betweenMs - clock.now());
    if (waitMs <= 0) {
      emit();
      return;
    }
    isPending = true;
    clock.sleep(waitMs, ended).then(emit, () => undefined);
  };
}
