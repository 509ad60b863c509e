/** @file Main process. One GET on a connection of its own, read into one buffer that is filled again and again: a library's fresh buffer for each read costs more than hashing it. */
import { addAbortListener } from 'node:events';
import { connect as connectOpenly, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

import { Failure } from '#contract';

import { systemClock } from '../clock.ts';
import type { AnswerHead } from './answer.ts';
import { createAnswerReader } from './http-body.ts';

/**
 * Given a piece of the body, good until this returns: whoever needs it longer copies it. While a
 * promise is pending nothing more is read.
 */
export type Consume = (chunk: Buffer) => Promise<void> | undefined;

/** An answer whose body has not been read. Close it in any case. */
export interface HttpAnswer {
  readonly head: AnswerHead;
  /**
   * The first bytes of the body, at least `wanted` unless it is shorter; `drain` tells them again.
   * @throws what broke the connection
   */
  start(wanted: number): Promise<Buffer>;
  /**
   * The whole body, once; resolves when it has ended as it should.
   * @throws Failure `file.incomplete` when it is cut, what `consume` throws
   */
  drain(consume: Consume): Promise<void>;
  close(): void;
}

export interface GetOptions {
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** How long a read may wait for bytes, in ms. Time without reading, for a limit on the speed, does not count. */
  idleMs: number;
}

/** Until there is a connection, and then until there is an answer, in ms. */
const connectMs = 30_000;
const responseMs = 60_000;
const bufferBytes = 262_144;

/**
 * Sends the address letter for letter: re-encoding breaks its signature (contract 12.1).
 * @throws Failure `api.unreachable`, `file.incomplete`, `api.not-understood`; none names the address
 * @throws the signal's reason when aborted
 */
export async function get(address: string, options: GetOptions): Promise<HttpAnswer> {
  const { signal, idleMs } = options;
  signal.throwIfAborted();
  const reader = createAnswerReader();
  /** Copies of what came while nobody read; the buffer itself is filled again. */
  const early: Buffer[] = [];
  let consume: Consume | null = null;
  let isBusy = false;
  let earlyWanted = 0;
  let isConnected = false;
  /** Why nothing more will come. */
  let broken: { reason: unknown } | null = null;
  let patienceMs = connectMs;
  let lastAt = performance.now();
  let wake: () => void = () => undefined;

  const fail = (reason: unknown) => {
    broken ??= { reason };
    socket.destroy();
    wake();
  };
  const isFlowing = () =>
    reader.head === null || (consume === null ? heldEarly() < earlyWanted : !isBusy);
  const heldEarly = () => early.reduce((sum, { length }) => sum + length, 0);

  const hand = (slice: Buffer) => {
    const pending = consume === null || isBusy ? null : consume(slice);
    if (pending === null) early.push(Buffer.from(slice));
    else if (pending !== undefined) wait(pending);
  };
  const wait = (pending: Promise<void>) => {
    isBusy = true;
    pending.then(goOn, (reason: unknown) => {
      isBusy = false;
      fail(reason);
    });
  };
  /** What came early is told first, even when the connection broke since. */
  const goOn = () => {
    isBusy = false;
    try {
      for (let chunk = early.shift(); chunk !== undefined; chunk = early.shift()) {
        const pending = consume?.(chunk);
        if (pending === undefined) continue;
        wait(pending);
        break;
      }
    } catch (thrown) {
      fail(thrown);
    }
    flow();
    wake();
  };
  const flow = () => {
    lastAt = performance.now();
    if (isFlowing() && broken === null) socket.resume();
  };

  const socket = connect(address, (bytes) => {
    lastAt = performance.now();
    if (broken !== null) return false;
    try {
      reader.take(bytes, hand);
    } catch (thrown) {
      fail(thrown);
    }
    patienceMs = reader.head === null ? responseMs : idleMs;
    wake();
    return isFlowing();
  });
  socket.on('error', (thrown) => {
    fail(asFailure(thrown, isConnected));
  });
  socket.on('close', () => {
    try {
      reader.end();
    } catch (thrown) {
      fail(thrown);
    }
    wake();
  });
  const isSecure = address.startsWith('https:');
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    isConnected = true;
    patienceMs = responseMs;
    lastAt = performance.now();
    socket.write(requestOf(address, options.headers));
  });
  const aborting = addAbortListener(signal, () => {
    fail(signal.reason);
  });
  const closed = new AbortController();
  const close = () => {
    aborting[Symbol.dispose]();
    closed.abort();
    socket.destroy();
  };

  const watch = async () => {
    for (;;) {
      await systemClock.sleep(Math.min(1_000, idleMs / 4), closed.signal);
      if (!isFlowing()) lastAt = performance.now();
      if (performance.now() - lastAt < patienceMs) continue;
      fail(
        isConnected
          ? new Failure('file.incomplete', 'The file host sent nothing for too long.')
          : new Failure('api.unreachable', 'The file host cannot be reached (no answer).'),
      );
    }
  };
  watch().catch(() => undefined);

  /** Waits until `isDone`; what came before the connection broke counts. */
  const until = async (isDone: () => boolean) => {
    while (!isDone()) {
      if (broken !== null && !isBusy) throw broken.reason;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  try {
    await until(() => reader.head !== null);
  } catch (thrown) {
    close();
    throw thrown;
  }
  const { head } = reader;
  if (head === null) throw new Error('there is a head by now');
  return {
    head,
    async start(wanted) {
      earlyWanted = wanted;
      flow();
      await until(() => heldEarly() >= wanted || reader.isWhole);
      earlyWanted = 0;
      return Buffer.concat(early);
    },
    async drain(consumer) {
      consume = consumer;
      goOn();
      await until(() => reader.isWhole && early.length === 0 && !isBusy);
      if (broken !== null) throw broken.reason;
    },
    close,
  };
}

/** Connects; whoever answers is checked, whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED). */
function connect(address: string, onBytes: (bytes: Buffer) => boolean): Socket {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const isSecure = protocol === 'https:';
  const options: TcpNetConnectOpts = {
    host,
    port: Number(port === '' ? (isSecure ? 443 : 80) : port),
    onread: { buffer, callback: (count) => onBytes(buffer.subarray(0, count)) },
  };
  if (!isSecure) return connectOpenly(options);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectSecurely({ ...options, ...servername, rejectUnauthorized: true });
}

function requestOf(address: string, headers: Readonly<Record<string, string>>): string {
  const { host, pathname, search } = new URL(address);
  const written = /^https?:\/\/[^/?#]+(\/[\x21\x22\x24-\x7e]*)/i.exec(address)?.[1];
  // What cannot stand in a request as it is was never signed as it is either.
  const isAsItIs = written !== undefined && address.endsWith(written);
  const lines = [
    `GET ${isAsItIs ? written : `${pathname}${search}`} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
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

/** Only the code of an error goes on, never the error itself. */
function asFailure(thrown: Error, isConnected: boolean): Failure {
  const told = 'code' in thrown ? thrown.code : null;
  const code = typeof told === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(told) ? told : 'unknown';
  if (!isConnected && unreachable.has(code)) {
    return new Failure('api.unreachable', `The file host cannot be reached (${code}).`);
  }
  const when = isConnected ? 'reading' : 'connecting';
  return new Failure('file.incomplete', `The connection broke while ${when} (${code}).`);
}
