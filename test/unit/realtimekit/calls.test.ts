/** @file Tests. What each call makes of the answers it may get. */
import { afterEach, describe, expect, test } from 'vitest';

import type { Notice, VendorRecording } from '../../../src/main/realtimekit/index.ts';
import {
  appId,
  refusal,
  startScriptedApi,
  success,
  type Asked,
  type Reply,
  type ScriptedApi,
} from './scripted-api.ts';

let api: ScriptedApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function serve(answer: (asked: Asked, count: number) => Reply): Promise<ScriptedApi> {
  api = await startScriptedApi(answer);
  return api;
}

async function whole<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);

describe('sessions', () => {
  const row = (id: string, meetingId: string, status: string) => ({
    id,
    associated_id: meetingId,
    status,
    meeting_display_name: 'Ep. 42',
    live_participants: 2,
    started_at: '2026-11-18T09:00:05Z',
  });

  test('are filtered again here, since the service ignores some filters', async () => {
    const rows = [row('a', 'm', 'LIVE'), row('b', 'other', 'LIVE'), row('c', 'm', 'ENDED')];
    const { kit, asked } = await serve(() => success({ sessions: rows }, 3));
    expect(ids(await whole(kit().listSessions({ meetingId: 'm', status: 'live' })))).toEqual(['a']);
    expect(asked[0]?.query.get('associated_id')).toBe('m');
    expect(asked[0]?.query.get('status')).toBe('LIVE');
    expect(await whole(kit().listSessions())).toHaveLength(3);
  });

  test('tell each request they cost, page by page', async () => {
    const { kit } = await serve(({ query }) =>
      success({ sessions: [row(`s${query.get('page_no')}`, 'm', 'LIVE')] }, 3),
    );
    let sent = 0;
    const onSend = () => void (sent += 1);
    expect(await whole(kit().listSessions({ onSend }))).toHaveLength(3);
    expect(sent).toBe(3);
  });

  test('that are not live are no fault', async () => {
    const { kit } = await serve(() => refusal(404, 'No active session found for meeting_id m'));
    expect(await kit().activeSession('m')).toBeNull();
    expect(await kit().activeRecording('m')).toBeNull();
  });

  test('know their people by every id, on whatever side the paging stands', async () => {
    const first = {
      id: 'row1',
      user_id: 'u1',
      custom_participant_id: 'guest_17',
      display_name: 'Mara',
      joined_at: '2026-11-18T09:01:12Z',
      duration: 46.4,
      peer_events: [{ event_name: 'PEER_CREATED', peer_id: 'p1' }, { peer_id: 'p2' }, null, 7],
    };
    const rejoin = { ...first, joined_at: '2026-11-18T09:30:00Z', peer_events: [] };
    for (const paging of [{}, { paging: { total_count: 2 } }]) {
      const { kit, asked, close } = await serve((_, count) =>
        success({ participants: count === 1 ? [first, rejoin] : [], ...paging }),
      );
      const people = await kit().listSessionParticipants('s');
      expect(people).toHaveLength(2);
      expect(people?.[0]).toMatchObject({
        userId: 'u1',
        displayName: 'Mara',
        leftAt: null,
        durationMs: 2_784_000,
        peerIds: ['p1', 'p2', 'row1'],
      });
      expect(asked[0]?.query.get('include_peer_events')).toBe('true');
      await close();
    }
  });

  test('a peer report leaves out where and on what a person sat', async () => {
    const participant = {
      user_id: 'u1',
      role: 'host',
      peer_report: { ip: '203.0.113.7', city: 'Bergen' },
    };
    const { kit, asked } = await serve(() => success({ participant }));
    const peer = await kit().peerReport('p1');
    expect(peer).toMatchObject({ peerId: 'p1', userId: 'u1', presetName: 'host' });
    expect(JSON.stringify(peer)).not.toMatch(/203|Bergen/);
    expect(asked[0]?.query.get('filters')).toBe('events');
  });

  test('a peer report is asked for again without a filter the service does not take', async () => {
    const { kit } = await serve((asked) =>
      asked.query.has('filters') ? refusal(422, 'filters') : success({ participant: {} }),
    );
    expect(await kit().peerReport('p1')).toMatchObject({ peerId: 'p1', userId: null });
  });
});

describe('meetings', () => {
  test('and the people added to them are read, join secrets left behind', async () => {
    const { kit } = await serve((asked) =>
      asked.path.endsWith('/participants')
        ? success([{ id: 'u1', custom_participant_id: 'c', name: null, token: 'join' }], 1)
        : success([{ id: 'm', title: '' }], 1),
    );
    expect(await whole(kit().listMeetings())).toMatchObject([{ id: 'm', title: null }]);
    const people = await kit().listMeetingParticipants('m');
    expect(people).toMatchObject([{ userId: 'u1', customParticipantId: 'c', name: null }]);
    expect(JSON.stringify(people)).not.toContain('join');
  });

  test('that the vendor does not know are null, as are their people', async () => {
    const { kit } = await serve(() => refusal(404, 'No meeting found'));
    expect(await kit().getMeeting('m')).toBeNull();
    expect(await kit().listMeetingParticipants('m')).toBeNull();
    expect(await kit().listSessionParticipants('s')).toBeNull();
    expect(await kit().getSession('s')).toBeNull();
  });

  test('without a chosen app cannot be asked for', async () => {
    const { kit } = await serve(() => success([]));
    await expect(kit({ appId: null }).getMeeting('m')).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect(() => kit({ appId: null }).listMeetings()).toThrow();
  });

  test.each(['.', '..', ''])('ids that would climb out of the path are refused: %j', async (id) => {
    const { kit, asked } = await serve(() => success({ id: 'm' }));
    await expect(kit().getMeeting(id)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(asked).toEqual([]);
  });
});

describe('recordings', () => {
  const row = (id: string, status: string, meetingId?: string) => ({
    id,
    status,
    ...(meetingId === undefined ? {} : { meeting_id: meetingId }),
  });

  test('are read at `data` and at `data.recording` alike', async () => {
    for (const data of [row('r', 'RECORDING'), { recording: row('r', 'RECORDING') }]) {
      const { kit, close } = await serve(() => success(data));
      expect(await kit().getRecording('r')).toMatchObject({ id: 'r', status: 'RECORDING' });
      expect(await kit().activeRecording('m')).toMatchObject({ id: 'r' });
      await close();
    }
  });

  test('of several statuses are asked for one status at a time, and given once', async () => {
    const { kit, asked } = await serve((one) => {
      const status = one.query.get('status') ?? '';
      return success([row('moves', status), row(`only-${status}`, status)], 2);
    });
    const found = await whole(kit().listRecordings({ statuses: ['UPLOADED', 'RECORDING'] }));
    expect(ids(found)).toEqual(['moves', 'only-RECORDING', 'only-UPLOADED']);
    expect(asked.map((one) => one.query.getAll('status'))).toEqual([['RECORDING'], ['UPLOADED']]);
  });

  test('are filtered here where the service ignores or refuses the filter', async () => {
    const rows = [
      row('a', 'UPLOADED', 'm'),
      row('b', 'UPLOADED', 'x'),
      row('c', 'ERRORED', 'm'),
      row('d', 'UPLOADED'),
    ];
    for (const refuses of [false, true]) {
      const { kit, close } = await serve((one) =>
        refuses && one.query.has('status') ? refusal(422, 'status') : success(rows, 4),
      );
      const found = await whole(kit().listRecordings({ meetingId: 'm', statuses: ['UPLOADED'] }));
      expect(ids(found)).toEqual(['a', 'd']);
      await close();
    }
  });

  test('a row that cannot be read is told, the others are given', async () => {
    const notices: Notice[] = [];
    const { kit } = await serve(() =>
      success([row('a', 'UPLOADED'), { id: 'b' }, null, row('x'.repeat(3000), 'UPLOADED')], 4),
    );
    const found = await whole(kit({ onNotice: (n) => notices.push(n) }).listRecordings());
    expect(ids(found)).toEqual(['a']);
    expect(notices).toMatchObject([{ kind: 'row-not-understood', call: 'recordings' }]);
  });

  test.each([
    ['only rows that cannot be read', success([{ id: 'b' }], 1)],
    ['no list', success({ a: 1 })],
    ['a text', success('soon')],
  ])('an answer of %s is not understood', async (_, reply) => {
    const { kit } = await serve(() => reply);
    const listing = whole<VendorRecording>(kit().listRecordings());
    await expect(listing).rejects.toMatchObject({ code: 'api.not-understood' });
  });

  test('a list that is null is empty', async () => {
    const { kit } = await serve(() => success(null, 0));
    expect(await whole(kit().listRecordings())).toEqual([]);
  });

  test('stop being fetched when nobody reads on', async () => {
    const { kit, asked } = await serve((one) => {
      const page = Number(one.query.get('page_no'));
      return success(
        Array.from({ length: 50 }, (_, n) => row(`r${page}-${n}`, 'UPLOADED')),
        5_000,
      );
    });
    for await (const recording of kit().listRecordings()) {
      if (recording.id === 'r1-3') break;
    }
    expect(asked.map((one) => one.path)).toEqual([`~/${appId}/recordings`]);
  });
});
