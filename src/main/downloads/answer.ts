/** @file Main process. Judges an object host's answer before a single byte of it touches the disk. */
import { Failure } from '#contract';

import { readRetryAfterMs } from '../realtimekit/index.ts';
import type { PartNote } from './part.ts';

/** Head of an answer; header names in lower case. */
export interface AnswerHead {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What was known when the question was asked. Times are epoch ms. */
export interface Asked {
  /** Bytes of the file already on disk; above 0 the question was a range. */
  heldBytes: number;
  /** What the held bytes are part of; null when nothing is held. */
  held: PartNote | null;
  /** When the link ends, null when it does not say. */
  expiresAt: number | null;
  /** After this the vendor deletes the file, null when unknown: then the end of the link has to do. */
  deadlineAt: number | null;
  pathHash: string;
  now: number;
  /** The service's clock minus ours, in ms; 0 when unknown. */
  skewMs: number;
}

export type Verdict =
  /** The whole file follows: what is held is replaced. */
  | { kind: 'whole'; note: PartNote; ending: Ending }
  /** Exactly the bytes that are missing follow. */
  | { kind: 'rest'; note: PartNote }
  /** What is held is all there is. */
  | { kind: 'complete'; note: PartNote }
  /** What is held belongs to something else. */
  | { kind: 'start-over' }
  /** The link has ended (contract 12.3, by code and by clock). */
  | { kind: 'expired' }
  /** The link is refused although it should be good. */
  | { kind: 'refused'; failure: Failure }
  | { kind: 'failure'; failure: Failure };

/** How the end of the body is recognised. */
export type Ending =
  | { kind: 'length'; totalBytes: number }
  /** No length was told; the transfer coding marks the end, so a cut is noticed but cannot be resumed. */
  | { kind: 'coding' };

/**
 * Reads an answer as contract 12.3 says.
 *
 * @param start the first bytes of the body, at least 512 of them unless it is shorter; for an
 *   answer outside 2xx all of the body that is worth reading
 */
export function judge(head: AnswerHead, start: Buffer, asked: Asked): Verdict {
  if (head.status === 200 || head.status === 206) return judgeContent(head, start, asked);
  const code = errorCode(start);
  const detail = `The file host answered ${head.status}${code === null ? '' : ` ${code}`}.`;
  switch (head.status) {
    case 412:
      return { kind: 'start-over' };
    case 416:
      return judgeUnsatisfiable(head, asked);
    case 400:
    case 401:
    case 403:
      return isExpiry(head, code, start, asked)
        ? { kind: 'expired' }
        : { kind: 'refused', failure: new Failure('link.refused', detail) };
    case 404:
    case 410:
      return isPast(head, asked.deadlineAt ?? asked.expiresAt, asked)
        ? failure(new Failure('file.gone', detail))
        : failure(new Failure('file.not-ready', detail));
    case 429:
      return failure(
        limited(detail, readRetryAfterMs(head.headers, hostNow(head, asked)), asked.now),
      );
    default:
      return head.status >= 500
        ? failure(new Failure('api.server-trouble', detail))
        : failure(new Failure('link.refused', detail));
  }
}

function limited(detail: string, waitMs: number | null, now: number): Failure {
  return new Failure('api.rate-limited', detail, waitMs === null ? {} : { retryAt: now + waitMs });
}

function failure(thrown: Failure): Verdict {
  return { kind: 'failure', failure: thrown };
}

function judgeContent(head: AnswerHead, start: Buffer, asked: Asked): Verdict {
  const encoding = header(head, 'content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    return failure(new Failure('file.not-media', `The file came encoded as ${encoding}.`));
  }
  return head.status === 206 ? judgeRange(head, asked) : judgeWhole(head, start, asked);
}

function judgeWhole(head: AnswerHead, start: Buffer, asked: Asked): Verdict {
  const announced = wholeNumber(header(head, 'content-length'));
  if (start.length === 0) {
    // A cut before the first byte looks alike, except that a length was promised.
    return announced === null || announced === 0
      ? failure(new Failure('file.not-ready', 'The file is listed, but has no bytes yet.'))
      : failure(new Failure('file.incomplete', 'The connection ended before the first byte.'));
  }
  if (isPage(start, header(head, 'content-type'))) {
    return failure(
      new Failure('file.not-media', 'A page or an error text came in place of the file.'),
    );
  }
  const note = noteOf(head, announced, asked.pathHash);
  if (announced !== null) {
    return { kind: 'whole', note, ending: { kind: 'length', totalBytes: announced } };
  }
  const coding = header(head, 'transfer-encoding');
  return coding !== null && /\bchunked\b/i.test(coding)
    ? { kind: 'whole', note, ending: { kind: 'coding' } }
    : failure(new Failure('file.incomplete', 'The file host does not tell where the file ends.'));
}

function judgeRange(head: AnswerHead, asked: Asked): Verdict {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(header(head, 'content-range') ?? '');
  if (match === null || asked.held === null) return { kind: 'start-over' };
  const [from, to, total] = match.slice(1).map(Number);
  const { held, heldBytes } = asked;
  const note = noteOf(head, total ?? null, asked.pathHash);
  const continues =
    from === heldBytes && total === held.totalBytes && to === total - 1 && isSameObject(held, note);
  return continues ? { kind: 'rest', note: held } : { kind: 'start-over' };
}

/** Equal strong ETags decide; without them path and date of change have to agree. A changed date is never the same. */
function isSameObject(held: PartNote, offered: PartNote): boolean {
  const dates = [held.lastModified, offered.lastModified];
  if (held.etag !== offered.etag) return false;
  if (isStrong(held.etag)) return dates.includes(null) || dates[0] === dates[1];
  return held.pathHash === offered.pathHash && dates[0] !== null && dates[0] === dates[1];
}

/** True when the ETag stands for the very bytes, so that `If-Match` may name it. */
export function isStrong(etag: string | null): etag is string {
  return etag !== null && !etag.startsWith('W/');
}

function judgeUnsatisfiable(head: AnswerHead, asked: Asked): Verdict {
  const total = wholeNumber(
    /^bytes \*\/(\d+)$/i.exec(header(head, 'content-range') ?? '')?.[1] ?? null,
  );
  const { held, heldBytes } = asked;
  return held !== null && heldBytes > 0 && total === heldBytes && held.totalBytes === heldBytes
    ? { kind: 'complete', note: held }
    : { kind: 'start-over' };
}

const expiryCodes = new Set(['ExpiredRequest', 'ExpiredToken']);

function isExpiry(head: AnswerHead, code: string | null, body: Buffer, asked: Asked): boolean {
  if (code !== null && expiryCodes.has(code)) return true;
  if (code === 'AccessDenied' && /request has expired/i.test(body.toString('utf8'))) return true;
  return isPast(head, asked.expiresAt, asked);
}

function isPast(head: AnswerHead, endsAt: number | null, asked: Asked): boolean {
  return endsAt !== null && hostNow(head, asked) >= endsAt;
}

/** What time it is by the host's own clock where it tells it, else by the service's as it was last seen; ours may be wrong (contract 12.1). */
function hostNow(head: AnswerHead, { now, skewMs }: Asked): number {
  const told = Date.parse(header(head, 'date') ?? '');
  return Number.isNaN(told) ? now + skewMs : told;
}

/** `<Code>` of the XML error bodies of R2, S3 and Google storage. */
function errorCode(body: Buffer): string | null {
  return /<Code>\s*([A-Za-z0-9.]{1,64})\s*<\/Code>/.exec(body.toString('utf8'))?.[1] ?? null;
}

/** HTML, XML or JSON in place of media (contract 12.4). A WebM begins with 1A 45 DF A3, which none of them does. */
function isPage(start: Buffer, contentType: string | null): boolean {
  const text = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^<(?:[!?]|html|head|body|error|script|meta)/i.test(text)) return true;
  const told = /^(?:text\/|application\/(?:json|xml|xhtml\+xml))/i.test(contentType ?? '');
  return told && /^[<{["]/.test(text);
}

function noteOf(head: AnswerHead, totalBytes: number | null, pathHash: string): PartNote {
  return {
    etag: header(head, 'etag'),
    totalBytes,
    lastModified: header(head, 'last-modified'),
    pathHash,
  };
}

function header(head: AnswerHead, name: string): string | null {
  const value = head.headers[name];
  const first = (Array.isArray(value) ? value[0] : value) ?? '';
  // An empty one says nothing, least of all that two versions are the same.
  return first === '' ? null : first;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
