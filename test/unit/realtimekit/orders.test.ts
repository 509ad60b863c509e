/** @file Tests. Starting and steering: one order leaves, and what became of it is never guessed. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../support/self-signed.ts';
import {
  appId,
  gatewayRefusal,
  refusal,
  startScriptedApi,
  success,
  type Asked,
  type Reply,
  type ScriptedApi,
} from './scripted-api.ts';

let api: ScriptedApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function serve(answer: (asked: Asked, count: number) => Reply | Promise<Reply>) {
  api = await startScriptedApi(answer);
  return api;
}

const order = { meetingId: 'm', userIds: ['u1', 'u2'], prefix: 'ep42' };
const invoked = success({ recording: { id: 'r', status: 'INVOKED', type: 'TRACK' } });
const live = success({ id: 's', status: 'LIVE', associated_id: 'm' });
const nobody = refusal(404, 'No active session found for meeting_id m');
const sent = (method: string): Asked[] => api?.asked.filter((one) => one.method === method) ?? [];

/** The order is answered with `reply`, the question whether a call is on with `session`. */
const answering =
  (reply: Reply, session: Reply = live) =>
  ({ method }: Asked): Reply =>
    method === 'POST' ? reply : session;

describe('an order to record', () => {
  test('says whom and under which name, and brings back the recording', async () => {
    const { kit } = await serve(() => invoked);
    expect(await kit().startTrackRecording(order)).toMatchObject({
      state: 'started',
      recording: { id: 'r', status: 'INVOKED', kind: 'track' },
    });
    expect(sent('POST')).toMatchObject([
      {
        path: `~/${appId}/recordings/track`,
        authorization: 'Bearer token-for-tests',
        body: {
          meeting_id: 'm',
          user_ids: ['u1', 'u2'],
          layers: { default: { media_kind: 'audio', file_name_prefix: 'ep42' } },
        },
      },
    ]);
  });

  test('of everyone names nobody; the recording may stand at `data` itself, with nothing but id and status', async () => {
    const { kit } = await serve(() => success({ id: 'r', status: 'WHATEVER' }));
    expect(await kit().startTrackRecording({ ...order, userIds: null })).toMatchObject({
      state: 'started',
      recording: { id: 'r', statusText: 'WHATEVER' },
    });
    expect(sent('POST')[0]?.body).not.toHaveProperty('user_ids');
  });

  test.each(['"layers" is required', '"layers.default.outputs" is required'])(
    'refused with %s is made once more in the older form',
    async (text) => {
      const { kit } = await serve((_, count) => (count === 1 ? refusal(422, text) : invoked));
      expect((await kit().startTrackRecording(order)).state).toBe('started');
      expect(sent('POST').map(({ body }) => body)[1]).toEqual({
        meeting_id: 'm',
        user_ids: ['u1', 'u2'],
        layers: {
          default: { file_name_prefix: 'ep42', outputs: [{ type: 'REALTIMEKIT_BUCKET' }] },
        },
      });
    },
  );

  test('refused in both forms ends with the words of the service', async () => {
    const { kit } = await serve(answering(refusal(422, '"layers" is not allowed here')));
    expect(await kit().startTrackRecording(order)).toMatchObject({
      state: 'refused',
      failure: { code: 'api.refused', message: '"layers" is not allowed here' },
    });
    expect(sent('POST')).toHaveLength(2);
  });

  test.each<[string, Reply, Reply, string]>([
    ['a 404 where nobody is in the call', refusal(404, 'No'), nobody, 'meeting.not-live'],
    ['a 400 where nobody is in the call', refusal(400, 'No'), nobody, 'meeting.not-live'],
    ['a 409 where nobody is in the call', refusal(409, 'No'), nobody, 'meeting.not-live'],
    ['a 409 in a call', refusal(409, 'Busy'), live, 'recording.already-running'],
    [
      'a 409 where nobody tells',
      refusal(409, 'Busy'),
      refusal(418, ''),
      'recording.already-running',
    ],
    ['a 422', refusal(422, '"user_ids" is too long'), live, 'api.refused'],
    ['a 400 in a call', refusal(400, 'No'), live, 'api.refused'],
    ['a page of HTML under 404', { status: 404, body: '<html>' }, live, 'api.not-understood'],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://portal/' } },
      live,
      'api.not-understood',
    ],
  ])('met with %s was refused', async (_, reply, session, code) => {
    const { kit } = await serve(answering(reply, session));
    expect(await kit().startTrackRecording(order)).toMatchObject({
      state: 'refused',
      failure: { code },
    });
    expect(sent('POST')).toHaveLength(1);
  });

  test('that the token may not give is refused with what the token lacks', async () => {
    const { kit } = await serve(({ method, path }) => {
      if (method === 'POST') return gatewayRefusal(403, 10000, 'Authentication error');
      if (path.endsWith('tokens/verify')) {
        return { body: { success: true, result: { id: 't', status: 'active' } } };
      }
      return gatewayRefusal(403, 10000, 'Authentication error');
    });
    const outcome = await kit({ token: async () => 'cfat_token' }).startTrackRecording(order);
    expect(outcome).toMatchObject({
      state: 'refused',
      failure: { code: 'credentials.lack-rights' },
    });
    expect(sent('POST')).toHaveLength(1);
  });

  test('turned away by the rate limit was not given; while that lasts none leaves', async () => {
    const { kit, clock } = await serve(() => ({
      status: 429,
      body: '',
      headers: { 'retry-after': '90' },
    }));
    const one = kit();
    const limited = {
      state: 'refused',
      failure: { code: 'api.rate-limited', retryAt: clock.now() + 90_000 },
    };
    expect(await one.startTrackRecording(order)).toMatchObject(limited);
    expect(await one.startTrackRecording(order)).toMatchObject(limited);
    expect(sent('POST')).toHaveLength(1);
    expect(clock.waits).toEqual([]);
  });

  test('without a token is refused before it leaves', async () => {
    const { kit } = await serve(() => invoked);
    expect(await kit({ token: async () => null }).startTrackRecording(order)).toMatchObject({
      state: 'refused',
      failure: { code: 'credentials.missing' },
    });
    expect(sent('POST')).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['a 500', refusal(500, 'oops')],
    ['a 503 in HTML', { status: 503, body: '<html>' }],
    ['a 408', refusal(408, 'slow')],
    ['a page of HTML under 200', { body: '<html>Sign in</html>' }],
    ['JSON that breaks off', { body: '{"success":true,"da' }],
    ['bad news under 200', { body: { success: false, error: { code: 500, message: 'oops' } } }],
    ['a body cut short', { body: 'x'.repeat(1000), cut: true }],
    ['an empty body', { body: '' }],
    ['a recording without an id', success({ recording: { status: 'INVOKED' } })],
    ['an answer without end', { body: ' '.repeat(21 * 1024 * 1024) }],
  ])('answered with %s may have been taken, and is not given again', async (_, reply) => {
    const { kit } = await serve(() => reply);
    expect((await kit().startTrackRecording(order)).state).toBe('lost');
    expect(sent('POST')).toHaveLength(1);
  });

  test('that is never answered may have been taken', async () => {
    const { kit } = await serve(() => new Promise<Reply>(() => undefined));
    expect(await kit({ answerWithinMs: 40 }).startTrackRecording(order)).toMatchObject({
      state: 'lost',
      failure: { code: 'api.unreachable' },
    });
    expect(sent('POST')).toHaveLength(1);
  });

  test('is not called back once it is on its way', async () => {
    const control = new AbortController();
    const { kit } = await serve(() => {
      control.abort(new Error('window closed'));
      return invoked;
    });
    const { signal } = control;
    expect((await kit().startTrackRecording(order, { signal })).state).toBe('started');
    await expect(kit().startTrackRecording(order, { signal })).rejects.toThrow('window closed');
    expect(sent('POST')).toHaveLength(1);
  });

  test('that meets no server never left', async () => {
    const { kit, close } = await serve(() => invoked);
    const one = kit();
    await close();
    expect(await one.startTrackRecording(order)).toMatchObject({
      state: 'refused',
      failure: { code: 'api.unreachable' },
    });
  });

  test('does not go to a server that cannot prove who it is', async () => {
    const { kit } = await serve(() => invoked);
    let requests = 0;
    const server = createServer(selfSigned(), (_request, response) => {
      requests += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const apiRoot = `https://localhost:${String(port)}/client/v4`;
      expect(await kit({ apiRoot }).startTrackRecording(order)).toMatchObject({
        state: 'refused',
        failure: { code: 'api.unreachable' },
      });
      expect(requests).toBe(0);
    } finally {
      server.close();
    }
  });

  test('never lets the token into what is told of it', async () => {
    const canary = 'canarytoken0123456789';
    const says = `no: ${canary} at https://h.example/x?X-Amz-Signature=canarysignature`;
    for (const reply of [refusal(400, says), refusal(500, says), { body: says, cut: true }]) {
      const { kit, close } = await serve(answering(reply));
      const outcome = await kit({ token: async () => canary }).startTrackRecording(order);
      await close();
      expect(inspect(outcome, { depth: 10, showHidden: true })).not.toMatch(/canary/);
    }
  });
});

describe('steering', () => {
  const at = (status: string): Reply => success({ id: 'r', status });
  const over = refusal(400, 'Recording r is not running');
  /** The orders are answered one after the other with `replies`, every read with `read`. */
  const steering =
    (replies: readonly Reply[], read: Reply) =>
    ({ method }: Asked): Reply =>
      method === 'PUT' ? (replies[sent('PUT').length - 1] ?? read) : read;

  test.each(['stop', 'pause', 'resume'] as const)(
    'sends %s once and believes the answer',
    async (action) => {
      const { kit } = await serve(() => at('RECORDING'));
      expect(await kit().steerRecording('r', action)).toMatchObject({
        state: 'taken',
        recording: { id: 'r', status: 'RECORDING' },
      });
      expect(api?.asked).toMatchObject([
        { method: 'PUT', path: `~/${appId}/recordings/r`, body: { action } },
      ]);
    },
  );

  test.each<[string, Reply, 'stop' | 'pause' | 'resume', Reply, string]>([
    ['a stop of what is over', over, 'stop', at('UPLOADED'), 'taken'],
    ['a stop of what broke', over, 'stop', at('ERRORED'), 'taken'],
    ['a stop of what runs on', over, 'stop', at('RECORDING'), 'refused'],
    ['a pause nobody offers', over, 'pause', at('RECORDING'), 'refused'],
    ['a resume of what runs', over, 'resume', at('RECORDING'), 'taken'],
    ['a stop of what is not there', refusal(404, 'No'), 'stop', refusal(404, 'No'), 'gone'],
  ])('refused: %s is judged by a read', async (_, reply, action, read, state) => {
    const { kit } = await serve(({ method, path }) => {
      if (path === '~/apps') return success([{ id: appId, name: 'App' }], 1);
      return method === 'PUT' ? reply : read;
    });
    expect(await kit().steerRecording('r', action)).toMatchObject({ state });
    expect(sent('PUT')).toHaveLength(1);
  });

  test('whose answer was lost is read, and sent again while the read shows nothing', async () => {
    const lost: Reply = { body: '{"succ' };
    const { kit } = await serve(steering([lost, lost, at('UPLOADING')], at('RECORDING')));
    expect(await kit().steerRecording('r', 'stop')).toMatchObject({
      state: 'taken',
      recording: { status: 'UPLOADING' },
    });
    expect(api?.asked.map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT', 'GET', 'PUT']);
  });

  test('whose answer was lost is not sent again when the read shows it', async () => {
    const { kit } = await serve(steering([refusal(503, 'busy')], at('UPLOADING')));
    expect((await kit().steerRecording('r', 'stop')).state).toBe('taken');
    expect(sent('PUT')).toHaveLength(1);
  });

  test('that stays without effect three times is given up with what was met', async () => {
    const { kit } = await serve(
      steering(Array(9).fill(refusal(503, 'busy')) as Reply[], at('RECORDING')),
    );
    await expect(kit().steerRecording('r', 'stop')).rejects.toMatchObject({
      code: 'api.server-trouble',
    });
    expect(sent('PUT')).toHaveLength(3);
  });
});
