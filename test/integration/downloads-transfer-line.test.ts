/** @file Tests of what a bad line does to an attempt: resets at every byte, silence, foreign certificates, open lines, other versions (contract 8.3, 12). */
import { existsSync } from 'node:fs';
import { createServer as createSecureServer, type Server } from 'node:https';
import { createServer as createRawServer, type AddressInfo } from 'node:net';
import * as tls from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { attempt } from '../../src/main/downloads/attempt.ts';
import { openTransfer } from '../../src/main/downloads/transfer.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { selfSigned } from '../support/self-signed.ts';
import { attemptBench, failing, sha256, type AttemptBench } from './downloads-attempt.ts';
import { hastyClock, webmLike } from './downloads-bench.ts';
import { fixed, object, openHost, type Answer, type HostByHand } from './downloads-host.ts';

let host: HostByHand;
let bench: AttemptBench;

beforeEach(async () => {
  host = await openHost();
  bench = await attemptBench();
});
afterEach(async () => {
  await host.close();
  await bench.close();
});

describe('a reset', () => {
  const content = webmLike(60, 3);
  const answer = Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\nETag: "strong-1"\r\n\r\n`),
    content,
  ]);

  /** Answers with so many bytes of `answer` and then breaks, gently or not. */
  async function openBreaking(how: 'reset' | 'end') {
    const server = createRawServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (asked) => {
        const cut = Number(/GET \/(\d+)/.exec(asked.toString('latin1'))?.[1]);
        socket.write(answer.subarray(0, cut), () => {
          if (how === 'end') socket.end();
          // What the asker has not taken yet goes with the connection.
          else setImmediate(() => socket.resetAndDestroy());
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  }

  test.each(['reset', 'end'] as const)(
    '(%s) at any byte costs no more than what was under way',
    async (how) => {
      host.answer(object(content));
      const breaking = await openBreaking(how);
      const oneCut = async (cut: number) => {
        const world = bench.world(`http://127.0.0.1:${breaking.port}/${cut}`, {
          name: `cut-${cut}`,
        });
        const failure = await failing(attempt(world));
        expect(failure.code).toBe('file.incomplete');
        const heldBytes = existsSync(world.partPath) ? world.part().length : 0;
        expect(heldBytes).toBeLessThanOrEqual(Math.max(0, cut - (answer.length - content.length)));
        world.link = new Link(`${host.origin}/${cut}`);
        expect((await attempt(world)).sha256).toBe(sha256(content));
        expect(world.part().equals(content)).toBe(true);
      };
      const cuts = Array.from({ length: answer.length }, (_, cut) => cut);
      while (cuts.length > 0) await Promise.all(cuts.splice(0, 16).map(oneCut));
      breaking.close();
    },
  );
});

test('a host that falls silent in the middle is left after a while, and what came is kept', async () => {
  const content = webmLike(3_000);
  host.answer((_request, response) => {
    response.writeHead(200, { 'content-length': '3000', etag: '"strong-1"' });
    response.write(content.subarray(0, 2_000));
  });
  const transfer = await openTransfer(new Link(`${host.origin}/a`), {
    heldBytes: 0,
    held: null,
    signal: new AbortController().signal,
    idleMs: 80,
  });
  const got: Buffer[] = [];
  const drained = transfer.drain((chunk) => {
    got.push(Buffer.from(chunk));
    return undefined;
  });
  expect(await failing(drained)).toMatchObject({ code: 'file.incomplete' });
  expect(Buffer.concat(got).equals(content.subarray(0, 2_000))).toBe(true);
  transfer.close();
});

test('a reader that takes its time is not mistaken for a silent host', async () => {
  const content = webmLike(400_000);
  host.answer(object(content));
  const transfer = await openTransfer(new Link(`${host.origin}/a`), {
    heldBytes: 0,
    held: null,
    signal: new AbortController().signal,
    idleMs: 60,
  });
  let bytes = 0;
  await transfer.drain((chunk) => {
    const isFirst = bytes === 0;
    bytes += chunk.length;
    return isFirst ? new Promise((resolve) => setTimeout(resolve, 200)) : undefined;
  });
  expect(bytes).toBe(content.length);
  transfer.close();
});

describe('over a line that is encrypted', () => {
  const content = webmLike(700_000, 5);
  const certificate = selfSigned();
  let server: Server;
  let origin: string;
  let answer: Answer;
  let asked = 0;
  const usual = tls.getCACertificates('default');

  beforeAll(async () => {
    server = createSecureServer(certificate, (request, response) => {
      asked += 1;
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = 0;
    answer = object(content);
  });
  afterEach(() => {
    tls.setDefaultCACertificates(usual);
    vi.unstubAllEnvs();
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('every byte comes', async () => {
    tls.setDefaultCACertificates([certificate.cert]);
    const world = bench.world(`${origin}/a`);
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(world.part().equals(content)).toBe(true);
  });

  test('a reader that has to wait in between misses nothing', async () => {
    tls.setDefaultCACertificates([certificate.cert]);
    const transfer = await openTransfer(new Link(`${origin}/a`), {
      heldBytes: 0,
      held: null,
      signal: new AbortController().signal,
    });
    await transfer.peek();
    const got: Buffer[] = [];
    await transfer.drain((chunk) => {
      got.push(Buffer.from(chunk));
      return got.length % 3 === 0 ? new Promise((resolve) => setTimeout(resolve, 2)) : undefined;
    });
    transfer.close();
    expect(sha256(Buffer.concat(got))).toBe(sha256(content));
  });

  test.each(['1', '0'])(
    'a host nobody vouches for is asked for nothing (NODE_TLS_REJECT_UNAUTHORIZED=%s)',
    async (reject) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', reject);
      const world = bench.world(`${origin}/a?X-Amz-Signature=feedface`);
      const failure = await failing(attempt(world));
      expect(failure.code).toBe('file.incomplete');
      expect(failure.message).toMatch(/SELF_SIGNED_CERT/);
      expect(failure.message).not.toContain('feedface');
      expect(asked).toBe(0);
      expect(existsSync(world.partPath)).toBe(false);
    },
  );

  test('a certificate for another host is refused', async () => {
    tls.setDefaultCACertificates([certificate.cert]);
    const world = bench.world(origin.replace('localhost', '127.0.0.1'));
    expect((await failing(attempt(world))).message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(asked).toBe(0);
  });

  test('no redirect leads from it to an open one, not even on this computer', async () => {
    tls.setDefaultCACertificates([certificate.cert]);
    host.answer(object(content));
    answer = (_request, response) => {
      response.writeHead(302, { location: `${host.origin}/a` }).end();
    };
    expect(await failing(attempt(bench.world(`${origin}/a`)))).toMatchObject({
      code: 'link.refused',
    });
    expect(host.asked).toHaveLength(0);
  });
});

test('redirects in a circle come to an end', async () => {
  host.answer((_request, response) => {
    response.writeHead(307, { location: '/again' }).end();
  });
  expect(await failing(attempt(bench.world(`${host.origin}/a`)))).toMatchObject({
    code: 'link.refused',
  });
  expect(host.asked).toHaveLength(6);
});

describe('two versions of a file are never put together:', () => {
  const first = webmLike(20_000, 1);
  const second = webmLike(20_000, 2);
  const earlier = 'Wed, 18 Nov 2026 09:49:02 GMT';
  const later = 'Wed, 18 Nov 2026 10:00:00 GMT';

  const cases: [string, Facts, Facts, Buffer?][] = [
    ['another strong ETag', { etag: '"v1"' }, { etag: '"v2"' }],
    ['another weak ETag', { etag: 'W/"v1"' }, { etag: 'W/"v2"' }],
    ['an ETag that became weak', { etag: '"v1"' }, { etag: 'W/"v1"' }],
    ['an ETag that went', { etag: '"v1"' }, { etag: null }],
    ['an ETag that came', { etag: null }, { etag: '"v2"' }],
    ['the same weak ETag, another date', { etag: 'W/"v"' }, { etag: 'W/"v"', lastModified: later }],
    ['the same strong ETag, another date', { etag: '"v"' }, { etag: '"v"', lastModified: later }],
    ['no ETag, another date', { etag: null }, { etag: null, lastModified: later }],
    ['no ETag, no date', { etag: null, lastModified: '' }, { etag: null, lastModified: '' }],
    ['the same ETag, another length', { etag: '"v"' }, { etag: '"v"' }, second.subarray(0, 19_000)],
  ];
  interface Facts {
    etag: string | null;
    lastModified?: string;
  }

  /** As `object`, and a host that heeds no `If-Match`: the answer alone must tell. */
  const heedless =
    (bytes: Buffer, facts: Facts): Answer =>
    (request, response) => {
      delete request.headers['if-match'];
      object(bytes, { lastModified: earlier, ...facts })(request, response);
    };

  test.each(cases)('%s', async (_case, before, after, changed = second) => {
    const world = bench.world(`${host.origin}/a`);
    const cut = { afterBytes: 9_000, held: () => world.progress.at(-1) ?? 0 };
    host.answer(
      object(first, { lastModified: earlier, ...before, cut }),
      heedless(changed, after),
      heedless(changed, after),
    );
    await failing(attempt(world));
    expect(world.part().length).toBe(9_000);
    expect((await attempt(world)).sha256).toBe(sha256(changed));
    expect(world.part().equals(changed)).toBe(true);
  });

  test('a change between two ranges of one attempt after the other', async () => {
    const third = webmLike(20_000, 3);
    const world = bench.world(`${host.origin}/a`);
    const cutAt = (afterBytes: number) => ({ afterBytes, held: () => world.progress.at(-1) ?? 0 });
    host.answer(
      object(first, { etag: '"1"', cut: cutAt(5_000) }),
      object(second, { etag: '"2"' }),
      object(second, { etag: '"2"', cut: cutAt(7_000) }),
      object(third, { etag: '"3"' }),
    );
    await failing(attempt(world));
    await failing(attempt(world));
    expect((await attempt(world)).sha256).toBe(sha256(third));
  });
});

describe('lengths that do not agree:', () => {
  const content = webmLike(5_000);
  const range = (headers: Record<string, string>, body: Buffer): Answer => {
    return (_request, response) => {
      response.writeHead(206, { etag: '"strong-1"', ...headers });
      response.end(body);
    };
  };

  async function heldTwoThousand() {
    const world = bench.world(`${host.origin}/a`);
    const cut = { afterBytes: 2_000, held: () => world.progress.at(-1) ?? 0 };
    host.answer(object(content, { cut }));
    await failing(attempt(world));
    return world;
  }

  test('a range that brings more than it announced costs the part, for nothing of it can be trusted', async () => {
    const world = await heldTwoThousand();
    const tooMuch = Buffer.concat([content.subarray(2_000), Buffer.from('more')]);
    const headers = { 'content-range': 'bytes 2000-4999/5000', 'transfer-encoding': 'chunked' };
    host.answer(range(headers, tooMuch), object(content));
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.incomplete' });
    expect(existsSync(world.partPath)).toBe(false);
    expect((await attempt(world)).sha256).toBe(sha256(content));
  });

  test('a range that brings less than it announced is continued', async () => {
    const world = await heldTwoThousand();
    const headers = { 'content-range': 'bytes 2000-4999/5000' };
    host.answer(range(headers, content.subarray(2_000, 3_000)), object(content));
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.incomplete' });
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked.at(-1)?.headers.range).toBe('bytes=3000-');
  });
});

describe('expiry by clock, of a host that does not tell the time,', () => {
  const endsAt = Date.parse('2026-11-25T09:49:02Z');
  const hourMs = 3_600_000;
  const halfMs = hourMs / 2;
  const signed = [
    ['R2', 'X-Amz-Date=20261118T094902Z&X-Amz-Expires=604800'],
    ['Google', 'X-Goog-Date=20261118T094902Z&X-Goog-Expires=604800'],
  ] as const;
  const denied: Answer = (_request, response) => {
    response.sendDate = false;
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
  };

  describe.each(signed)('%s', (_host, query) => {
    test.each([
      ['ours an hour behind', endsAt - halfMs, hourMs, 'link.expired'],
      ['ours an hour ahead', endsAt + halfMs, -hourMs, 'link.refused'],
      ['both alike, after', endsAt + halfMs, 0, 'link.expired'],
      ['both alike, before', endsAt - halfMs, 0, 'link.refused'],
    ])('%s', async (_case, now, skewMs, code) => {
      host.answer(denied);
      const clock = { ...hastyClock(), now: () => now };
      const world = bench.world(`${host.origin}/a?${query}`, { clock, skewMs });
      expect(await failing(attempt(world))).toMatchObject({ code });
    });
  });

  test('decides as well whether a missing object is lost or not there yet', async () => {
    const missing: Answer = (_request, response) => {
      response.sendDate = false;
      response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    };
    host.answer(missing);
    const clock = { ...hastyClock(), now: () => endsAt - halfMs };
    const world = bench.world(`${host.origin}/a`, { clock, deadlineAt: endsAt });
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.not-ready' });
    expect(await failing(attempt({ ...world, skewMs: hourMs }))).toMatchObject({
      code: 'file.gone',
    });
  });

  test('a date to come back at is read by the host’s clock and told by ours', async () => {
    const now = Date.parse('2026-11-18T08:00:00Z');
    host.answer((_request, response) => {
      response.sendDate = false;
      response.writeHead(429, { 'retry-after': 'Wed, 18 Nov 2026 09:00:30 GMT' }).end();
    });
    const clock = { ...hastyClock(), now: () => now };
    const world = bench.world(`${host.origin}/a`, { clock, skewMs: hourMs });
    expect(await failing(attempt(world))).toMatchObject({ retryAt: now + 30_000 });
  });
});

describe('a signature that does not match', () => {
  const refused = fixed(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>', {
    date: 'Thu, 19 Nov 2026 09:00:00 GMT',
  });

  test('is not tried again with the same link', async () => {
    host.answer(refused);
    const world = bench.world(`${host.origin}/a`);
    expect(await failing(attempt(world))).toMatchObject({ code: 'link.refused' });
    expect(host.asked).toHaveLength(1);
    expect(world.links).toEqual([world.link]);
  });

  test('is forgotten when a newer link is taken', async () => {
    const content = webmLike(900);
    host.answer(refused, object(content));
    const newer = new Link(`${host.origin}/a?X-Amz-Signature=newer`);
    const world = bench.world(`${host.origin}/a`, { freshLink: () => Promise.resolve(newer) });
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked).toHaveLength(2);
  });
});
