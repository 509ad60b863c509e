/** @file Main process. The only poller of the vendor: one pass at a time, by itself or when asked. */
import {
  Failure,
  toFailureData,
  type ErrorCode,
  type FailureData,
  type PullStatus,
} from '#contract';

import { runPass, type PassOptions, type PassProgress } from './pass.ts';
import { idlePull, pullStatus } from './pull-status.ts';
import type { PassReport } from './report.ts';
import type { PassWorld } from './world.ts';

export interface SyncOptions extends PassWorld {
  /** Facts for the log; never a link, never a token. */
  log?: (message: string, facts: Record<string, string | number>) => void;
  /** Told after each step of a pass. */
  onChange?: () => void;
}

/** How the poller stands. Times are epoch ms. */
export type SyncStatus =
  | { kind: 'idle'; lastPassAt: number | null }
  | { kind: 'running'; progress: PassProgress }
  | { kind: 'offline'; nextPassAt: number | null }
  /** The next pass waits: its time has not come, or the last one failed. */
  | { kind: 'waiting'; nextPassAt: number; failure: FailureData | null };

export interface Sync {
  /**
   * One pass; when one is running, waits for its end first.
   * @throws see `runPass`
   */
  pass(options?: PassOptions): Promise<PassReport>;
  /** Passes every `everyMs`, the first at once, in the background: nothing at start-up waits for it. */
  start(options: { everyMs: number }): void;
  /** Ends a running pass and the periodic ones; resolves when all is quiet. */
  stop(): Promise<void>;
  status(): SyncStatus;
  /** Progress and outcome of the latest pass, as the window shows it. */
  pullStatus(): PullStatus;
}

/** After a failed pass: seconds at first, never longer than the usual interval. */
const firstRetryMs = 15_000;

const offlineCodes = new Set<ErrorCode>(['api.unreachable']);

export function createSync(options: SyncOptions): Sync {
  const { clock } = options;
  const log = options.log ?? (() => undefined);
  let turn: Promise<unknown> = Promise.resolve();
  let progress: PassProgress | null = null;
  let report: PassReport | null = null;
  let failure: FailureData | null = null;
  let nextPassAt: number | null = null;
  let periodic: { controller: AbortController; ended: Promise<void> } | null = null;
  const quit = new AbortController();

  const changed = () => options.onChange?.();

  const runOne = async (own: PassOptions): Promise<PassReport> => {
    const signals = [quit.signal, ...(own.signal === undefined ? [] : [own.signal])];
    const signal = AbortSignal.any(signals);
    signal.throwIfAborted();
    failure = null;
    try {
      report = await runPass(options, {
        ...own,
        signal,
        onProgress(step) {
          progress = step;
          own.onProgress?.(step);
          changed();
        },
      });
      const { files, recordings } = report;
      log('pass', { recordings: recordings.length, ...files });
      failure = report.failure;
      return report;
    } catch (thrown) {
      failure = toFailureData(thrown);
      log('pass failed', { code: failure.code });
      throw thrown;
    } finally {
      progress = null;
      changed();
    }
  };

  const pass = (own: PassOptions = {}): Promise<PassReport> => {
    const running = turn.then(() => runOne(own));
    turn = running.catch(() => undefined);
    return running;
  };

  const poll = async (everyMs: number, signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      nextPassAt = null;
      let waitMs = everyMs;
      try {
        await pass({ signal });
        failures = 0;
      } catch (thrown) {
        const until = thrown instanceof Failure ? thrown.retryAt : undefined;
        waitMs = Math.min(everyMs, firstRetryMs * 2 ** failures);
        if (until !== undefined) waitMs = Math.max(waitMs, until - clock.now());
        failures += 1;
      }
      nextPassAt = clock.now() + waitMs;
      changed();
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  };

  return {
    pass,
    start({ everyMs }) {
      if (periodic !== null) return;
      const controller = new AbortController();
      periodic = { controller, ended: poll(everyMs, controller.signal) };
    },
    async stop() {
      const reason = new Failure('cancelled', 'Sync was stopped.');
      periodic?.controller.abort(reason);
      quit.abort(reason);
      await periodic?.ended;
      await turn;
      periodic = null;
      nextPassAt = null;
    },
    status() {
      if (progress !== null) return { kind: 'running', progress };
      if (failure !== null && offlineCodes.has(failure.code))
        return { kind: 'offline', nextPassAt };
      if (nextPassAt !== null) return { kind: 'waiting', nextPassAt, failure };
      return { kind: 'idle', lastPassAt: report?.endedAt ?? null };
    },
    pullStatus: () =>
      progress === null && report === null && failure === null
        ? idlePull
        : pullStatus({ progress, report, failure, downloads: options.downloads }),
  };
}
