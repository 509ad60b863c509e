/** @file Contract. `trackvault://meeting/<id>?t=…`: an address of a moment. It opens, it never acts. */
import { z } from 'zod';
import { MeetingId, RecordingId } from './nouns.ts';

export const DeepLink = z.object({
  meetingId: MeetingId,
  /** One of several recordings of the meeting; null: the one at that moment, or the newest. */
  recordingId: RecordingId.nullable(),
  /** Where to put the playhead: from the recording's beginning, or a moment of the day; null: the beginning. */
  at: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('offset'), ms: z.number().nonnegative() }),
      z.object({ kind: z.literal('moment'), at: z.number() }),
    ])
    .nullable(),
});
export type DeepLink = z.infer<typeof DeepLink>;
