/** @file Tests. The stand-in's object host: links, ranges and conditions as the contract says, and every way a download breaks. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, askApi, linksOf } from '../sandbox/ask.ts';
import { oddRecordings, startSandbox, type ObjectFault, type Sandbox } from '../sandbox/index.ts';

const recordingId = 'fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64';
const sevenDaysMs = 7 * 86_400_000;

let sandbox: Sandbox;
let link: string;
let fileName: string;
let original: { bytes: number; sha256: string };

beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'all-states' });
  const first = sandbox.originals().find((each) => each.recordingId === recordingId);
  if (!first) throw new Error('the scenario lost its first recording');
  original = first;
  fileName = first.fileName;
  link = await currentLink();
});
afterEach(() => sandbox.close());

async function currentLink(): Promise<string> {
  const found = (await linksOf(sandbox, recordingId)).find((each) => each.fileName === fileName);
  if (!found) throw new Error(`no link for ${fileName}`);
  return found.link;
}

const get = (headers: Record<string, string> = {}, address = link) => ask(address, { headers });
const withFault = (fault: ObjectFault) => {
  sandbox.switches.objectFaults = [fault];
  return get();
};

describe('a good link', () => {
  test('every listed file arrives whole and equal to the original, whatever its name', async () => {
    const alive = sandbox.originals().filter((each) => each.recordingId !== oddRecordings.expired);
    expect(alive.length).toBeGreaterThan(25);
    for (const each of alive) {
      const listed = (await linksOf(sandbox, each.recordingId)).find(
        ({ layerName, fileName }) => layerName === each.layerName && fileName === each.fileName,
      );
      const { bytes, status } = await get({}, listed?.link);
      expect(status, each.fileName).toBe(200);
      expect(createHash('sha256').update(bytes).digest('hex'), each.fileName).toBe(each.sha256);
    }
  });

  test('the whole object comes with a quoted ETag, its length and Accept-Ranges', async () => {
    const { headers, bytes } = await get();
    expect(headers).toMatchObject({
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      'content-length': `${original.bytes}`,
      'accept-ranges': 'bytes',
    });
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=1000-', 1000, null],
    ['bytes=-500', -500, null],
    ['bytes=10-99999999', 10, null],
  ] as const)('the range %s is answered with 206', async (range, from, to) => {
    const whole = (await get()).bytes;
    const start = from < 0 ? whole.length + from : from;
    const end = to ?? whole.length - 1;
    const { status, headers, bytes } = await get({ Range: range });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${start}-${end}/${whole.length}`);
    expect(bytes.equals(whole.subarray(start, end + 1))).toBe(true);
  });

  test('a range beyond the end is 416 and states the total', async () => {
    const { status, headers, bytes } = await get({ Range: `bytes=${original.bytes}-` });
    expect(status).toBe(416);
    expect(headers['content-range']).toBe(`bytes */${original.bytes}`);
    expect(bytes.toString()).toContain('<Code>InvalidRange</Code>');
  });

  test('If-Match stops at other bytes; If-Range falls back to the whole, or is ignored (U16)', async () => {
    const { headers } = await get();
    const etag = String(headers['etag']);
    expect(await get({ 'If-Match': etag, Range: 'bytes=5-' })).toMatchObject({ status: 206 });
    sandbox.changeObject(recordingId, fileName);
    const failed = await get({ 'If-Match': etag, Range: 'bytes=5-' });
    expect(failed.status).toBe(412);
    expect(failed.bytes.toString()).toContain('PreconditionFailed');
    expect(await get({ 'If-Range': etag, Range: 'bytes=5-' })).toMatchObject({ status: 200 });
    sandbox.switches.ifRange = 'ignored';
    expect(await get({ 'If-Range': etag, Range: 'bytes=5-' })).toMatchObject({ status: 206 });
  });
});

describe('a link that is not good', () => {
  test('HEAD on a link signed for GET is 403 SignatureDoesNotMatch', async () => {
    expect(await ask(link, { method: 'HEAD' })).toMatchObject({ status: 403 });
    const posted = await ask(link, { method: 'POST' });
    expect(posted.bytes.toString()).toContain('SignatureDoesNotMatch');
  });

  test('one changed character, in path or query, breaks the signature', async () => {
    const changed = [
      link.replace('audio', 'audi%6F'),
      link.replace('604800', '604801'),
      `${link}0`,
    ];
    for (const address of changed) {
      const { status, bytes } = await get({}, address);
      expect(status, address.split('?')[0]).toBe(403);
      expect(bytes.toString()).toContain('SignatureDoesNotMatch');
    }
    expect(await get({}, link.split('?')[0])).toMatchObject({ status: 403 });
  });

  test.each([
    ['r2', 403, 'ExpiredRequest'],
    ['r2-before-2026-07-30', 400, 'ExpiredRequest'],
    ['aws', 403, 'AccessDenied'],
    ['google', 400, 'ExpiredToken'],
  ] as const)('expired, %s style: %i %s', async (style, status, code) => {
    sandbox.switches.expiredAnswer = style;
    sandbox.clock.advance(sevenDaysMs + 1_000);
    const reply = await get();
    expect(reply.status).toBe(status);
    expect(reply.bytes.toString()).toContain(`<Code>${code}</Code>`);
    expect(reply.bytes.includes('<ServerTime>')).toBe(style === 'aws');
  });

  test('links renew with every GET, or were signed once at the upload (U12)', async () => {
    sandbox.switches.linkLifeSeconds = 60;
    sandbox.clock.advance(61_000);
    expect(await get({}, await currentLink())).toMatchObject({ status: 200 });
    sandbox.switches.linksRenew = false;
    const stale = await currentLink();
    expect(await currentLink()).toBe(stale);
    expect(await get({}, stale)).toMatchObject({ status: 403 });
  });

  test('links are spelt as R2 does, or Google (U11)', async () => {
    const names = (address: string) => [...new URL(address).searchParams.keys()];
    expect(names(link)).toEqual(
      ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map(
        (each) => `X-Amz-${each}`,
      ),
    );
    sandbox.switches.linkStyle = 'google';
    const google = await currentLink();
    expect(names(google).every((name) => name.startsWith('X-Goog-'))).toBe(true);
    expect(await get({}, google)).toMatchObject({ status: 200 });
  });

  test('a deleted object is 404 NoSuchKey', async () => {
    sandbox.deleteObject(recordingId, fileName);
    const { status, bytes } = await get();
    expect(status).toBe(404);
    expect(bytes.toString()).toContain('<Code>NoSuchKey</Code>');
  });
});

describe('faults', () => {
  test('cut: the connection is reset in the middle, once or always', async () => {
    const cut = await withFault({ kind: 'cut', afterBytes: 5_000 });
    expect(cut).toMatchObject({ status: 200, end: 'broken' });
    expect(cut.bytes).toHaveLength(5_000);
    expect(await get()).toMatchObject({ end: 'whole' });
    sandbox.switches.objectFaults = [{ kind: 'cut', afterBytes: 10, times: 'always' }];
    for (let i = 0; i < 3; i++) expect(await get()).toMatchObject({ end: 'broken' });
  });

  test('short bodies: promised length, true length, no length', async () => {
    const missingBytes = 700;
    const promised = await withFault({ kind: 'short', missingBytes, contentLength: 'promised' });
    expect(promised).toMatchObject({
      end: 'broken',
      headers: { 'content-length': `${original.bytes}` },
    });
    const honest = await withFault({ kind: 'short', missingBytes, contentLength: 'true' });
    expect(honest.end).toBe('whole');
    expect(honest.bytes).toHaveLength(original.bytes - missingBytes);
    const silent = await withFault({ kind: 'short', missingBytes, contentLength: 'absent' });
    expect(silent.headers).not.toHaveProperty('content-length');
    expect(silent.bytes).toHaveLength(original.bytes - missingBytes);
  });

  test('HTML, XML and nothing come with 200', async () => {
    expect((await withFault({ kind: 'html' })).bytes.toString()).toContain('<html>');
    const xml = await withFault({ kind: 'xml-with-200' });
    expect([xml.status, xml.bytes.toString().startsWith('<?xml')]).toEqual([200, true]);
    const empty = await withFault({ kind: 'empty' });
    expect([empty.status, empty.bytes.length]).toEqual([200, 0]);
  });

  test('the whole instead of a range, a wrong range, a wrong total', async () => {
    sandbox.switches.objectFaults = [
      { kind: 'whole' },
      { kind: 'wrong-range', byBytes: 10, totalBy: 0 },
      { kind: 'wrong-range', byBytes: 0, totalBy: 3 },
    ];
    const range = { Range: 'bytes=100-199' };
    expect(await get(range)).toMatchObject({ status: 200 });
    const total = original.bytes;
    expect((await get(range)).headers['content-range']).toBe(`bytes 110-209/${total}`);
    expect((await get(range)).headers['content-range']).toBe(`bytes 100-199/${total + 3}`);
  });

  test('the object or only its ETag changes between two ranges; the ETag is weak or absent', async () => {
    const before = await get();
    const changed = await withFault({ kind: 'object-changes' });
    expect(changed.headers['etag']).not.toBe(before.headers['etag']);
    expect(changed.bytes.equals(before.bytes)).toBe(false);
    const renamed = await withFault({ kind: 'etag-changes' });
    expect(renamed.headers['etag']).not.toBe(changed.headers['etag']);
    expect(renamed.bytes.equals(changed.bytes)).toBe(true);
    const weak = await withFault({ kind: 'etag', as: 'weak' });
    expect(weak.headers['etag']).toMatch(/^W\/"/);
    expect((await withFault({ kind: 'etag', as: 'absent' })).headers).not.toHaveProperty('etag');
  });

  test('error statuses in XML, redirects, and no answer at all', async () => {
    const busy = await withFault({ kind: 'status', status: 503, code: 'ServiceUnavailable' });
    expect([
      busy.status,
      busy.bytes.toString().includes('<Code>ServiceUnavailable</Code>'),
    ]).toEqual([503, true]);
    const moved = await withFault({ kind: 'redirect', to: 'http://example.org/' });
    expect(moved).toMatchObject({ status: 302, headers: { location: 'http://example.org/' } });
    const hanging = withFault({ kind: 'hang' }).then(
      () => 'answered',
      () => 'dropped',
    );
    await sandbox.waitFor((request) => request.host === 'object' && request.status === null);
    await sandbox.close();
    expect(await hanging).toBe('dropped');
    sandbox = await startSandbox();
  });

  test('a fault aimed at one file leaves the others alone', async () => {
    sandbox.switches.objectFaults = [{ kind: 'empty', path: 'media_kind', times: 'always' }];
    expect((await get()).bytes).toHaveLength(original.bytes);
    const links = await linksOf(sandbox, recordingId);
    const other = links.find((each) => each.fileName.includes('media_kind'));
    expect((await get({}, other?.link)).bytes).toHaveLength(0);
  });

  test('bodies are throttled and answers delayed', async () => {
    sandbox.switches.throttleBytesPerSecond = original.bytes * 4;
    sandbox.switches.objectDelayMs = 50;
    const from = performance.now();
    expect((await get()).bytes).toHaveLength(original.bytes);
    const tookMs = performance.now() - from;
    expect(tookMs).toBeGreaterThan(250);
    expect(tookMs).toBeLessThan(5_000);
  });
});

describe('what is watched', () => {
  test('credentials at the object host are violations; a clean client leaves none', async () => {
    await get();
    expect(sandbox.violations).toEqual([]);
    await get({ Authorization: 'Bearer x' });
    await get({ Cookie: 'a=b' });
    await get({ 'X-Note': sandbox.token });
    expect(sandbox.violations).toEqual([
      expect.stringMatching(/^authorization was sent/),
      expect.stringMatching(/^cookie was sent/),
      expect.stringMatching(/^the API token was sent/),
    ]);
  });

  test('canaries are in links, tokens and app rows, and in nothing that is remembered of requests', async () => {
    await sandbox.close();
    const canaries = {
      token: 'cfut_CanaryToken',
      signatureCanary: 'canary5ig',
      appSecret: 'canary-app',
    };
    sandbox = await startSandbox(canaries);
    const address = await currentLink();
    expect(address).toContain('Signature=canary5ig');
    expect((await askApi(sandbox, '/apps')).bytes.toString()).toContain('canary-app');
    expect(await get({ Range: 'bytes=0-9' }, address)).toMatchObject({ status: 206 });
    const fetched = await sandbox.waitFor((request) => request.host === 'object' && request.ended);
    expect(fetched).toMatchObject({ method: 'GET', status: 206, headers: { range: 'bytes=0-9' } });
    const remembered = JSON.stringify(sandbox.requests);
    for (const canary of Object.values(canaries)) expect(remembered).not.toContain(canary);
  });

  test('waiting for a request that never comes ends with what was seen', async () => {
    await expect(sandbox.waitFor(() => false, 30)).rejects.toThrow(/no such request.*GET .*200/s);
  });
});
