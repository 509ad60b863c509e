/** @file Main process. Puts pass and downloads into the one small list the window shows. Pure but for asking the queue. */
import { type FailureData, type PullStatus, type Transfer } from '#contract';

import type { Download, Downloads } from '../downloads/index.ts';
import type { PassProgress } from './pass.ts';
import type { PassReport } from './report.ts';

/** Nothing was pulled in this run of the program. */
export const idlePull: PullStatus = {
  state: 'idle',
  recordings: 0,
  composites: 0,
  files: { total: 0, kept: 0, failed: 0 },
  bytesPerSecond: 0,
  pausedUntil: null,
  pausedBecause: null,
  pausedByPerson: false,
  wasOff: null,
  nextAt: null,
  transfers: [],
  failure: null,
  endedAt: null,
  atRisk: [],
};

/** `PullStatus` holds no more. */
const transfersAtMost = 200;

export function pullStatus(now: {
  /** Null when no pass runs. */
  progress: PassProgress | null;
  /** Of the latest pass that ended. */
  report: PassReport | null;
  failure: FailureData | null;
  /** Files of the queue's history that are none of this pass. */
  before: { kept: number; lost: number };
  downloads: Pick<Downloads, 'status' | 'unfinished' | 'wasOff'>;
}): PullStatus {
  const { progress, report, failure, before } = now;
  const { counts, paused, pausedByPerson, bytesPerSecond } = now.downloads.status();
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.cancelled;
  const titles = new Map(report?.recordings.map(({ recordingId, title }) => [recordingId, title]));
  const titleOf = ({ recordingId }: Download) =>
    progress?.titleOf(recordingId) ?? titles.get(recordingId) ?? null;
  return {
    state: stateOf(progress, failure, counts.running > 0),
    recordings: progress?.recordings ?? report?.recordings.length ?? 0,
    composites: progress?.composites ?? report?.composites ?? 0,
    files: {
      total: all - before.kept - before.lost,
      kept: counts.kept - before.kept,
      failed: Math.max(0, counts.failed - before.lost),
    },
    bytesPerSecond,
    pausedUntil: paused?.until ?? null,
    pausedBecause: paused?.because ?? null,
    pausedByPerson,
    wasOff: now.downloads.wasOff(),
    nextAt: null,
    transfers: now.downloads
      .unfinished(transfersAtMost)
      .map((download) => toTransfer(download, titleOf(download))),
    failure,
    endedAt: progress === null ? (report?.endedAt ?? null) : null,
    atRisk: (report?.recordings ?? []).flatMap(({ recordingId, title, atRisk }) =>
      atRisk === null ? [] : [{ recordingId, title, ...atRisk }],
    ),
  };
}

function stateOf(
  progress: PassProgress | null,
  failure: FailureData | null,
  isFetching: boolean,
): PullStatus['state'] {
  if (progress !== null) return progress.step === 'sealing' ? 'verifying' : progress.step;
  if (failure?.code === 'cancelled') return 'cancelled';
  if (failure !== null) return 'failed';
  return isFetching ? 'fetching' : 'done';
}

function toTransfer(download: Download, title: string | null): Transfer {
  const { recordingId, layerName, fileName, state, deadlineAt } = download;
  const because = state.kind === 'waiting' || state.kind === 'failed' ? state.because : null;
  return {
    key: JSON.stringify([recordingId, layerName, fileName]),
    recordingId,
    title,
    fileName,
    state: state.kind,
    receivedBytes: download.receivedBytes,
    totalBytes: download.totalBytes,
    attempts: state.attempts,
    failure: because === null ? null : { code: because, message: because },
    retryAt: state.kind === 'waiting' ? state.retryAt : null,
    deadlineAt,
  };
}
