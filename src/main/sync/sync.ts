/** @file Main process. The only poller of the vendor: one pass at a time, in the order they were asked for. */
import { toFailureData, type FailureData, type PullEstimate, type PullStatus } from '#contract';

import { estimatePull } from './estimate.ts';
import { glance, runPass, type PassOptions, type PassProgress } from './pass.ts';
import { idlePull, pullStatus } from './pull-status.ts';
import type { PassReport } from './report.ts';
import type { PassWorld } from './world.ts';

export interface SyncOptions extends PassWorld {
  /** Facts for the log; never a link, never a token. */
  log?: (message: string, facts: Record<string, string | number>) => void;
}

export interface Sync {
  /**
   * One pass; when one is running, waits for its end first.
   * @throws see `runPass`
   */
  pass(options?: PassOptions): Promise<PassReport>;
  /** Queues what came up in these meetings, beside a pass that runs; see `glance`. */
  glance(meetingIds: readonly string[], signal?: AbortSignal): Promise<void>;
  /** What the vendor lists and the library does not hold; see `estimatePull`. */
  estimate(signal?: AbortSignal): Promise<Omit<PullEstimate, 'freeBytes'>>;
  /** Progress and outcome of the latest pass, as the window shows it. */
  pullStatus(): PullStatus;
}

export function createSync(options: SyncOptions): Sync {
  const log = options.log ?? (() => undefined);
  let turn: Promise<unknown> = Promise.resolve();
  let progress: PassProgress | null = null;
  let report: PassReport | null = null;
  let failure: FailureData | null = null;
  /** What the queue had ended with before the latest pass: none of its files. */
  let before = { kept: 0, lost: 0 };

  const runOne = async (own: PassOptions): Promise<PassReport> => {
    own.signal?.throwIfAborted();
    failure = null;
    before = endedIn(options.downloads);
    try {
      report = await runPass(options, {
        ...own,
        onProgress(step) {
          progress = step;
          own.onProgress?.(step);
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
    }
  };

  const pass = (own: PassOptions = {}): Promise<PassReport> => {
    const running = turn.then(() => runOne(own));
    turn = running.catch(() => undefined);
    return running;
  };

  return {
    pass,
    glance: (meetingIds, signal) => glance(options, meetingIds, signal),
    estimate: (signal) => estimatePull(options, signal),
    pullStatus: () =>
      progress === null && report === null && failure === null
        ? idlePull
        : pullStatus({ progress, report, failure, before, downloads: options.downloads }),
  };
}

function endedIn(downloads: PassWorld['downloads']): { kept: number; lost: number } {
  const lost = downloads.unfinished().filter(({ state }) => state.kind === 'failed' && state.lost);
  return { kept: downloads.status().counts.kept, lost: lost.length };
}
