/** @file Tests of one transfer attempt against a host whose every answer is written by hand (contract 12). */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { attempt } from '../../src/main/downloads/attempt.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import {
  attemptBench,
  failing,
  sha256,
  type AttemptBench,
  type TestWorld,
} from './downloads-attempt.ts';
import { hastyClock, webmLike } from './downloads-bench.ts';
import { fixed, object, openHost, type Cut, type HostByHand } from './downloads-host.ts';

const content = webmLike(300_000);
const canary = 'feedfacefeedface';
const query = `X-Amz-Date=20261118T094902Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=${canary}`;
const beforeExpiry = 'Thu, 19 Nov 2026 09:00:00 GMT';
const afterExpiry = 'Wed, 25 Nov 2026 11:20:17 GMT';

let host: HostByHand;
let bench: AttemptBench;
let clock: ReturnType<typeof hastyClock>;
let world: TestWorld;

beforeEach(async () => {
  host = await openHost();
  bench = await attemptBench();
  clock = hastyClock();
  world = bench.world(`${host.origin}/bucket/a.webm?${query}`, { clock });
});

afterEach(async () => {
  await host.close();
  await bench.close();
});

const cutAfter = (afterBytes: number): Cut => ({
  afterBytes,
  held: () => world.progress.at(-1) ?? 0,
});

describe('a sound transfer', () => {
  test('brings every byte, their hash and what the host said of them', async () => {
    host.answer(object(content));
    expect(await attempt(world)).toEqual({
      sha256: sha256(content),
      bytes: content.length,
      etag: '"strong-1"',
      lastModified: 'Wed, 18 Nov 2026 09:49:02 GMT',
      matchesEtag: true,
    });
    expect(world.part().equals(content)).toBe(true);
    expect(world.progress.at(-1)).toBe(content.length);
  });

  test('asks once, by GET, with identity encoding and without credentials', async () => {
    host.answer(object(content));
    await attempt(world);
    expect(host.asked).toHaveLength(1);
    const [{ method, headers } = { method: '', headers: {} }] = host.asked;
    expect(method).toBe('GET');
    expect(headers).toMatchObject({ 'accept-encoding': 'identity' });
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/authorization|cookie|range|if-match/)]),
    );
  });

  test('sends the link letter for letter, whatever is escaped in it and whatever is not', async () => {
    const path =
      '/b%2Fc/a_%7B%7D~!*().webm?sig=a%2Bb+c%20d%2f~/e=&x=%E2%82%AC&empty=&X-Amz-Signature=ab';
    world.link = new Link(`${host.origin}${path}`);
    host.answer(object(content));
    await attempt(world);
    expect(host.asked[0]?.url).toBe(path);
  });

  test('takes a body without length when the transfer coding marks its end', async () => {
    host.answer((_request, response) => {
      response.writeHead(200, { etag: '"x"' });
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
    });
    expect((await attempt(world)).sha256).toBe(sha256(content));
  });
});

describe('an ETag that is an MD5', () => {
  const etag = `"${'ab'.repeat(16)}"`;
  const large = Buffer.alloc(32_000_001, 7);

  test('is compared with a small file', async () => {
    host.answer(object(content, { etag }));
    expect(await attempt(world)).toMatchObject({ matchesEtag: false });
  });

  test('is compared with a large file only when that was put together from several answers', async () => {
    host.answer(object(large, { etag }));
    expect(await attempt(world)).toMatchObject({ matchesEtag: true });
    host.answer(object(large, { etag, cut: cutAfter(20_000_000) }), object(large, { etag }));
    writeFileSync(world.partPath, '');
    await failing(attempt(world));
    expect(await attempt(world)).toMatchObject({ matchesEtag: false, bytes: large.length });
  });
});

describe('a cut', () => {
  test('leaves its bytes, and the next attempt asks only for the rest', async () => {
    host.answer(object(content, { cut: cutAfter(100_000) }), object(content));
    const failure = await failing(attempt(world));
    expect(failure).toMatchObject({ code: 'file.incomplete' });
    expect(world.part().length).toBe(100_000);
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked[1]?.headers).toMatchObject({
      range: 'bytes=100000-',
      'if-match': '"strong-1"',
    });
    expect(host.servedBytes()).toBe(content.length);
  });

  test('is continued with a newly signed link to the same object', async () => {
    host.answer(object(content, { cut: cutAfter(100_000) }), object(content));
    await failing(attempt(world));
    world.link = new Link(`${host.origin}/bucket/a.webm?X-Amz-Signature=other`);
    expect((await attempt(world)).bytes).toBe(content.length);
    expect(host.servedBytes()).toBe(content.length);
  });

  test('of a body without length starts again', async () => {
    host.answer((_request, response) => {
      response.writeHead(200, { etag: '"x"' });
      response.write(content.subarray(0, 5000), () => setTimeout(() => response.destroy(), 20));
    }, object(content));
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.incomplete' });
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked[1]?.headers.range).toBeUndefined();
  });

  test('is noticed when the body ends cleanly but short', async () => {
    host.answer((_request, response) => {
      response.socket?.end(
        `HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nETag: "x"\r\nConnection: close\r\n\r\n${'x'.repeat(2000)}`,
      );
    });
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.incomplete' });
  });

  test('never names the link in what is thrown', async () => {
    host.answer(object(content, { cut: cutAfter(1000) }));
    const thrown = await failing(attempt(world));
    expect(JSON.stringify([thrown, thrown.message, Object.entries(thrown)])).not.toContain(canary);
    expect(thrown.cause).toBeUndefined();
    expect(thrown.stack).not.toContain(canary);
  });

  test('leaves nothing of the link on disk', async () => {
    host.answer(object(content, { cut: cutAfter(1000) }));
    await failing(attempt(world));
    const note = readFileSync(`${world.partPath}.json`, 'utf8');
    expect(JSON.parse(note)).toMatchObject({ etag: '"strong-1"', totalBytes: content.length });
    expect(note).not.toContain(canary);
    expect(note).not.toContain('bucket');
  });
});

describe('with a part at hand', () => {
  beforeEach(async () => {
    host.answer(object(content, { cut: cutAfter(100_000) }));
    await failing(attempt(world));
    host.asked.length = 0;
  });

  test('a 200 in place of 206 replaces the part', async () => {
    host.answer(fixed(200, content, { etag: '"strong-1"' }));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(world.part().equals(content)).toBe(true);
  });

  test('a 412 throws the part away and fetches the new object', async () => {
    const changed = webmLike(250_000, 7);
    host.answer(object(changed, { etag: '"strong-2"' }));
    expect(await attempt(world)).toMatchObject({ sha256: sha256(changed), etag: '"strong-2"' });
    expect(host.asked.map(({ headers }) => headers.range)).toEqual(['bytes=100000-', undefined]);
  });

  test('an object that changes at every look is given up for this attempt', async () => {
    host.answer(fixed(412, ''));
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.changed' });
  });

  test.each([
    ['another ETag', { etag: '"strong-2"' }, {}],
    ['another total', {}, { 'content-range': 'bytes 100000-299998/299999' }],
    ['another start', {}, { 'content-range': 'bytes 99999-299999/300000' }],
    ['no Content-Range', {}, { 'content-range': 'nonsense' }],
  ])('a 206 with %s starts over', async (_case, facts, headers) => {
    host.answer((_request, response) => {
      response.writeHead(206, {
        etag: '"strong-1"',
        'content-range': 'bytes 100000-299999/300000',
        ...facts,
        ...headers,
      });
      response.end(content.subarray(100_000));
    }, object(content));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked[1]?.headers.range).toBeUndefined();
  });

  test('a page with status 200 does not cost the part', async () => {
    host.answer(
      fixed(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
      object(content),
    );
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.not-media' });
    expect(world.part().length).toBe(100_000);
    await attempt(world);
    expect(host.asked[1]?.headers.range).toBe('bytes=100000-');
  });

  test('a 416 for a part that is whole makes it done', async () => {
    writeFileSync(world.partPath, content);
    host.answer(object(content));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked).toHaveLength(1);
  });

  test('a 416 for a part that is not whole starts over', async () => {
    host.answer(fixed(416, '', { 'content-range': 'bytes */50000' }), object(content));
    expect((await attempt(world)).sha256).toBe(sha256(content));
  });

  test('a continued part whose hash is not its ETag is told apart', async () => {
    writeFileSync(
      `${world.partPath}.json`,
      readFileSync(`${world.partPath}.json`, 'utf8').replace('strong-1', 'ab'.repeat(16)),
    );
    host.answer(object(content, { etag: `"${'ab'.repeat(16)}"` }));
    expect(await attempt(world)).toMatchObject({ matchesEtag: false });
  });

  test('a torn note means starting again', async () => {
    writeFileSync(`${world.partPath}.json`, '{"etag":');
    host.answer(object(content));
    await attempt(world);
    expect(host.asked[0]?.headers.range).toBeUndefined();
  });
});

describe('without a strong ETag', () => {
  test.each([
    ['weak', 'W/"w1"'],
    ['absent', null],
  ])('%s: continues when path and date agree', async (_case, etag) => {
    host.answer(object(content, { etag, cut: cutAfter(100_000) }), object(content, { etag }));
    await failing(attempt(world));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked[1]?.headers.range).toBe('bytes=100000-');
    expect(host.asked[1]?.headers['if-match']).toBeUndefined();
  });

  test('starts over when the date differs', async () => {
    host.answer(
      object(content, { etag: null, cut: cutAfter(100_000) }),
      object(content, { etag: null, lastModified: 'Fri, 20 Nov 2026 00:00:00 GMT' }),
    );
    await failing(attempt(world));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked).toHaveLength(3);
  });
});

describe('what is no file', () => {
  test.each([
    ['HTML', '<html><body>Hello</body></html>', 'text/html', 'file.not-media'],
    [
      'XML',
      '<?xml version="1.0"?><Error><Code>InternalError</Code></Error>',
      'application/xml',
      'file.not-media',
    ],
    [
      'XML without a type',
      '\uFEFF  <Error><Code>SlowDown</Code></Error>',
      'video/webm',
      'file.not-media',
    ],
    ['JSON', '{"success":false}', 'application/json', 'file.not-media'],
    ['zero bytes', '', 'video/webm', 'file.not-ready'],
  ])('%s with status 200 is not stored', async (_case, body, type, code) => {
    host.answer(fixed(200, body, { 'content-type': type }));
    expect(await failing(attempt(world))).toMatchObject({ code });
    expect(existsSync(world.partPath)).toBe(false);
  });

  test('an encoded body is not stored', async () => {
    host.answer(fixed(200, content, { 'content-encoding': 'gzip' }));
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.not-media' });
  });
});

describe('a refusal', () => {
  const xml = (code: string, message = '') =>
    `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

  test.each([
    ['R2', 403, xml('ExpiredRequest', 'Request has expired')],
    ['R2 of old', 400, xml('ExpiredRequest')],
    ['Google', 400, xml('ExpiredToken')],
    ['AWS', 403, xml('AccessDenied', 'Request has expired')],
  ])('by expiry, as %s says it, asks for a newer link and uses it', async (_case, status, body) => {
    const newer = new Link(`${host.origin}/bucket/a.webm?X-Amz-Signature=newer`);
    const first = world.link;
    world.freshLink = (refused) => {
      world.links.push(refused);
      return Promise.resolve(newer);
    };
    host.answer(fixed(status, body, { date: beforeExpiry }), object(content));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(world.links).toEqual([first]);
  });

  test('by expiry is final when the same link comes back', async () => {
    host.answer(fixed(403, xml('ExpiredRequest'), { date: beforeExpiry }));
    expect(await failing(attempt(world))).toMatchObject({ code: 'link.expired' });
    expect(host.asked).toHaveLength(1);
  });

  test('by expiry, of two different links in a row, is not the end: there may be a third', async () => {
    world.freshLink = () => Promise.resolve(new Link(`${host.origin}/a?X-Amz-Signature=newer`));
    host.answer(fixed(403, xml('ExpiredRequest'), { date: beforeExpiry }));
    expect(await failing(attempt(world))).toMatchObject({
      code: 'link.expired',
      details: { renewed: true },
    });
    expect(host.asked).toHaveLength(2);
  });

  test('by 404 is final from the deadline on, not from the end of a short-lived link', async () => {
    host.answer(fixed(404, xml('NoSuchKey'), { date: afterExpiry }));
    world.deadlineAt = Date.parse(afterExpiry) + 1_000;
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.not-ready' });
    world.deadlineAt = Date.parse(afterExpiry);
    expect(await failing(attempt(world))).toMatchObject({ code: 'file.gone' });
  });

  test('without a word of expiry is expiry when the host’s own clock says so', async () => {
    host.answer(fixed(403, xml('AccessDenied'), { date: afterExpiry }));
    expect(await failing(attempt(world))).toMatchObject({ code: 'link.expired' });
  });

  test('before expiry is a refusal, asked once more with a newer link', async () => {
    host.answer(fixed(403, xml('SignatureDoesNotMatch'), { date: beforeExpiry }));
    expect(await failing(attempt(world))).toMatchObject({
      code: 'link.refused',
      message: 'The file host answered 403 SignatureDoesNotMatch.',
    });
    expect(world.links).toHaveLength(1);
  });

  test.each([
    [404, 'NoSuchKey', beforeExpiry, 'file.not-ready'],
    [404, 'NoSuchKey', afterExpiry, 'file.gone'],
    [500, 'InternalError', beforeExpiry, 'api.server-trouble'],
    [503, 'ServiceUnavailable', beforeExpiry, 'api.server-trouble'],
    [418, 'Teapot', beforeExpiry, 'link.refused'],
  ])('%i %s at %s is %s', async (status, name, date, code) => {
    host.answer(fixed(status, xml(name), { date }));
    expect(await failing(attempt(world))).toMatchObject({ code });
    expect(existsSync(world.partPath)).toBe(false);
  });

  test('429 says when to come back', async () => {
    host.answer(fixed(429, xml('TooManyRequests'), { 'retry-after': '7' }));
    const askedAt = clock.now();
    const failure = await failing(attempt(world));
    expect(failure.code).toBe('api.rate-limited');
    expect((failure.retryAt ?? 0) - askedAt).toBeGreaterThanOrEqual(7_000);
    expect((failure.retryAt ?? 0) - askedAt).toBeLessThan(9_000);
  });

  test('a link with further signed headers is not even tried', async () => {
    world.link = new Link(
      `${host.origin}/a?X-Amz-SignedHeaders=host%3Bx-amz-date&X-Amz-Signature=1`,
    );
    expect(await failing(attempt(world))).toMatchObject({ code: 'link.refused' });
    expect(host.asked).toHaveLength(0);
  });
});

describe('the line', () => {
  test('follows a redirect within this computer', async () => {
    host.answer((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    }, object(content));
    expect((await attempt(world)).sha256).toBe(sha256(content));
    expect(host.asked[1]?.url).toBe('/elsewhere');
  });

  test('follows no redirect to an open line elsewhere', async () => {
    host.answer((_request, response) => {
      response.writeHead(302, { location: 'http://files.example.org/a.webm' }).end();
    });
    expect(await failing(attempt(world))).toMatchObject({ code: 'link.refused' });
    expect(host.asked).toHaveLength(1);
  });

  test('that is away is told apart from a file that fails', async () => {
    await host.close();
    const failure = await failing(attempt(world));
    expect(failure).toMatchObject({ code: 'api.unreachable' });
    host = await openHost();
  });

  test('is dropped at once when the attempt is aborted, and the part stays', async () => {
    const controller = new AbortController();
    world.signal = controller.signal;
    host.answer((_request, response) => {
      response.writeHead(200, { 'content-length': String(content.length), etag: '"strong-1"' });
      response.write(content.subarray(0, 50_000));
    });
    world.onProgress = (bytes) => {
      if (bytes === 50_000) controller.abort(new Error('quit'));
    };
    await expect(attempt(world)).rejects.toThrow('quit');
    expect(world.part().length).toBe(50_000);
  });
});

describe('the disk', () => {
  test.runIf(existsSync('/dev/full'))('that is full is told as such', async () => {
    symlinkSync('/dev/full', world.partPath);
    host.answer(object(content));
    expect(await failing(attempt(world))).toMatchObject({ code: 'disk.full' });
  });

  test('that refuses is told as such', async () => {
    world.partPath = join(bench.dir, 'a-file', 'a.part');
    writeFileSync(join(bench.dir, 'a-file'), '');
    host.answer(object(content));
    expect(await failing(attempt(world))).toMatchObject({ code: 'disk.refused' });
  });
});
