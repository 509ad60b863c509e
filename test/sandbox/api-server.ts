/** @file Sandbox. The API's gateway: headers, tokens, limits and faults in front of the calls (contract 1–3, 14). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Call } from './api-call.ts';
import { routes } from './api-routes.ts';
import { deliver, pause } from './delivery.ts';
import { gatewayRefusal, page, refusal, refusalAs, type Answer } from './envelopes.ts';
import { strike, type ApiFault } from './faults.ts';
import { Refused } from './paging.ts';
import { createQuota, tooManyCalls } from './quota.ts';
import type { RecordingView } from './recording-json.ts';
import type { RequestLog } from './request-log.ts';
import type { WebhookSender } from './webhooks.ts';
import { readBearer, refuseToken, verifyToken, type TokenSet } from './tokens.ts';

export interface ApiParts extends RecordingView {
  readonly log: RequestLog;
  readonly tokens: TokenSet;
  readonly appSecret: string;
  readonly webhookSender: WebhookSender;
}

const root = '/client/v4';

export function createApiServer(parts: ApiParts): Server {
  const quota = createQuota();
  return createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      // A fault of the stand-in itself must be seen, not taken for a fault of the service.
      response.destroy();
      process.emitWarning(error instanceof Error ? error : String(error));
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    parts.log.record('api', request, response);
    const { switches, world } = parts;
    const body = await readBody(request);
    if (switches.apiDelayMs > 0) await pause(switches.apiDelayMs);
    const url = new URL(request.url ?? '/', 'http://api');
    const { refusal: overLimit, headers } = quota.count(switches, world.clock.now());
    const fault = strike(switches.apiFaults, url.pathname, request.method);
    const isTaken = fault !== undefined && 'taken' in fault && fault.taken === true;
    if (fault?.kind === 'delay' && !isTaken) await pause(fault.ms);
    const replaced = faultAnswer(fault);
    const isLost = replaced !== null || fault?.kind === 'hang' || fault?.kind === 'reset';
    const carriedOut = overLimit ?? (isLost && !isTaken ? null : answerCall(request, url, body));
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return void response.socket?.resetAndDestroy();
    if (fault?.kind === 'delay' && isTaken) await pause(fault.ms);
    const answer = overLimit ?? replaced ?? carriedOut ?? answerCall(request, url, body);
    const retryAfter =
      fault?.kind === 'rate-limited' && fault.retryAfterSeconds !== null
        ? { 'Retry-After': `${fault.retryAfterSeconds}` }
        : {};
    const whole = Buffer.from(answer.body);
    const kept = fault?.kind === 'short' ? whole.subarray(0, fault.keepBytes) : whole;
    const promised = fault?.kind === 'short' && fault.contentLength === 'true' ? kept : whole;
    await deliver(response, {
      status: answer.status,
      headers: {
        Date: new Date(world.clock.now()).toUTCString(),
        'Content-Type': answer.contentType,
        'Content-Length': `${promised.length}`,
        ...headers,
        ...retryAfter,
      },
      body: kept,
      endsShort: kept.length < promised.length,
      ...(fault?.kind === 'cut' ? { cutAfterBytes: fault.afterBytes } : {}),
    });
  }

  function heeded(query: URLSearchParams): URLSearchParams {
    if (parts.switches.filters === 'obeyed') return query;
    return new URLSearchParams([...query].filter(([name]) => pagingWords.includes(name)));
  }

  function answerCall(request: IncomingMessage, url: URL, body: unknown): Answer {
    if (url.pathname === '/.well-known/webhooks.json') return parts.webhookSender.keyAnswer();
    const bearer = readBearer(request.headers.authorization);
    if (bearer.kind === 'refused') return bearer.answer;
    const token = Object.values(parts.tokens).find(({ value }) => value === bearer.value);
    const path = url.pathname.startsWith(`${root}/`) ? url.pathname.slice(root.length) : '';
    if (path === '/user/tokens/verify') return verifyToken(token, 'user', null);
    const match = /^\/accounts\/([^/]*)\/(.*)$/.exec(path);
    const [, accountId = '', rest = ''] = match ?? [];
    if (!match || !/^[0-9a-f]{32}$/.test(accountId)) return noRoute(path);
    if (rest === 'tokens/verify') return verifyToken(token, 'account', accountId);
    if (!rest.startsWith('realtime/kit/')) return noRoute(path);
    const refused = refuseToken(token, accountId, parts.switches);
    if (refused) return refused;
    if (accountId !== parts.world.accountId) return noRoute(path);
    parts.world.settle();
    const call: Call = { ...parts, query: heeded(url.searchParams), body };
    return route(call, request.method ?? '', rest.slice('realtime/kit/'.length)) ?? noRoute(path);
  }
}

/** What of a query counts when filters are ignored (contract 6.1, U20). */
const pagingWords = ['page_no', 'per_page', 'sort_by', 'sort_order', 'include_peer_events'];

function route(call: Call, method: string, path: string): Answer | null {
  const segments = path.split('/');
  for (const { method: wanted, pattern, answer } of routes) {
    const params = method === wanted ? matchPattern(pattern.split('/'), segments) : null;
    if (!params) continue;
    try {
      return answer(call, params);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }
  return null;
}

function matchPattern(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(segment);
    else if (part !== segment) return null;
  }
  return params;
}

function noRoute(path: string): Answer {
  const message = `Could not route to ${root}${path}, perhaps your object identifier is invalid?`;
  return gatewayRefusal(404, { code: 7003, message });
}

/** The answer a fault puts in place of the real one; null: the real one goes out, perhaps broken. */
function faultAnswer(fault: ApiFault | undefined): Answer | null {
  switch (fault?.kind) {
    case 'rate-limited':
      if (fault.body === 'gateway') return tooManyCalls();
      if (fault.body === 'realtimekit') return refusal(429, 'Too many requests');
      return { status: 429, contentType: 'text/plain', body: 'Too many requests' };
    case 'status':
      return refusalAs(fault.body, fault.status, 10001, 'Something went wrong');
    case 'html':
      return page(200, 'Welcome to the guest network');
    case 'not-a-success':
      return { ...refusalAs(fault.body, 500, 10001, 'Something went wrong'), status: 200 };
    default:
      return null;
  }
}

/** The JSON body, or undefined when there is none or it is not JSON. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
