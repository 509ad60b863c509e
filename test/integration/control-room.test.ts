/** @file Tests. The control room over a real library and the stand-in service: whose recordings run, who looks on, what is fetched when they end. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import {
  type LiveMeeting,
  type LiveNow,
  type LiveRecording,
  type MeetingId,
  type RecordOrder,
  type RecordingId,
  WorkspaceId,
} from '../../src/preload/contract/index.ts';
import { type Clock, systemClock } from '../../src/main/clock.ts';
import { type ControlRoom, createControlRoom } from '../../src/main/control-room.ts';
import { createLibrary, type Library } from '../../src/main/library/index.ts';
import { createRealtimeKit, type RealtimeKit } from '../../src/main/realtimekit/index.ts';
import type { RememberedWorkspace } from '../../src/main/settings/index.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox/index.ts';
import { type DrivenClock, drivenClock } from '../support/driven-clock.ts';
import { meetingOf, quietMeetings, userOf } from '../support/quiet-meetings.ts';
import { actor, indexWorkerUrl } from '../support/temp-library.ts';

const meetingId = meetingOf(0);

let sandbox: Sandbox;
let clock: DrivenClock;
let dir: string;
let library: Library;
let room: ControlRoom;
/** Of the library, which is one for all tests: each has a service, and so orders, of its own. */
let time: Pick<Clock, 'now'> = systemClock;
let current: RememberedWorkspace | null;
let told: LiveNow[];
let nudged: MeetingId[][];
let bugs: unknown[];

async function open(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ scenario: quietMeetings(1), ...options });
  sandbox.calls.join(meetingId, userOf(0, 'host'));
  sandbox.calls.join(meetingId, userOf(0, 'guest'));
  clock = drivenClock(sandbox);
  time = clock;
  const { apiRoot, accountId, appId, token } = sandbox;
  current = {
    workspaceId: WorkspaceId.parse('here'),
    label: 'Here',
    apiRoot,
    accountId,
    appId,
    archive: { kind: 'all' },
  };
  const clients = new Map<string, RealtimeKit>();
  const clientOf = ({ workspaceId }: RememberedWorkspace): RealtimeKit => {
    const client =
      clients.get(workspaceId) ??
      createRealtimeKit({ apiRoot, accountId, appId, token: async () => token, clock });
    clients.set(workspaceId, client);
    return client;
  };
  room = createControlRoom({
    workspaces: { current: () => current, clientOf },
    clock,
    onLive: (live) => void told.push(live),
    onBug: (thrown) => void bugs.push(thrown),
  });
  room.follow({ library, pulling: { nudge: (ids) => void nudged.push([...ids]) } });
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trackvault-room-'));
  library = await createLibrary({
    dir: join(dir, 'library'),
    clock: { now: () => time.now(), sleep: systemClock.sleep },
    actor,
    indexWorkerUrl,
  });
});
afterAll(async () => {
  await library.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  told = [];
  nudged = [];
  bugs = [];
});
afterEach(async () => {
  room.close();
  await sandbox.close();
  expect(bugs).toEqual([]);
});

const watch = () => {
  room.watch({ watching: true, opened: [] });
};
const recordings = (): LiveRecording[] =>
  room.now().meetings.find((each) => each.meetingId === meetingId)?.recordings ?? [];
const originsIn = (meeting: LiveMeeting) => meeting.recordings.map(({ origin }) => origin);
const isKnown = () => expect.poll(() => room.now().state).toBe('known');

/** On to the next read, and until it is done. */
async function nextRead(): Promise<void> {
  const { readAt, nextAt } = room.now();
  clock.advance((nextAt ?? 0) - clock.now());
  await expect.poll(() => room.now().readAt).not.toBe(readAt);
}

const order = (changes: Partial<RecordOrder> = {}): RecordOrder => ({
  orderId: randomUUID(),
  meetingId,
  whom: { kind: 'everyone' },
  prefix: 'case-7',
  consent: { told: true, note: 'said aloud' },
  ...changes,
});

describe('a recording', () => {
  test('that was ordered here is shown as ours before anything is read', async () => {
    await open();
    watch();
    await isKnown();
    const { readAt } = room.now();
    const whom = { kind: 'chosen' as const, userIds: [userOf(0, 'host')] };
    const { recordingId } = await room.start(order({ whom }));
    await expect
      .poll(() => recordings())
      .toEqual([
        expect.objectContaining({
          recordingId,
          status: 'INVOKED',
          origin: 'ours',
          taken: whom,
          prefix: 'case-7',
          stoppingSince: null,
        }),
      ]);
    expect(room.now().readAt).toBe(readAt);
    expect(room.running()).toEqual({ count: 1, titles: ['Call 0'] });
    clock.advance(1_000);
    // The window was never told that somebody else had started it.
    const origins = () => told.flatMap(({ meetings }) => meetings.flatMap(originsIn));
    await expect.poll(() => [...new Set(origins())]).toEqual(['ours']);
  });

  test('that was started elsewhere says that who is in it cannot be known', async () => {
    await open();
    const { apiRoot, accountId, appId, token } = sandbox;
    const kit = createRealtimeKit({ apiRoot, accountId, appId, token: async () => token, clock });
    await kit.startTrackRecording({ meetingId, userIds: null, prefix: 'default' });
    watch();
    await expect
      .poll(recordings)
      .toMatchObject([{ origin: 'elsewhere', taken: { kind: 'unknown' }, prefix: null }]);
  });

  test('whose answer was lost is found and shown as ours', async () => {
    await open({
      switches: { apiFaults: [{ kind: 'reset', method: 'POST', taken: true, times: 1 }] },
    });
    watch();
    await isKnown();
    const started = room.start(order());
    await expect
      .poll(() => {
        clock.advance(1_000);
        return recordings().map(({ origin }) => origin);
      })
      .toEqual(['adopted']);
    expect(await started).toMatchObject({ how: 'adopted' });
    const posts = sandbox.requests.filter(({ method }) => method === 'POST');
    expect(posts).toHaveLength(1);
  });

  test('ordered by a process that was killed over it is found when it shows', async () => {
    await open();
    watch();
    await isKnown();
    const { apiRoot, accountId, appId, token } = sandbox;
    const { prefix, consent, orderId } = order();
    await library.orderRecording({
      orderId,
      meetingId,
      sessionId: null,
      userIds: null,
      prefix,
      consentNote: consent.note,
      orderedAt: clock.now(),
      serviceAt: clock.now(),
      since: clock.now(),
      seenBefore: [],
      source: { host: new URL(apiRoot).host, accountId, appId },
    });
    const kit = createRealtimeKit({ apiRoot, accountId, appId, token: async () => token, clock });
    await kit.startTrackRecording({ meetingId, userIds: null, prefix });
    await nextRead();
    await expect.poll(() => recordings().map(({ origin }) => origin)).toEqual(['adopted']);
  });

  test('is stopping until a read confirms it; then it is fetched', async () => {
    await open({ switches: { stopLagSeconds: 15 } });
    watch();
    await isKnown();
    const { recordingId } = await room.start(order());
    await nextRead();
    const before = clock.now();
    await room.recorder().stop(recordingId);
    await expect.poll(() => recordings()[0]?.stoppingSince).toBeGreaterThanOrEqual(before);
    await nextRead();
    expect(recordings()[0]?.stoppingSince).toBeGreaterThanOrEqual(before);
    expect(nudged).toEqual([]);
    await nextRead();
    await nextRead();
    expect(recordings()).toEqual([]);
    expect(nudged[0]).toEqual([meetingId]);
  });
});

describe('whoever looks on', () => {
  const calls = () => sandbox.requests.length;
  const laterCalls = async (): Promise<number> => {
    // A read that had begun is finished first.
    let before = calls();
    for (let still = 0; still < 5;) {
      await systemClock.sleep(20);
      const isQuiet = calls() === before && sandbox.requests.every(({ ended }) => ended);
      still = isQuiet ? still + 1 : 0;
      before = calls();
    }
    for (let second = 0; second < 30; second += 1) {
      clock.advance(1_000);
      await systemClock.sleep(1);
    }
    return calls() - before;
  };

  test.each(['gone', 'hidden'] as const)('is served no more when the window is %s', async (how) => {
    await open();
    watch();
    await isKnown();
    expect(await laterCalls()).toBeGreaterThanOrEqual(10);
    room.seen(how);
    expect(await laterCalls()).toBe(0);
    room.seen('shown');
    await systemClock.sleep(20);
    expect((await laterCalls()) >= 10).toBe(how === 'hidden');
  });

  test('is told only what is new', async () => {
    await open();
    watch();
    await isKnown();
    await systemClock.sleep(20);
    clock.advance(1_000);
    const before = told.length;
    watch();
    watch();
    clock.advance(1_000);
    expect(told.length).toBe(before);
    await nextRead();
    clock.advance(1_000);
    await expect.poll(() => told.length).toBeGreaterThan(before);
    expect(new Set(told.map((live) => JSON.stringify(live))).size).toBe(told.length);
  });
});

describe('another workspace or library', () => {
  test('leaves nothing of the former one', async () => {
    await open();
    watch();
    await isKnown();
    expect(room.now().meetings.length).toBeGreaterThan(0);
    if (current === null) throw new Error('no workspace');
    const former = room.now().readAt;
    current = { ...current, workspaceId: WorkspaceId.parse('there') };
    room.reconnect();
    expect(room.now()).toMatchObject({ state: 'asking', meetings: [] });
    await isKnown();
    expect(room.now().readAt).toBeGreaterThanOrEqual(former ?? Infinity);
    current = null;
    room.reconnect();
    expect(room.now()).toMatchObject({ state: 'off', meetings: [] });
    expect(() => room.recorder()).toThrow(expect.objectContaining({ code: 'credentials.missing' }));
  });

  test('leaves nobody listening to the library', async () => {
    await open();
    let listeners = 0;
    const heard: Library = {
      ...library,
      onChange(listener) {
        listeners += 1;
        const forget = library.onChange(listener);
        return () => {
          listeners -= 1;
          forget();
        };
      },
    };
    room.follow({ library: heard, pulling: { nudge: () => undefined } });
    for (const name of ['there', 'elsewhere']) {
      current = current && { ...current, workspaceId: WorkspaceId.parse(name) };
      room.reconnect();
    }
    expect(listeners).toBe(1);
    room.close();
    expect(listeners).toBe(0);
  });

  test('a new label is no other workspace', async () => {
    await open();
    watch();
    await isKnown();
    if (current === null) throw new Error('no workspace');
    current = { ...current, label: 'Anew' };
    room.reconnect();
    expect(room.now().state).toBe('known');
  });

  test('without a library everything is shown, and nothing can be started', async () => {
    await open();
    room.follow(null);
    watch();
    await isKnown();
    await expect(room.start(order())).rejects.toMatchObject({ code: 'library.missing' });
    expect(sandbox.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('that holds what ran when it was closed makes its end noticed, though nobody looks on', async () => {
    await open();
    const { recordingId } = await room.start(order());
    await observeRunning(recordingId);
    room.follow(null);
    current = current === null ? null : { ...current, workspaceId: WorkspaceId.parse('anew') };
    room.reconnect();
    sandbox.removeRecording(recordingId);
    nudged.length = 0;
    room.follow({ library, pulling: { nudge: (ids) => void nudged.push([...ids]) } });
    await expect.poll(() => room.now().nextAt).not.toBeNull();
    await nextRead();
    expect(nudged.flat()).toContain(meetingId);
  });
});

async function observeRunning(recordingId: RecordingId): Promise<void> {
  await library.observe({
    recordingId,
    kind: 'track',
    status: 'RECORDING',
    meetingId,
    sessionId: null,
    title: null,
    errorMessage: null,
    invokedAt: clock.now(),
    startedAt: clock.now(),
    stoppedAt: null,
    recordingDurationMs: null,
    deadlineAt: null,
    shape: 'none',
    files: [],
    sessionPeople: null,
    meetingPeople: null,
    source: { host: 'here', accountId: sandbox.accountId, appId: sandbox.appId },
    raw: {},
  });
}
