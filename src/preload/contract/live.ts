/** @file Contract. What goes on now: calls that are held, who is in them, what is being recorded and who asked for it. */
import { z } from 'zod';
import { FailureData } from './errors.ts';
import { EpochMs, MeetingId, RecordingId, RecordingKind, SessionId } from './nouns.ts';

/** Someone in the call at this moment, all connections taken together. */
export const LivePerson = z.object({
  userId: z.string().nullable(),
  customParticipantId: z.string().nullable(),
  /** The name used in this call; null when there is none. */
  name: z.string().nullable(),
  joinedAt: EpochMs.nullable(),
  /** Tabs and devices at once (contract 6.3). */
  connections: z.number(),
});
export type LivePerson = z.infer<typeof LivePerson>;

/** Who a recording takes in. Known only where the order is ours: the service never tells (contract 7.5). */
export const Taken = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everyone') }),
  z.object({ kind: z.literal('chosen'), userIds: z.array(z.string()) }),
  z.object({ kind: z.literal('unknown') }),
]);
export type Taken = z.infer<typeof Taken>;

/** Something a person must look at now (contract 10.2). */
export const LiveAlarm = z.enum([
  /** The call is over and it still records: it must be stopped. */
  'records-an-empty-call',
  /** Ordered minutes ago, and nothing begins. */
  'never-started',
]);
export type LiveAlarm = z.infer<typeof LiveAlarm>;

export const LiveRecording = z.object({
  recordingId: RecordingId,
  kind: RecordingKind,
  /** The service's word. */
  status: z.string(),
  invokedAt: EpochMs.nullable(),
  startedAt: EpochMs.nullable(),
  /** `adopted`: our own order, whose answer was lost. */
  origin: z.enum(['ours', 'adopted', 'elsewhere']),
  taken: Taken,
  /** Of our own order. */
  prefix: z.string().nullable(),
  /** A stop was asked for at this time, and no read has confirmed it yet. */
  stoppingSince: EpochMs.nullable(),
  /** The service has been seen to pause track recordings here (U9). */
  canPause: z.boolean(),
  alarm: LiveAlarm.nullable(),
});
export type LiveRecording = z.infer<typeof LiveRecording>;

export const LiveMeeting = z.object({
  meetingId: MeetingId,
  /** Null while only a recording of it is known. */
  sessionId: SessionId.nullable(),
  title: z.string().nullable(),
  /** `over`: the call has ended, and something still records. */
  call: z.enum(['live', 'over', 'unknown']),
  startedAt: EpochMs.nullable(),
  endedAt: EpochMs.nullable(),
  /** People in the call, as the service counts them. */
  peopleCount: z.number().nullable(),
  /** Null until they were asked for, see `live.watch`. */
  people: z.array(LivePerson).nullable(),
  /** Those that run, the newest first. */
  recordings: z.array(LiveRecording),
});
export type LiveMeeting = z.infer<typeof LiveMeeting>;

/** The whole small list, never a delta. */
export const LiveNow = z.object({
  /** `off`: no workspace is connected, or nobody looks. */
  state: z.enum(['off', 'asking', 'known', 'failed']),
  /** When the list was read from the service; what is shown is as old as this. */
  readAt: EpochMs.nullable(),
  /** When it is read next. */
  nextAt: EpochMs.nullable(),
  /** Time between two reads: longer when much goes on, to leave the rate limit to others. */
  everyMs: z.number().nullable(),
  failure: FailureData.nullable(),
  /** Calls with an alarm first, then the latest first. */
  meetings: z.array(LiveMeeting),
});
export type LiveNow = z.infer<typeof LiveNow>;
