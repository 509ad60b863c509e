/** @file Tests. The stand-in's webhooks: managed as documented, signed for real, tried again as the service does (contract 13). */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { verify } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, askApi } from '../sandbox/ask.ts';
import { elsewhereRecordingId, startSandbox, type Sandbox } from '../sandbox/index.ts';

let sandbox: Sandbox;
let received: { headers: IncomingHttpHeaders; body: Buffer }[];
let answers: number[];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(answers.shift() ?? 204).end();
  });
});
let to: string;

beforeEach(async () => {
  received = [];
  answers = [];
  sandbox = await startSandbox({ scenario: 'control-room' });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  to = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/nudge`;
});
afterEach(async () => {
  await sandbox.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const publicKey = async () =>
  z
    .object({ data: z.object({ publicKey: z.string() }) })
    .parse((await ask(sandbox.webhookKeyUrl)).json).data.publicKey;

test.each(['rtk', 'dyte'] as const)(
  '%s headers carry a true signature of the raw body',
  async (s) => {
    const event = sandbox.statusUpdate(elsewhereRecordingId);
    expect(await sandbox.deliverWebhook(event, to, { spelling: s })).toMatchObject({
      statuses: [204],
    });
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received;
    const signature = Buffer.from(String(headers[`${s}-signature`]), 'base64');
    const key = await publicKey();
    expect(verify('RSA-SHA256', body, key, signature)).toBe(true);
    expect(verify('RSA-SHA256', Buffer.concat([body, Buffer.from(' ')]), key, signature)).toBe(
      false,
    );
    expect(headers[`${s}-webhook-id`]).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(body.toString())).toMatchObject({
      event: 'recording.statusUpdate',
      recording: { recordingId: elsewhereRecordingId, status: 'RECORDING', downloadUrl: null },
      meeting: { status: 'LIVE' },
    });
  },
);

test('5xx is tried again with a new id, 4xx is not, nobody there gives up', async () => {
  answers = [503, 502];
  const again = await sandbox.deliverWebhook({ event: 'meeting.started' }, to);
  expect(again.statuses).toEqual([503, 502, 204]);
  expect(new Set(received.map(({ headers }) => headers['rtk-uuid'])).size).toBe(3);
  answers = [401];
  expect((await sandbox.deliverWebhook({ event: 'meeting.ended' }, to)).statuses).toEqual([401]);
  const nowhere = await sandbox.deliverWebhook({}, 'http://127.0.0.1:9/', { attempts: 2 });
  expect(nowhere.statuses).toEqual([null, null]);
});

test('webhooks are made, listed, replaced, amended and deleted', async () => {
  const body = { name: 'relay', url: to, events: ['recording.statusUpdate'] };
  const made = await askApi(sandbox, 'webhooks', { method: 'POST', body });
  expect(made).toMatchObject({ status: 201, json: { data: { ...body, enabled: true } } });
  const { id } = z.object({ data: z.object({ id: z.string() }) }).parse(made.json).data;
  const at = `webhooks/${id}`;
  expect((await askApi(sandbox, 'webhooks')).json).toMatchObject({ data: [{ id }] });
  const other = { ...body, name: 'other', enabled: false };
  await askApi(sandbox, at, { method: 'PUT', body: other });
  expect((await askApi(sandbox, at)).json).toMatchObject({ data: other });
  await askApi(sandbox, at, { method: 'PATCH', body: { enabled: true } });
  expect((await askApi(sandbox, at)).json).toMatchObject({ data: { ...other, enabled: true } });
  expect(await askApi(sandbox, at, { method: 'DELETE' })).toMatchObject({ json: { data: { id } } });
  expect(await askApi(sandbox, at)).toMatchObject({ status: 404 });
  expect((await askApi(sandbox, 'webhooks/all')).json).toHaveProperty('data.length', 9);
});

test('what is wrong is refused in the words of the samples', async () => {
  const post = (body: unknown) => askApi(sandbox, 'webhooks', { method: 'POST', body });
  const says = (message: string) => ({ status: 400, json: { error: { message } } });
  expect(await post({ url: to, events: [] })).toMatchObject(says('"name" is required'));
  expect(await post({ name: 'x', url: to, events: ['no.such'] })).toMatchObject(
    says('"events.0" is not valid'),
  );
  expect(await askApi(sandbox, 'webhooks/x')).toMatchObject(says('"id" must be a valid GUID'));
});
