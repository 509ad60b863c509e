/** @file Tests. The client against the stand-in service, over every switch that concerns it. */
import { inspect } from 'node:util';

import { afterEach, describe, expect, test } from 'vitest';

import { systemClock, type Clock } from '../../src/main/clock.ts';
import {
  createRealtimeKit,
  type RealtimeKitOptions,
  type VendorRecording,
} from '../../src/main/realtimekit/index.ts';
import {
  startSandbox,
  type ApiFault,
  type Sandbox,
  type SandboxOptions,
  type Switches,
} from '../sandbox/index.ts';

const canaries = {
  token: 'cfut_CanaryToken00000000000000000000000000000a1b2c3d4',
  signatureCanary: 'cafe0canary',
  appSecret: 'canary-app-secret',
} as const;

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

async function open(options: SandboxOptions = {}, kitOptions: Partial<RealtimeKitOptions> = {}) {
  const started = await startSandbox({ ...canaries, ...options });
  sandbox = started;
  const waits: number[] = [];
  // Waits are over at once, and the service's clock moves on by them.
  const clock: Clock = {
    now: () => started.clock.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      started.clock.advance(ms);
    },
  };
  const { apiRoot, accountId, appId, token } = started;
  const kit = createRealtimeKit({
    apiRoot,
    accountId,
    appId,
    token: async () => token,
    clock,
    ...kitOptions,
  });
  return { sandbox: started, kit, waits, clock };
}

async function whole<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Recording, layer and name of every file offered, in one order. */
function offered(recordings: readonly VendorRecording[]): string[] {
  return recordings
    .flatMap((recording) =>
      recording.files.map((file) => `${recording.id} ${file.layerName} ${file.fileName}`),
    )
    .sort();
}

function expected(of: Sandbox): string[] {
  return of
    .originals()
    .map((file) => `${file.recordingId} ${file.layerName} ${file.fileName}`)
    .sort();
}

const switched: [string, Partial<Switches>][] = [
  ['as the contract thinks most likely', {}],
  ...(
    ['links', 'links-map', 'one-layer', 'array-text', 'links-text', 'one-layer-text'] as const
  ).map((downloadUrl): [string, Partial<Switches>] => [`U10 ${downloadUrl}`, { downloadUrl }]),
  ['U10 bare links', { downloadEntry: 'text' }],
  ['people in entries', { entryNamesPerson: true }],
  ['U11 Google links', { linkStyle: 'google' }],
  ['U12 links signed once', { linksRenew: false }],
  ['U2 other headers', { rateLimitHeaders: 'x-ratelimit' }],
  ['U2 no headers', { rateLimitHeaders: 'none' }],
  ['U7 pages from 0', { firstPage: 0 }],
  ['U19 clamped', { perPageMaximum: 2 }],
  ['U19 refused', { perPageMaximum: 20, perPageBeyond: 'refused' }],
  ['U7 and U19', { firstPage: 0, perPageMaximum: 3 }],
  ['`data.recording`', { oneRecordingAt: 'data.recording' }],
  ['`result`', { successKey: 'result' }],
  ['`type` TRACK', { recordingType: 'TRACK' }],
  ['no `type`, no meeting id', { recordingType: 'absent', recordingMeetingId: false }],
  ['unknown fields', { unknownFields: true }],
  ['null optionals', { nullOptionals: true }],
  ['a slow API', { apiDelayMs: 5 }],
];

describe('every file the vendor offers is found', () => {
  test.each(switched)('%s', async (_, switches) => {
    const { sandbox: service, kit } = await open({ switches });
    const recordings = await whole(kit.listRecordings());
    expect(expected(service).length).toBeGreaterThan(5);
    expect(offered(recordings.filter((one) => one.kind !== 'composite'))).toEqual(
      expected(service),
    );
    expect(recordings.flatMap((one) => one.problems)).toEqual([]);
    const [first] = recordings.filter((one) => one.files.length > 0);
    if (first === undefined) throw new Error('no recording with files');
    const single = await kit.getRecording(first.id);
    expect(single?.files.map((file) => file.fileName)).toEqual(
      first.files.map((file) => file.fileName),
    );
    const link = first.files[0]?.link;
    expect(link?.host).toBe(new URL(service.objectRoot).host);
    expect(link?.expiresAt).toBeGreaterThan(service.clock.now());
    expect(link?.extraSignedHeaders).toBe(false);
    expect((await fetch(link?.reveal() ?? '')).status).toBe(200);
  });

  test.each(['null', 'absent', 'empty-text', 'empty-object', 'empty-array'] as const)(
    'and where nothing is ready (%s) nothing is made up',
    async (noDownloadUrl) => {
      const { sandbox: service, kit } = await open({ switches: { noDownloadUrl } });
      const id = service.addRecording('RECORDING');
      expect(await kit.getRecording(id)).toMatchObject({
        status: 'RECORDING',
        files: [],
        problems: [],
        kind: 'track',
      });
    },
  );

  test('over many pages with rows appearing meanwhile', async () => {
    for (const firstPage of [0, 1] as const) {
      const { sandbox: service, kit } = await open({
        switches: { firstPage, rowsAppearingWhilePaging: 2 },
      });
      const added = Array.from({ length: 130 }, () => service.addRecording('UPLOADED'));
      const found = await whole(kit.listRecordings());
      const ids = found.map((one) => one.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(added));
      await service.close();
    }
  });

  test.each(['any', 'repeated', 'comma', 'brackets'] as const)(
    'by status, in the spelling %s (U8)',
    async (statusList) => {
      const { sandbox: service, kit } = await open({ switches: { statusList } });
      const running = service.addRecording('RECORDING');
      service.addRecording('ERRORED');
      const found = await whole(kit.listRecordings({ statuses: ['INVOKED', 'RECORDING'] }));
      expect(found.map((one) => one.id)).toEqual([running]);
      const [one] = found;
      const ofMeeting = await whole(kit.listRecordings({ meetingId: one?.meetingId ?? '' }));
      expect(ofMeeting.map((each) => each.id)).toContain(running);
      expect(new Set(ofMeeting.map((each) => each.meetingId))).toEqual(new Set([one?.meetingId]));
    },
  );
});

describe('faults on the way', () => {
  const faults: [string, ApiFault, number][] = [
    ['429 with a time', { kind: 'rate-limited', retryAfterSeconds: 30, body: 'gateway' }, 30_000],
    ['429 in E1', { kind: 'rate-limited', retryAfterSeconds: 7, body: 'realtimekit' }, 7_000],
    ['429 without a word', { kind: 'rate-limited', retryAfterSeconds: null, body: 'text' }, 60_000],
    ['500 in E1', { kind: 'status', status: 500, body: 'E1' }, 1],
    ['502 in HTML', { kind: 'status', status: 502, body: 'E4' }, 1],
    ['503 in E3', { kind: 'status', status: 503, body: 'E3' }, 1],
    ['a portal’s page', { kind: 'html' }, 1],
    ['no success under 200, E1', { kind: 'not-a-success', body: 'E1' }, 1],
    ['no success under 200, E2', { kind: 'not-a-success', body: 'E2' }, 1],
    ['a short body', { kind: 'short', keepBytes: 40, contentLength: 'true' }, 1],
    ['a body short of its length', { kind: 'short', keepBytes: 40, contentLength: 'promised' }, 1],
    ['a cut', { kind: 'cut', afterBytes: 40 }, 1],
    ['silence', { kind: 'hang' }, 1],
  ];
  test.each(faults)('%s is survived', async (_, fault, leastWaitMs) => {
    const quiet: Partial<Switches> = { rateLimitHeaders: 'none' };
    const {
      sandbox: service,
      kit,
      waits,
    } = await open(
      { switches: { ...quiet, apiFaults: [{ ...fault, times: 2 }] } },
      { answerWithinMs: 150 },
    );
    expect(offered(await whole(kit.listRecordings()))).toEqual(expected(service));
    expect(waits.length).toBeGreaterThanOrEqual(1);
    // The service's clock runs on by itself: a second's grace.
    expect(waits[0]).toBeGreaterThan(leastWaitMs - 1_000);
  });

  test('the account-wide limit is never run into twice, and slowed down for', async () => {
    const quota = { calls: 30, windowSeconds: 300 };
    const { sandbox: service, kit, waits } = await open({ switches: { quota } });
    for (let n = 0; n < 45; n += 1) await kit.listApps();
    const refused = service.requests.filter((request) => request.status === 429);
    expect(refused.length).toBeLessThanOrEqual(1);
    expect(waits.length).toBeGreaterThan(0);
  });

  test('one pass does not wait for ever', async () => {
    const { kit, clock } = await open(
      {
        switches: {
          apiFaults: [{ kind: 'rate-limited', retryAfterSeconds: 200, body: 'gateway' }],
        },
      },
      { maxPauseMs: 60_000 },
    );
    const failing = kit.getMeeting('m');
    await expect(failing).rejects.toMatchObject({ code: 'api.rate-limited' });
    await expect(failing).rejects.toHaveProperty(
      'retryAt',
      expect.closeTo(clock.now() + 200_000, -4),
    );
  });
});

describe('people', () => {
  test.each([
    ['U3 rows of peers', { participantRowId: 'peer', rejoin: 'second-row' }],
    ['U3 rows of their own', { participantRowId: 'own', rejoin: 'second-row' }],
    ['U3 events', { participantRowId: 'own', rejoin: 'second-event' }],
    ['paging in data', { participantPaging: 'in-data' }],
    ['no paging', { participantPaging: 'none', perPageMaximum: 2 }],
    ['unknown fields', { unknownFields: true }],
  ] satisfies [string, Partial<Switches>][])(
    'are known by the ids that stand in file names: %s',
    async (_, switches) => {
      const { kit } = await open({ switches });
      for (const session of await whole(kit.listSessions())) {
        const people = (await kit.listSessionParticipants(session.id)) ?? [];
        const peers = new Set(people.flatMap((person) => person.peerIds));
        const users = new Set(people.map((person) => person.userId));
        expect(people.length).toBeGreaterThanOrEqual(users.size);
        const invited = (await kit.listMeetingParticipants(session.meetingId ?? '')) ?? [];
        const invitedIds = invited.map((person) => person.userId);
        expect(invitedIds).toEqual(expect.arrayContaining([...users].filter((id) => id !== null)));
        const [peerId = ''] = peers;
        expect(await kit.peerReport(peerId)).toMatchObject({ peerId });
      }
    },
  );

  test('and meetings the vendor does not know are null', async () => {
    const { kit } = await open();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await kit.getMeeting(nobody)).toBeNull();
    expect(await kit.getSession(nobody)).toBeNull();
    expect(await kit.getRecording(nobody)).toBeNull();
    expect(await kit.listMeetingParticipants(nobody)).toBeNull();
    expect(await kit.activeSession(nobody)).toBeNull();
    expect(await kit.activeRecording(nobody)).toBeNull();
    expect((await whole(kit.listMeetings())).length).toBeGreaterThan(0);
  });
});

describe('the verdict on a token', () => {
  const rights = [401, 403].flatMap((status) =>
    ['E1', 'E2'].map((shape) => ({ status, shape }) as Switches['lackingRights']),
  );
  test.each(rights)('is right where rights are refused with %j (U17)', async (lackingRights) => {
    const { sandbox: service } = await open({ switches: { lackingRights } });
    const check = (token: string, more: Partial<RealtimeKitOptions> = {}) =>
      createRealtimeKit({
        apiRoot: service.apiRoot,
        accountId: service.accountId,
        appId: service.appId,
        token: async () => token,
        clock: systemClock,
        ...more,
      }).checkAccess();
    const { good, accountOwned, disabled, expired, lacksRights, otherAccount } = service.tokens;
    expect(await check(good.value)).toMatchObject({
      state: 'ok',
      expiresAt: expect.any(Number) as number,
    });
    expect(await check(accountOwned.value)).toMatchObject({ state: 'ok' });
    expect(await check(disabled.value)).toMatchObject({ state: 'disabled' });
    expect(await check(expired.value)).toMatchObject({
      state: 'expired',
      expiresAt: expect.any(Number) as number,
    });
    expect(await check(lacksRights.value)).toMatchObject({ state: 'lacks-rights' });
    expect(await check('cfut_nobody')).toMatchObject({ state: 'unknown' });
    expect(await check('nobody')).toMatchObject({ state: 'unknown' });
    expect(await check(good.value, { appId: 'nope' })).toMatchObject({
      state: 'wrong-app',
      apps: [{ id: service.appId }],
    });
    expect(await check(good.value, { accountId: 'not-an-account' })).toMatchObject({
      state: 'wrong-account',
    });
    const elsewhere = await check(otherAccount.value);
    // In E1 the code repeats the status, so the two cannot be told apart, and that is said.
    const wanted = lackingRights.shape === 'E2' ? 'wrong-account' : 'lacks-rights';
    expect(elsewhere).toMatchObject({ state: wanted, certain: false });
  });

  test.each([
    { status: 404, shape: 'E1' },
    { status: 404, shape: 'E2' },
    { status: 403, shape: 'E2' },
    { status: 401, shape: 'E1' },
  ] as const)('an unknown app is named as such under %j (U17)', async (unknownApp) => {
    const { kit } = await open({ switches: { unknownApp } }, { appId: 'nope' });
    const code = 'credentials.wrong-app';
    await expect(whole(kit.listRecordings())).rejects.toMatchObject({ code });
    await expect(kit.getRecording('fff')).rejects.toMatchObject({ code });
  });
});

test('nothing given out shows a link, the token or the apps’ secret', async () => {
  for (const downloadUrl of ['array', 'links-text', 'one-layer-text'] as const) {
    const { sandbox: service, kit } = await open({
      switches: { downloadUrl, unknownFields: true },
    });
    const all: unknown[] = [await kit.checkAccess(), await kit.listApps()];
    for (const recording of await whole(kit.listRecordings())) {
      all.push(recording, await kit.getRecording(recording.id));
    }
    for (const session of await whole(kit.listSessions())) {
      all.push(session, await kit.listSessionParticipants(session.id));
      all.push(await kit.listMeetingParticipants(session.meetingId ?? ''));
    }
    all.push(await whole(kit.listMeetings()));
    const print = inspect(all, { depth: 20, maxArrayLength: null }) + JSON.stringify(all);
    for (const canary of Object.values(canaries)) expect(print).not.toContain(canary);
    expect(print).not.toMatch(/X-Amz-|X-Goog-|https?:\/\//i);
    expect(service.violations).toEqual([]);
    await service.close();
  }
});
