/** @file Tests. What goes on now, read from the stand-in service: who calls, what runs, what needs a hand, at what cost in calls. */
import { afterEach, describe, expect, test } from 'vitest';

import { type MeetingId, RecordingId } from '../../src/preload/contract/index.ts';
import type { Clock } from '../../src/main/clock.ts';
import { createRealtimeKit } from '../../src/main/realtimekit/index.ts';
import { type Live, type LiveCall, createLive } from '../../src/main/sync/index.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox/index.ts';
import { type DrivenClock, drivenClock } from '../support/driven-clock.ts';
import { meetingOf, quietMeetings, userOf } from '../support/quiet-meetings.ts';

const minuteMs = 60_000;

let sandbox: Sandbox;
let clock: DrivenClock;
let live: Live;
/** Our clock is so much ahead of the service's; it can be set. */
let aheadMs = 0;
const moved: MeetingId[][] = [];
const bugs: unknown[] = [];

async function connect(options: SandboxOptions): Promise<void> {
  sandbox = await startSandbox(options);
  clock = drivenClock(sandbox);
  const ours: Clock = { now: () => clock.now() + aheadMs, sleep: clock.sleep };
  const { apiRoot, accountId, appId, token } = sandbox;
  live = createLive({
    realtimekit: createRealtimeKit({
      apiRoot,
      accountId,
      appId,
      token: () => Promise.resolve(token),
      clock: ours,
      random: () => 0,
    }),
    clock: ours,
    onChange: () => undefined,
    onMoved: (meetingIds) => void moved.push(meetingIds),
    onBug: (thrown) => void bugs.push(thrown),
  });
}

afterEach(async () => {
  live.close();
  await sandbox.close();
  expect(bugs.splice(0)).toEqual([]);
  moved.length = 0;
  aheadMs = 0;
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Until nothing is under way and nothing is due. */
async function atRest(): Promise<void> {
  for (let still = 0; still < 3;) {
    await turn();
    // The clock runs on by itself, past what was about to be due.
    clock.advance(0);
    const { nextAt } = live.now();
    const isIdle = sandbox.requests.every(({ ended }) => ended);
    still = isIdle && (nextAt === null || nextAt > clock.now() + aheadMs) ? still + 1 : 0;
  }
}

/** Lets time pass from one read to the next. */
async function pass(ms: number): Promise<void> {
  const until = clock.now() + ms;
  while (clock.now() < until) {
    const next = live.now().nextAt ?? until;
    clock.advance(Math.max(1, Math.min(until, next) - clock.now()));
    await atRest();
  }
}

const watch = async (...opened: MeetingId[]) => {
  live.watch({ watching: true, opened });
  await atRest();
};
const calls = () => sandbox.requests.length;
const callOf = (meetingId: MeetingId): LiveCall =>
  live.now().meetings.find((each) => each.meetingId === meetingId) ??
  expect.fail('not in the list');

async function post(meetingId: string): Promise<RecordingId> {
  const { apiRoot, accountId, appId, token } = sandbox;
  const address = `${apiRoot}/accounts/${accountId}/realtime/kit/${appId}/recordings/track`;
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ meeting_id: meetingId }),
  });
  const body = (await answer.json()) as { data: { recording: { id: string } } };
  return RecordingId.parse(body.data.recording.id);
}

async function put(recordingId: string, action: string): Promise<void> {
  const { apiRoot, accountId, appId, token } = sandbox;
  await fetch(`${apiRoot}/accounts/${accountId}/realtime/kit/${appId}/recordings/${recordingId}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ action }),
  });
}

describe('what goes on now', () => {
  test('is asked of nobody while nobody looks on', async () => {
    await connect({ scenario: quietMeetings(1) });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await pass(30 * minuteMs);
    expect(calls()).toBe(0);
    expect(live.now()).toMatchObject({ state: 'off', readAt: null, nextAt: null, meetings: [] });
  });

  test('shows calls with what is recorded, and people of opened ones alone', async () => {
    await connect({ scenario: quietMeetings(2) });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    sandbox.calls.join(meetingOf(0), userOf(0, 'guest'));
    sandbox.calls.join(meetingOf(0), userOf(0, 'guest'));
    sandbox.calls.join(meetingOf(1), userOf(1, 'host'));
    const recordingId = await post(meetingOf(0));
    await watch(meetingOf(0));
    expect(live.now()).toMatchObject({ state: 'known', failure: null, everyMs: 10_000 });
    expect(callOf(meetingOf(0))).toMatchObject({
      title: 'Call 0',
      call: 'live',
      peopleCount: 3,
      people: [
        { name: 'Ada', userId: userOf(0, 'host'), customParticipantId: 'host-0', connections: 1 },
        { name: 'Ben', userId: userOf(0, 'guest'), connections: 2 },
      ],
      recordings: [{ recordingId, status: 'INVOKED', alarm: null }],
    });
    expect(callOf(meetingOf(1))).toMatchObject({ people: null, recordings: [] });
    await pass(15_000);
    expect(callOf(meetingOf(0)).recordings).toMatchObject([{ status: 'RECORDING' }]);
  });

  test('is never older than 15 s, and asks for names again when somebody came', async () => {
    await connect({ scenario: quietMeetings(1) });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await watch(meetingOf(0));
    const people = () =>
      sandbox.requests.filter(({ path }) => path.includes('/participants')).length;
    expect(people()).toBe(1);
    sandbox.calls.join(meetingOf(0), userOf(0, 'guest'));
    await pass(12_000);
    expect(callOf(meetingOf(0)).people?.map(({ name }) => name)).toEqual(['Ada', 'Ben']);
    expect(people()).toBe(2);
    await pass(12_000);
    expect(people()).toBe(2);
    for (let second = 0; second < 60; second += 1) {
      await pass(1_000);
      expect(clock.now() - (live.now().readAt ?? 0)).toBeLessThanOrEqual(15_000);
    }
  });

  test('stops asking when nobody looks on any more', async () => {
    await connect({ scenario: quietMeetings(1) });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await watch();
    live.watch({ watching: false, opened: [] });
    const before = calls();
    await pass(20 * minuteMs);
    expect(calls()).toBe(before);
  });
});

test.each([-60 * minuteMs, 60 * minuteMs])(
  'what goes on now stays fresh though our clock is set by %d ms',
  async (setMs) => {
    await connect({ scenario: quietMeetings(1) });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await watch(meetingOf(0));
    aheadMs = setMs;
    sandbox.calls.join(meetingOf(0), userOf(0, 'guest'));
    const before = calls();
    const names = () => {
      clock.advance(100);
      return callOf(meetingOf(0)).people?.map(({ name }) => name);
    };
    await expect.poll(names, { interval: 2 }).toEqual(['Ada', 'Ben']);
    const { readAt, nextAt } = live.now();
    const age = clock.now() + aheadMs - (readAt ?? 0);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(15_000);
    expect((nextAt ?? 0) - clock.now() - aheadMs).toBeLessThan(15_000);
    expect(calls() - before).toBeLessThan(20);
  },
);

describe('a recording that comes to its end', () => {
  test('is noticed though nobody looks on, and told once per step', async () => {
    await connect({ scenario: quietMeetings(1), switches: { uploadSeconds: 200 } });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    const recordingId = await post(meetingOf(0));
    await watch();
    live.watch({ watching: false, opened: [] });
    await pass(10 * minuteMs);
    expect(moved).toEqual([]);
    await put(recordingId, 'stop');
    await pass(6 * minuteMs);
    expect(moved).toEqual([[meetingOf(0)], [meetingOf(0)]]);
    const before = calls();
    await pass(20 * minuteMs);
    expect([calls() - before, live.now().state]).toEqual([0, 'off']);
  });

  test('is told for each file that comes up while it uploads', async () => {
    await connect({
      scenario: quietMeetings(1),
      switches: { uploadSeconds: 90, uploadListing: 'growing' },
    });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    sandbox.calls.join(meetingOf(0), userOf(0, 'guest'));
    const recordingId = await post(meetingOf(0));
    await watch();
    await pass(20_000);
    await put(recordingId, 'stop');
    await pass(2 * minuteMs);
    // Stopped, the first file, the second one, uploaded.
    expect(moved).toHaveLength(4);
  });

  test('that was expected from before and is over is told, and expected no more', async () => {
    await connect({ scenario: quietMeetings(1) });
    const gone = {
      recordingId: RecordingId.parse('fff00000'),
      meetingId: meetingOf(0),
      sessionId: null,
      kind: 'track',
      status: 'RECORDING',
      invokedAt: clock.now(),
    } as const;
    live.expect([gone]);
    await pass(2 * minuteMs);
    expect(moved).toEqual([[meetingOf(0)]]);
    live.expect([gone]);
    const before = calls();
    await pass(10 * minuteMs);
    expect(calls()).toBe(before);
  });
});

describe('an alarm', () => {
  test('comes two minutes after the call is over and it still records, and goes with it', async () => {
    await connect({ scenario: quietMeetings(1), switches: { sessionEndStops: false } });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    const recordingId = await post(meetingOf(0));
    await watch(meetingOf(0));
    sandbox.calls.end(meetingOf(0));
    await pass(20_000);
    expect(callOf(meetingOf(0))).toMatchObject({ call: 'over', people: null });
    expect(callOf(meetingOf(0)).recordings).toMatchObject([{ status: 'RECORDING', alarm: null }]);
    const asked = () => sandbox.requests.filter(({ path }) => /sessions\/[^/]+$/.test(path)).length;
    await pass(3 * minuteMs);
    expect(callOf(meetingOf(0)).recordings).toMatchObject([{ alarm: 'records-an-empty-call' }]);
    // A call that is over stays over: asked for once.
    expect(asked()).toBe(1);
    await put(recordingId, 'stop');
    await pass(15_000);
    expect(live.now().meetings).toEqual([]);
  });

  test('comes for an order of which nothing has begun after ten minutes', async () => {
    await connect({ scenario: quietMeetings(1), switches: { afterInvoked: 'nothing' } });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await post(meetingOf(0));
    await watch();
    live.watch({ watching: false, opened: [] });
    await pass(9 * minuteMs);
    expect(callOf(meetingOf(0)).recordings).toMatchObject([{ alarm: null }]);
    await pass(4 * minuteMs);
    expect(callOf(meetingOf(0)).recordings).toMatchObject([{ alarm: 'never-started' }]);
  });
});

describe('trouble', () => {
  test('leaves the old list with its age, is told, and is tried again with growing rests', async () => {
    await connect({ scenario: quietMeetings(1) });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await watch();
    const { readAt } = live.now();
    sandbox.switches.apiFaults = [{ kind: 'status', status: 403, body: 'E2', times: 'always' }];
    await pass(60_000);
    expect(live.now()).toMatchObject({ state: 'failed', readAt });
    expect(live.now().failure).not.toBeNull();
    expect(live.now().everyMs).toBeGreaterThanOrEqual(20_000);
    expect(live.now().meetings).toHaveLength(1);
    sandbox.switches.apiFaults = [];
    await live.refresh();
    expect(live.now()).toMatchObject({ state: 'known', failure: null, everyMs: 10_000 });
  });

  test('with the rate limit waits as long as the service asks, and says so', async () => {
    await connect({
      scenario: quietMeetings(1),
      switches: { quota: { calls: 12, windowSeconds: 300 }, rateLimitHeaders: 'none' },
    });
    sandbox.calls.join(meetingOf(0), userOf(0, 'host'));
    await watch();
    await pass(45_000);
    const { failure, nextAt } = live.now();
    expect(failure?.code).toBe('api.rate-limited');
    expect(nextAt).toBe(failure?.retryAt);
    const before = calls();
    await pass(minuteMs);
    expect(calls()).toBe(before);
    await expect(live.refresh()).rejects.toMatchObject({ code: 'api.rate-limited' });
  });
});

/** Two hundred take their time; the rhythm for as many is reckoned in a test of its own. */
const manyCalls = process.env['TRACKVAULT_SOAK'] === '1' ? 200 : 20;

test(`with ${String(manyCalls)} calls that are recorded stays under a quarter of the rate limit, and fresh`, async () => {
  await connect({ scenario: quietMeetings(manyCalls) });
  for (let index = 0; index < manyCalls; index += 1) {
    sandbox.calls.join(meetingOf(index), userOf(index, 'host'));
  }
  const starts = Array.from({ length: manyCalls }, (_, index) => post(meetingOf(index)));
  await Promise.all(starts);
  clock.advance(10_000);
  const before = calls();
  const began = clock.now();
  await watch(...Array.from({ length: 20 }, (_, index) => meetingOf(index)));
  const ages: number[] = [];
  while (clock.now() < began + 5.5 * minuteMs) {
    const next = live.now().nextAt ?? 0;
    clock.advance(next - clock.now());
    ages.push(clock.now() - (live.now().readAt ?? 0));
    await atRest();
  }
  const sent = sandbox.requests.slice(before).map(({ at }) => at);
  const busiest = Math.max(
    ...sent.map((from) => sent.filter((at) => at >= from && at < from + 5 * minuteMs).length),
  );
  expect(live.now().meetings).toHaveLength(manyCalls);
  expect(live.now().meetings.every(({ recordings }) => recordings.length === 1)).toBe(true);
  expect(live.now().meetings.filter(({ people }) => people !== null)).toHaveLength(20);
  expect(busiest).toBeLessThan(300);
  expect(Math.max(...ages)).toBeLessThan(14_000);
}, 60_000);
