/** @file Tests. An object host whose every answer a test writes by hand, for faults no service would offer as a switch. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string | undefined;
  url: string;
  headers: IncomingHttpHeaders;
}

export interface HostByHand {
  origin: string;
  /** Every request, in order. */
  asked: Asked[];
  /** Bytes of bodies written so far. */
  servedBytes(): number;
  /** Answers the following requests one after the other; the last stays. */
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export async function openHost(): Promise<HostByHand> {
  const asked: Asked[] = [];
  let answers: Answer[] = [];
  let served = 0;
  const server = createServer((request, response) => {
    asked.push({ method: request.method, url: request.url ?? '', headers: request.headers });
    const write = response.write.bind(response);
    response.write = (chunk: Buffer, ...rest: never[]) => {
      served += chunk.length;
      return write(chunk, ...rest);
    };
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) response.writeHead(500).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    servedBytes: () => served,
    answer: (...next) => {
      answers = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

export interface ObjectFacts {
  etag?: string | null;
  lastModified?: string;
  headers?: Record<string, string>;
}

/** Resets the connection after some bytes of the answer, as soon as the asker holds them. */
export interface Cut {
  afterBytes: number;
  /** Bytes of the whole object that the asker has taken so far: what it has not would be lost with the connection. */
  held: () => number;
}

/** Answers as R2 does: whole, range, 412 and 416. */
export function object(bytes: Buffer, facts: ObjectFacts & { cut?: Cut } = {}): Answer {
  return (request, response) => {
    const etag = facts.etag === undefined ? '"strong-1"' : facts.etag;
    const headers = {
      ...(etag === null ? {} : { etag }),
      'last-modified': facts.lastModified ?? 'Wed, 18 Nov 2026 09:49:02 GMT',
      'accept-ranges': 'bytes',
      ...facts.headers,
    };
    const wanted = request.headers['if-match'];
    if (wanted !== undefined && wanted !== etag) {
      response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? -1);
    if (from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` });
      response.end('<Error><Code>InvalidRange</Code></Error>');
      return;
    }
    const body = from >= 0 ? bytes.subarray(from) : bytes;
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from >= 0 ? 206 : 200, {
      ...headers,
      ...(from >= 0 ? range : {}),
      'content-length': String(body.length),
    });
    const { cut } = facts;
    if (cut === undefined) {
      response.write(body);
      response.end();
      return;
    }
    response.write(body.subarray(0, cut.afterBytes));
    const watch = setInterval(() => {
      if (cut.held() < Math.max(from, 0) + cut.afterBytes && !response.destroyed) return;
      clearInterval(watch);
      response.destroy();
    }, 2);
  };
}

/** A fixed answer without looking at the question. */
export function fixed(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Answer {
  return (_request, response) => {
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
    response.end(bytes);
  };
}
