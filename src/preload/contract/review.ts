/** @file Contract. One recording laid out on a common clock: lanes of people, clips of files. */
import { z } from 'zod';
import { EpochMs, Recording, Speaker, Track, TrackId } from './nouns.ts';

/** One file placed on the ruler. */
export const Clip = z.object({
  trackId: TrackId,
  /** From the ruler's zero. */
  offsetMs: z.number(),
  durationMs: z.number(),
  /** A waveform is stored already. */
  hasWaveform: z.boolean(),
});
export type Clip = z.infer<typeof Clip>;

/** One person, with all files of theirs; or one file whose speaker is not known. */
export const Lane = z.object({
  key: z.string(),
  speaker: Speaker.nullable(),
  userId: z.string().nullable(),
  customParticipantId: z.string().nullable(),
  /** What put several files on one lane. */
  joinedBy: z.enum(['user-id', 'custom-id', 'alone']),
  streamKind: z.string().nullable(),
  mediaKind: z.string().nullable(),
  /** False for kinds that are kept but cannot be played yet. */
  playable: z.boolean(),
  /** From the speech map; null until it is made. */
  talkMs: z.number().nullable(),
  clips: z.array(Clip),
});
export type Lane = z.infer<typeof Lane>;

export const Review = z.object({
  recording: Recording,
  /** Epoch ms of the ruler's zero; null when no time is known at all. */
  startsAt: EpochMs.nullable(),
  lengthMs: z.number(),
  /** How offsets were found (contract 9, U13): stamps in names, padded files, or the recording's start. */
  alignment: z.enum(['stamps', 'padded', 'recording-start']),
  lanes: z.array(Lane),
  tracks: z.array(Track),
});
export type Review = z.infer<typeof Review>;

/** One person in a strip of a recording: who spoke when. */
export const SpeechLane = z.object({
  key: z.string(),
  name: z.string().nullable(),
  userId: z.string().nullable(),
  /** Where the lane's files lie, from the ruler's zero; a hole parts one. */
  clips: z.array(z.object({ startMs: z.number(), endMs: z.number() })),
  /** All speech, pauses of any length left out; null until the speech map is made. */
  talkMs: z.number().nullable(),
  /** Speech, in order, not touching; at most 400, short pauses closed. Null until the speech map is made. */
  turns: z.array(z.object({ startMs: z.number(), endMs: z.number() })).nullable(),
});
export type SpeechLane = z.infer<typeof SpeechLane>;

/** What the service said last about a recording. */
export const VendorWords = z.object({
  observedAt: EpochMs.nullable(),
  /** Where it was learned. */
  host: z.string(),
  accountId: z.string(),
  appId: z.string(),
  /** Name of the form its download list had (contract 8.2). */
  shape: z.string(),
  /** Where the answer differs from the documented form: member and what is odd, as sentences' facts. */
  differences: z.array(
    z.object({
      /** Path inside the answer, as `start_alone.layers[0]`. */
      path: z.string(),
      kind: z.enum(['unknown-member', 'missing-member', 'other-type', 'unknown-word']),
      /** The odd value or type in short, cleaned of addresses. */
      found: z.string(),
    }),
  ),
  /** The answer as indented JSON, every address replaced by its host. */
  json: z.string(),
});
export type VendorWords = z.infer<typeof VendorWords>;
