/** @file Main process. One line of the ledger: what may stand in it, how it is chained, how it is checked. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CustomParticipantId, Hole, MediaState, PeerId, RecordingId } from '#contract';
import { noteEntries } from './order-notes.ts';
import type { Actor } from './types.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const ActorSchema = z.object({ osUser: z.string(), machine: z.string(), through: z.string() });

/** Facts of one file as they were when it entered its bag; the bag's own record is made of them. */
export const CollectedFile = z.object({
  recordingId: RecordingId,
  layerName: z.string(),
  fileName: z.string(),
  /** Bag folder, relative to the library, with `/`. */
  bag: z.string(),
  /** Payload, relative to the bag: `data/…`. */
  payload: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: Sha256,
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  receivedAt: z.number(),
  media: MediaState,
  durationMs: z.number().nullable(),
  holes: z.array(Hole),
  sampleRate: z.number().nullable(),
  channels: z.number().nullable(),
  problems: z.array(z.string()),
  /** What the vendor's entry said of the speaker (contract 8.2). */
  customParticipantId: CustomParticipantId.nullable(),
  peerId: PeerId.nullable(),
});
export type CollectedFile = z.infer<typeof CollectedFile>;

const entry = <Kind extends string, Body extends z.ZodType>(kind: Kind, body: Body) =>
  z.object({ kind: z.literal(kind), body });

/** Everything the ledger records today. */
export const Entry = z.discriminatedUnion('kind', [
  entry('library-created', z.object({ libraryId: z.string() })),
  /** The vendor's words changed; the hash is of the `observation` member of the observed file. */
  entry(
    'observed',
    z.object({
      recordingId: RecordingId,
      sha256: Sha256,
      /** The vendor's word then; absent in older lines. */
      status: z.string().optional(),
    }),
  ),
  entry('collected', CollectedFile),
  entry(
    'sealed',
    z.object({
      recordingId: RecordingId,
      bag: z.string().nullable(),
      manifestSha256: Sha256.nullable(),
      tagManifestSha256: Sha256.nullable(),
      /** Manifest of the seal before, when the bag had been reopened. */
      previousManifestSha256: Sha256.nullable(),
      because: z.string(),
    }),
  ),
  entry(
    'reopened',
    z.object({
      recordingId: RecordingId,
      manifestSha256: Sha256.nullable(),
      because: z.string(),
    }),
  ),
  entry(
    'closed-incomplete',
    z.object({
      recordingId: RecordingId,
      bag: z.string().nullable(),
      manifestSha256: Sha256.nullable(),
      tagManifestSha256: Sha256.nullable(),
      missing: z.array(z.object({ layerName: z.string(), fileName: z.string() })),
      because: z.string(),
    }),
  ),
  entry(
    'lost',
    z.object({
      recordingId: RecordingId,
      layerName: z.string(),
      fileName: z.string(),
      because: z.string(),
    }),
  ),
  entry('gone', z.object({ recordingId: RecordingId })),
  entry(
    'verified-run',
    z.object({
      resultsSha256: Sha256,
      startedAt: z.number(),
      endedAt: z.number(),
      verified: z.number(),
      damaged: z.number(),
      missing: z.number(),
      bytes: z.number(),
    }),
  ),
  /** Something of the ledger itself was mended; `removedSha256` names the bytes kept aside. */
  entry(
    'repaired',
    z.object({
      what: z.enum(['torn-line', 'missing-newline', 'broken-chain', 'shortened']),
      atSeq: z.number(),
      removedBytes: z.number(),
      removedSha256: Sha256.nullable(),
      detail: z.string(),
    }),
  ),
  ...noteEntries,
]);
export type Entry = z.infer<typeof Entry>;

const Frame = z.object({
  seq: z.number().int().positive(),
  /** ISO 8601, UTC. */
  at: z.string(),
  actor: ActorSchema,
  kind: z.string(),
  body: z.unknown(),
  prev: Sha256,
  hash: Sha256,
});

/** A line whose own hash is right. `entry` is null for a kind this version does not know. */
export interface LedgerLine {
  seq: number;
  /** Epoch ms. */
  at: number;
  actor: Actor;
  entry: Entry | null;
  prev: string;
  hash: string;
}

/** `prev` of the first line. */
export const noHash = '0'.repeat(64);

const hashPart = ',"hash":"';
const tailLength = hashPart.length + 64 + '"}'.length;

/** Writes a line without its newline. The hash covers the UTF-8 bytes before `,"hash":`. */
export function formatLine(facts: {
  seq: number;
  at: number;
  actor: Actor;
  entry: Entry;
  prev: string;
}): { text: string; hash: string } {
  const { seq, actor, entry: recorded, prev } = facts;
  const { osUser, machine, through } = actor;
  const open = JSON.stringify({
    seq,
    at: new Date(facts.at).toISOString(),
    actor: { osUser, machine, through },
    kind: recorded.kind,
    body: recorded.body,
    prev,
  }).slice(0, -1);
  const hash = createHash('sha256').update(open, 'utf8').digest('hex');
  return { text: `${open}${hashPart}${hash}"}`, hash };
}

/** Checks one line by itself: its shape and its own hash, not yet its place in the chain. */
export function readLine(bytes: Buffer): { line: LedgerLine } | { why: string } {
  const hashAt = bytes.length - tailLength;
  if (hashAt <= 0) return { why: 'too short' };
  const tail = bytes.toString('latin1', hashAt);
  if (!tail.startsWith(hashPart) || !tail.endsWith('"}')) return { why: 'does not end in a hash' };
  const stated = tail.slice(hashPart.length, -2);
  const actual = createHash('sha256').update(bytes.subarray(0, hashAt)).digest('hex');
  if (stated !== actual) return { why: 'its hash does not match' };
  let frame;
  try {
    frame = Frame.safeParse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return { why: 'not JSON' };
  }
  const at = frame.success ? Date.parse(frame.data.at) : Number.NaN;
  if (!frame.success || Number.isNaN(at)) return { why: 'not a ledger line' };
  const { seq, actor, kind, body, prev, hash } = frame.data;
  const known = Entry.safeParse({ kind, body });
  return { line: { seq, at, actor, entry: known.success ? known.data : null, prev, hash } };
}

/** A line as it travels between threads. */
export const LedgerLineSchema = z.object({
  seq: z.number(),
  at: z.number(),
  actor: ActorSchema,
  entry: Entry.nullable(),
  prev: z.string(),
  hash: z.string(),
});
