/** @file Main process. The life of one file to fetch: one persisted state, changed by one pure function. */
import { ErrorCode } from '#contract';
import { z } from 'zod';

/** Every state says how often it was tried and up to how many tries it may cost before giving up. */
const tries = {
  /** Attempts that counted; only grows. */
  attempts: z.number().int().nonnegative(),
  /** Attempts allowed; grows when bytes arrived or a person asks again. */
  allowed: z.number().int().positive(),
};

/** Times are epoch ms, sizes bytes. This is also the format of the row in `queue.db`. */
export const State = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('queued'), ...tries }),
  z.object({ kind: z.literal('running'), ...tries, startedAt: z.number() }),
  z.object({ kind: z.literal('waiting'), ...tries, retryAt: z.number(), because: ErrorCode }),
  z.object({
    kind: z.literal('kept'),
    ...tries,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().int().positive(),
    keptAt: z.number(),
  }),
  z.object({
    kind: z.literal('failed'),
    ...tries,
    because: ErrorCode,
    /** True when no later try can succeed: the vendor no longer has the file. */
    lost: z.boolean(),
    failedAt: z.number(),
  }),
  z.object({ kind: z.literal('cancelled'), ...tries, cancelledAt: z.number() }),
  /** Set aside by a person for now; what is on disk stays and is continued. */
  z.object({ kind: z.literal('paused'), ...tries, pausedAt: z.number() }),
]);
export type State = z.infer<typeof State>;

/** How soon to try again after a failed attempt. */
export type Pace =
  /** The line or the server hiccuped: seconds, doubling. */
  | 'soon'
  /** Not stored yet at the vendor: minutes, about an hour in all (contract 12.3, 12.4). */
  | 'later'
  /** Nothing changes by itself: wait until the file is listed again or a person asks. */
  | 'never';

export type Event =
  | { kind: 'started' }
  | { kind: 'kept'; sha256: string; bytes: number }
  /**
   * An attempt failed. `progressed`: more bytes are on disk than ever before, so the try is given back.
   * `spread` in [0, 1) keeps many files from trying at the same moment.
   */
  | { kind: 'failed'; because: ErrorCode; pace: Pace; progressed: boolean; spread: number }
  /** The vendor no longer has the file. */
  | { kind: 'lost'; because: ErrorCode }
  /** The whole queue paused under the attempt (rate limit, full disk, offline) or was quit in order. */
  | { kind: 'interrupted' }
  /** The program died while the attempt ran. */
  | { kind: 'found-running'; spread: number }
  /** The waiting is over. */
  | { kind: 'due' }
  /** The vendor lists the file (again). */
  | { kind: 'listed' }
  /** A person asks again. */
  | { kind: 'retry' }
  /** A person sets it aside for now. */
  | { kind: 'pause' }
  | { kind: 'cancel' };

/** Attempts a file may cost before it waits for a person or the next listing. */
export const attemptsAllowed = 8;

const paces = {
  soon: { firstMs: 1_000, longestMs: 120_000 },
  later: { firstMs: 60_000, longestMs: 900_000 },
} as const;

/** State of a file that was just listed for the first time. */
export const fresh: State = { kind: 'queued', attempts: 0, allowed: attemptsAllowed };

/** True for states that ask for more work. */
export function isLive(state: State): boolean {
  return state.kind === 'queued' || state.kind === 'running' || state.kind === 'waiting';
}

/** What a person may still decide about: work, and what was given up for now. */
function isOpen(state: State): boolean {
  return isLive(state) || (state.kind === 'failed' && !state.lost);
}

/**
 * What becomes of a file when `event` happens at `now` (epoch ms). An event that does not fit the
 * state changes nothing: a late answer never undoes what is settled, and `kept` is never left.
 */
export function next(state: State, event: Event, now: number): State {
  const { attempts, allowed } = state;
  switch (event.kind) {
    case 'started':
      return state.kind === 'queued'
        ? { kind: 'running', attempts, allowed, startedAt: now }
        : state;
    case 'kept':
      // Bytes in the archive are a fact whatever was thought of the file before.
      return state.kind === 'kept'
        ? state
        : {
            kind: 'kept',
            attempts,
            allowed,
            sha256: event.sha256,
            bytes: event.bytes,
            keptAt: now,
          };
    case 'failed':
      return state.kind === 'running' ? afterFailure(state, event, now) : state;
    case 'lost':
      return isOpen(state) || state.kind === 'paused'
        ? { kind: 'failed', attempts, allowed, because: event.because, lost: true, failedAt: now }
        : state;
    case 'interrupted':
      return state.kind === 'running' ? { kind: 'queued', attempts, allowed } : state;
    case 'found-running':
      // A file that kills the program each time must not do so for ever: this costs a try.
      return state.kind === 'running'
        ? afterFailure(
            state,
            { because: 'file.incomplete', pace: 'soon', progressed: false, spread: event.spread },
            now,
          )
        : state;
    case 'due':
      return state.kind === 'waiting' && now >= state.retryAt
        ? { kind: 'queued', attempts, allowed }
        : state;
    case 'listed':
      return state.kind === 'failed' ? { kind: 'queued', ...moreTries(state) } : state;
    case 'retry':
      return state.kind === 'running' || state.kind === 'queued' || state.kind === 'kept'
        ? state
        : { kind: 'queued', ...moreTries(state) };
    case 'pause':
      // What was given up for now would come back with the next listing.
      return isOpen(state) ? { kind: 'paused', attempts, allowed, pausedAt: now } : state;
    case 'cancel':
      return isOpen(state) || state.kind === 'paused'
        ? { kind: 'cancelled', attempts, allowed, cancelledAt: now }
        : state;
  }
}

function moreTries(state: State): { attempts: number; allowed: number } {
  return {
    attempts: state.attempts,
    allowed: Math.max(state.allowed, state.attempts + attemptsAllowed),
  };
}

function afterFailure(
  state: State,
  failure: { because: ErrorCode; pace: Pace; progressed: boolean; spread: number },
  now: number,
): State {
  const attempts = state.attempts + 1;
  const allowed = state.allowed + (failure.progressed ? 1 : 0);
  const { because, pace } = failure;
  if (pace === 'never' || attempts >= allowed) {
    return { kind: 'failed', attempts, allowed, because, lost: false, failedAt: now };
  }
  // Tries that brought bytes do not lengthen the wait: a bad line that moves is worth using.
  const fruitless = attemptsAllowed - (allowed - attempts);
  const retryAt = now + backoffMs(pace, fruitless, failure.spread);
  return { kind: 'waiting', attempts, allowed, retryAt, because };
}

/** Between half and the whole of the doubled wait, in ms. */
function backoffMs(pace: 'soon' | 'later', fruitless: number, spread: number): number {
  const { firstMs, longestMs } = paces[pace];
  const whole = Math.min(longestMs, firstMs * 2 ** Math.max(0, fruitless - 1));
  return Math.ceil(whole * (0.5 + spread / 2));
}
