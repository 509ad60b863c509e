/** @file Main process. One GET of a presigned link: no credentials, no re-encoding, no way for the link to leak. */
import { once } from 'node:events';

import { Failure } from '#contract';
import type { Got } from 'got';

import { systemClock } from '../clock.ts';
import type { Link } from '../realtimekit/index.ts';
import { isStrong, type AnswerHead } from './answer.ts';
import type { PartNote } from './part.ts';

/** An answer whose body has not been read. Close it in any case. */
export interface Transfer {
  readonly head: AnswerHead;
  /** The first bytes: at least 512 unless the body is shorter; up to 64 KiB of an error body. */
  peek(): Promise<Buffer>;
  /** The whole body, peeked bytes included; once. @throws Failure `file.incomplete` when it is cut */
  body(): AsyncIterable<Buffer>;
  close(): void;
}

/** Loaded when it is first needed: the window does not wait for it. */
let loading: Promise<{ default: Got }> | null = null;
const loadGot = () => (loading ??= import('got'));

/** How long nothing may move before there is an answer, in ms. */
const patience = {
  lookup: 10_000,
  connect: 15_000,
  secureConnect: 15_000,
  response: 60_000,
};
/** How long a read may wait for bytes, in ms. A time without reading, for a limit on the speed, does not count. */
const usualIdleMs = 60_000;

const startBytes = 512;
const errorBytes = 65_536;

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
    idleMs?: number;
  },
): Promise<Transfer> {
  const { signal, onRequest, idleMs = usualIdleMs } = asked;
  const { default: got } = await loadGot();
  signal.throwIfAborted();
  const address = link.reveal();
  onRequest?.(new URL(address).host);
  const strayed: true[] = [];
  const stream = got.stream(address, {
    headers: { 'accept-encoding': 'identity', 'user-agent': 'Trackvault', ...rangeHeaders(asked) },
    decompress: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    strictContentLength: false,
    timeout: patience,
    // Said, for the environment (NODE_TLS_REJECT_UNAUTHORIZED) may say otherwise.
    https: { rejectUnauthorized: true },
    signal,
    followRedirect: (response) => {
      const { location } = response.headers;
      if (isSafeStep(address, location)) onRequest?.(new URL(location, address).host);
      else strayed.push(true);
      return strayed.length === 0;
    },
    maxRedirects: 5,
  });
  // Whoever reads the body meets the error there; this only keeps it from being thrown at nobody.
  stream.on('error', () => undefined);
  let head: AnswerHead;
  try {
    const answered: unknown[] = await once(stream, 'response');
    head = asHead(answered[0]);
  } catch (thrown) {
    stream.destroy();
    throw asFailure(thrown, signal, 'connecting');
  }
  if (strayed.length > 0) {
    stream.destroy();
    throw new Failure('link.refused', 'The file host points to an address that is not https.');
  }
  const chunks = stream[Symbol.asyncIterator]();
  const peeked: Buffer[] = [];
  let hasEnded = false;
  let waitingSince: number | null = null;
  const closed = new AbortController();

  const watch = async () => {
    for (;;) {
      await systemClock.sleep(idleMs / 4, closed.signal);
      if (waitingSince === null || performance.now() - waitingSince < idleMs) continue;
      stream.destroy(new Failure('file.incomplete', 'The file host sent nothing for too long.'));
      return;
    }
  };
  watch().catch(() => undefined);

  const read = async (): Promise<Buffer | null> => {
    waitingSince = performance.now();
    try {
      const step = await chunks.next();
      if (step.done === true) {
        hasEnded = true;
        return null;
      }
      return asBuffer(step.value);
    } catch (thrown) {
      throw asFailure(thrown, signal, 'reading');
    } finally {
      waitingSince = null;
    }
  };

  return {
    head,
    async peek() {
      const wanted = head.status < 300 ? startBytes : errorBytes;
      for (let length = 0; length < wanted && !hasEnded;) {
        const chunk = await read();
        if (chunk === null) break;
        peeked.push(chunk);
        length += chunk.byteLength;
      }
      return Buffer.concat(peeked);
    },
    async *body() {
      yield* peeked.splice(0);
      while (!hasEnded) {
        const chunk = await read();
        if (chunk !== null) yield chunk;
      }
    },
    close: () => {
      closed.abort();
      stream.destroy();
    },
  };
}

/** The bytes themselves, not a copy. */
function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  throw new Failure('api.not-understood', 'The file host gave no bytes.');
}

function rangeHeaders(asked: { heldBytes: number; held: PartNote | null }): Record<string, string> {
  if (asked.heldBytes === 0 || asked.held === null) return {};
  const etag = asked.held.etag;
  return { range: `bytes=${asked.heldBytes}-`, ...(isStrong(etag) ? { 'if-match': etag } : {}) };
}

/** https anywhere; an open line only from this computer to itself (contract 8.3). */
function isSafeStep(address: string, location: string | undefined): location is string {
  if (location === undefined || !URL.canParse(location, address)) return false;
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

function asHead(response: unknown): AnswerHead {
  if (
    typeof response === 'object' &&
    response !== null &&
    'statusCode' in response &&
    typeof response.statusCode === 'number' &&
    'headers' in response &&
    typeof response.headers === 'object' &&
    response.headers !== null
  ) {
    return { status: response.statusCode, headers: { ...response.headers } };
  }
  throw new Failure('api.not-understood', 'The file host gave no answer that can be read.');
}

/** Errors before any connection stood: the network is away rather than the file. */
const unreachable = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/** got's errors carry the whole link: only their code goes on, never the error itself. */
function asFailure(thrown: unknown, signal: AbortSignal, when: 'connecting' | 'reading'): unknown {
  if (signal.aborted) return signal.reason;
  if (thrown instanceof Failure) return thrown;
  const told = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  const code = typeof told === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(told) ? told : 'unknown';
  return when === 'connecting' && unreachable.has(code)
    ? new Failure('api.unreachable', `The file host cannot be reached (${code}).`)
    : new Failure('file.incomplete', `The connection broke while ${when} (${code}).`);
}
