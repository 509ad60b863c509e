/** @file Tests. The stand-in's answers that are lost on their way: after the order was taken, or before it was heard. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { askApi } from '../sandbox/ask.ts';
import { controlRoom, startSandbox, type ApiFault, type Sandbox } from '../sandbox/index.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'control-room' });
});
afterEach(() => sandbox.close());

const body = { meeting_id: controlRoom.nightWatch };
const start = () => askApi(sandbox, 'recordings/track', { method: 'POST', body });
const running = async () => {
  const path = `recordings?meeting_id=${controlRoom.nightWatch}`;
  return z.object({ data: z.array(z.unknown()) }).parse((await askApi(sandbox, path)).json).data
    .length;
};
const aim = { path: '/recordings/track', method: 'POST' };

const lost: readonly { readonly fault: ApiFault; readonly seen: string }[] = [
  { fault: { kind: 'reset', ...aim }, seen: 'no answer' },
  { fault: { kind: 'status', status: 502, body: 'E4', ...aim }, seen: '502' },
  { fault: { kind: 'html', ...aim }, seen: '200' },
  { fault: { kind: 'not-a-success', body: 'E1', ...aim }, seen: '200' },
];

test.each(lost)(
  '$fault.kind loses the answer of a start, taken or not',
  async ({ fault, seen }) => {
    const outcome = () =>
      start().then(
        ({ status }) => `${status}`,
        () => 'no answer',
      );
    sandbox.switches.apiFaults = [fault];
    expect(await outcome()).toBe(seen);
    expect(await running()).toBe(0);
    sandbox.switches.apiFaults = [{ ...fault, taken: true } as ApiFault];
    expect(await outcome()).toBe(seen);
    expect(await running()).toBe(1);
  },
);

test.each<ApiFault>([
  { kind: 'cut', afterBytes: 40, ...aim },
  { kind: 'short', keepBytes: 40, contentLength: 'promised', ...aim },
])('$kind breaks the answer of an order that was taken', async (fault) => {
  sandbox.switches.apiFaults = [fault];
  expect(await start()).toMatchObject({ status: 200, end: 'broken' });
  expect(await running()).toBe(1);
});

test.each([false, true])('a call that hangs was taken: %s', async (taken) => {
  sandbox.switches.apiFaults = [{ kind: 'hang', taken, ...aim }];
  const answer = start().catch(() => 'closed');
  await sandbox.waitFor(({ method }) => method === 'POST');
  await expect.poll(running).toBe(taken ? 1 : 0);
  await sandbox.close();
  expect(await answer).toBe('closed');
});

test.each([false, true])('a late answer is the true one; taken at once: %s', async (taken) => {
  sandbox.switches.apiFaults = [{ kind: 'delay', ms: 120, taken, ...aim }];
  const answer = start();
  await sandbox.waitFor(({ method }) => method === 'POST');
  if (taken) await expect.poll(running).toBe(1);
  else expect(await running()).toBe(0);
  expect(await answer).toMatchObject({ status: 200 });
  expect(await running()).toBe(1);
});

test('an aim with a method leaves other methods alone', async () => {
  sandbox.switches.apiFaults = [{ kind: 'reset', method: 'PUT', times: 'always' }];
  expect(await start()).toMatchObject({ status: 200 });
  expect(sandbox.switches.apiFaults).toHaveLength(1);
});
