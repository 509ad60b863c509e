/** @file Contract. What will be lost at the speed there is, while it can still be changed; and the alarms before a deadline. */
import { z } from 'zod';
import { EpochMs, MeetingId, RecordingId } from './nouns.ts';

/** A file that the plan cannot save. */
export const Doomed = z.object({
  recordingId: RecordingId,
  title: z.string().nullable(),
  layerName: z.string(),
  fileName: z.string(),
  /** Still to fetch; null when the size is not known. */
  bytes: z.number().nullable(),
  /** When it is gone. */
  deadlineAt: EpochMs,
});
export type Doomed = z.infer<typeof Doomed>;

export const Forecast = z.object({
  at: EpochMs,
  /** Bytes per second the plan reckons with. */
  speed: z.object({
    bytesPerSecond: z.number().nullable(),
    /** `assumed`: nothing was fetched yet. */
    from: z.enum(['measured', 'limit', 'assumed', 'nothing']),
  }),
  files: z.number(),
  /** Known and estimated sizes together. */
  bytes: z.number(),
  /** How many sizes are estimates. */
  estimatedSizes: z.number(),
  /** When everything will be here; null when never at this speed, or paused. */
  doneAt: EpochMs.nullable(),
  /** What cannot be saved, the earliest loss first; at most 200. */
  doomed: z.array(Doomed).max(200),
  doomedCount: z.number(),
  /** Whether a read of the recording brings newer links (U12). */
  renewal: z.enum(['unknown', 'renews', 'fixed']),
  /** The service's clock minus ours; null before its first answer. */
  skewMs: z.number().nullable(),
});
export type Forecast = z.infer<typeof Forecast>;

/** Hours before a deadline at which a person is told. */
export const alarmHours = [48, 12, 1] as const;

/** Files of a recording that are not here, and the time left for them. */
export const Alarm = z.object({
  recordingId: RecordingId,
  meetingId: MeetingId.nullable(),
  title: z.string().nullable(),
  /** The nearest of the three that has begun. */
  hours: z.union([z.literal(48), z.literal(12), z.literal(1)]),
  files: z.number(),
  deadlineAt: EpochMs,
  /** A person has seen this one. */
  seen: z.boolean(),
});
export type Alarm = z.infer<typeof Alarm>;

/** How much a first pull would bring, from the lists alone. */
export const PullEstimate = z.object({
  recordings: z.number(),
  files: z.number(),
  /** From known sizes, else from lengths at 14 to 29 MB an hour and person (contract 9). */
  bytes: z.object({ least: z.number(), most: z.number() }),
  freeBytes: z.number().nullable(),
  /** The nearest deadline among them. */
  deadlineAt: EpochMs.nullable(),
});
export type PullEstimate = z.infer<typeof PullEstimate>;
