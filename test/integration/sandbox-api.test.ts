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
const idsIn = (reply: Reply) => listSchema.parse(reply.json).data.map(({ id }) => id);
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
