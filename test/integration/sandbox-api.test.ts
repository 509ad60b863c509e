/** @file Tests. The stand-in's API answers as the contract says, in each of its readings. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, askApi, type Reply } from '../sandbox/ask.ts';
import { liveMeetingId, oddRecordings, startSandbox, type Sandbox } from '../sandbox/index.ts';

const harbourMeeting = 'bbb41e77-0d3a-4c58-9b16-e2f07a9c3d51';
const harbourRecording = 'fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64';
const composite = 'fff0a8e5-93b7-4c21-8d46-5e7f10c2b9a3';
const editorialSession = 'c50b9e72-1f4d-4a86-b3c8-d27e60a9f134';
const annaInTheField = 'aaae60d1-7b38-4294-b5cf-41a9d8f2e073';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'all-states' });
});
afterEach(() => sandbox.close());

const listSchema = z.object({
  data: z.array(z.looseObject({ id: z.string() })),
  paging: z.object({ total_count: z.number(), start_offset: z.number(), end_offset: z.number() }),
});
const oneSchema = z.object({ data: z.looseObject({ id: z.string(), status: z.string() }) });

const idsIn = (reply: Reply) => listSchema.parse(reply.json).data.map(({ id }) => id);
const recordingOf = async (id: string) =>
  oneSchema.parse((await askApi(sandbox, `recordings/${id}`)).json).data;
const downloadUrlOf = async (id: string) => (await recordingOf(id))['download_url'];

describe('tokens (contract 1.1, 14)', () => {
  const verify = (value: string, path = '/user/tokens/verify') =>
    ask(`${sandbox.apiRoot}${path}`, { headers: { Authorization: `Bearer ${value}` } });

  test('a good token is active; its message carries the code of an error', async () => {
    expect((await verify(sandbox.token)).json).toMatchObject({
      success: true,
      result: { status: 'active' },
      messages: [{ code: 10000 }],
    });
  });

  test('an account-owned token is known to the endpoint of its own kind only', async () => {
    const { value } = sandbox.tokens.accountOwned;
    expect(await verify(value)).toMatchObject({ status: 401, json: { errors: [{ code: 1000 }] } });
    const own = await verify(value, `/accounts/${sandbox.accountId}/tokens/verify`);
    expect(own).toMatchObject({ status: 200, json: { result: { status: 'active' } } });
    expect(await askApi(sandbox, '/apps', { token: value })).toMatchObject({ status: 200 });
  });

  test.each(['disabled', 'expired'] as const)(
    'a %s token says so when verified and is refused elsewhere',
    async (state) => {
      const { value } = sandbox.tokens[state];
      expect((await verify(value)).json).toMatchObject({
        success: true,
        result: { status: state },
      });
      expect(await askApi(sandbox, '/apps', { token: value })).toMatchObject({
        status: 401,
        json: { errors: [{ code: 10000 }] },
      });
    },
  );

  test('an unknown token is 1000 when verified and 10000 elsewhere', async () => {
    expect(await verify('cfut_nobody')).toMatchObject({
      status: 401,
      json: { errors: [{ code: 1000 }] },
    });
    expect(await askApi(sandbox, '/apps', { token: 'cfut_nobody' })).toMatchObject({
      status: 401,
      json: { errors: [{ code: 10000 }], result: null },
    });
  });

  test.each(['', 'Bearer', 'Bearer  two-blanks', 'Bearer "quoted"', 'Bearer Bearer x', 'Token x'])(
    'the header %j is malformed: 400 with 6003 and 6111',
    async (header) => {
      const headers = header === '' ? {} : { Authorization: header };
      const reply = await ask(`${sandbox.apiRoot}/user/tokens/verify`, { headers });
      expect(reply).toMatchObject({
        status: 400,
        json: { errors: [{ code: 6003, error_chain: [{ code: 6111 }] }] },
      });
    },
  );

  test('lacking rights and the wrong account are 403 in E2, or 401 in E1 by U17', async () => {
    const lacking = { token: sandbox.tokens.lacksRights.value };
    const elsewhere = { token: sandbox.tokens.otherAccount.value };
    expect(await askApi(sandbox, '/apps', lacking)).toMatchObject({
      status: 403,
      json: { errors: [{ code: 10000 }] },
    });
    expect(await askApi(sandbox, '/apps', elsewhere)).toMatchObject({
      status: 403,
      json: { errors: [{ code: 9109 }] },
    });
    sandbox.switches.lackingRights = { status: 401, shape: 'E1' };
    expect(await askApi(sandbox, '/apps', lacking)).toMatchObject({
      status: 401,
      json: { success: false, error: { code: 401 } },
    });
  });

  test('a malformed account id and a wrong path cannot be routed', async () => {
    const headers = { Authorization: `Bearer ${sandbox.token}` };
    const paths = ['/accounts/not-hex/realtime/kit/apps', '/nowhere'];
    for (const path of paths) {
      const reply = await ask(`${sandbox.apiRoot}${path}`, { headers });
      expect(reply).toMatchObject({ status: 404, json: { errors: [{ code: 7003 }] } });
    }
  });

  test('an unknown app is 404 in E1, or as U17 is set', async () => {
    expect(await askApi(sandbox, '/11112222/recordings')).toMatchObject({
      status: 404,
      json: { error: { code: 404 } },
    });
    sandbox.switches.unknownApp = { status: 403, shape: 'E2' };
    expect(await askApi(sandbox, '/11112222/recordings')).toMatchObject({
      status: 403,
      json: { errors: [{ code: 10000 }] },
    });
  });
});

describe('limits (contract 3, U2)', () => {
  test('every answer counts down in the newer headers, the older ones, or none', async () => {
    sandbox.switches.quota = { calls: 500, windowSeconds: 60 };
    const first = await askApi(sandbox, '/apps');
    expect(first.headers['ratelimit']).toMatch(/^"default";r=499;t=\d+$/);
    expect(first.headers['ratelimit-policy']).toBe('"default";q=500;w=60');
    sandbox.switches.rateLimitHeaders = 'x-ratelimit';
    const second = await askApi(sandbox, '/apps');
    expect(second.headers).toMatchObject({
      'x-ratelimit-limit': '500',
      'x-ratelimit-remaining': '498',
    });
    sandbox.switches.rateLimitHeaders = 'none';
    const third = await askApi(sandbox, '/apps');
    expect(Object.keys(third.headers).filter((name) => name.includes('ratelimit'))).toEqual([]);
  });

  test('over the quota everything is refused until the window has passed', async () => {
    sandbox.switches.quota = { calls: 2, windowSeconds: 300 };
    await askApi(sandbox, '/apps');
    await askApi(sandbox, '/apps');
    const refused = await askApi(sandbox, 'recordings');
    expect(refused).toMatchObject({ status: 429, json: { errors: [{ code: 10100 }] } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(290);
    sandbox.clock.advance(301_000);
    expect(await askApi(sandbox, 'recordings')).toMatchObject({ status: 200 });
  });

  test.each(['gateway', 'realtimekit', 'text'] as const)(
    '429 on demand from the %s, with and without Retry-After',
    async (body) => {
      sandbox.switches.apiFaults = [
        { kind: 'rate-limited', retryAfterSeconds: 7, body },
        { kind: 'rate-limited', retryAfterSeconds: null, body },
      ];
      const first = await askApi(sandbox, '/apps');
      const second = await askApi(sandbox, '/apps');
      expect([first.status, first.headers['retry-after']]).toEqual([429, '7']);
      expect([second.status, second.headers['retry-after']]).toEqual([429, undefined]);
      expect(first.json === undefined).toBe(body === 'text');
      expect(await askApi(sandbox, '/apps')).toMatchObject({ status: 200 });
    },
  );
});

describe('lists (contract 7.4)', () => {
  test('apps carry a secret nobody should keep', async () => {
    expect((await askApi(sandbox, '/apps')).json).toMatchObject({
      data: [{ id: sandbox.appId, access_token: 'sandbox-app-access-token' }],
    });
  });

  test('pages are counted from 1 or from 0 (U7) and hold every row once', async () => {
    const all = idsIn(await askApi(sandbox, 'recordings?per_page=100'));
    for (const firstPage of [1, 0] as const) {
      sandbox.switches.firstPage = firstPage;
      const pages = await Promise.all(
        [0, 1, 2].map((n) => askApi(sandbox, `recordings?per_page=8&page_no=${firstPage + n}`)),
      );
      expect(pages.flatMap(idsIn)).toEqual(all);
    }
    expect(all).toHaveLength(21);
    const last = await askApi(sandbox, 'recordings?per_page=8&page_no=2');
    expect(last.json).toMatchObject({
      paging: { total_count: 21, start_offset: 17, end_offset: 21 },
    });
  });

  test('too large a page is clamped, or refused (U19)', async () => {
    sandbox.switches.perPageMaximum = 5;
    expect(idsIn(await askApi(sandbox, 'recordings?per_page=50'))).toHaveLength(5);
    sandbox.switches.perPageBeyond = 'refused';
    expect(await askApi(sandbox, 'recordings?per_page=50')).toMatchObject({
      status: 422,
      json: { error: { code: 422 } },
    });
  });

  test('a row that appears while paging shifts the next page by one', async () => {
    sandbox.switches.rowsAppearingWhilePaging = 1;
    const first = idsIn(await askApi(sandbox, 'recordings?per_page=8'));
    const second = idsIn(await askApi(sandbox, 'recordings?per_page=8&page_no=2'));
    expect(second[0]).toBe(first.at(-1));
    expect(sandbox.switches.rowsAppearingWhilePaging).toBe(0);
  });

  test('the status list is read in every spelling, or in one only (U8)', async () => {
    const spellings = {
      repeated: 'status=ERRORED&status=PAUSED',
      comma: 'status=ERRORED,PAUSED',
      brackets: 'status[]=ERRORED&status[]=PAUSED',
    } as const;
    for (const query of Object.values(spellings)) {
      expect(idsIn(await askApi(sandbox, `recordings?${query}`))).toHaveLength(4);
    }
    sandbox.switches.statusList = 'repeated';
    expect(idsIn(await askApi(sandbox, `recordings?${spellings.repeated}`))).toHaveLength(4);
    expect(await askApi(sandbox, `recordings?${spellings.comma}`)).toMatchObject({ status: 422 });
    sandbox.switches.statusList = 'comma';
    expect(idsIn(await askApi(sandbox, `recordings?${spellings.comma}`))).toHaveLength(4);
    expect(await askApi(sandbox, `recordings?${spellings.repeated}`)).toMatchObject({
      status: 422,
    });
    sandbox.switches.statusList = 'brackets';
    expect(idsIn(await askApi(sandbox, `recordings?${spellings.brackets}`))).toHaveLength(4);
  });

  test('recordings are filtered by meeting, time and expiry; sessions ignore meeting_id', async () => {
    expect(idsIn(await askApi(sandbox, `recordings?meeting_id=${harbourMeeting}`)).sort()).toEqual(
      [harbourRecording, composite].sort(),
    );
    expect(idsIn(await askApi(sandbox, 'recordings?expired=true'))).toEqual([
      oddRecordings.expired,
    ]);
    const since = new Date(sandbox.clock.now() - 90 * 60_000).toISOString();
    expect(idsIn(await askApi(sandbox, `recordings?start_time=${since}`))).toHaveLength(3);
    const sessions = async (query: string) =>
      z
        .object({ data: z.object({ sessions: z.array(z.object({ associated_id: z.string() })) }) })
        .parse((await askApi(sandbox, `sessions?per_page=100&${query}`)).json).data.sessions;
    const all = await sessions('');
    expect(await sessions(`meeting_id=${harbourMeeting}`)).toEqual(all);
    expect(await sessions(`associated_id=${harbourMeeting}`)).toHaveLength(1);
    expect((await sessions('status=LIVE')).map((each) => each.associated_id)).toContain(
      liveMeetingId,
    );
  });
});

describe('people (contract 5.3, 6)', () => {
  const path = `sessions/${editorialSession}/participants`;
  const peopleSchema = z.object({
    data: z.object({
      participants: z.array(
        z.object({
          id: z.string(),
          user_id: z.string(),
          display_name: z.string().nullable(),
          peer_events: z.array(z.object({ peer_id: z.string() })).optional(),
        }),
      ),
    }),
  });
  const people = async (query = '') =>
    peopleSchema.parse((await askApi(sandbox, `${path}${query}`)).json).data.participants;

  test('peer events come only when asked for', async () => {
    expect((await people()).every((each) => each.peer_events === undefined)).toBe(true);
    const [first] = await people('?include_peer_events=true');
    expect(first?.peer_events?.[0]?.peer_id).toBe(first?.id);
  });

  test('a rejoin is a second row or a second event, ids are peers or rows (U3)', async () => {
    const rows = (await people()).filter((each) => each.user_id === annaInTheField);
    expect(rows).toHaveLength(2);
    sandbox.switches.rejoin = 'second-event';
    sandbox.switches.participantRowId = 'own';
    const [merged, ...more] = (await people('?include_peer_events=true')).filter(
      (each) => each.user_id === annaInTheField,
    );
    expect(more).toEqual([]);
    const peerIds = new Set(merged?.peer_events?.map((event) => event.peer_id));
    expect(peerIds).toEqual(new Set(rows.map((each) => each.id)));
    expect(peerIds.has(merged?.id ?? '')).toBe(false);
  });

  test('two people share a display name; paging sits at the top, inside data, or nowhere', async () => {
    const annas = (await people()).filter((each) => each.display_name === 'Anna Schmidt');
    expect(new Set(annas.map((each) => each.user_id)).size).toBe(2);
    expect((await askApi(sandbox, path)).json).toHaveProperty('paging');
    sandbox.switches.participantPaging = 'in-data';
    expect((await askApi(sandbox, path)).json).toHaveProperty('data.paging');
    sandbox.switches.participantPaging = 'none';
    const { json } = await askApi(sandbox, path);
    expect(json).not.toHaveProperty('paging');
    expect(json).not.toHaveProperty('data.paging');
  });

  test('a peer report names the person behind one join', async () => {
    const [row] = await people();
    const reply = await askApi(sandbox, `sessions/peer-report/${row?.id}`);
    expect(reply.json).toMatchObject({
      data: { participant: { user_id: row?.user_id, session_id: editorialSession } },
    });
    expect(await askApi(sandbox, 'sessions/peer-report/nobody')).toMatchObject({ status: 404 });
  });

  test('meetings, participants and active sessions are found or 404 in E1', async () => {
    expect((await askApi(sandbox, `meetings/${harbourMeeting}`)).json).toMatchObject({
      data: { title: 'Ep. 42 – Harbour pilots' },
    });
    const reply = await askApi(sandbox, `meetings/${harbourMeeting}/participants`);
    expect(listSchema.parse(reply.json).data.map((each) => each['name'])).toContain(null);
    expect(await askApi(sandbox, `meetings/${liveMeetingId}/active-session`)).toMatchObject({
      status: 200,
      json: { data: { status: 'LIVE', live_participants: 2 } },
    });
    for (const missing of [
      `meetings/${harbourMeeting}/active-session`,
      'meetings/none',
      'sessions/none',
    ]) {
      expect(await askApi(sandbox, missing)).toMatchObject({
        status: 404,
        json: { success: false, error: { code: 404 } },
      });
    }
  });
});

describe('one recording (contract 8)', () => {
  test('links come in each shape of U10', async () => {
    const layer = { layer_name: 'default', download_urls: {} };
    sandbox.switches.downloadUrl = 'array';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject([layer]);
    sandbox.switches.downloadUrl = 'links';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject({ links: [layer] });
    sandbox.switches.downloadUrl = 'links-map';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject({ links: { default: layer } });
    sandbox.switches.downloadUrl = 'one-layer';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject(layer);
    for (const shape of ['array-text', 'links-text', 'one-layer-text'] as const) {
      sandbox.switches.downloadUrl = shape;
      const text = z.string().parse(await downloadUrlOf(harbourRecording));
      const plain = shape.replace('-text', '') as 'array' | 'links' | 'one-layer';
      sandbox.switches.downloadUrl = plain;
      const names = (value: unknown) => JSON.stringify(value).match(/[^"]+\.webm(?=":)/g);
      expect(names(JSON.parse(text))).toEqual(names(await downloadUrlOf(harbourRecording)));
    }
    expect(await downloadUrlOf(composite)).toMatch(/^http:.*\.mp4\?/);
  });

  test('an entry is an object, may name the person, or is the bare link', async () => {
    const entries = async () => {
      const layers = z
        .array(z.object({ download_urls: z.record(z.string(), z.unknown()) }))
        .parse(await downloadUrlOf(harbourRecording));
      return Object.values(layers[0]?.download_urls ?? {});
    };
    expect(Object.keys((await entries())[1] ?? {})).toEqual(['download_url']);
    sandbox.switches.entryNamesPerson = true;
    expect((await entries())[1]).toMatchObject({ custom_participant_id: 'guest_17' });
    sandbox.switches.downloadEntry = 'text';
    expect((await entries())[1]).toMatch(/^http:/);
  });

  test('nothing ready is null, absent, or one of three empties (U10 a)', async () => {
    const seen: unknown[] = [];
    for (const shape of ['null', 'absent', 'empty-text', 'empty-object', 'empty-array'] as const) {
      sandbox.switches.noDownloadUrl = shape;
      seen.push(await downloadUrlOf(oddRecordings.zeroFiles));
    }
    expect(seen).toEqual([null, undefined, '', {}, []]);
  });

  test('two layers are two entries, and a late file appears when told to', async () => {
    expect(await downloadUrlOf(oddRecordings.twoLayers)).toMatchObject([
      { layer_name: 'default' },
      { layer_name: 'backup' },
    ]);
    const count = () =>
      sandbox.originals().filter((each) => each.recordingId === oddRecordings.growing).length;
    expect(count()).toBe(1);
    expect(sandbox.growFiles(oddRecordings.growing)).toBe(1);
    expect(count()).toBe(2);
    sandbox.addFile(oddRecordings.growing, { fileName: 'later.webm', bytes: Buffer.from('bytes') });
    expect(JSON.stringify(await downloadUrlOf(oddRecordings.growing))).toContain('later.webm');
  });

  test('it sits at data or data.recording, in data or result', async () => {
    sandbox.switches.oneRecordingAt = 'data.recording';
    const path = `recordings/${harbourRecording}`;
    expect((await askApi(sandbox, path)).json).toMatchObject({
      data: { recording: { id: harbourRecording } },
    });
    sandbox.switches.successKey = 'result';
    expect((await askApi(sandbox, path)).json).toMatchObject({
      result: { recording: { id: harbourRecording } },
    });
  });

  test('unlisted fields are there, empty or absent; unknown fields appear; optional ones are null', async () => {
    expect(await recordingOf(harbourRecording)).toMatchObject({
      type: '',
      meeting_id: harbourMeeting,
    });
    sandbox.switches.recordingType = 'TRACK';
    expect(await recordingOf(harbourRecording)).toMatchObject({ type: 'TRACK' });
    sandbox.switches.recordingType = 'absent';
    sandbox.switches.recordingMeetingId = false;
    sandbox.switches.unknownFields = true;
    const bare = await recordingOf(harbourRecording);
    expect(bare).not.toHaveProperty('type');
    expect(bare).not.toHaveProperty('meeting_id');
    expect(bare).toHaveProperty('x_future');
    sandbox.switches.nullOptionals = true;
    expect(await recordingOf(harbourRecording)).toMatchObject({
      start_reason: null,
      recording_duration: null,
    });
    const { json } = await askApi(sandbox, `meetings/${harbourMeeting}`);
    expect(json).toMatchObject({ data: { title: null, status: null } });
  });

  test('statuses move by command, also to unknown words; errors come with and without words', async () => {
    expect(await recordingOf(oddRecordings.errored)).not.toHaveProperty('err_message');
    expect(await recordingOf(oddRecordings.erroredWithMessage)).toHaveProperty('err_message');
    expect(await recordingOf(oddRecordings.stuckUploading)).toMatchObject({
      status: 'UPLOADING',
      recording_duration: 0,
      download_url: null,
    });
    sandbox.setStatus(oddRecordings.stuckUploading, 'UPLOADED');
    expect((await recordingOf(oddRecordings.stuckUploading))['download_url_expiry']).toMatch(/Z$/);
    sandbox.setStatus(oddRecordings.stuckUploading, 'MELTED', 'too warm');
    expect(await recordingOf(oddRecordings.stuckUploading)).toMatchObject({
      status: 'MELTED',
      err_message: 'too warm',
    });
  });

  test('a removed row is 404, and so is one after seven days when rows vanish', async () => {
    sandbox.removeRecording(oddRecordings.errored);
    expect(await askApi(sandbox, `recordings/${oddRecordings.errored}`)).toMatchObject({
      status: 404,
    });
    const path = `recordings/${oddRecordings.expired}`;
    expect(await askApi(sandbox, path)).toMatchObject({ status: 200 });
    sandbox.switches.rowAfterSevenDays = 'gone';
    expect(await askApi(sandbox, path)).toMatchObject({
      status: 404,
      json: { error: { code: 404 } },
    });
  });
});

describe('starting and stopping (contract 7.2, 7.7)', () => {
  const start = (body: Record<string, unknown>) =>
    askApi(sandbox, 'recordings/track', { method: 'POST', body });
  const steer = (id: string, action: string) =>
    askApi(sandbox, `recordings/${id}`, { method: 'PUT', body: { action } });
  const startedId = (reply: Reply) =>
    z.object({ data: z.object({ recording: z.object({ id: z.string() }) }) }).parse(reply.json).data
      .recording.id;
  const live = { meeting_id: liveMeetingId };

  test('a recording is invoked, records, uploads and ends with a file for each person', async () => {
    const id = startedId(await start(live));
    expect(await recordingOf(id)).toMatchObject({ status: 'INVOKED' });
    expect(await start(live)).toMatchObject({ status: 409 });
    sandbox.clock.advance(4_000);
    expect(
      (await askApi(sandbox, `recordings/active-recording/${liveMeetingId}`)).json,
    ).toMatchObject({
      data: { id, status: 'RECORDING' },
    });
    expect((await steer(id, 'stop')).json).toMatchObject({ data: { status: 'UPLOADING' } });
    sandbox.clock.advance(9_000);
    expect(await recordingOf(id)).toMatchObject({ status: 'UPLOADED' });
    expect(sandbox.originals().filter((each) => each.recordingId === id)).toHaveLength(2);
    expect(await steer(id, 'stop')).toMatchObject({ status: 400 });
    expect(await askApi(sandbox, `recordings/active-recording/${liveMeetingId}`)).toMatchObject({
      status: 404,
    });
  });

  test('custom ids instead of user ids end without a file (U4)', async () => {
    const id = startedId(await start({ ...live, user_ids: ['acme_jane_doe'] }));
    await steer(id, 'stop');
    sandbox.clock.advance(9_000);
    expect(await recordingOf(id)).toMatchObject({ status: 'UPLOADED', download_url: null });
  });

  test('the older body, a checked prefix, a blocked start and an empty room refuse (U5, U6, U18, U21)', async () => {
    sandbox.switches.startBody = 'outputs';
    expect(await start(live)).toMatchObject({
      status: 422,
      json: { error: { message: '"layers" is required' } },
    });
    sandbox.switches.prefixCheck = true;
    const outputs = [{ type: 'REALTIMEKIT_BUCKET' }];
    const withPrefix = (file_name_prefix: string) =>
      start({ ...live, layers: { default: { file_name_prefix, outputs } } });
    expect(await withPrefix('a_b')).toMatchObject({ status: 422 });
    expect(await withPrefix('ab')).toMatchObject({ status: 200 });
    sandbox.switches.startBody = 'current';
    const empty = { meeting_id: harbourMeeting };
    expect(await start(empty)).toMatchObject({ status: 404 });
    sandbox.switches.startWithoutSession = 409;
    expect(await start(empty)).toMatchObject({ status: 409 });
  });

  test('a running composite recording blocks a track start only by reading B of U6', async () => {
    sandbox.setStatus(oddRecordings.recording, 'UPLOADED');
    sandbox.setStatus(oddRecordings.paused, 'UPLOADED');
    sandbox.setStatus(oddRecordings.invoked, 'ERRORED');
    sandbox.setStatus(oddRecordings.compositeWebm, 'RECORDING');
    const studio = { meeting_id: 'bbb8c4f1-2e60-4a9d-97b5-3d0e7f1a6c28' };
    sandbox.switches.compositeBlocksTrack = true;
    expect(await start(studio)).toMatchObject({ status: 409 });
    sandbox.switches.compositeBlocksTrack = false;
    expect(await start(studio)).toMatchObject({ status: 200 });
  });

  test('a track recording can be paused, or not (U9)', async () => {
    const { recording } = oddRecordings;
    expect((await steer(recording, 'pause')).json).toMatchObject({ data: { status: 'PAUSED' } });
    expect((await steer(recording, 'resume')).json).toMatchObject({
      data: { status: 'RECORDING' },
    });
    sandbox.switches.trackPause = 'refused';
    expect(await steer(recording, 'pause')).toMatchObject({ status: 400 });
  });
});

describe('faults of the API', () => {
  test('each error shape, at the path it is aimed at and as often as told', async () => {
    for (const body of ['E1', 'E2', 'E3', 'E4'] as const) {
      sandbox.switches.apiFaults = [
        { kind: 'status', status: 503, body, path: '/recordings', times: 2 },
      ];
      expect(await askApi(sandbox, '/apps')).toMatchObject({ status: 200 });
      const first = await askApi(sandbox, 'recordings');
      expect(first.status).toBe(503);
      const shapes = {
        E1: { error: { code: 503 } },
        E2: { errors: [{ code: 10001 }] },
        E3: { message: 'Something went wrong' },
        E4: undefined,
      };
      if (shapes[body]) expect(first.json).toMatchObject(shapes[body]);
      else expect(first.json).toBeUndefined();
      expect(await askApi(sandbox, 'recordings')).toMatchObject({ status: 503 });
      expect(await askApi(sandbox, 'recordings')).toMatchObject({ status: 200 });
    }
  });

  test('HTML with 200, success: false with 200, bodies cut and short', async () => {
    sandbox.switches.apiFaults = [
      { kind: 'html' },
      { kind: 'not-a-success', body: 'E1' },
      { kind: 'cut', afterBytes: 20 },
      { kind: 'short', keepBytes: 30, contentLength: 'promised' },
      { kind: 'short', keepBytes: 30, contentLength: 'true' },
    ];
    expect(await askApi(sandbox, '/apps')).toMatchObject({ status: 200, json: undefined });
    expect((await askApi(sandbox, '/apps')).json).toMatchObject({ success: false, error: {} });
    expect(await askApi(sandbox, '/apps')).toMatchObject({ end: 'broken', status: 200 });
    expect(await askApi(sandbox, '/apps')).toMatchObject({ end: 'broken', status: 200 });
    const short = await askApi(sandbox, '/apps');
    expect(short).toMatchObject({ end: 'whole', status: 200, json: undefined });
    expect(short.bytes).toHaveLength(30);
  });

  test('answers are late, or never come', async () => {
    sandbox.switches.apiDelayMs = 120;
    const from = performance.now();
    await askApi(sandbox, '/apps');
    expect(performance.now() - from).toBeGreaterThan(115);
    sandbox.switches.apiFaults = [{ kind: 'hang' }];
    const answer = askApi(sandbox, '/apps').then(
      () => 'answered',
      () => 'dropped',
    );
    await sandbox.waitFor(
      (request) =>
        request.host === 'api' && sandbox.requests.length === 2 && request.status === null,
    );
    await sandbox.close();
    expect(await answer).toBe('dropped');
    sandbox = await startSandbox();
  });
});
