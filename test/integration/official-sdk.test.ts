/** @file Tests. The vendor's own SDK, as a client that knows nothing of us, finds the service it expects in the stand-in. */
import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  controlRoom,
  elsewhereRecordingId,
  nightWatchPeople,
  startSandbox,
  type Sandbox,
  type ScenarioName,
} from '../sandbox/index.ts';

let sandbox: Sandbox;
let kit: Cloudflare['realtimeKit'];
let client: Cloudflare;
let account: { account_id: string };
let inApp: { account_id: string; app_id: string };

async function open(scenario: ScenarioName): Promise<void> {
  sandbox = await startSandbox({ scenario });
  client = new Cloudflare({ apiToken: sandbox.token, baseURL: sandbox.apiRoot, maxRetries: 0 });
  kit = client.realtimeKit;
  account = { account_id: sandbox.accountId };
  inApp = { ...account, app_id: sandbox.appId };
}
beforeEach(() => open('control-room'));
afterEach(() => sandbox.close());

test('it verifies the token and finds the app', async () => {
  expect(await client.user.tokens.verify()).toMatchObject({ status: 'active' });
  const { data, paging } = await kit.apps.get(account);
  expect(data).toMatchObject([{ id: sandbox.appId, name: 'Studio interviews' }]);
  expect(paging).toMatchObject({ total_count: 1 });
});

test('it lists meetings, people, sessions and who is live', async () => {
  const meetings = await kit.meetings.get(sandbox.appId, { ...account, search: 'Night watch' });
  expect(meetings.data).toMatchObject([{ id: controlRoom.nightWatch }]);
  const invited = await kit.meetings.getMeetingParticipants(controlRoom.nightWatch, inApp);
  expect(invited.data).toHaveLength(5);
  const live = await kit.sessions.getSessions(sandbox.appId, { ...account, status: 'LIVE' });
  expect(live.data?.sessions).toHaveLength(3);
  const active = await kit.activeSession.getActiveSession(controlRoom.nightWatch, inApp);
  expect(active.data).toMatchObject({ live_participants: 4, status: 'LIVE' });
  const people = await kit.sessions.getSessionParticipants(active.data?.id ?? '', {
    ...inApp,
    include_peer_events: true,
  });
  const annas = people.data?.participants?.filter((each) => each.display_name === 'Anna Schmidt');
  expect(annas?.map((each) => each.user_id)).toEqual([
    nightWatchPeople.annaDesk,
    nightWatchPeople.annaField,
  ]);
  const peerId = annas?.[0]?.peer_events?.[0]?.peer_id ?? '';
  const report = await kit.sessions.getParticipantDataFromPeerID(peerId, inApp);
  expect(report.data?.participant).toMatchObject({ user_id: nightWatchPeople.annaDesk });
});

test('it starts a track recording of chosen people, watches, stops, and reads the files', async () => {
  const started = await kit.recordings.startTrackRecording(sandbox.appId, {
    ...account,
    meeting_id: controlRoom.nightWatch,
    user_ids: [nightWatchPeople.mara, nightWatchPeople.tariq],
    layers: { default: { file_name_prefix: 'ep43', media_kind: 'audio' } },
  });
  const recording = started.data?.recording;
  expect(recording).toMatchObject({ status: 'INVOKED', type: 'TRACK' });
  const id = recording?.id ?? '';
  sandbox.clock.advance(30_000);
  const active = await kit.recordings.getActiveRecordings(controlRoom.nightWatch, inApp);
  expect(active.data).toMatchObject({ id, status: 'RECORDING' });
  const stopped = await kit.recordings.pauseResumeStopRecording(id, { ...inApp, action: 'stop' });
  expect(stopped.data).toMatchObject({ id, status: 'UPLOADING' });
  sandbox.clock.advance(10_000);
  const { data } = await kit.recordings.getOneRecording(id, inApp);
  expect(data).toMatchObject({ id, status: 'UPLOADED', file_size: 0 });
  // Typed as a string; for tracks it is not one (contract 8.2).
  expect(data?.download_url).toEqual([
    expect.objectContaining({
      layer_name: 'default',
      download_urls: expect.any(Object) as unknown,
    }),
  ]);
  expect(sandbox.originals().filter((each) => each.recordingId === id)).toHaveLength(2);
});

test('it lists recordings by its own spelling of several statuses (U8)', async () => {
  sandbox.switches.statusList = 'repeated';
  const { data } = await kit.recordings.getRecordings(sandbox.appId, {
    ...account,
    status: ['INVOKED', 'RECORDING'],
  });
  expect(data.map(({ id }) => id)).toEqual([elsewhereRecordingId]);
});

test('it turns pages until all are read', async () => {
  await sandbox.close();
  await open('busy-week');
  const ids = new Set<string>();
  let total = Infinity;
  for (let page = 1; ids.size < total; page += 1) {
    const answer = await kit.recordings.getRecordings(sandbox.appId, {
      ...account,
      page_no: page,
      per_page: 10,
    });
    expect(answer.data.length).toBeGreaterThan(0);
    for (const { id } of answer.data) ids.add(id);
    total = answer.paging.total_count;
  }
  expect(ids.size).toBe(36);
});

test('it knows the errors for what they are', async () => {
  const nobody = kit.recordings.getActiveRecordings(controlRoom.nightWatch, inApp);
  await expect(nobody).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
  const twice = kit.recordings.startTrackRecording(sandbox.appId, {
    ...account,
    meeting_id: controlRoom.startedElsewhere,
  });
  await expect(twice).rejects.toBeInstanceOf(Cloudflare.ConflictError);
  const { baseURL } = client;
  const stranger = new Cloudflare({ apiToken: 'unknown', baseURL, maxRetries: 0 });
  const refused = stranger.realtimeKit.apps.get(account);
  await expect(refused).rejects.toBeInstanceOf(Cloudflare.AuthenticationError);
  sandbox.switches.apiFaults = [
    { kind: 'rate-limited', retryAfterSeconds: 30, body: 'gateway', times: 1 },
  ];
  await expect(kit.apps.get(account)).rejects.toBeInstanceOf(Cloudflare.RateLimitError);
});

test('it manages webhooks', async () => {
  const made = await kit.webhooks.createWebhook(sandbox.appId, {
    ...account,
    name: 'relay',
    url: 'https://relay.example.org/rtk',
    events: ['recording.statusUpdate'],
  });
  const id = made.data.id;
  await kit.webhooks.editWebhook(id, { ...inApp, enabled: false });
  const { data } = await kit.webhooks.getWebhooks(sandbox.appId, account);
  expect(data).toMatchObject([{ id, enabled: false }]);
  await kit.webhooks.deleteWebhook(id, inApp);
  await expect(kit.webhooks.getWebhookByID(id, inApp)).rejects.toBeInstanceOf(
    Cloudflare.NotFoundError,
  );
});
