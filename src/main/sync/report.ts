/** @file Main process. What a pass tells: of each recording what is here, what is not, and what will be lost when. */
import type { FailureData, RecordingId, RecordingKind, RecordingState, Risk } from '#contract';

import type { Pause } from '../downloads/index.ts';

/** Odd things a person should know of, each once per recording (contract 8.2, 10.2). */
export type ProblemCode =
  /** Uploading for more than 15 minutes. */
  | 'upload-takes-long'
  /** Uploading for more than a day with duration 0: as a rule nothing comes any more. */
  | 'probably-lost-at-provider'
  /** `INVOKED` for more than 10 minutes. */
  | 'never-started'
  /** Recording although nobody is in the call any more (U15): it needs a stop. */
  | 'records-an-empty-call'
  /** `ERRORED`: no file will come. Detail: the vendor's text. */
  | 'errored'
  /** `UPLOADED` without any file: wrong user ids at the start, or nobody spoke (U4). */
  | 'finished-without-files'
  /** Finished moments ago: files may still be listed. */
  | 'files-may-follow'
  /** Fewer files than people in the call. Detail: both numbers. */
  | 'fewer-files-than-people'
  /** An entry of the download list could not be read as a file. Detail: why, and its name. */
  | 'entry-not-usable'
  /** A word of status that no contract knows. Detail: the word. */
  | 'status-unknown'
  /** Who took part could not be learned in this pass; names known before stay. */
  | 'people-not-learned'
  /** The single read failed; the list row was used. Detail: code of the failure. */
  | 'not-read'
  /** The vendor no longer knows the recording. */
  | 'gone-at-provider';

export interface Problem {
  code: ProblemCode;
  detail: string | null;
}

export interface RecordingReport {
  recordingId: RecordingId;
  title: string | null;
  /** The vendor's word. */
  status: string;
  /** `composite` is listed and not archived here. */
  kind: RecordingKind;
  state: RecordingState;
  filesListed: number;
  filesKept: number;
  filesPending: number;
  filesLost: number;
  problems: Problem[];
  /** Set while something is missing; `deadlineAt` in epoch ms, after which it is gone. */
  atRisk: { why: Risk; deadlineAt: number | null } | null;
}

export interface PassReport {
  /** Epoch ms. */
  startedAt: number;
  endedAt: number;
  recordings: RecordingReport[];
  composites: number;
  files: { listed: number; kept: number; pending: number; lost: number };
  /** What kept the pass from seeing everything; recordings seen so far are in the report. */
  failure: FailureData | null;
  /** Set when the queue pauses (rate limit, full disk, offline): why, and until when. */
  paused: Pause | null;
}

/** Adds up the parts. */
export function passReport(
  parts: Pick<PassReport, 'startedAt' | 'endedAt' | 'recordings' | 'failure' | 'paused'>,
): PassReport {
  const { recordings } = parts;
  const sum = (of: (recording: RecordingReport) => number) =>
    recordings.reduce((total, recording) => total + of(recording), 0);
  return {
    ...parts,
    composites: recordings.filter(({ kind }) => kind === 'composite').length,
    files: {
      listed: sum(({ filesListed }) => filesListed),
      kept: sum(({ filesKept }) => filesKept),
      pending: sum(({ filesPending }) => filesPending),
      lost: sum(({ filesLost }) => filesLost),
    },
  };
}
