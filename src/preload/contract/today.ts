/** @file Contract. What deserves attention now, and where a name or title leads. */
import { z } from 'zod';
import { MeetingSummary, Recording } from './nouns.ts';

export const Today = z.object({
  /** Files are listed and not here, the nearest deadline first; at most 50. */
  atRisk: z.array(Recording),
  /** Lost for good within the last seven days, the latest first; at most 50. */
  lost: z.array(Recording),
  /** The service says it is recording now. */
  running: z.array(Recording),
  /** Finished with trouble that a person should know of: errored, without files, damaged or missing on disk. */
  needsYou: z.array(
    z.object({
      recording: Recording,
      why: z.enum(['errored', 'without-files', 'damaged', 'missing']),
      tracks: z.number(),
    }),
  ),
  /** Files arrived within the last seven days, the latest first; at most 12. */
  arrived: z.array(z.object({ recording: Recording, receivedAt: z.number() })),
});
export type Today = z.infer<typeof Today>;

/** Someone whose voice is in the library; certain conclusions only. */
export const KnownPerson = z.object({
  name: z.string(),
  userId: z.string().nullable(),
  tracks: z.number(),
});
export type KnownPerson = z.infer<typeof KnownPerson>;

/** Where typed words may lead. */
export const Jump = z.object({
  meetings: z.array(MeetingSummary),
  people: z.array(KnownPerson),
});
export type Jump = z.infer<typeof Jump>;
