/** @file Tests. How far recordings have come, told from index and queue, running or at rest; against the stand-in service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  type ArchivePolicy,
  type FileTransfer,
  MeetingId,
  type Passage,
  RecordingId,
} from '../../src/preload/contract/index.ts';
import { type Choice, createChoice } from '../../src/main/choice.ts';
import { readAudioFacts } from '../../src/main/audio/index.ts';
import { connect, queuePlaceOf } from '../../src/main/connection.ts';
import { entries } from '../../src/main/entries.ts';
import { createLibrary, openLibrary, type Library } from '../../src/main/library/index.ts';
import { type Pulling, createPulling } from '../../src/main/pulling.ts';
import { createRealtimeKit } from '../../src/main/realtimekit/index.ts';
import { type Transferring, createTransferring } from '../../src/main/transferring.ts';
import { oddRecordings, startSandbox, type Sandbox } from '../sandbox/index.ts';
import { clockOf } from './sync-bench.ts';

let sandbox: Sandbox;
let dir: string;
let library: Library;
let pulling: Pulling;
let transferring: Transferring;
let policy: ArchivePolicy;
let choice: Choice;

/** Opens the library in `dir` as the app does at its start: nothing is asked of the service yet. */
async function open(mode: 'create' | 'write' | 'read'): Promise<void> {
  const clock = clockOf(sandbox);
  const options = {
    dir,
    clock,
    actor: { osUser: 'tester', machine: 'bench', through: 'test' },
    indexWorkerUrl: entries.indexWorker,
  };
  library =
    mode === 'create' ? await createLibrary(options) : await openLibrary({ ...options, mode });
  const { apiRoot, accountId, appId, token } = sandbox;
  choice = createChoice(() => policy);
  const token$ = () => Promise.resolve(token);
  pulling = createPulling({
    library,
    reviewing: { prepareAll: () => Promise.resolve() },
    connect: (onEvent) =>
      connect(
        {
          library,
          audio: { facts: (path, { signal } = {}) => readAudioFacts(path, signal) },
          clock,
          nativeBinding: null,
          onEvent,
          wants: (recording) => choice.wants(recording),
          log: () => undefined,
        },
        { accountId, appId, apiRoot },
        createRealtimeKit({ apiRoot, accountId, appId, token: token$, clock }),
      ),
    rhythm: () => ({ automatic: false, everyMs: 600_000 }),
    queuePlace: queuePlaceOf(dir, null),
    clock,
    onStatus: () => undefined,
    onBug: (thrown) => {
      throw thrown;
    },
  });
  transferring = createTransferring({
    library,
    pulling,
    choice,
    readingBecause: mode === 'read' ? { code: 'library.locked', message: 'for this test' } : null,
    clock,
  });
}

async function close(): Promise<void> {
  await pulling.stop();
  await library.close();
}

/** The machine may have other work. */
const patience = { timeout: 10_000 };

const ended = () => expect.poll(() => pulling.status().state, { timeout: 20_000 }).toBe('done');

async function pull(): Promise<void> {
  pulling.start();
  await ended();
}

const passageOf = (passages: readonly Passage[], recordingId: string): Passage => {
  const found = passages.find(({ recording }) => recording.recordingId === recordingId);
  if (found === undefined) throw new Error(`no passage of ${recordingId}`);
  return found;
};

const twoLayers = RecordingId.parse(oddRecordings.twoLayers);

beforeEach(async () => {
  policy = { kind: 'all' };
  sandbox = await startSandbox({ scenario: 'all-states' });
  dir = await mkdtemp(join(tmpdir(), 'trackvault-transferring-'));
  await open('create');
});

afterEach(async () => {
  await close();
  await sandbox.close();
  await rm(dir, { recursive: true });
});

describe('the way of each recording', () => {
  test('is told by its step and how it stands, for every state there is', async () => {
    expect(await transferring.list()).toEqual([]);
    await pull();
    const list = await transferring.list();
    const told = (recordingId: string) => {
      const { step, standing, risk } = passageOf(list, recordingId);
      return [step, standing, risk];
    };
    expect(told(oddRecordings.invoked)).toEqual(['invoked', 'stuck', null]);
    expect(told(oddRecordings.recording)).toEqual(['recording', 'moving', null]);
    expect(told(oddRecordings.paused)).toEqual(['recording', 'moving', null]);
    expect(told(oddRecordings.stuckUploading)).toEqual([
      'uploading',
      'waiting',
      'stuck-at-provider',
    ]);
    expect(told(oddRecordings.erroredWithMessage)[1]).toBe('stuck');
    expect(told(oddRecordings.zeroFiles)).toEqual(['uploading', 'stuck', null]);
    expect(told(oddRecordings.twoLayers)).toEqual(['verified', 'done', null]);
    expect(passageOf(list, oddRecordings.twoLayers)).toMatchObject({
      files: { total: 3, kept: 3, verified: 3, failed: 0, cancelled: 0, spoilt: 0, lost: 0 },
      deadlineAt: null,
      failure: null,
    });
    const times = list.map(({ recording }) => recording.invokedAt ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const ids = list.map(({ recording }) => recording.recordingId);
    expect(ids).not.toContain(oddRecordings.compositeWebm);
    expect(ids, 'ended more than seven days ago').not.toContain(oddRecordings.expired);
  });

  test('shows bytes and speed of a file while it comes', async () => {
    sandbox.switches.throttleBytesPerSecond = 16_000;
    pulling.start();
    let running: Passage | undefined;
    let coming: FileTransfer | undefined;
    await expect
      .poll(async () => {
        running = (await transferring.list()).find(({ bytesPerSecond }) => bytesPerSecond > 0);
        if (running === undefined) return 0;
        const files = await transferring.files(running.recording.recordingId);
        coming = files.find(({ bytesPerSecond }) => bytesPerSecond > 0);
        return coming?.totalBytes ?? 0;
      }, patience)
      .toBeGreaterThan(0);
    expect(running).toMatchObject({ step: 'fetching', standing: 'moving', risk: 'pending' });
    expect(coming).toMatchObject({ state: 'running', failure: null });
    expect(coming?.receivedBytes).toBeGreaterThan(0);
    expect(coming?.receivedBytes).toBeLessThan(coming?.totalBytes ?? 0);
    // What is past its deadline is tried first, in case the service still has it.
    expect(coming?.deadlineAt).not.toBeNull();
    pulling.cancel();
    await expect.poll(() => pulling.status().state, { timeout: 20_000 }).toBe('cancelled');
  });
});

describe('what happened and when', () => {
  test('is one line of marks in the order of time, with what does not get on', async () => {
    await pull();
    const list = await transferring.list();
    const marks = (recordingId: string) => passageOf(list, recordingId).timeline;
    const done = marks(oddRecordings.twoLayers);
    expect(done.map(({ what }) => what).slice(0, 3)).toEqual(['invoked', 'started', 'stopped']);
    expect(done.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['uploaded', 'kept', 'verified']),
    );
    const times = done.map(({ at }) => at ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(done.find(({ what }) => what === 'uploaded')).toMatchObject({
      word: 'UPLOADED',
      from: 'seen',
    });
    const stalls = Object.fromEntries(
      Object.entries(oddRecordings).flatMap(([name, id]) => {
        const found = list.find(({ recording }) => recording.recordingId === id);
        return found?.stall == null ? [] : [[name, found.stall.what]];
      }),
    );
    expect(stalls).toMatchObject({
      invoked: 'never-started',
      stuckUploading: 'probably-lost',
      zeroFiles: 'finished-without-files',
    });
    expect(stalls).not.toHaveProperty('twoLayers');
  });
});

describe('a workspace that does not fetch everything', () => {
  test('learns all there is, names what it left out with its size, and fetches it when asked', async () => {
    policy = { kind: 'ask' };
    await pull();
    const left = passageOf(await transferring.list(), twoLayers);
    expect(left).toMatchObject({
      standing: 'waiting',
      files: { total: 3, kept: 0, notChosen: 3 },
    });
    const estimate = await pulling.estimate();
    expect(estimate.files).toBeGreaterThanOrEqual(3);
    expect(estimate.bytes.most).toBeGreaterThan(estimate.bytes.least);
    expect(estimate.freeBytes).toBeGreaterThan(0);
    expect(sandbox.requests.filter(({ host }) => host === 'object')).toEqual([]);

    await transferring.take({ recordingIds: [twoLayers] });
    await ended();
    await expect
      .poll(async () => passageOf(await transferring.list(), twoLayers).files.verified, patience)
      .toBe(3);
    const others = (await transferring.list()).filter(({ files }) => files.notChosen > 0);
    expect(others.length, 'nothing else came along').toBeGreaterThan(0);

    await close();
    await open('write');
    expect(passageOf(await transferring.list(), twoLayers).files).toMatchObject({ verified: 3 });
    await transferring.take({ all: true });
    await ended();
    await expect
      .poll(
        async () => (await transferring.list()).every(({ files }) => files.notChosen === 0),
        patience,
      )
      .toBe(true);
  });

  test('fetches the meetings that were chosen by itself, and no other', async () => {
    await pull();
    const chosen = passageOf(await transferring.list(), twoLayers).recording.meetingId;
    expect(choice.wants({ recordingId: twoLayers, meetingId: chosen, deadlineAt: null })).toBe(
      true,
    );
    policy = { kind: 'chosen', meetingIds: [MeetingId.parse('another meeting')] };
    expect(choice.wants({ recordingId: twoLayers, meetingId: chosen, deadlineAt: null })).toBe(
      false,
    );
    policy = { kind: 'chosen', meetingIds: [MeetingId.parse(chosen)] };
    expect(choice.wants({ recordingId: twoLayers, meetingId: chosen, deadlineAt: null })).toBe(
      true,
    );
  });
});

describe('a person’s wish', () => {
  test('holds over restarts, whether or not the queue runs: not fetched until asked for', async () => {
    sandbox.switches.objectFaults = [{ kind: 'cut', afterBytes: 0, times: 'always' }];
    pulling.start();
    await expect
      .poll(async () => (await transferring.files(twoLayers).catch(() => [])).length, patience)
      .toBe(3);
    pulling.cancel();
    await expect.poll(() => pulling.status().state, { timeout: 20_000 }).toBe('cancelled');

    const [first] = await transferring.files(twoLayers);
    if (first === undefined) throw new Error('no file');
    await transferring.cancel(first.key);
    const states = async () => (await transferring.files(twoLayers)).map(({ state }) => state);
    expect(await states()).toContain('cancelled');

    await close();
    await open('write');
    expect(await states(), 'read from the queue at rest').toContain('cancelled');
    sandbox.switches.objectFaults = [];
    await pull();
    expect((await states()).toSorted()).toEqual(['cancelled', 'verified', 'verified']);
    expect(passageOf(await transferring.list(), twoLayers)).toMatchObject({
      step: 'fetching',
      standing: 'waiting',
    });

    await transferring.retry({ recordingId: twoLayers });
    await ended();
    await expect.poll(states).toEqual(['verified', 'verified', 'verified']);
  });

  test('is refused for what nobody queued, and in a library that is only read, with its reason', async () => {
    await pull();
    const wrong = { recordingId: twoLayers, layerName: 'default', fileName: '../queue.db' };
    await expect(transferring.cancel(wrong)).rejects.toMatchObject({ code: 'track.unknown' });
    const nobody = { recordingId: RecordingId.parse('nobody') };
    await expect(transferring.retry(nobody)).rejects.toMatchObject({ code: 'recording.unknown' });
    await close();
    await open('read');
    expect(passageOf(await transferring.list(), twoLayers).standing).toBe('done');
    await expect(transferring.retry({ recordingId: twoLayers })).rejects.toMatchObject({
      code: 'library.locked',
    });
  });
});
