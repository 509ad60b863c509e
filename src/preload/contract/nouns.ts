/** @file Contract. The nouns both worlds share. Ids are branded so that one is never taken for another. */
import { z } from 'zod';

/** A brand costs nothing at run time; the schema is what is checked. */
const id = <Name extends string>(name: Name) => z.string().min(1).max(2048).brand(name);

export const WorkspaceId = id('WorkspaceId');
export type WorkspaceId = z.infer<typeof WorkspaceId>;
export const MeetingId = id('MeetingId');
export type MeetingId = z.infer<typeof MeetingId>;
export const SessionId = id('SessionId');
export type SessionId = z.infer<typeof SessionId>;
export const RecordingId = id('RecordingId');
export type RecordingId = z.infer<typeof RecordingId>;
/** The service's lasting id of a participant (contract 6.3); never the integrator's own id. */
export const UserId = id('UserId');
export type UserId = z.infer<typeof UserId>;
/** One connection of a participant; a rejoin makes a new one (contract 6.3). */
export const PeerId = id('PeerId');
export type PeerId = z.infer<typeof PeerId>;
/** The integrator's own id of a person (contract 6.3). */
export const CustomParticipantId = id('CustomParticipantId');
export type CustomParticipantId = z.infer<typeof CustomParticipantId>;
/** Ours: 32 lower-case hex digits, see `library/track-id.ts`. */
export const TrackId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand('TrackId');
export type TrackId = z.infer<typeof TrackId>;

/** Epoch milliseconds. */
export const EpochMs = z.number();

/** How far a file name could be taken apart (design: file names, rule 4). */
export const Reading = z.enum(['exact', 'derived', 'ambiguous', 'unreadable']);
export type Reading = z.infer<typeof Reading>;

/** One way to split an ambiguous name, with what speaks for it. */
export const Candidate = z.object({
  prefix: z.string(),
  userId: z.string(),
  peerId: z.string(),
  reasons: z.array(z.string()),
});
export type Candidate = z.infer<typeof Candidate>;

/** One fact that speaks for a conclusion: a code for the sentence and the value it rests on. */
export const Evidence = z.object({ kind: z.string(), value: z.string() });
export type Evidence = z.infer<typeof Evidence>;

/** Our conclusion whose voice a track is, never shown without its evidence (contract 6.6). */
export const Speaker = z.object({
  name: z.string(),
  userId: z.string().nullable(),
  evidence: z.array(Evidence),
});
export type Speaker = z.infer<typeof Speaker>;

/** A stretch without audio, kept as silence in picture and sound. */
export const Hole = z.object({ atMs: z.number(), lengthMs: z.number() });
export type Hole = z.infer<typeof Hole>;

/** State of a file that is in the archive. `verified` means read back from disk and equal to the manifest. */
export const TrackState = z.enum(['kept', 'verified', 'damaged', 'missing']);
export type TrackState = z.infer<typeof TrackState>;

/** What the walk through the WebM found; it classifies, it never decides whether bytes are kept. */
export const MediaState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ok') }),
  z.object({ kind: z.literal('damaged'), fromMs: z.number(), why: z.string() }),
  z.object({ kind: z.literal('not-webm'), why: z.string() }),
]);
export type MediaState = z.infer<typeof MediaState>;

/** One file in the archive with everything concluded about it. */
export const Track = z.object({
  trackId: TrackId,
  recordingId: RecordingId,
  meetingId: MeetingId.nullable(),
  sessionId: SessionId.nullable(),
  layerName: z.string(),
  /** The vendor's name, letter for letter. */
  fileName: z.string(),
  /** Relative to the library, with `/`. Text to read, never used to open anything. */
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  reading: Reading,
  /** `prefix`, `userId` and `peerId` are null unless the reading settles them. */
  prefix: z.string().nullable(),
  userId: z.string().nullable(),
  peerId: z.string().nullable(),
  streamKind: z.string().nullable(),
  mediaKind: z.string().nullable(),
  /** The number in the name, as text: it may not fit a double. */
  trackStamp: z.string().nullable(),
  candidates: z.array(Candidate),
  flags: z.array(z.string()),
  /** What settled the reading. */
  evidence: z.array(Evidence),
  customParticipantId: z.string().nullable(),
  speaker: Speaker.nullable(),
  startedAt: EpochMs.nullable(),
  durationMs: z.number().nullable(),
  holes: z.array(Hole),
  media: MediaState,
  importedFrom: z.string().nullable(),
  state: TrackState,
  /** When the state was last established by reading the disk. */
  verifiedAt: EpochMs.nullable(),
});
export type Track = z.infer<typeof Track>;

/** The vendor's words, kept as they are when unknown (contract 10). */
export const RecordingKind = z.enum(['track', 'composite', 'probably-track']);
export type RecordingKind = z.infer<typeof RecordingKind>;

/** What became of a recording as a whole. */
export const RecordingState = z.enum([
  /** The vendor has not finished it. */
  'running',
  /** Files are listed or expected and not all are here. */
  'pending',
  /** All listed files are here; the list may still grow. */
  'complete',
  /** The list is final and all of it is here. */
  'sealed',
  /** The deadline passed with files missing. */
  'closed-incomplete',
  /** Finished at the vendor without any file. */
  'without-files',
  /** The vendor says no file will come. */
  'errored',
  /** A mixed recording: listed, not archived here. */
  'composite',
]);
export type RecordingState = z.infer<typeof RecordingState>;

/** A file the vendor listed and the archive does not hold. */
export const AbsentFile = z.object({
  layerName: z.string(),
  fileName: z.string(),
  state: z.enum(['pending', 'lost']),
});
export type AbsentFile = z.infer<typeof AbsentFile>;

export const Recording = z.object({
  recordingId: RecordingId,
  meetingId: MeetingId.nullable(),
  sessionId: SessionId.nullable(),
  title: z.string().nullable(),
  kind: RecordingKind,
  vendorStatus: z.string(),
  errorMessage: z.string().nullable(),
  state: RecordingState,
  /** The vendor no longer knows it; what the archive holds stays. */
  goneAtProvider: z.boolean(),
  invokedAt: EpochMs.nullable(),
  startedAt: EpochMs.nullable(),
  stoppedAt: EpochMs.nullable(),
  /** After this the vendor deletes the files (contract 11). */
  deadlineAt: EpochMs.nullable(),
  observedAt: EpochMs.nullable(),
  trackCount: z.number(),
  peopleCount: z.number(),
  bytes: z.number(),
  /** From the earliest start to the latest end of its tracks. */
  lengthMs: z.number().nullable(),
  absent: z.array(AbsentFile),
});
export type Recording = z.infer<typeof Recording>;

/** A meeting row: one room and everything archived of it. */
export const MeetingSummary = z.object({
  /** Null for recordings whose meeting nobody named; they are listed on their own. */
  meetingId: MeetingId.nullable(),
  /** Key of the row, usable for paging and opening: the meeting id or `recording:<id>`. */
  key: z.string(),
  title: z.string().nullable(),
  lastAt: EpochMs.nullable(),
  recordings: z.number(),
  trackCount: z.number(),
  people: z.array(z.string()),
  bytes: z.number(),
  lengthMs: z.number(),
  states: z.array(RecordingState),
  /** The nearest deadline of a file that is not here yet. */
  deadlineAt: EpochMs.nullable(),
});
export type MeetingSummary = z.infer<typeof MeetingSummary>;

/** A hit of a search by id: certain, or only possible with the reasons (file names, rule 4). */
export const Found = z.object({
  track: Track,
  match: z.enum(['certain', 'possible']),
  why: z.array(z.string()),
});
export type Found = z.infer<typeof Found>;
