/** @file Contract. What should be here against what is: one row a person, one cell a connection, each with its reason. */
import { z } from 'zod';
import { EpochMs, RecordingId, TrackId } from './nouns.ts';
import { Order } from './recorder.ts';
import { Taken } from './live.ts';

export const coverageStates = [
  /** A file of this connection is in the archive, as long as it should be. */
  'received',
  /** In the archive, and shorter than the connection was recorded. */
  'short',
  /** Listed or to be expected, and may still come. */
  'pending',
  /** Our own order left this person out. */
  'not-recorded-by-choice',
  /** Should be there and is not, and nothing says that it was left out. */
  'missing',
  /** Was not in the call while it was recorded: nothing was to come. */
  'outside',
  /** A file of nobody who is known to have been in the call. */
  'extra',
] as const;
export const CoverageState = z.enum(coverageStates);
export type CoverageState = z.infer<typeof CoverageState>;

/** Why a cell is as it is; the sentence is the window's. */
export const CoverageReason = z.enum([
  'service-still-works',
  'file-not-fetched-yet',
  'file-lost',
  'recording-errored',
  'recording-gone',
  'finished-without-files',
  /** Chosen by a custom id: the service records nobody then (U4). */
  'ordered-by-custom-id',
  'left-before-it-began',
  'joined-after-it-ended',
  /** Who was chosen is not known: the order was not ours. */
  'selection-unknown',
  /** Nothing explains it: never unmuted, or an old SDK in the call (contract 10.2). */
  'unknown',
  'nobody-known',
]);
export type CoverageReason = z.infer<typeof CoverageReason>;

/** One connection of a person; a rejoin or a second device makes another (contract 6.3). */
export const CoverageCell = z.object({
  /** Null when the service told none. */
  peerId: z.string().nullable(),
  joinedAt: EpochMs.nullable(),
  leftAt: EpochMs.nullable(),
  state: CoverageState,
  why: CoverageReason.nullable(),
  /** How much of the expected length is not there, in ms; 0 unless `short`. */
  shortMs: z.number(),
  /** Files that stand for it, by the vendor's name; those in the archive with their track. */
  files: z.array(z.object({ fileName: z.string(), trackId: TrackId.nullable() })),
});
export type CoverageCell = z.infer<typeof CoverageCell>;

export const CoverageRow = z.object({
  userId: z.string().nullable(),
  customParticipantId: z.string().nullable(),
  /** Null when nobody knows who it is. */
  name: z.string().nullable(),
  /** What the name rests on: used in the call, given in the meeting, or concluded from the file alone. */
  nameFrom: z.enum(['call', 'meeting', 'file']).nullable(),
  cells: z.array(CoverageCell),
});
export type CoverageRow = z.infer<typeof CoverageRow>;

export const Coverage = z.object({
  recordingId: RecordingId,
  taken: Taken,
  /** The order it rests on; null when it was started elsewhere. */
  order: Order.nullable(),
  /** What the expectation rests on: join and leave events, people alone, or nothing. */
  basis: z.enum(['events', 'people', 'nothing']),
  rows: z.array(CoverageRow),
  counts: z.record(CoverageState, z.number()),
  /** When the service last told of it. */
  observedAt: EpochMs.nullable(),
});
export type Coverage = z.infer<typeof Coverage>;
