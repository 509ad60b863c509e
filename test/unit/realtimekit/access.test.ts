/** @file Tests. Every verdict on a token, and the exact code of a refused call. */
import { afterEach, describe, expect, test } from 'vitest';

import type { RealtimeKitOptions } from '../../../src/main/realtimekit/index.ts';
import {
  accountId,
  appId,
  gatewayRefusal,
  refusal,
  startScriptedApi,
  success,
  type Reply,
  type ScriptedApi,
} from './scripted-api.ts';

const user = '/user/tokens/verify';
const account = `/accounts/${accountId}/tokens/verify`;
const accounts = '/accounts';
const apps = '~/apps';

const noToken = gatewayRefusal(401, 1000, 'Invalid API Token');
const noAuth = gatewayRefusal(401, 10000, 'Authentication error');
const forbidden = gatewayRefusal(403, 10000, 'Authentication error');
const elsewhere = gatewayRefusal(403, 9109, 'Unauthorized to access requested resource');
const badHeader: Reply = {
  status: 400,
  body: {
    success: false,
    errors: [
      {
        code: 6003,
        message: 'Invalid request headers',
        error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
      },
    ],
  },
};
const unroutable = gatewayRefusal(404, 7003, 'Could not route to …');
const theApp = success([{ id: appId, name: 'Studio', access_token: 'app-secret' }], 1);

function verified(status: string, more: Record<string, unknown> = {}): Reply {
  return {
    body: {
      result: { id: 't', status, ...more },
      success: true,
      errors: [],
      messages: [{ code: 10000, message: 'This API Token is valid and active' }],
    },
  };
}

let api: ScriptedApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

/** Answers by path; what is not listed is a 404 of the service. */
async function check(
  replies: Readonly<Record<string, Reply>>,
  options: Partial<RealtimeKitOptions> & { text?: string } = {},
) {
  const started = await startScriptedApi(
    (asked) => replies[asked.path] ?? refusal(404, 'no route'),
  );
  api = started;
  const { text = 'plain-token', ...more } = options;
  const access = await started.kit({ token: async () => text, ...more }).checkAccess();
  return { access, paths: started.asked.map((asked) => asked.path) };
}

describe('checking a token', () => {
  test('a good one is told with its end and the apps, without their secrets', async () => {
    const replies = {
      [user]: verified('active', { expires_on: '2027-03-31T23:59:59Z' }),
      [apps]: theApp,
    };
    const { access } = await check(replies);
    expect(access).toEqual({
      state: 'ok',
      apps: [{ id: appId, name: 'Studio' }],
      expiresAt: Date.UTC(2027, 2, 31, 23, 59, 59),
    });
  });

  test('the prefix chooses the endpoint; without one both are asked', async () => {
    const active = verified('active');
    const replies = { [user]: active, [account]: active, [apps]: theApp };
    expect((await check(replies, { text: 'cfut_x' })).paths).toEqual([user, apps, apps]);
    await api?.close();
    expect((await check(replies, { text: 'cfat_x' })).paths).toEqual([account, apps, apps]);
    await api?.close();
    const second = await check({ ...replies, [user]: noToken }, { text: 'x' });
    expect(second.paths).toEqual([user, account, apps, apps]);
    expect(second.access.state).toBe('ok');
  });

  test.each([
    ['cfk_global', 'global-key'],
    ['two words', 'spaces'],
    ['"quoted"', 'quotes'],
    ['Bearer x', 'repeated-bearer'],
    ['a\nb', 'line-break'],
    ['  ', 'empty'],
  ])('%j is malformed before anything is sent', async (text, because) => {
    const { access, paths } = await check({}, { text });
    expect(access).toEqual({ state: 'malformed', because });
    expect(paths).toEqual([]);
  });

  test('without an app id the apps are given to choose from', async () => {
    const { access } = await check({ [user]: verified('active'), [apps]: theApp }, { appId: null });
    expect(access).toMatchObject({ state: 'ok', apps: [{ id: appId }] });
  });

  test('an API without verification is judged by the apps alone', async () => {
    expect((await check({ [apps]: theApp })).access).toMatchObject({
      state: 'ok',
      expiresAt: null,
    });
    await api?.close();
    expect((await check({ [apps]: noAuth })).access.state).toBe('unknown');
    await api?.close();
    expect((await check({ [apps]: forbidden })).access.state).toBe('lacks-rights');
  });

  test.each<[string, Record<string, Reply>, Record<string, unknown>]>([
    [
      'the API calls the header malformed',
      { [user]: badHeader },
      { state: 'malformed', because: 'refused' },
    ],
    [
      'nobody knows it',
      { [user]: noToken, [account]: noToken, [apps]: noAuth },
      { state: 'unknown', message: 'Invalid API Token' },
    ],
    [
      'it has expired',
      { [user]: verified('expired', { expires_on: '2026-11-01T00:00:00Z' }) },
      { state: 'expired', expiresAt: Date.UTC(2026, 10, 1) },
    ],
    ['it is disabled', { [user]: verified('disabled') }, { state: 'disabled', validFrom: null }],
    [
      'the right is missing',
      { [user]: verified('active'), [apps]: forbidden },
      { state: 'lacks-rights', certain: false, message: 'Authentication error' },
    ],
    [
      'the right is missing, and 401 says so',
      { [user]: verified('active'), [apps]: noAuth },
      { state: 'lacks-rights', certain: false },
    ],
    [
      'the right is missing in an account the token sees',
      {
        [user]: verified('active'),
        [apps]: elsewhere,
        [accounts]: success([{ id: accountId }]),
      },
      { state: 'lacks-rights', certain: true },
    ],
    [
      'the token sees other accounts only',
      { [user]: verified('active'), [apps]: forbidden, [accounts]: success([{ id: 'other' }]) },
      { state: 'wrong-account', certain: true },
    ],
    [
      'the gateway speaks of another resource',
      { [user]: verified('active'), [apps]: elsewhere },
      { state: 'wrong-account', certain: false },
    ],
    [
      'an account’s own token lacks the right',
      { [user]: noToken, [account]: verified('active'), [apps]: elsewhere },
      { state: 'lacks-rights', certain: true },
    ],
    [
      'the account id leads nowhere',
      { [user]: verified('active'), [apps]: unroutable },
      { state: 'wrong-account', certain: true },
    ],
    [
      'the app is not in the account',
      { [user]: verified('active'), [apps]: success([{ id: 'another', name: 'Other' }], 1) },
      { state: 'wrong-app', apps: [{ id: 'another', name: 'Other' }], expiresAt: null },
    ],
    [
      'the service is in trouble',
      { [user]: refusal(503, 'try later') },
      { state: 'not-checked', failure: { code: 'api.server-trouble' } },
    ],
    [
      'something in between answers',
      { [user]: { body: '<html>Sign in</html>' } },
      { state: 'not-checked', failure: { code: 'api.not-understood' } },
    ],
  ])('when %s, it is said so', async (_, replies, expected) => {
    expect((await check(replies)).access).toMatchObject(expected);
  });

  test('an account’s token that verifies nowhere but is known belongs to another account', async () => {
    const replies = { [account]: noToken, [apps]: forbidden };
    const { access } = await check(replies, { text: 'cfat_x' });
    expect(access).toMatchObject({ state: 'wrong-account', certain: false });
  });

  test('a server that cannot be reached says nothing about the token', async () => {
    const closed = await startScriptedApi(() => ({}));
    await closed.close();
    expect(await closed.kit().checkAccess()).toMatchObject({
      state: 'not-checked',
      failure: { code: 'api.unreachable' },
    });
  });

  test.each([noAuth, refusal(404, 'no apps')])(
    'a service that contradicts itself is not asked for ever',
    async (second) => {
      api = await startScriptedApi((asked) => {
        if (asked.path === user) return verified('active');
        return asked.query.get('per_page') === '1' ? theApp : second;
      });
      expect(await api.kit().checkAccess()).toMatchObject({
        state: 'not-checked',
        failure: { code: 'api.refused' },
      });
      expect(api.asked).toHaveLength(3);
      await expect(api.kit().listApps()).rejects.toMatchObject({ code: 'api.refused' });
    },
  );

  test('a long rate limit says when to come back', async () => {
    const limited: Reply = { status: 429, headers: { 'retry-after': '200' } };
    const { access } = await check({ [user]: limited }, { maxPauseMs: 1_000 });
    expect(access).toMatchObject({
      state: 'not-checked',
      failure: { code: 'api.rate-limited', retryAt: expect.any(Number) as number },
    });
  });

  test('a closed window ends it with the reason of its signal', async () => {
    api = await startScriptedApi(() => verified('active'));
    const reason = new Error('closed');
    const signal = AbortSignal.abort(reason);
    await expect(api.kit().checkAccess({ signal })).rejects.toBe(reason);
  });
});

describe('a refused call', () => {
  const meeting = `~/${appId}/meetings/m`;
  test.each<[string, Record<string, Reply>, string]>([
    ['an expired token', { [user]: verified('expired'), [meeting]: noAuth }, 'credentials.expired'],
    [
      'an unknown app under 403',
      { [user]: verified('active'), [meeting]: forbidden, [apps]: success([], 0) },
      'credentials.wrong-app',
    ],
    [
      'missing rights',
      { [user]: verified('active'), [meeting]: noAuth, [apps]: forbidden },
      'credentials.lack-rights',
    ],
    [
      'this one thing alone',
      { [user]: verified('active'), [meeting]: forbidden, [apps]: theApp },
      'api.refused',
    ],
    [
      'a path that leads nowhere',
      { [user]: verified('active'), [meeting]: unroutable, [apps]: unroutable },
      'credentials.wrong-account',
    ],
    [
      'a token that cannot be looked into',
      { [user]: refusal(500, 'oops'), [meeting]: noAuth },
      'api.server-trouble',
    ],
  ])('for %s ends with the exact code', async (_, replies, code) => {
    api = await startScriptedApi((asked) => replies[asked.path] ?? refusal(404, 'no route'));
    await expect(api.kit().getMeeting('m')).rejects.toMatchObject({ code });
  });

  test('the 404 of an unknown app is not taken for an empty list', async () => {
    api = await startScriptedApi((asked) => {
      if (asked.path === user) return verified('active');
      return asked.path === apps ? success([{ id: 'another' }], 1) : refusal(404, 'no app');
    });
    const kit = api.kit();
    const listing = async () => {
      for await (const recording of kit.listRecordings()) return recording;
      return null;
    };
    await expect(listing()).rejects.toMatchObject({ code: 'credentials.wrong-app' });
    await expect(kit.getRecording('r')).rejects.toMatchObject({ code: 'credentials.wrong-app' });
  });

  test('a recording is gone only where its app is seen; that is looked up once', async () => {
    api = await startScriptedApi((asked) => (asked.path === apps ? theApp : refusal(404, 'gone')));
    const kit = api.kit();
    expect(await kit.getRecording('r1')).toBeNull();
    expect(await kit.getRecording('r2')).toBeNull();
    expect(api.asked.filter((asked) => asked.path === apps)).toHaveLength(1);
  });
});
