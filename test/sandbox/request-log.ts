/** @file Sandbox. Remembers every request – without secrets – and what should never have been sent. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface LoggedRequest {
  readonly host: 'api' | 'object';
  readonly at: number;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Without the signature. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names; `authorization` and `cookie` only say that they were there. */
  readonly headers: Readonly<Record<string, string>>;
  /** null until answered; still null when the connection ended before an answer. */
  status: number | null;
  /** The answer went out whole, or the connection is closed. */
  ended: boolean;
  /** Bytes of the answer, its head among them, that were handed to the line; 0 until it ended. */
  sentBytes: number;
}

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  /** Sentences about what clients must never do; empty when all is well. */
  readonly violations: readonly string[];
  record(host: 'api' | 'object', request: IncomingMessage, response: ServerResponse): LoggedRequest;
  /**
   * The first request, past or to come, that fits; asked again when it is answered and when it ends.
   * @throws Error after `timeoutMs` (default 10 000)
   */
  waitFor(fits: (request: LoggedRequest) => boolean, timeoutMs?: number): Promise<LoggedRequest>;
}

/** @param secrets texts that must never appear in a request to the object host */
export function createRequestLog(now: () => number, secrets: readonly string[]): RequestLog {
  const requests: LoggedRequest[] = [];
  const violations: string[] = [];
  const waiting = new Set<() => void>();
  const tell = () => waiting.forEach((look) => look());

  return {
    requests,
    violations,
    record: (host, request, response) => {
      const [path, query] = splitOnce(request.url ?? '', '?');
      const method = request.method ?? '';
      const logged: LoggedRequest = {
        host,
        at: now(),
        method,
        path,
        query: [...new URLSearchParams(query)].filter(([name]) => !/signature$/i.test(name)),
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [
            name,
            name === 'authorization' || name === 'cookie' ? '(present)' : String(value),
          ]),
        ),
        status: null,
        ended: false,
        sentBytes: 0,
      };
      const { socket } = request;
      const sentBefore = socket.bytesWritten;
      if (host === 'object') violations.push(...offences(request, secrets));
      requests.push(logged);
      response.once('close', () => {
        if (response.headersSent) logged.status = response.statusCode;
        logged.ended = true;
        logged.sentBytes = socket.bytesWritten - sentBefore;
        tell();
      });
      tell();
      return logged;
    },
    waitFor: (fits, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = requests.find(fits);
          if (!found) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          const seen = requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
          reject(new Error(`no such request in ${timeoutMs} ms; seen:\n${seen.join('\n')}`));
        }, timeoutMs);
        waiting.add(look);
        look();
      }),
  };
}

/** Contract 8.3: file hosts get no credentials. */
function offences(request: IncomingMessage, secrets: readonly string[]): string[] {
  const where = `${request.method ?? ''} ${splitOnce(request.url ?? '', '?')[0]}`;
  const forbidden = ['authorization', 'cookie', 'proxy-authorization'];
  const sent = forbidden.filter((name) => request.headers[name] !== undefined);
  const whole = `${request.url ?? ''}\n${request.rawHeaders.join('\n')}`;
  const leaks = secrets.some((secret) => whole.includes(secret)) ? ['the API token'] : [];
  return [...sent, ...leaks].map((what) => `${what} was sent to the object host: ${where}`);
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
