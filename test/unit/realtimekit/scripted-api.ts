/** @file Test support. A tiny HTTP server that answers as the test says, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createRealtimeKit,
  type RealtimeKit,
  type RealtimeKitOptions,
} from '../../../src/main/realtimekit/index.ts';
import { createEagerClock, type EagerClock } from './eager-clock.ts';

export const accountId = '0123456789abcdef0123456789abcdef';
export const appId = '7d0b6c1e-52f3-4f0a-9a57-2c8f4b1e6d90';

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Text as it stands, anything else as JSON. */
  readonly body?: unknown;
  /** Writes half of the body and resets the connection. */
  readonly cut?: boolean;
}

export interface Asked {
  readonly method: string;
  /** Decoded JSON; undefined where nothing was sent. */
  readonly body: unknown;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

export interface ScriptedApi {
  readonly apiRoot: string;
  readonly asked: Asked[];
  readonly clock: EagerClock;
  /** A client of this server. */
  kit(options?: Partial<RealtimeKitOptions>): RealtimeKit;
  close(): Promise<void>;
}

/** Paths are told relative to `/client/v4`, those below RealtimeKit relative to it, with a leading `~`. */
export async function startScriptedApi(
  answer: (asked: Asked, count: number) => Reply | Promise<Reply>,
): Promise<ScriptedApi> {
  const asked: Asked[] = [];
  const clock = createEagerClock();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(url.pathname)
      .replace('/client/v4', '')
      .replace(`/accounts/${accountId}/realtime/kit`, '~');
    const { method = '' } = request;
    const one = {
      method,
      body: await jsonOf(request),
      path,
      query: url.searchParams,
      authorization: request.headers.authorization,
    };
    asked.push(one);
    const reply = await answer(one, asked.length);
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
    const length = Buffer.byteLength(text);
    response.writeHead(reply.status ?? 200, { 'content-length': length, ...reply.headers });
    if (reply.cut === true) {
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    }
    response.end(text);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
  return {
    apiRoot,
    asked,
    clock,
    kit: (options) =>
      createRealtimeKit({
        apiRoot,
        accountId,
        appId,
        token: async () => 'token-for-tests',
        clock,
        random: () => 0,
        ...options,
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** The usual good answer. */
export function success(data: unknown, totalCount?: number): Reply {
  const paging =
    totalCount === undefined
      ? {}
      : { paging: { total_count: totalCount, start_offset: 1, end_offset: totalCount } };
  return { body: { success: true, data, ...paging } };
}

/** E1: RealtimeKit's own refusal. */
export function refusal(status: number, message: string): Reply {
  return { status, body: { success: false, error: { code: status, message } } };
}

/** E2: the gateway's refusal. */
export function gatewayRefusal(status: number, code: number, message: string): Reply {
  return {
    status,
    body: { success: false, errors: [{ code, message }], messages: [], result: null },
  };
}
