/** @file Main process. The loopback endpoint for webhooks: what is truly the service's makes us look, and nothing it says is believed. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { KeyObject } from 'node:crypto';
import { Failure, type MeetingId } from '#contract';
import type { Clock } from '../clock.ts';
import { readEvent } from './event.ts';
import { isSigned, readPublicKey, signatureOf } from './signature.ts';

/** Something happened in this meeting, or, null, somewhere: ask the API what. */
export interface Nudge {
  meetingId: MeetingId | null;
}

export interface RelayWorld {
  /** 0 takes any free one. */
  port: number;
  /**
   * The service's public key in PEM, asked anew.
   * @throws Failure `api.unreachable`, `api.not-understood`
   */
  publicKey: () => Promise<string>;
  onNudge: (nudge: Nudge) => void;
  clock: Clock;
}

export interface Relay {
  readonly port: number;
  /** Deliveries taken, those refused, and when the latest was taken (epoch ms). */
  status(): { taken: number; refused: number; takenAt: number | null };
  close(): Promise<void>;
}

/** Events are some kilobytes; what is longer is none. */
const longestBody = 1_048_576;
/** A sender that stalls is not waited for, in ms. */
const patienceMs = 10_000;
/** How many events are known again. */
const rememberedEvents = 1_000;
/** A key that fits nothing may be an old one; asked for again no sooner than this, in ms. */
const keyRestMs = 60_000;
/** After a key that could not be read, in ms: whoever floods us floods nobody else. */
const keyRetryMs = 1_000;

/**
 * Listens on 127.0.0.1 alone. Answers: 204 taken, 400 not an event, 401 not signed by the service,
 * 405, 413, 503 while the key cannot be read (the service sends again after a 5xx, contract 13.2).
 * @throws Failure `input.invalid` when the port is taken
 */
export async function createRelay(world: RelayWorld): Promise<Relay> {
  const { clock } = world;
  let taken = 0;
  let refused = 0;
  let takenAt: number | null = null;
  const known = new Set<string>();
  let key: { value: KeyObject; askedAt: number } | null = null;

  /** All who need it wait for one answer. */
  let asking: Promise<KeyObject | null> | null = null;
  let failedAt = -Infinity;

  const readKey = async (): Promise<KeyObject | null> => {
    if (Math.abs(clock.now() - failedAt) < keyRetryMs) return null;
    const pem = await world.publicKey().catch(() => '');
    const value = readPublicKey(pem);
    if (value === null) failedAt = clock.now();
    else key = { value, askedAt: clock.now() };
    return value;
  };
  const askKey = (): Promise<KeyObject | null> =>
    (asking ??= readKey().finally(() => {
      asking = null;
    }));

  const isGenuine = async (body: Buffer, signature: Buffer): Promise<boolean> => {
    const had = key;
    const first = had?.value ?? (await askKey());
    if (first === null) throw new Failure('api.not-understood', 'The key cannot be read.');
    if (isSigned(body, signature, first)) return true;
    // The service may have changed its key since.
    if (had === null || clock.now() - had.askedAt < keyRestMs) return false;
    const second = await askKey();
    return second !== null && isSigned(body, signature, second);
  };

  const judge = async (request: IncomingMessage): Promise<number> => {
    if (request.method !== 'POST') return 405;
    const body = await readBody(request);
    if (body === null) return 413;
    const signature = signatureOf(request.headers);
    if (signature === null) return 401;
    try {
      if (!(await isGenuine(body, signature))) return 401;
    } catch {
      return 503;
    }
    const event = readEvent(body);
    if (event === null) return 400;
    if (known.has(event.key)) return 204;
    known.add(event.key);
    const [oldest] = known;
    if (known.size > rememberedEvents && oldest !== undefined) known.delete(oldest);
    if (event.matters) world.onNudge({ meetingId: event.meetingId });
    return 204;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const status = await judge(request);
    if (status === 204) {
      taken += 1;
      takenAt = clock.now();
    } else refused += 1;
    // Whatever is left of a refused body is not read.
    response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      refused += 1;
      response.destroy();
    });
  });
  server.requestTimeout = patienceMs;
  server.headersTimeout = patienceMs;
  server.maxConnections = 32;
  server.listen(world.port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Failure('input.invalid', 'Another program listens on this port.', {
      details: { field: 'port', port: world.port },
      cause: error,
    });
  }
  // A caller that cannot be let in, for want of file handles, concerns nobody else.
  server.on('error', () => undefined);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : world.port,
    status: () => ({ taken, refused, takenAt }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Null when it is longer than any event. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > longestBody) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
