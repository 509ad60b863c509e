/** @file Main process. One queue for all calls of a client: slows down by itself, stops when told to (contract 3). */
import PQueue from 'p-queue';

import { Failure } from '#contract';

import type { Clock } from '../clock.ts';
import type { Quota } from './kit.ts';
import {
  readAllowance,
  readQuota,
  readRetryAfterMs,
  shareLeft,
  type Headers,
} from './rate-limit.ts';

const firstPauseMs = 60_000;
const longestBlindPauseMs = 300_000;
const shortestPauseMs = 1_000;
const longestSpacingMs = 15_000;
const lowShare = 0.1;

/** What one call has spent waiting for the rate limit so far, over all its attempts. */
export interface Waited {
  ms: number;
  /** Most that it may spend, in ms; else what the queue allows every call. */
  readonly atMostMs?: number | undefined;
}

/** How many pauses there had been when a request left: a 429 to an older request tells nothing new. */
export type Ticket = number;

export interface Pace {
  /**
   * Runs `work` when it is its turn and no pause holds.
   * @throws Failure `api.rate-limited` when the pauses would exceed what one call may wait
   */
  run<T>(
    work: (ticket: Ticket) => Promise<T>,
    waited: Waited,
    signal: AbortSignal | undefined,
  ): Promise<T>;
  /** Learns from the answer to the request that `ticket` let through. */
  learn(status: number, headers: Headers, ticket: Ticket): void;
  /** Epoch ms until which nothing is sent; `null` when calls flow. */
  pausedUntil(): number | null;
  /** What the service said last that it allows. */
  quota(): Quota | null;
}

export interface PaceOptions {
  readonly clock: Clock;
  readonly concurrency: number;
  readonly maxPauseMs: number;
  readonly onPause: (until: number) => void;
}

/** Opens the queue of one client. */
export function createPace(options: PaceOptions): Pace {
  const { clock, concurrency, maxPauseMs, onPause } = options;
  const queue = new PQueue({ concurrency });
  let pauseEndsAt = 0;
  let pauses: Ticket = 0;
  /** 429 answers in a row, counting one for each pause. */
  let streak = 0;
  let spacing = { ms: 0, until: 0 };
  let nextSlotAt = 0;
  let quota: Quota | null = null;

  async function gate(waited: Waited, signal: AbortSignal | undefined): Promise<void> {
    // A loop: while one call sleeps, another's answer may prolong the pause.
    for (let now = clock.now(); now < pauseEndsAt; now = clock.now()) {
      const ms = pauseEndsAt - now;
      if (waited.ms + ms > (waited.atMostMs ?? maxPauseMs)) throw tooLong(pauseEndsAt);
      await clock.sleep(ms, signal);
      waited.ms += ms;
    }
    const now = clock.now();
    if (now >= spacing.until) return;
    const slotAt = Math.max(now, nextSlotAt);
    nextSlotAt = slotAt + spacing.ms;
    if (slotAt > now) await clock.sleep(slotAt - now, signal);
  }

  function pause(askedMs: number | null): void {
    streak += 1;
    const blindMs = Math.min(firstPauseMs * 2 ** (streak - 1), longestBlindPauseMs);
    const now = clock.now();
    pauses += 1;
    pauseEndsAt = Math.max(pauseEndsAt, now + Math.max(askedMs ?? blindMs, shortestPauseMs));
    onPause(pauseEndsAt);
  }

  return {
    run(work, waited, signal) {
      const turn = async () => {
        signal?.throwIfAborted();
        await gate(waited, signal);
        signal?.throwIfAborted();
        return work(pauses);
      };
      return queue.add(turn, signal === undefined ? {} : { signal });
    },

    learn(status, headers, ticket) {
      const now = clock.now();
      const allowance = readAllowance(headers, now);
      quota = readQuota(headers) ?? quota;
      if (status === 429) {
        if (ticket === pauses) pause(readRetryAfterMs(headers, now) ?? allowance?.resetMs ?? null);
        return;
      }
      if (ticket === pauses) streak = 0;
      if (allowance === null || shareLeft(allowance) >= lowShare) return;
      // One more call would be refused, and every other one for minutes after it.
      if (allowance.remaining === 0 && allowance.resetMs !== null) {
        pauseEndsAt = Math.max(pauseEndsAt, now + allowance.resetMs);
        onPause(pauseEndsAt);
        return;
      }
      const resetMs = allowance.resetMs ?? firstPauseMs;
      const even = resetMs / Math.max(allowance.remaining ?? 1, 1);
      spacing = { ms: Math.min(even, longestSpacingMs), until: now + resetMs };
    },

    pausedUntil: () => (pauseEndsAt > clock.now() ? pauseEndsAt : null),
    quota: () => quota,
  };
}

function tooLong(until: number): Failure {
  return new Failure('api.rate-limited', 'The service asks to wait before more calls are made.', {
    retryAt: until,
  });
}
