/** @file Tests. The loopback endpoint takes what the service signed, refuses everything else, and believes nothing it says. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Failure } from '#contract';
import { type Nudge, type Relay, createRelay } from '../../src/main/relay/index.ts';
import { fetchWebhookKey } from '../../src/main/realtimekit/index.ts';
import { startSandbox } from '../sandbox/index.ts';
import { type WebhookSender, createWebhookSender } from '../sandbox/webhooks.ts';
import { clockByHand } from '../support/clock-by-hand.ts';

let sender: WebhookSender;
let relay: Relay;
let nudges: Nudge[];
let key: () => Promise<string>;
let asked: number;
const clock = clockByHand();

beforeAll(() => {
  sender = createWebhookSender();
});

beforeEach(async () => {
  nudges = [];
  asked = 0;
  key = () => Promise.resolve(sender.publicKey);
  relay = await createRelay({
    port: 0,
    publicKey: () => {
      asked += 1;
      return key();
    },
    onNudge: (nudge) => nudges.push(nudge),
    clock,
  });
});
afterEach(() => relay.close());

const address = () => `http://127.0.0.1:${String(relay.port)}/hook`;
const finished = {
  event: 'recording.statusUpdate',
  recording: { id: 'fff1', status: 'UPLOADED' },
  meeting: { id: 'bbb1', title: 'Ep. 42 – Harbour pilots' },
};

test.each(['rtk', 'dyte'] as const)(
  'an event under the %s headers makes us look',
  async (spelling) => {
    expect((await sender.deliver(finished, address(), { spelling })).statuses).toEqual([204]);
    expect(nudges).toEqual([{ meetingId: 'bbb1' }]);
    expect(relay.status()).toMatchObject({ taken: 1, refused: 0 });
  },
);

test('a retry of the same words is taken and makes us look once, though it has another id', async () => {
  await sender.deliver(finished, address());
  expect((await sender.deliver(finished, address())).statuses).toEqual([204]);
  expect(nudges).toHaveLength(1);
});

test('events that cannot matter are taken and forgotten', async () => {
  await sender.deliver({ event: 'meeting.chatSynced', meeting: { id: 'bbb1' } }, address());
  expect(nudges).toEqual([]);
  expect(relay.status().taken).toBe(1);
});

test.each([
  ['a forged signature', Buffer.alloc(256, 7).toString('base64')],
  ['a signature that is no base64', 'not a signature'],
  ['an empty signature', ''],
])('%s is refused', async (_name, signature) => {
  expect((await sender.deliver(finished, address(), { signature })).statuses).toEqual([401]);
  expect(nudges).toEqual([]);
});

test('one changed byte of the body is refused', async () => {
  const body = JSON.stringify(finished);
  const other = createWebhookSender();
  expect((await other.deliver(finished, address())).statuses).toEqual([401]);
  const reply = await fetch(address(), { method: 'POST', body });
  expect(reply.status, 'without any signature').toBe(401);
  expect(nudges).toEqual([]);
});

test('a signed body that is no event is refused', async () => {
  expect((await sender.deliver(['?'], address())).statuses).toEqual([400]);
  expect((await sender.deliver({ event: 7 }, address())).statuses).toEqual([400]);
});

test('other methods and bodies beyond a megabyte are refused', async () => {
  expect((await fetch(address())).status).toBe(405);
  const huge = { ...finished, more: 'x'.repeat(1_100_000) };
  expect((await sender.deliver(huge, address(), { attempts: 1 })).statuses[0] ?? 413).toBe(413);
  expect(nudges).toEqual([]);
});

test('while the key cannot be read the service is asked to send again', async () => {
  key = () => Promise.reject(new Failure('api.unreachable', 'offline'));
  expect((await sender.deliver(finished, address(), { attempts: 1 })).statuses).toEqual([503]);
  clock.advance(1_000);
  key = () => Promise.resolve('no key at all');
  expect((await sender.deliver(finished, address(), { attempts: 1 })).statuses).toEqual([503]);
  clock.advance(1_000);
  key = () => Promise.resolve(sender.publicKey);
  expect((await sender.deliver(finished, address())).statuses).toEqual([204]);
});

test('a key that cannot be read is asked for once by all who wait, and no sooner than a second later', async () => {
  let fail: () => void = () => undefined;
  key = () =>
    new Promise((_, reject) => {
      fail = () => {
        reject(new Failure('api.unreachable', 'offline'));
      };
    });
  const flood = () =>
    Array.from({ length: 10 }, () => sender.deliver(finished, address(), { attempts: 1 }));
  const first = flood();
  await expect.poll(() => asked).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  fail();
  const ends = (await Promise.all(first)).flatMap(({ statuses }) => statuses);
  expect(new Set(ends)).toEqual(new Set([503]));
  await Promise.all(flood());
  expect(asked).toBe(1);
  clock.advance(1_000);
  key = () => Promise.resolve(sender.publicKey);
  expect((await sender.deliver(finished, address())).statuses).toEqual([204]);
  expect(asked).toBe(2);
});

test('who comes and goes makes us look at the call, and fetch nothing', async () => {
  const joined = { event: 'meeting.participantJoined', meeting: { id: 'bbb1' } };
  expect((await sender.deliver(joined, address())).statuses).toEqual([204]);
  expect(nudges).toEqual([{ meetingId: null }]);
});

test('a key that was changed is asked for again, and not more often than once a minute', async () => {
  await sender.deliver(finished, address());
  const next = createWebhookSender();
  key = () => Promise.resolve(next.publicKey);
  expect((await next.deliver(finished, address())).statuses).toEqual([401]);
  expect(asked).toBe(1);
  clock.advance(61_000);
  const started = { event: 'meeting.started', meeting: { id: 'bbb2' } };
  expect((await next.deliver(started, address())).statuses).toEqual([204]);
  expect(asked).toBe(2);
  expect((await sender.deliver(started, address())).statuses).toEqual([401]);
  expect(asked).toBe(2);
});

test('only the one address of this computer is listened on', async () => {
  // Bound to every interface, it would answer here as well.
  const socket = connect(relay.port, '127.0.0.2');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('a port that is taken is said', async () => {
  const second = createRelay({
    port: relay.port,
    publicKey: () => Promise.resolve(''),
    onNudge: () => undefined,
    clock,
  });
  await expect(second).rejects.toMatchObject({ code: 'input.invalid', details: { field: 'port' } });
});

test('the key is read from the service without a token', async () => {
  const sandbox = await startSandbox();
  try {
    const pem = await fetchWebhookKey(sandbox.apiRoot);
    expect(pem).toContain('BEGIN PUBLIC KEY');
    key = () => Promise.resolve(pem);
    expect((await sandbox.deliverWebhook(finished, address())).statuses).toEqual([204]);
    expect(sandbox.requests.at(-1)?.headers).not.toHaveProperty('authorization');
    await expect(fetchWebhookKey('http://127.0.0.1:9/client/v4')).rejects.toMatchObject({
      code: 'api.unreachable',
    });
  } finally {
    await sandbox.close();
  }
});
