/** @file Tests. The client where the contract is unsure and the other tests do not look: ids, limits, filters, lost answers. */
import { afterEach, describe, expect, test } from 'vitest';

import type { Clock } from '../../src/main/clock.ts';
import { createRealtimeKit, type RealtimeKitOptions } from '../../src/main/realtimekit/index.ts';
import {
  controlRoom,
  elsewhereRecordingId,
  startSandbox,
  type ApiFault,
  type Sandbox,
  type SandboxOptions,
  type Scenario,
} from '../sandbox/index.ts';
import { harbour } from '../sandbox/scenarios/harbour.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function open(options: SandboxOptions, more: Partial<RealtimeKitOptions> = {}) {
  sandbox = await startSandbox(options);
  const { apiRoot, accountId, appId, token } = sandbox;
  const waits: number[] = [];
  const clock: Clock = {
    now: () => sandbox.clock.now(),
    sleep: (ms) => {
      waits.push(ms);
      sandbox.clock.advance(ms);
      return Promise.resolve();
    },
  };
  const whose = { apiRoot, accountId, appId, token: () => Promise.resolve(token) };
  return { kit: createRealtimeKit({ ...whose, clock, ...more }), waits };
}

async function idsOf(rows: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of rows) ids.push(id);
  return ids;
}

test.each([
  '7d0b6c1e-52f3-4f0a-9a57-2c8f4b1e6d90',
  '14a396e7ca444937bf1f050a69118543',
  'studio 1/ü?#%2F',
])('an app id is any text: %s (U1)', async (id) => {
  const scenario: Scenario = { ...harbour, app: { id, name: 'Studio' } };
  const { kit } = await open({ scenario });
  expect(await kit.checkAccess()).toMatchObject({ state: 'ok' });
  expect(await idsOf(kit.listRecordings())).toHaveLength(4);
});

describe('the limit of calls', () => {
  test.each(['ratelimit', 'x-ratelimit', 'none'] as const)(
    'is not run into where it is told, and once a window where it is not: %s (U2)',
    async (rateLimitHeaders) => {
      const quota = { calls: 30, windowSeconds: 300 };
      const { kit, waits } = await open({ switches: { quota, rateLimitHeaders } });
      for (let n = 0; n < 70; n += 1) await kit.listApps();
      const refused = sandbox.requests.filter(({ status }) => status === 429).length;
      // Without a word of what is left nobody can slow down in time; `Retry-After` is obeyed.
      expect(refused).toBe(rateLimitHeaders === 'none' ? 2 : 0);
      expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(200_000);
    },
  );
});

describe('filters', () => {
  test('that the service ignores are kept here (U20)', async () => {
    const { kit } = await open({ scenario: 'control-room', switches: { filters: 'ignored' } });
    const { nightWatch, startedElsewhere } = controlRoom;
    const live = await idsOf(kit.listSessions({ status: 'live' }));
    expect(live).toHaveLength(3);
    expect(await idsOf(kit.listSessions({ meetingId: nightWatch }))).toHaveLength(1);
    expect(await idsOf(kit.listRecordings({ meetingId: nightWatch }))).toEqual([]);
    expect(await idsOf(kit.listRecordings({ meetingId: startedElsewhere }))).toEqual([
      elsewhereRecordingId,
    ]);
    expect(await idsOf(kit.listRecordings({ statuses: ['RECORDING'] }))).toEqual([
      elsewhereRecordingId,
    ]);
    expect(await idsOf(kit.listRecordings({ statuses: ['UPLOADED'] }))).toEqual([]);
  });
});

describe('an answer on its way', () => {
  test.each<[string, ApiFault]>([
    ['reset before a byte', { kind: 'reset', times: 2 }],
    ['reset after the call was carried out', { kind: 'reset', taken: true, times: 2 }],
    ['late', { kind: 'delay', ms: 40 }],
    ['later than is waited for', { kind: 'delay', ms: 400 }],
  ])('%s is read again, or waited for', async (_, fault) => {
    const { kit } = await open(
      { scenario: 'control-room', switches: { apiFaults: [fault] } },
      { answerWithinMs: 200 },
    );
    expect(await idsOf(kit.listRecordings())).toEqual([elsewhereRecordingId]);
    expect(sandbox.switches.apiFaults).toEqual([]);
  });
});

test('who is in a call is read as it changes: rejoins, two devices, one name, no name', async () => {
  const { kit } = await open({ scenario: 'control-room' });
  const meetingId = controlRoom.waiting;
  const [first = ''] = sandbox.calls.inCall(meetingId);
  const nobody = sandbox.calls.join(meetingId, { name: null, customId: 'kiosk_3' });
  const phone = sandbox.calls.join(meetingId, { name: 'Jane Doe', customId: 'jane_2' });
  sandbox.clock.advance(30_000);
  sandbox.calls.leave(nobody);
  for (const rejoin of ['second-row', 'second-event'] as const) {
    sandbox.switches.rejoin = rejoin;
    const session = await kit.activeSession(meetingId);
    expect(session).toMatchObject({ status: 'live', liveParticipants: 2 });
    const people = (await kit.listSessionParticipants(session?.id ?? '')) ?? [];
    expect(people.flatMap(({ peerIds }) => peerIds).sort()).toEqual([first, nobody, phone].sort());
    expect(people.map(({ leftAt }) => leftAt === null)).toEqual([true, false, true]);
  }
  sandbox.calls.end(meetingId);
  expect(await kit.activeSession(meetingId)).toBeNull();
});
