/** @file Main process. One GET of a presigned link: no credentials, no re-encoding, no way for the link to leak. */
import { Failure } from '#contract';

import type { Link } from '../realtimekit/index.ts';
import { isStrong, type AnswerHead } from './answer.ts';
import { get, type Consume, type HttpAnswer } from './http-get.ts';
import type { PartNote } from './part.ts';

/** An answer whose body has not been read. Close it in any case. */
export interface Transfer {
  readonly head: AnswerHead;
  /** The first bytes: at least 512 unless the body is shorter; up to 64 KiB of an error body. */
  peek(): Promise<Buffer>;
  /** The whole body, peeked bytes included; once. @throws Failure `file.incomplete` when it is cut */
  drain(consume: Consume): Promise<void>;
  close(): void;
}

/** How long a read may wait for bytes, in ms. */
const usualIdleMs = 60_000;
const startBytes = 512;
const errorBytes = 65_536;
const redirectsAtMost = 5;

/**
 * Asks for what is missing (contract 12.2, 12.4): `Range`, and `If-Match` when the ETag is strong.
 * Never `HEAD`: a link signed for GET refuses it.
 *
 * @throws Failure `api.unreachable`, `link.refused` (redirect to an open line), `file.incomplete`
 * @throws the signal's reason when aborted
 */
export async function openTransfer(
  link: Link,
  asked: {
    heldBytes: number;
    held: PartNote | null;
    signal: AbortSignal;
    onRequest?: ((host: string) => void) | undefined;
    /** How long a read may wait for bytes, in ms. */
    idleMs?: number | undefined;
  },
): Promise<Transfer> {
  const { signal, onRequest, idleMs = usualIdleMs } = asked;
  const headers = {
    'Accept-Encoding': 'identity',
    'User-Agent': 'Trackvault',
    ...rangeHeaders(asked),
  };
  let address = link.reveal();
  for (let redirects = 0; ; redirects += 1) {
    onRequest?.(new URL(address).host);
    const answer = await get(address, { headers, signal, idleMs });
    const location = locationOf(answer);
    if (location === null) return transferOf(answer);
    answer.close();
    if (redirects === redirectsAtMost) {
      throw new Failure('link.refused', 'The file host points from one address to the next.');
    }
    if (!isSafeStep(address, location)) {
      throw new Failure('link.refused', 'The file host points to an address that is not https.');
    }
    address = new URL(location, address).href;
  }
}

function transferOf(answer: HttpAnswer): Transfer {
  const { head } = answer;
  return {
    head,
    peek: () => answer.start(head.status < 300 ? startBytes : errorBytes),
    drain: answer.drain,
    close: answer.close,
  };
}

const redirecting = new Set([301, 302, 303, 307, 308]);

function locationOf({ head }: HttpAnswer): string | null {
  const { location } = head.headers;
  return redirecting.has(head.status) && typeof location === 'string' ? location : null;
}

function rangeHeaders(asked: { heldBytes: number; held: PartNote | null }): Record<string, string> {
  if (asked.heldBytes === 0 || asked.held === null) return {};
  const etag = asked.held.etag;
  return { Range: `bytes=${asked.heldBytes}-`, ...(isStrong(etag) ? { 'If-Match': etag } : {}) };
}

/** https anywhere; an open line only from this computer to itself (contract 8.3). */
function isSafeStep(address: string, location: string): boolean {
  if (!URL.canParse(location, address)) return false;
  const target = new URL(location, address);
  const from = new URL(address);
  return (
    target.protocol === 'https:' ||
    (target.protocol === 'http:' &&
      from.protocol === 'http:' &&
      isLoopback(from) &&
      isLoopback(target))
  );
}

function isLoopback(address: URL): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(address.hostname);
}
