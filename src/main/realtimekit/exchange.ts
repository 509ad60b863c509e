/** @file Main process. One HTTP exchange with the API: bounded in time and size, and silent about its secrets. */
import type { Got, Request } from 'got';

import type { Headers } from './rate-limit.ts';

export type Exchange =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
    }
  /**
   * Nothing usable came back. `message` is our own or an error's code, never the request; `hasLeft` is
   * false only where there was never a connection that could have carried it.
   */
  | { readonly kind: 'silence'; readonly message: string; readonly hasLeft: boolean }
  | { readonly kind: 'too-large'; readonly message: string };

/** One thing to send. */
export interface Sending {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly address: string;
  /** Sent as JSON; only with POST and PUT. */
  readonly body?: unknown;
}

const largestBodyBytes = 20 * 1024 * 1024;

/** Loaded when it is first needed: the window does not wait for it. */
let loading: Promise<{ default: Got }> | null = null;
const loadGot = () => (loading ??= import('got'));

/**
 * Sends one request, once; each step may take `answerWithinMs`, the whole three times that. Redirects
 * are not followed: the token belongs to this host alone, and the API never redirects, so one comes
 * from something in between.
 * @param token null for what is public
 * @throws the signal's reason; every other trouble is a value, because the HTTP library's errors
 *   carry the request, token included
 */
export async function exchange(
  { method, address, body }: Sending,
  token: string | null,
  answerWithinMs: number,
  signal: AbortSignal | undefined,
): Promise<Exchange> {
  const { default: got } = await loadGot();
  const request = got.stream(address, {
    method,
    // What must not be sent twice goes over a connection of its own: one kept open may just have been given up.
    ...(method === 'GET' ? {} : { json: body ?? {}, agent: { http: false, https: false } }),
    headers: {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'user-agent': 'Trackvault',
    },
    // Said, for the environment (NODE_TLS_REJECT_UNAUTHORIZED) may say otherwise.
    https: { rejectUnauthorized: true },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: {
      lookup: answerWithinMs,
      connect: answerWithinMs,
      secureConnect: answerWithinMs,
      response: answerWithinMs,
      request: 3 * answerWithinMs,
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      bytes += part.length;
      if (bytes > largestBodyBytes) {
        return { kind: 'too-large', message: 'The answer was larger than 20 MB.' };
      }
      chunks.push(part);
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'silence', message: reasonOf(error), hasLeft: hasConnected(address, request) };
  } finally {
    request.destroy();
  }
  const { response } = request;
  if (response === undefined) return { kind: 'silence', message: 'no answer', hasLeft: true };
  return {
    kind: 'answer',
    status: response.statusCode,
    headers: response.headers,
    text: Buffer.concat(chunks).toString('utf8'),
  };
}

/** Over https nothing of a request goes out before the other side has proved who it is. */
function hasConnected(address: string, { timings }: Request): boolean {
  const isPlain = address.startsWith('http:');
  return (isPlain ? timings?.connect : timings?.secureConnect) !== undefined;
}

/** Codes such as `ECONNREFUSED` or `ENOTFOUND`; the message itself may repeat the address. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{3,60}$/.test(code) ? code : 'connection failed';
}
