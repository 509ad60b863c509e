/** @file Sandbox. The object host: presigned GET with ranges and conditions, XML errors, and everything that breaks downloads (contract 12). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isoTime } from './clock.ts';
import { deliver, pause, type Delivery } from './delivery.ts';
import { page } from './envelopes.ts';
import { strike, type ObjectFault } from './faults.ts';
import type { LinkSigner } from './links.ts';
import type { RequestLog } from './request-log.ts';
import type { Switches } from './switches.ts';
import { alteredBytes, putObject, type StoredObject, type World } from './world.ts';

export interface ObjectHostParts {
  readonly world: World;
  readonly switches: Switches;
  readonly signer: LinkSigner;
  readonly log: RequestLog;
}

export function createObjectHost({ world, switches, signer, log }: ObjectHostParts): Server {
  return createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      response.destroy();
      process.emitWarning(error instanceof Error ? error : String(error));
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    log.record('object', request, response);
    if (switches.objectDelayMs > 0) await pause(switches.objectDelayMs);
    const rawUrl = request.url ?? '';
    const path = rawUrl.split('?')[0] ?? '';
    const refused = judge(request.method ?? '', rawUrl);
    const fault = refused
      ? undefined
      : strike(switches.objectFaults, decodePath(path), request.method);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'object-changes') changeObject(path);
    const object = world.objects.get(path);
    const delivery =
      refused ??
      replacement(fault) ??
      (object
        ? serve(request, object, fault)
        : xmlError(404, 'NoSuchKey', 'The specified key does not exist.'));
    await deliver(response, {
      ...delivery,
      headers: { Date: new Date(world.clock.now()).toUTCString(), ...delivery.headers },
      body: request.method === 'HEAD' ? Buffer.alloc(0) : delivery.body,
      bytesPerSecond: switches.throttleBytesPerSecond,
    });
  }

  function changeObject(path: string): void {
    const object = world.objects.get(path);
    if (object) putObject(world, path, alteredBytes(object.bytes), world.clock.now());
  }

  function judge(method: string, rawUrl: string): Delivery | null {
    const verdict = signer.judge(method, rawUrl, world.clock.now());
    switch (verdict.kind) {
      case 'good':
        return null;
      case 'unsigned':
        return xmlError(403, 'AccessDenied', 'Access Denied');
      case 'altered':
        return xmlError(
          403,
          'SignatureDoesNotMatch',
          'The request signature we calculated does not match the signature you provided.',
        );
      case 'expired':
        return expired(verdict);
    }
  }

  function expired({
    expiredAt,
    lifeSeconds,
  }: {
    expiredAt: number;
    lifeSeconds: number;
  }): Delivery {
    const message = 'Request has expired';
    switch (switches.expiredAnswer) {
      case 'r2':
        return xmlError(403, 'ExpiredRequest', message);
      case 'r2-before-2026-07-30':
        return xmlError(400, 'ExpiredRequest', message);
      case 'google':
        return xmlError(400, 'ExpiredToken', 'Invalid argument.');
      case 'aws':
        return xmlError(
          403,
          'AccessDenied',
          message,
          `<X-Amz-Expires>${lifeSeconds}</X-Amz-Expires><Expires>${isoTime(expiredAt)}</Expires>` +
            `<ServerTime>${isoTime(world.clock.now())}</ServerTime><RequestId>7F2C</RequestId>`,
        );
    }
  }

  function serve(
    request: IncomingMessage,
    object: StoredObject,
    fault: ObjectFault | undefined,
  ): Delivery {
    const etag = shownEtag(object, fault);
    const base: Record<string, string> = {
      ...(etag === null ? {} : { ETag: etag }),
      'Content-Type': object.contentType,
      'Last-Modified': new Date(object.modifiedAt).toUTCString(),
      'Accept-Ranges': 'bytes',
    };
    const total = object.bytes.length;
    const ifMatch = request.headers['if-match'];
    if (ifMatch !== undefined && ifMatch !== '*' && !ifMatch.split(/,\s*/).includes(etag ?? '')) {
      return xmlError(
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold.',
      );
    }
    const asked = readRange(request.headers.range, total);
    const isWhole =
      asked === null || fault?.kind === 'whole' || !sameVersion(request, object, etag);
    if (isWhole) return withBodyFault({ status: 200, headers: base, body: object.bytes }, fault);
    if (asked === 'unsatisfiable') {
      const error = xmlError(416, 'InvalidRange', 'The requested range is not satisfiable');
      return { ...error, headers: { ...error.headers, 'Content-Range': `bytes */${total}` } };
    }
    const { from, to } = asked;
    const shift = fault?.kind === 'wrong-range' ? fault.byBytes : 0;
    const statedTotal = total + (fault?.kind === 'wrong-range' ? fault.totalBy : 0);
    const headers = {
      ...base,
      'Content-Range': `bytes ${from + shift}-${to + shift}/${statedTotal}`,
    };
    return withBodyFault(
      { status: 206, headers, body: object.bytes.subarray(from, to + 1) },
      fault,
    );
  }

  /** U16: whether `If-Range` is obeyed; RFC 9110 13.1.5 wants a strong ETag or the exact date. */
  function sameVersion(
    request: IncomingMessage,
    object: StoredObject,
    etag: string | null,
  ): boolean {
    const wanted = request.headers['if-range'];
    if (wanted === undefined || switches.ifRange === 'ignored') return true;
    return wanted === etag || wanted === new Date(object.modifiedAt).toUTCString();
  }
}

function shownEtag(object: StoredObject, fault: ObjectFault | undefined): string | null {
  if (fault?.kind === 'etag-changes') return `"${'0'.repeat(32)}"`;
  if (fault?.kind !== 'etag') return object.etag;
  return fault.as === 'absent' ? null : `W/${object.etag}`;
}

/** `bytes=a-b`, `bytes=a-` and `bytes=-n`; null: no range, or one that is not understood and so ignored. */
function readRange(
  header: string | undefined,
  total: number,
): { from: number; to: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return null;
  const from = first === '' ? Math.max(0, total - Number(last)) : Number(first);
  const to = first === '' || last === '' ? total - 1 : Math.min(Number(last), total - 1);
  return from >= total || from > to ? 'unsatisfiable' : { from, to };
}

/** Answers that have nothing to do with the object. */
function replacement(fault: ObjectFault | undefined): Delivery | null {
  switch (fault?.kind) {
    case 'html': {
      const { body, contentType } = page(200, 'Welcome to the guest network');
      return sized(200, contentType, Buffer.from(body));
    }
    case 'xml-with-200':
      return {
        ...xmlError(200, 'InternalError', 'We encountered an internal error.'),
        status: 200,
      };
    case 'empty':
      return sized(200, 'video/webm', Buffer.alloc(0));
    case 'status':
      return xmlError(fault.status, fault.code, 'Please try again.');
    case 'redirect':
      return {
        status: 302,
        headers: { Location: fault.to, 'Content-Length': '0' },
        body: Buffer.alloc(0),
      };
    default:
      return null;
  }
}

function withBodyFault(delivery: Delivery, fault: ObjectFault | undefined): Delivery {
  const { body, headers } = delivery;
  const whole = { ...delivery, headers: { ...headers, 'Content-Length': `${body.length}` } };
  if (fault?.kind === 'cut') return { ...whole, cutAfterBytes: fault.afterBytes };
  if (fault?.kind !== 'short') return whole;
  const kept = body.subarray(0, Math.max(0, body.length - fault.missingBytes));
  switch (fault.contentLength) {
    case 'promised':
      return { ...whole, body: kept, endsShort: true };
    case 'true':
      return {
        ...delivery,
        headers: { ...headers, 'Content-Length': `${kept.length}` },
        body: kept,
      };
    case 'absent':
      return { ...delivery, body: kept };
  }
}

function xmlError(status: number, code: string, message: string, more = ''): Delivery {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;
  return sized(status, 'application/xml', Buffer.from(text));
}

function sized(status: number, contentType: string, body: Buffer): Delivery {
  const headers = { 'Content-Type': contentType, 'Content-Length': `${body.length}` };
  return { status, headers, body };
}

/** For aiming faults by file name. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
