/** @file Main process. Everything main and the index worker say to each other: each call with what goes in and comes out. */
import { z } from 'zod';
import {
  FailureData,
  Found,
  Jump,
  MeetingId,
  MeetingSort,
  MeetingSummary,
  Recording,
  RecordingId,
  Today,
  Track,
  TrackId,
} from '#contract';
import { BagTrack } from './bag.ts';
import { LedgerLineSchema } from './ledger-line.ts';
import { KeptOrder, Note, OrderQuery } from './order-notes.ts';

const Mark = z.object({
  seq: z.number(),
  hash: z.string(),
  lineStart: z.number(),
  end: z.number(),
});
const Problem = z.object({ path: z.string(), why: z.string() });
const History = z.object({
  words: z.array(z.object({ word: z.string(), seenAt: z.number() })),
  receivedAt: z.number().nullable(),
  verified: z.number(),
  verifiedAt: z.number().nullable(),
  lostAt: z.number().nullable(),
  decision: z.enum(['sealed', 'closed-incomplete']).nullable(),
  decidedAt: z.number().nullable(),
});
const after = z.string().nullable().optional();
const limit = z.number().optional();
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
const call = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out) => ({
  input,
  output,
});
const none = z.object({});

const indexCalls = {
  /** Opens or makes the index; says how far it knows the ledger. */
  open: call(
    z.object({
      dir: z.string(),
      indexPath: z.string(),
      mode: z.enum(['write', 'read']),
      nativeBinding: z.string().nullable(),
    }),
    z.object({
      /** False when a reader found no index that can be opened. */
      usable: z.boolean(),
      mark: Mark.nullable(),
      setAside: z.string().nullable(),
    }),
  ),
  scanLedger: call(
    z.object({ after: Mark, keepLast: z.number() }),
    z.object({
      scan: z.object({
        mark: Mark,
        sizeBytes: z.number(),
        breaks: z.array(z.object({ seq: z.number(), why: z.string() })),
        tail: z.object({ start: z.number(), endsWithNewline: z.boolean() }).nullable(),
        markLost: z.boolean(),
      }),
      lines: z.array(LedgerLineSchema),
    }),
  ),
  apply: call(
    z.object({
      lines: z.array(LedgerLineSchema),
      recordingIds: z.array(RecordingId),
      mark: Mark,
    }),
    z.object({ touched: z.array(RecordingId) }),
  ),
  /** Deletes the index and fills a new one from disk; tells its progress. */
  rebuild: call(none, z.object({ mark: Mark, problems: z.array(Problem) })),
  /**
   * Builds an index of a library that is only read: beside `indexPath` under a name of its own, put in
   * its place when whole, so that several readers may do so at once.
   */
  buildForReading: call(
    z.object({ dir: z.string(), indexPath: z.string(), nativeBinding: z.string().nullable() }),
    z.object({
      /** Where it stands: another name than the one wished for where the system keeps that in use. */
      indexPath: z.string(),
      problems: z.array(Problem),
    }),
  ),
  verifyLedger: call(
    none,
    z.object({
      lines: z.number(),
      breaks: z.array(z.object({ seq: z.number(), why: z.string() })),
    }),
  ),
  /** Hashes a payload in pieces; other calls are answered in between. */
  hashFile: call(
    z.object({ path: z.string() }),
    z.object({ bytes: z.number(), sha256: z.string() }),
  ),
  decided: call(
    z.object({ recordingId: RecordingId }),
    z.object({
      bag: z.string().nullable(),
      gone: z.boolean(),
      decision: z.enum(['sealed', 'closed-incomplete']).nullable(),
      manifestSha256: z.string().nullable(),
      lost: z.array(z.object({ layerName: z.string(), fileName: z.string() })),
      asked: z.array(z.object({ prefix: z.string(), userIds: z.array(z.string()).nullable() })),
    }),
  ),
  orders: call(z.object({ query: OrderQuery }), z.object({ orders: z.array(KeptOrder) })),
  stopsAsked: call(
    z.object({ recordingIds: z.array(RecordingId) }),
    z.object({ stops: z.array(z.object({ recordingId: RecordingId, askedAt: z.number() })) }),
  ),
  /** Those forgotten, too, with null. */
  allowLists: call(
    z.object({ meetingId: MeetingId }),
    z.object({
      lists: z.array(
        z.object({
          name: z.string(),
          userIds: z.array(z.string()).nullable(),
          savedAt: z.number(),
        }),
      ),
    }),
  ),
  /** Which of these the ledger does not say yet. */
  notNoted: call(z.object({ notes: z.array(Note) }), z.object({ notes: z.array(Note) })),
  /** What the ledger says was collected for a recording; a walk through all of it, for mending alone. */
  collected: call(z.object({ recordingId: RecordingId }), z.object({ tracks: z.array(BagTrack) })),
  /** One lookup: sync asks for every listed file of every recording. */
  holds: call(
    z.object({ recordingId: RecordingId, layerName: z.string(), fileName: z.string() }),
    z.object({ held: z.boolean() }),
  ),
  meetings: call(
    z.object({ after, limit, text: z.string().optional(), sort: MeetingSort.optional() }),
    page(MeetingSummary),
  ),
  meeting: call(z.object({ key: z.string() }), z.object({ found: MeetingSummary.nullable() })),
  countMeetings: call(
    z.object({ text: z.string() }),
    z.object({ count: z.number(), more: z.boolean() }),
  ),
  today: call(z.object({ now: z.number() }), Today),
  jump: call(z.object({ text: z.string() }), Jump),
  recordings: call(z.object({ meetingId: MeetingId.optional(), after, limit }), page(Recording)),
  recording: call(
    z.object({ recordingId: RecordingId }),
    z.object({ found: Recording.nullable() }),
  ),
  history: call(z.object({ recordingId: RecordingId }), z.object({ found: History.nullable() })),
  tracks: call(
    z.object({
      recordingId: RecordingId.optional(),
      meetingId: MeetingId.optional(),
      after,
      limit,
    }),
    page(Track),
  ),
  track: call(z.object({ trackId: TrackId }), z.object({ found: Track.nullable() })),
  findById: call(
    z.object({
      text: z.string(),
      field: z.enum(['userId', 'peerId', 'customParticipantId']),
      how: z.enum(['exact', 'prefix']),
      after,
      limit,
    }),
    page(Found),
  ),
  totals: call(none, z.object({ recordings: z.number(), tracks: z.number(), bytes: z.number() })),
  knowsRun: call(z.object({ resultsSha256: z.string() }), z.object({ known: z.boolean() })),
  problems: call(none, z.object({ problems: z.array(Problem) })),
  close: call(none, none),
};

type IndexCalls = typeof indexCalls;
export type IndexCall = keyof IndexCalls;
/** What a caller gives, what a handler receives, what comes back. */
export type Input<Name extends IndexCall> = z.input<IndexCalls[Name]['input']>;
export type Received<Name extends IndexCall> = z.output<IndexCalls[Name]['input']>;
export type Output<Name extends IndexCall> = z.output<IndexCalls[Name]['output']>;

/** The same table in a form in which one name stands for one pair of types. */
export const indexSchemas: {
  [Name in IndexCall]: {
    input: z.ZodType<Received<Name>>;
    output: z.ZodType<Output<Name>>;
  };
} = indexCalls;

export function isIndexCall(name: string): name is IndexCall {
  return Object.hasOwn(indexCalls, name);
}

/** What main sends. `cancel` stops a hash that is under way. */
export const ToIndex = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id: z.number() }),
]);
export type ToIndex = z.infer<typeof ToIndex>;

/** What the worker answers. */
export const FromIndex = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), id: z.number(), value: z.unknown() }),
  z.object({ kind: z.literal('failed'), id: z.number(), error: FailureData }),
  z.object({ kind: z.literal('progress'), id: z.number(), done: z.number(), total: z.number() }),
  z.object({ kind: z.literal('slow'), name: z.string(), ms: z.number() }),
]);
export type FromIndex = z.infer<typeof FromIndex>;
