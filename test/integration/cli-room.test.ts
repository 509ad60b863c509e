/** @file Tests. The control room on the command line, alone and beside a program that holds the library. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeetingId } from '#contract';
import { systemClock } from '../../src/main/clock.ts';
import { entries } from '../../src/main/entries.ts';
import { openLibrary } from '../../src/main/library/index.ts';
import {
  type Sandbox,
  controlRoom,
  elsewhereRecordingId,
  nightWatchPeople,
  startSandbox,
} from '../sandbox/index.ts';
import { commandLine } from '../support/command-line.ts';

const { nightWatch, startedElsewhere, waiting } = controlRoom;

let folder = '';
let library = '';
let sandbox: Sandbox;

const environment = () => ({
  ...process.env,
  TRACKVAULT_PROFILE: join(folder, 'profile'),
  TRACKVAULT_TOKEN: sandbox.token,
});
const withPlace = (args: readonly string[]): string[] => [
  commandLine,
  ...['--library', library, '--json'],
  ...['--api', sandbox.apiRoot, '--account', sandbox.accountId, '--app', sandbox.appId],
  ...args,
];

interface Answer {
  code: number;
  rows: Record<string, unknown>[];
  err: string;
}

function run(...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(process.execPath, withPlace(args), { env: environment() }, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, rows: linesOf(out), err });
    });
  });
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trackvault-cli-room-'));
  library = join(folder, 'library');
  sandbox = await startSandbox({ scenario: 'control-room' });
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

test('what goes on is seen without a library, and what others ordered is never claimed to be known', async () => {
  const { code, rows } = await run('live', '--people');
  expect(code).toBe(0);
  expect(rows.map(({ meetingId }) => meetingId).toSorted()).toEqual(
    [nightWatch, startedElsewhere, waiting].toSorted(),
  );
  const elsewhere = rows.find(({ meetingId }) => meetingId === startedElsewhere);
  expect(elsewhere?.['recordings']).toMatchObject([
    { recordingId: elsewhereRecordingId, origin: 'elsewhere', taken: { kind: 'unknown' } },
  ]);
  const watched = rows.find(({ meetingId }) => meetingId === nightWatch);
  expect(watched?.['people']).toHaveLength(4);
});

test('nothing is ordered without the statement that people were told, nor by a custom id', async () => {
  expect(await run('start', nightWatch)).toMatchObject({ code: 2, rows: [] });
  const byCustomId = await run('start', nightWatch, '--told', '--person', 'guest_17');
  expect(byCustomId).toMatchObject({ code: 1, rows: [] });
  expect(byCustomId.err).toContain('meeting.people-unusable');
  expect(sandbox.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('two of four people are recorded, stopped, pulled, and the coverage explains the two others', async () => {
  const { mara, tariq } = nightWatchPeople;
  const chosen = ['--person', mara, '--person', tariq];
  const started = await run(
    ...['start', nightWatch, '--told', '--note', 'read out at the start', '--prefix', 'night'],
    ...chosen,
  );
  expect(started).toMatchObject({ code: 0, rows: [{ how: 'started' }] });
  const recordingId = String(started.rows[0]?.['recordingId']);
  expect(await run('start', nightWatch, '--told', ...chosen)).toMatchObject({ code: 1, rows: [] });
  expect(sandbox.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  sandbox.clock.advance(60_000);

  const stopped = await run('stop', recordingId);
  expect(stopped).toMatchObject({ code: 0, rows: [{ recordingId, confirmed: true }] });
  sandbox.clock.advance(60_000);
  expect((await run('pull')).rows.at(-1)).toMatchObject({ files: { lost: 0, pending: 0 } });

  const { code, rows } = await run('coverage', nightWatch);
  expect(code).toBe(0);
  expect(rows).toMatchObject([
    {
      recordingId,
      taken: { kind: 'chosen', userIds: [mara, tariq] },
      order: { consentNote: 'read out at the start', prefix: 'night' },
      counts: { received: 2, 'not-recorded-by-choice': 2, missing: 0 },
    },
  ]);
});

test('beside a program that holds the library an order is left for it to take down, and pull gives way', async () => {
  const held = await openLibrary({
    dir: library,
    mode: 'write',
    clock: systemClock,
    actor: { osUser: 'tester', machine: 'bench', through: 'app' },
    indexWorkerUrl: entries.indexWorker,
  });
  try {
    expect(await run('pull')).toMatchObject({ code: 4 });
    const started = await run('start', waiting, '--told', '--note', 'beside the app');
    expect(started).toMatchObject({ code: 0, rows: [{ how: 'started' }] });
    const meetingId = MeetingId.parse(waiting);
    await expect
      .poll(() => held.orders({ meetingId }), { timeout: 10_000 })
      .toMatchObject([{ consentNote: 'beside the app', outcome: 'started' }]);
    const now = await run('live');
    expect(now.rows.find((row) => row['meetingId'] === waiting)?.['recordings']).toMatchObject([
      { origin: 'ours', taken: { kind: 'everyone' } },
    ]);
  } finally {
    await held.close();
  }
});

test('watch says each change once and ends in order; listen takes what the service signed', async () => {
  const child: ChildProcess = spawn(process.execPath, withPlace(['listen', '--port', '0']), {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  const said: Record<string, unknown>[] = [];
  createInterface(child.stdout).on('line', (line) => said.push(...linesOf(line)));
  let err = '';
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  await expect.poll(() => said.length, { timeout: 20_000 }).toBe(3);
  const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(err)?.[0] ?? '';

  sandbox.calls.join(waiting, { name: 'Ines Duarte', customId: 'ines' });
  const event = { event: 'meeting.participantJoined', meeting: { id: waiting } };
  expect((await sandbox.deliverWebhook(event, address)).statuses).toEqual([204]);
  await expect.poll(() => said.length, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(said.at(-1)).toMatchObject({ meetingId: waiting, peopleCount: 2 });
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});
