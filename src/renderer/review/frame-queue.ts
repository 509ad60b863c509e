/** @file Renderer. Does much work in small pieces between frames, so that the window never stands still. */
import type { Scope } from '../scope.ts';

export interface FrameQueue {
  /** Does a job in one of the next frames, in order; the returned function calls it off. */
  push(job: () => void): () => void;
}

/** Leaves the browser time for style, layout and paint of a frame. */
const budgetMs = 8;

/** Jobs of one queue share each frame's budget; the first of a frame always runs. */
export function createFrameQueue(scope: Scope): FrameQueue {
  const jobs = new Set<() => void>();
  let stop: (() => void) | null = null;

  const work = (): void => {
    const until = performance.now() + budgetMs;
    for (const job of jobs) {
      jobs.delete(job);
      job();
      if (performance.now() >= until) break;
    }
    if (jobs.size === 0) {
      stop?.();
      stop = null;
    }
  };

  return {
    push(job) {
      // The same function twice would be one member of the set.
      const own = () => {
        job();
      };
      jobs.add(own);
      stop ??= scope.frames(work);
      return () => {
        jobs.delete(own);
      };
    },
  };
}
