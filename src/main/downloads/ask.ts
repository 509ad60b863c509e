/** @file Main process, in a thread of its own where there is one. One request for what is missing of a part: ask, judge, append, hash. */
import { Failure } from '#contract';

import type { Clock } from '../clock.ts';
import type { Link } from '../realtimekit/index.ts';
import type { Allowance } from './allowance.ts';
import { judge, type Ending } from './answer.ts';
import { digestOf, discard, held, md5In, openPart, type Digest, type PartNote } from './part.ts';
import { openTransfer, type Transfer } from './transfer.ts';

/** A part that is whole and durable. */
export interface Received {
  sha256: string;
  bytes: number;
  etag: string | null;
  lastModified: string | null;
  /**
   * False when the ETag looks like an MD5 and is not the one of these bytes (contract 12.4):
   * whether the ETag or the bytes are to blame is for a second fetch to show.
   */
  matchesEtag: boolean;
}

/** What one request is about. Times are epoch ms. */
export interface Question {
  link: Link;
  partPath: string;
  /** After this the vendor deletes the file, null when unknown: 404 means lost from then on. */
  deadlineAt: number | null;
  /** The service's clock minus ours, in ms; 0 when unknown. */
  skewMs: number;
}

export interface AskOptions {
  signal: AbortSignal;
  /** Told the host of each request before it is sent. */
  onRequest?: ((host: string) => void) | undefined;
  /** Bytes on disk and, once known, in all. */
  onProgress(receivedBytes: number, totalBytes: number | null): void;
}

export type Outcome =
  | { kind: 'received'; received: Received }
  /** What is held belongs to something else: throw it away and ask again. */
  | { kind: 'start-over' }
  /** The link was not taken; `failure` is what to say when there is no newer one. */
  | { kind: 'not-taken'; failure: Failure };

/**
 * Contract 12.2 to 12.4. Whatever goes wrong, bytes that can be continued stay on disk.
 *
 * @throws Failure `file.gone`, `file.not-ready`, `file.incomplete`, `file.not-media`, `link.refused`,
 *   `api.rate-limited`, `api.server-trouble`, `api.unreachable`, `disk.full`, `disk.refused`
 * @throws the signal's reason when aborted
 */
export type Ask = (question: Question, options: AskOptions) => Promise<Outcome>;

/** Asks from this thread. */
export function createAsk(world: { clock: Clock; allowance: Allowance }): Ask {
  return (question, options) => ask(question, options, world);
}

async function ask(
  { link, partPath, deadlineAt, skewMs }: Question,
  options: AskOptions,
  { clock, allowance }: { clock: Clock; allowance: Allowance },
): Promise<Outcome> {
  const { signal, onRequest } = options;
  const { bytes: heldBytes, note } = await held(partPath);
  options.onProgress(heldBytes, note?.totalBytes ?? null);
  const transfer = await openTransfer(link, { heldBytes, held: note, signal, onRequest });
  const take = async (fromBytes: number, of: PartNote, ending: Ending) => {
    const part = { path: partPath, fromBytes, note: of, ending };
    return received(await append(transfer, part, allowance, options), of);
  };
  try {
    const { expiresAt, pathHash } = link;
    const start = await transfer.peek();
    const now = clock.now();
    const asked = { heldBytes, held: note, expiresAt, deadlineAt, pathHash, now, skewMs };
    const verdict = judge(transfer.head, start, asked);
    switch (verdict.kind) {
      case 'whole':
        return await take(0, verdict.note, verdict.ending);
      case 'rest': {
        const totalBytes = verdict.note.totalBytes ?? 0;
        return await take(heldBytes, verdict.note, { kind: 'length', totalBytes });
      }
      case 'complete':
        return received(await digestOf(partPath, verdict.note, signal), verdict.note);
      case 'start-over':
        return { kind: 'start-over' };
      case 'expired':
        return { kind: 'not-taken', failure: new Failure('link.expired', 'The link has ended.') };
      case 'refused':
        return { kind: 'not-taken', failure: verdict.failure };
      case 'failure':
        throw verdict.failure;
    }
  } finally {
    transfer.close();
  }
}

async function append(
  transfer: Transfer,
  into: { path: string; fromBytes: number; note: PartNote; ending: Ending },
  allowance: Allowance,
  { signal, onProgress }: AskOptions,
): Promise<Digest> {
  const { path, fromBytes, note, ending } = into;
  const part = await openPart(path, fromBytes, note, signal);
  const tooMuch = new Failure(
    'file.incomplete',
    'The file host sent more bytes than it announced.',
  );
  try {
    const write = (piece: Buffer) => {
      part.write(piece);
      onProgress(part.bytes, note.totalBytes);
    };
    const writeSlowly = async (chunk: Buffer) => {
      for (let at = 0; at < chunk.byteLength;) {
        const piece = chunk.subarray(at, at + allowance.largestPiece());
        await allowance.take(piece.byteLength, signal);
        write(piece);
        at += piece.byteLength;
      }
    };
    await transfer.drain((chunk) => {
      if (ending.kind === 'length' && part.bytes + chunk.byteLength > ending.totalBytes) {
        throw tooMuch;
      }
      if (!allowance.isLimited()) write(chunk);
      else return writeSlowly(Buffer.from(chunk));
    });
    if (ending.kind === 'length' && part.bytes !== ending.totalBytes) {
      throw new Failure(
        'file.incomplete',
        `The connection ended after ${part.bytes} of ${ending.totalBytes} bytes.`,
      );
    }
    return await part.finish();
  } catch (thrown) {
    await part.close();
    // More than announced is not the announced file; nothing of it can be trusted.
    if (thrown === tooMuch) await discard(path);
    throw thrown;
  }
}

function received(digest: Digest, { etag, lastModified }: PartNote): Outcome {
  const { sha256, bytes, md5 } = digest;
  const matchesEtag = md5 === null || md5 === md5In(etag);
  return { kind: 'received', received: { sha256, bytes, etag, lastModified, matchesEtag } };
}
