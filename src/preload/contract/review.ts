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
