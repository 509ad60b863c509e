/** @file Contract. One pass over the vendor: learn what exists, fetch, verify, seal. */
import { z } from 'zod';
import { ErrorCode, FailureData } from './errors.ts';
import { EpochMs, RecordingId } from './nouns.ts';

/** Why files of a recording are not, or may never be, in the archive. */
export const Risk = z.enum([
  /** At least one file can no longer be fetched. */
  'lost',
  /** The service does not get on with its upload. */
  'stuck-at-provider',
  /** Tried and given up for now. */
  'failed',
  /** Listed and not here yet. */
  'pending',
]);
export type Risk = z.infer<typeof Risk>;

/** One file on its way; the whole small list travels, never a delta. */
export const Transfer = z.object({
  key: z.string(),
  recordingId: RecordingId,
  title: z.string().nullable(),
  fileName: z.string(),
  state: z.enum(['queued', 'running', 'waiting', 'paused', 'kept', 'failed', 'cancelled']),
  receivedBytes: z.number(),
  totalBytes: z.number().nullable(),
  attempts: z.number(),
  /** Why it waits or failed. */
  failure: FailureData.nullable(),
  retryAt: EpochMs.nullable(),
  deadlineAt: EpochMs.nullable(),
});
export type Transfer = z.infer<typeof Transfer>;

export const PullStatus = z.object({
  state: z.enum(['idle', 'listing', 'fetching', 'verifying', 'done', 'failed', 'cancelled']),
  /** Recordings seen in this pass. */
  recordings: z.number(),
  composites: z.number(),
  /** Of this pass: what was to be fetched when it began, and what it found. */
  files: z.object({ total: z.number(), kept: z.number(), failed: z.number() }),
  bytesPerSecond: z.number(),
  /** Set while nothing is fetched: until when. */
  pausedUntil: EpochMs.nullable(),
  /** Why it pauses: the service, a full disk, no network, a refused token. */
  pausedBecause: ErrorCode.nullable(),
  /** A person has stopped all transfers until they say otherwise. */
  pausedByPerson: z.boolean(),
  /** Between this run and the one before nobody fetched: what that cost. Null when it was no time worth telling. */
  wasOff: z.object({ fromAt: EpochMs, untilAt: EpochMs, lost: z.number() }).nullable(),
  /** When the next pass begins by itself; null while one runs and when none will. */
  nextAt: EpochMs.nullable(),
  /** Files under way and those that failed; at most 200. */
  transfers: z.array(Transfer),
  failure: FailureData.nullable(),
  endedAt: EpochMs.nullable(),
  /** Sentences' facts: recordings from which something will be or was lost, with the deadline. */
  atRisk: z.array(
    z.object({
      recordingId: RecordingId,
      title: z.string().nullable(),
      why: Risk,
      deadlineAt: EpochMs.nullable(),
    }),
  ),
});
export type PullStatus = z.infer<typeof PullStatus>;
