/** @file Tests. Webhooks are listened for only while a person wishes it, at the port they say; a taken port is said, and nothing else breaks. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/main/clock.ts';
import { type Relaying, createRelaying } from '../../src/main/relaying.ts';
import { type SettingsStore, openSettings } from '../../src/main/settings/index.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';

let profile: string;
let settings: SettingsStore;
let sandbox: Sandbox;
let relaying: Relaying;
let nudged: (string | null)[];

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'trackvault-relaying-'));
  settings = await openSettings(profile);
  sandbox = await startSandbox();
  nudged = [];
  relaying = createRelaying({
    settings,
    workspace: () => ({ apiRoot: sandbox.apiRoot }),
    clock: systemClock,
    onNudge: (meetingId) => nudged.push(meetingId),
    onRequest: () => undefined,
  });
});
afterEach(async () => {
  await relaying.close();
  await sandbox.close();
  await rm(profile, { recursive: true });
});

/** A port nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const hook = (port: number) => `http://127.0.0.1:${String(port)}/`;
const started = { event: 'meeting.started', meeting: { id: 'bbb1' } };
const state = () => relaying.status().state;

test('off until asked for, then on, then off again', async () => {
  expect(state()).toBe('off');
  const port = await freePort();
  await settings.change({ relay: { enabled: true, port } });
  await expect.poll(state).toBe('listening');
  expect((await sandbox.deliverWebhook(started, hook(port))).statuses).toEqual([204]);
  expect(nudged).toEqual(['bbb1']);
  expect(relaying.status()).toMatchObject({ port, taken: 1, refused: 0 });
  await settings.change({ relay: { enabled: false, port } });
  await expect.poll(state).toBe('off');
  const { statuses } = await sandbox.deliverWebhook(started, hook(port), { attempts: 1 });
  expect(statuses).toEqual([null]);
});

test('a port that is taken is said, and another one is taken up', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  await settings.change({ relay: { enabled: true, port: taken } });
  await expect.poll(state).toBe('failed');
  expect(relaying.status()).toMatchObject({ failure: { code: 'input.invalid' } });
  await settings.change({ relay: { enabled: true, port: await freePort() } });
  await expect.poll(state).toBe('listening');
  other.close();
});
