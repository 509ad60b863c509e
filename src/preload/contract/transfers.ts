/** @file Contract. The way of each recording from INVOKED to verified on disk. */
import { z } from 'zod';
import { FailureData } from './errors.ts';
import { EpochMs, Recording, RecordingId } from './nouns.ts';
import { Risk } from './pull.ts';

/** Steps in their order. */
export const pipelineSteps = [
  /** The service took the order (contract 7). */
  'invoked',
  'recording',
  /** Stopped; the service puts the files together. */
  'uploading',
  /** The service lists files; the first is to be fetched. */
  'fetching',
  /** All bytes are here, hashed while writing. */
  'kept',
  /** Read back from disk and equal to the manifest. */
  'verified',
] as const;
export const PipelineStep = z.enum(pipelineSteps);
export type PipelineStep = z.infer<typeof PipelineStep>;

/** One thing that happened to a recording, or is due to. */
export const TimelineMark = z.object({
  what: z.enum([
    'invoked',
    'started',
    'paused',
    'stopped',
    'uploaded',
    'errored',
    /** A word no contract knows, in `word`. */
    'other',
    'first-file',
    'kept',
    'verified',
    'sealed',
    'lost',
    'deadline',
  ]),
  /** The service's word, where it is one of its. */
  word: z.string().nullable(),
  /** Null while it has not happened. */
  at: EpochMs.nullable(),
  /** `seen`: it happened some time before we saw it. */
  from: z.enum(['service', 'seen', 'here']),
});
export type TimelineMark = z.infer<typeof TimelineMark>;

/** Something does not get on, or came out otherwise than hoped (contract 10.2). */
export const Stall = z.object({
  what: z.enum([
    /** Ordered minutes ago, and nothing begins. */
    'never-started',
    'records-an-empty-call',
    /** Uploading for more than 15 minutes. */
    'upload-takes-long',
    /** Uploading for more than a day with length 0: as a rule nothing comes. */
    'probably-lost',
    'finished-without-files',
    /** Some files are listed while the service still uploads. */
    'partial-list',
    'status-unknown',
  ]),
  sinceAt: EpochMs.nullable(),
  /** Until when it can still be helped; null when the service named no end. */
  untilAt: EpochMs.nullable(),
});
export type Stall = z.infer<typeof Stall>;

/** One recording on its way. */
export const Passage = z.object({
  recording: Recording,
  /** How far it has come. */
  step: PipelineStep,
  /** Goes on, waits for a person, came to its end, or can go no further. */
  standing: z.enum(['moving', 'waiting', 'done', 'stuck']),
  files: z.object({
    total: z.number(),
    kept: z.number(),
    verified: z.number(),
    failed: z.number(),
    /** Called off by a person. */
    cancelled: z.number(),
    /** Here once and damaged or missing on disk now. */
    spoilt: z.number(),
    lost: z.number(),
    /** Set aside by a person for now. */
    paused: z.number(),
    /** Not to be fetched by the workspace's choice, until a person asks. */
    notChosen: z.number(),
  }),
  /** In the order of time; what is still to come last. */
  timeline: z.array(TimelineMark),
  stall: Stall.nullable(),
  receivedBytes: z.number(),
  /** Null while any size is unknown. */
  totalBytes: z.number().nullable(),
  bytesPerSecond: z.number(),
  attempts: z.number(),
  retryAt: EpochMs.nullable(),
  deadlineAt: EpochMs.nullable(),
  risk: Risk.nullable(),
  failure: FailureData.nullable(),
});
export type Passage = z.infer<typeof Passage>;

/** Names one file of the queue; checked against the queue, never a path. */
export const TransferKey = z.object({
  recordingId: RecordingId,
  layerName: z.string().max(2048),
  fileName: z.string().max(4096),
});
export type TransferKey = z.infer<typeof TransferKey>;

/** One file, or all of a recording: strict, for a key that is not quite one must not mean them all. */
export const Wished = z.union([TransferKey, z.strictObject({ recordingId: RecordingId })]);
export type Wished = z.infer<typeof Wished>;

/** One file of a recording. */
export const FileTransfer = z.object({
  key: TransferKey,
  state: z.enum([
    'queued',
    'running',
    'waiting',
    /** Set aside by a person for now. */
    'paused',
    /** The workspace fetches chosen meetings, or asks first. */
    'not-chosen',
    'kept',
    'verified',
    'damaged',
    'missing',
    'failed',
    'cancelled',
    'lost',
  ]),
  receivedBytes: z.number(),
  totalBytes: z.number().nullable(),
  bytesPerSecond: z.number(),
  attempts: z.number(),
  retryAt: EpochMs.nullable(),
  deadlineAt: EpochMs.nullable(),
  failure: FailureData.nullable(),
});
export type FileTransfer = z.infer<typeof FileTransfer>;
