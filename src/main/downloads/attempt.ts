/** @file Main process. One attempt to bring a file's part to completion: ask, judge, append, hash. */
import { Failure } from '#contract';

import type { Clock } from '../clock.ts';
import type { Link } from '../realtimekit/index.ts';
import { judge, type Ending } from './answer.ts';
import { discard, digestOf, held, openPart, type Digest, type PartNote } from './part.ts';
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

export interface AttemptWorld {
  clock: Clock;
  partPath: string;
  /** The link known from the last listing; null after a restart. */
  link: Link | null;
  /** Epoch ms after which the vendor deletes the file, null when unknown: 404 means lost from then on. */
  deadlineAt: number | null;
  /**
   * A link as good as the vendor gives it now. `refused` is the one that was not taken: when the
   * vendor has no other, the same one comes back.
   */
  freshLink(refused: Link | null): Promise<Link>;
  signal: AbortSignal;
  /** Told the host of each request before it is sent. */
  onRequest?: ((host: string) => void) | undefined;
  /** Bytes on disk and, once known, in all. */
  onProgress(receivedBytes: number, totalBytes: number | null): void;
}

/**
 * Contract 12. Whatever goes wrong, bytes that can be continued stay on disk.
 *
 * @throws Failure `link.expired` (the vendor has no newer link, unless details say `renewed`), `link.refused`, `file.gone`,
 *   `file.not-ready`, `file.incomplete`, `file.changed`, `file.not-media`, `api.rate-limited`,
 *   `api.server-trouble`, `api.unreachable`, `disk.full`, `disk.refused`, or what `freshLink` throws
 * @throws the signal's reason when aborted
 */
export async function attempt(world: AttemptWorld): Promise<Received> {
  let link = usable(world.link ?? (await world.freshLink(null)));
  let wasRenewed = false;
  let hasStartedOver = false;
  for (;;) {
    const outcome = await ask(link, world);
    if (outcome.kind === 'received') return outcome.received;
    if (outcome.kind === 'start-over') {
      if (hasStartedOver) throw new Failure('file.changed', 'The file changes while it is read.');
      hasStartedOver = true;
      await discard(world.partPath);
      continue;
    }
    if (wasRenewed) throw onceMore(outcome.failure);
    const newer = usable(await world.freshLink(link));
    if (newer.isSameAs(link)) throw outcome.failure;
    link = newer;
    wasRenewed = true;
  }
}

type Outcome =
  | { kind: 'received'; received: Received }
  | { kind: 'start-over' }
  /** `failure` is what to say when there is no newer link. */
  | { kind: 'not-taken'; failure: Failure };

async function ask(link: Link, world: AttemptWorld): Promise<Outcome> {
  const { partPath, clock, deadlineAt, signal, onRequest } = world;
  const { bytes: heldBytes, note } = await held(partPath);
  world.onProgress(heldBytes, note?.totalBytes ?? null);
  const transfer = await openTransfer(link, { heldBytes, held: note, signal, onRequest });
  try {
    const { expiresAt, pathHash } = link;
    const start = await transfer.peek();
    const asked = { heldBytes, held: note, expiresAt, deadlineAt, pathHash, now: clock.now() };
    const verdict = judge(transfer.head, start, asked);
    switch (verdict.kind) {
      case 'whole':
        return received(
          await append(transfer, 0, verdict.note, verdict.ending, world),
          verdict.note,
        );
      case 'rest': {
        const ending = { kind: 'length', totalBytes: verdict.note.totalBytes ?? 0 } as const;
        const digest = await append(transfer, heldBytes, verdict.note, ending, world);
        return received(digest, verdict.note);
      }
      case 'complete':
        return received(await digestOf(partPath), verdict.note);
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
  fromBytes: number,
  note: PartNote,
  ending: Ending,
  world: AttemptWorld,
): Promise<Digest> {
  const part = await openPart(world.partPath, fromBytes, note);
  try {
    for await (const chunk of transfer.body()) {
      if (ending.kind === 'length' && part.bytes + chunk.byteLength > ending.totalBytes) {
        // More than announced is not the announced file; nothing of it can be trusted.
        await part.close();
        await discard(world.partPath);
        throw new Failure('file.incomplete', 'The file host sent more bytes than it announced.');
      }
      await part.write(chunk);
      world.onProgress(part.bytes, note.totalBytes);
    }
    if (ending.kind === 'length' && part.bytes !== ending.totalBytes) {
      throw new Failure(
        'file.incomplete',
        `The connection ended after ${part.bytes} of ${ending.totalBytes} bytes.`,
      );
    }
    return await part.finish();
  } finally {
    await part.close();
  }
}

function received(digest: Digest, note: PartNote): Outcome {
  const { sha256, bytes } = digest;
  const { etag, lastModified } = note;
  const md5 = /^"([0-9a-f]{32})"$/i.exec(etag ?? '')?.[1]?.toLowerCase();
  const matchesEtag = md5 === undefined || md5 === digest.md5;
  return { kind: 'received', received: { sha256, bytes, etag, lastModified, matchesEtag } };
}

/** The vendor does sign anew: that the second link ended, too, says nothing against a third. */
function onceMore(failure: Failure): Failure {
  return failure.code === 'link.expired'
    ? new Failure(failure.code, failure.message, { details: { renewed: true } })
    : failure;
}

function usable(link: Link): Link {
  if (link.extraSignedHeaders) {
    throw new Failure('link.refused', 'The link wants headers that only its maker knows.');
  }
  return link;
}
