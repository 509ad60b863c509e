/** @file Contract. Starting and stopping recordings: whom, under which name, what would keep it from working, and what people were told. */
import { z } from 'zod';
import { Candidate, EpochMs, MeetingId, Reading, RecordingId, SessionId } from './nouns.ts';
import { Taken } from './live.ts';

/** The most people one order may name (contract 7.2). */
export const chosenAtMost = 100;
/** Characters a prefix may have: an underscore would make the file names ambiguous (contract 9, U21). */
export const Prefix = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);
/** What the service takes when none is given (contract 7.2). */
export const defaultPrefix = 'default';

/** Someone who may be chosen: known to the meeting or to the call by the service's own id. */
export const Recordable = z.object({
  userId: z.string(),
  customParticipantId: z.string().nullable(),
  /** Names by which they are known, the one used in this call first. */
  names: z.array(z.string()),
  inCall: z.boolean(),
  /** Added to the meeting, seen in its call, or both. */
  from: z.array(z.enum(['meeting', 'call'])),
});
export type Recordable = z.infer<typeof Recordable>;

/** A choice of people kept for the next call of a meeting. */
export const AllowList = z.object({
  name: z.string().trim().min(1).max(100),
  userIds: z.array(z.string().max(2048)).min(1).max(chosenAtMost),
});
export type AllowList = z.infer<typeof AllowList>;

/** What the dialog needs to know of a meeting. */
export const RecordChoices = z.object({
  sessionId: SessionId.nullable(),
  people: z.array(Recordable),
  /** Every custom id known here: typed or pasted it is refused with the reason (U4). */
  customIds: z.array(z.string()),
  /** The people could not all be read. */
  isPartial: z.boolean(),
  allowLists: z.array(AllowList),
  /** Of the last order of ours in this meeting. */
  lastPrefix: z.string().nullable(),
});
export type RecordChoices = z.infer<typeof RecordChoices>;

export const Whom = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everyone') }),
  z.object({
    kind: z.literal('chosen'),
    userIds: z.array(z.string().min(1).max(2048)).min(1).max(1000),
  }),
]);
export type Whom = z.infer<typeof Whom>;

/** How a file will be called, and what its name will be read back as. */
export const NamePreview = z.object({
  fileName: z.string(),
  reading: Reading,
  prefix: z.string().nullable(),
  userId: z.string().nullable(),
  peerId: z.string().nullable(),
  candidates: z.array(Candidate),
  /** Null when the prefix may be used. */
  refusal: z.enum(['empty', 'too-long', 'underscore', 'characters']).nullable(),
});
export type NamePreview = z.infer<typeof NamePreview>;

/** One thing looked at before the order is sent. */
export const Check = z.object({
  what: z.enum([
    /** A token that may start recordings. */
    'access',
    /** A library that can take down what people were told. */
    'library',
    /** Somebody is in the call (contract 7.1). */
    'call',
    /** Nothing records there yet. */
    'running',
    /** Every chosen id is one the service made for this meeting (U4). */
    'people',
    'prefix',
  ]),
  state: z.enum(['good', 'doubt', 'bad']),
  /** Code of the sentence; null when good. */
  why: z
    .enum([
      'no-access',
      'lacks-rights',
      'unreachable',
      'no-library',
      'library-read-only',
      'not-live',
      'running-ours',
      'running-elsewhere',
      'running-composite',
      'answer-outstanding',
      'custom-id',
      'unknown-id',
      'too-many',
      'nobody-chosen',
      'not-in-call',
      'people-partial',
      'prefix',
    ])
    .nullable(),
  /** Ids or names it is about; shown as text. */
  about: z.array(z.string()).max(200),
});
export type Check = z.infer<typeof Check>;

export const Preflight = z.object({
  checks: z.array(Check),
  /** No check is bad. */
  mayStart: z.boolean(),
  /** What records there already. */
  running: z.array(
    z.object({ recordingId: RecordingId, origin: z.enum(['ours', 'adopted', 'elsewhere']) }),
  ),
});
export type Preflight = z.infer<typeof Preflight>;

/** What a person said before recording, kept in the ledger with who and when. */
export const Consent = z.object({
  /** “The people in the call were told that they are recorded.” */
  told: z.literal(true),
  /** How they were told, in the person's own words; may be empty. */
  note: z.string().max(1000),
});
export type Consent = z.infer<typeof Consent>;

export const RecordOrder = z.object({
  /** Made once per opened dialog: the same order sent twice is one order. */
  orderId: z.uuid(),
  meetingId: MeetingId,
  whom: Whom,
  prefix: z.string().max(200),
  consent: Consent,
});
export type RecordOrder = z.infer<typeof RecordOrder>;

/** What came of an order. */
export const RecordAnswer = z.object({
  recordingId: RecordingId,
  /** `adopted`: the answer was lost, and the recording was found. */
  how: z.enum(['started', 'adopted']),
});
export type RecordAnswer = z.infer<typeof RecordAnswer>;

/** An order of ours, as the ledger has it. */
export const Order = z.object({
  orderId: z.string(),
  meetingId: MeetingId,
  sessionId: SessionId.nullable(),
  taken: Taken,
  prefix: z.string(),
  consentNote: z.string(),
  /** Who gave it: account on the machine, and its name. */
  by: z.string(),
  at: EpochMs,
  outcome: z.enum(['open', 'started', 'adopted', 'refused', 'not-started']),
  recordingId: RecordingId.nullable(),
});
export type Order = z.infer<typeof Order>;
