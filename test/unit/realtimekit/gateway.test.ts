/** @file Tests. One way to the API: retries, refusals, limits, and silence about secrets. */
import { inspect } from 'node:util';

import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#contract';

import { createRealtimeKit, type Contact } from '../../../src/main/realtimekit/index.ts';
import { createEagerClock } from './eager-clock.ts';
import {
  accountId,
  appId,
  gatewayRefusal,
  refusal,
  startScriptedApi,
  success,
  type Asked,
  type Reply,
  type ScriptedApi,
} from './scripted-api.ts';

const canary = 'canarytoken0123456789';
const meeting = success({ id: 'm', title: 'Pilots' });
const html: Reply = { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' };

let api: ScriptedApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function serve(answer: (asked: Asked, count: number) => Reply): Promise<ScriptedApi> {
  api = await startScriptedApi(answer);
  return api;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Failure);
  return thrown as Failure;
}

describe('a call to the API', () => {
  test('carries the token to the base of account and app', async () => {
    const { kit, asked } = await serve(() => meeting);
    expect(await kit({ token: async () => ` ${canary}\n` }).getMeeting('m/1')).toMatchObject({
      id: 'm',
      title: 'Pilots',
    });
    expect(asked).toEqual([
      {
        method: 'GET',
        body: undefined,
        path: `~/${appId}/meetings/m/1`,
        query: new URLSearchParams(),
        authorization: `Bearer ${canary}`,
      },
    ]);
  });

  test.each<[string, Reply]>([
    ['a 500', refusal(500, 'oops')],
    ['a 503 in HTML', { status: 503, body: '<html>' }],
    ['a 408', refusal(408, 'slow')],
    ['a page of HTML under 200', html],
    ['JSON that breaks off', { body: '{"success":true,"da' }],
    ['bad news under 200', { body: { success: false, error: { code: 500, message: 'oops' } } }],
    ['a body cut short', { body: 'x'.repeat(1000), cut: true }],
    ['an empty body', { body: '' }],
  ])('is made again after %s', async (_, reply) => {
    const { kit, asked, clock } = await serve((_asked, count) => (count <= 3 ? reply : meeting));
    expect(await kit().getMeeting('m')).toMatchObject({ id: 'm' });
    expect(asked).toHaveLength(4);
    expect(clock.waits).toEqual([500, 1_000, 2_000]);
  });

  test('is shaken off its beat by up to a quarter', async () => {
    const { kit, clock } = await serve((_, count) => (count === 1 ? refusal(500, '') : meeting));
    await kit({ random: () => 1 }).getMeeting('m');
    expect(clock.waits).toEqual([375]);
  });

  test.each<[string, Reply, string]>([
    ['a 500', refusal(500, 'oops'), 'api.server-trouble'],
    ['a page of HTML', html, 'api.not-understood'],
    ['bad news under 200', { body: { success: false, message: 'no' } }, 'api.refused'],
    ['an HTML 404', { status: 404, body: '<html>' }, 'api.not-understood'],
    ['an HTML 403', { status: 403, body: '<html>' }, 'api.not-understood'],
    ['a redirect', { status: 302, headers: { location: 'http://portal/' } }, 'api.not-understood'],
    ['a cut', { body: 'x'.repeat(99), cut: true }, 'api.unreachable'],
  ])('is given up after five times %s', async (_, reply, code) => {
    const { kit, asked } = await serve(() => reply);
    expect((await failureOf(kit().getMeeting('m'))).code).toBe(code);
    expect(asked).toHaveLength(5);
  });

  test('that is never answered is unreachable', async () => {
    api = await startScriptedApi(() => new Promise<Reply>(() => undefined));
    const failure = await failureOf(api.kit({ answerWithinMs: 40 }).getMeeting('m'));
    expect(failure).toMatchObject({ code: 'api.unreachable' });
    expect(failure.message).toContain('ETIMEDOUT');
    expect(api.asked).toHaveLength(5);
  });

  test('that meets no server is unreachable', async () => {
    const { kit, close } = await serve(() => meeting);
    await close();
    const contacts: Contact[] = [];
    const failure = await failureOf(kit({ onContact: (c) => contacts.push(c) }).getMeeting('m'));
    expect(failure.code).toBe('api.unreachable');
    expect(failure.message).toContain('ECONNREFUSED');
    expect(contacts.map((contact) => contact.state)).toEqual(Array(5).fill('unreachable'));
  });

  test.each<[string, Reply, Record<string, unknown>]>([
    [
      'a 409, and does not come back',
      refusal(409, 'already'),
      { code: 'api.refused', message: 'already', details: { status: 409, vendorCode: '409' } },
    ],
    [
      'a 422 with its text',
      refusal(422, '"layers" is required'),
      { code: 'api.refused', message: '"layers" is required' },
    ],
    [
      'the words of an error chain first',
      {
        status: 400,
        body: {
          success: false,
          errors: [
            { code: 1, message: 'outer', error_chain: [{ code: 2, message: 'inner' }] },
            { code: 3, message: 'other' },
          ],
        },
      },
      { code: 'api.refused', message: 'inner' },
    ],
    [
      'the bare message of E3',
      { status: 400, body: { message: 'Bad' } },
      { code: 'api.refused', message: 'Bad' },
    ],
  ])('tells %s', async (_, reply, expected) => {
    const { kit, asked } = await serve(() => reply);
    expect(await failureOf(kit().getMeeting('m'))).toMatchObject(expected);
    expect(asked).toHaveLength(1);
  });

  test('reads `result` where others expect `data`', async () => {
    const { kit } = await serve(() => ({ body: { success: true, result: { id: 'm' } } }));
    expect(await kit().getMeeting('m')).toMatchObject({ id: 'm' });
  });

  test('does not swallow an answer without end', async () => {
    const { kit, asked } = await serve(() => ({ body: ' '.repeat(21 * 1024 * 1024) }));
    expect((await failureOf(kit().getMeeting('m'))).code).toBe('api.not-understood');
    expect(asked).toHaveLength(1);
  });

  test('measures how far the clocks are apart', async () => {
    const date = 'Wed, 18 Nov 2026 09:10:00 GMT';
    const { kit } = await serve(() => ({ ...meeting, headers: { date } }));
    const clock = createEagerClock(Date.UTC(2026, 10, 18, 9, 0, 0, 500));
    const one = kit({ clock });
    expect(one.status()).toEqual({ rateLimitedUntil: null, skewMs: null, quota: null });
    await one.getMeeting('m');
    expect(one.status().skewMs).toBe(600_000);
  });

  test('waits out a 429, tells of it, and then succeeds', async () => {
    const limited: Reply = {
      ...gatewayRefusal(429, 10100, 'More than 1200 requests per 300 seconds'),
      headers: { 'retry-after': '143' },
    };
    const { kit, clock } = await serve((_, count) => (count === 1 ? limited : meeting));
    const contacts: Contact[] = [];
    const startedAt = clock.now();
    await kit({ onContact: (contact) => contacts.push(contact) }).getMeeting('m');
    expect(clock.waits).toEqual([143_000]);
    expect(contacts.find((contact) => contact.state === 'rate-limited')).toMatchObject({
      until: startedAt + 143_000,
    });
  });

  test('ends a 429 longer than it may wait with the time to come back', async () => {
    const limited: Reply = { status: 429, body: 'slow down', headers: { 'retry-after': '90' } };
    const { kit, clock } = await serve(() => limited);
    const failure = await failureOf(kit({ maxPauseMs: 30_000 }).getMeeting('m'));
    expect(failure).toMatchObject({ code: 'api.rate-limited', retryAt: clock.now() + 90_000 });
  });

  test('gives up on a service that only ever asks to wait', async () => {
    const { kit, asked } = await serve(() => ({ status: 429, body: '' }));
    expect((await failureOf(kit().getMeeting('m'))).code).toBe('api.rate-limited');
    expect(asked).toHaveLength(6);
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('window closed');
    const { kit } = await serve(() => {
      controller.abort(reason);
      return meeting;
    });
    await expect(kit().getMeeting('m', { signal: controller.signal })).rejects.toBe(reason);
  });

  test('without a token, or with one misspelt, sends nothing', async () => {
    const { kit, asked } = await serve(() => meeting);
    expect((await failureOf(kit({ token: async () => null }).getMeeting('m'))).code).toBe(
      'credentials.missing',
    );
    const misspelt = kit({ token: async () => `Bearer ${canary}` });
    expect((await failureOf(misspelt.getMeeting('m'))).code).toBe('credentials.malformed');
    expect(asked).toEqual([]);
  });

  test('never lets the token or a link into a failure, however it is printed', async () => {
    const link = 'https://h.example/x?X-Amz-Signature=canarysignature';
    const says = `no: ${canary} at ${link}`;
    const replies: Reply[] = [
      refusal(400, says),
      gatewayRefusal(401, 10000, says),
      refusal(500, says),
      { body: `<html>${says}` },
      { body: says, cut: true },
      { status: 302, headers: { location: link } },
    ];
    for (const reply of replies) {
      const { kit, close } = await serve(() => reply);
      const failure = await failureOf(kit({ token: async () => canary }).getMeeting('m'));
      await close();
      const print = inspect(failure, { depth: 10, showHidden: true }) + String(failure.stack);
      expect(print).not.toContain(canary);
      expect(print).not.toContain('canarysignature');
      expect(failure.cause).toBeUndefined();
    }
  });
});

describe('the base of the API', () => {
  const build = (apiRoot: string) => () =>
    createRealtimeKit({
      apiRoot,
      accountId,
      appId,
      token: async () => canary,
      clock: createEagerClock(),
    });

  test.each([
    'https://api.example/client/v4/',
    'http://127.0.0.1:8080/client/v4',
    'http://localhost/x',
    'http://[::1]:9/x',
  ])('%s is accepted', (root) => {
    expect(build(root)).not.toThrow();
  });

  test.each([
    'http://api.example/client/v4',
    'http://127.0.0.1.example/x',
    'http://localhost.example/x',
    'ftp://127.0.0.1/x',
    'https://user:pw@api.example/x',
    'https://api.example/x?y=1',
    'api.example',
    '',
  ])('%j is refused', (root) => {
    expect(build(root)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });
});
