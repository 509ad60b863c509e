/** @file Tests. The stand-in's live calls: who is in them, what a recording of them becomes, and every way it goes wrong (contract 6, 7, 9, 10). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readWebm } from '../fixtures/webm-reader.ts';
import { ask, askApi, linksOf } from '../sandbox/ask.ts';
import {
  controlRoom,
  elsewhereRecordingId,
  nightWatchPeople,
  startSandbox,
  type Sandbox,
} from '../sandbox/index.ts';

/** A meeting without a call. */
const quiet = 'bbb43a00-0000-4000-8000-000000000020';
const left = 'aaa43a00-0000-4000-8000-000000000011';
const right = 'aaa43a00-0000-4000-8000-000000000012';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'control-room' });
});
afterEach(() => sandbox.close());

const wait = (seconds: number) => sandbox.clock.advance(seconds * 1000);

const recordingSchema = z.object({ data: z.looseObject({ id: z.string(), status: z.string() }) });
const recordingOf = async (id: string) =>
  recordingSchema.parse((await askApi(sandbox, `recordings/${id}`)).json).data;
const statusOf = async (id: string) => (await recordingOf(id)).status;

const startedSchema = z.object({ data: z.object({ recording: z.object({ id: z.string() }) }) });
async function start(meetingId: string, more: object = {}): Promise<string> {
  const body = { meeting_id: meetingId, ...more };
  const { json } = await askApi(sandbox, 'recordings/track', { method: 'POST', body });
  return startedSchema.parse(json).data.recording.id;
}
const steer = (id: string, action = 'stop') =>
  askApi(sandbox, `recordings/${id}`, { method: 'PUT', body: { action } });

/** Names and lengths in ms of what a recording left. */
async function filesOf(id: string): Promise<{ name: string; ms: number }[]> {
  const links = await linksOf(sandbox, id);
  return Promise.all(
    links.map(async ({ fileName, link }) => {
      const { packets, packetMs } = readWebm((await ask(link)).bytes);
      return { name: fileName, ms: (packets.at(-1)?.atMs ?? 0) + packetMs };
    }),
  );
}

const sessionSchema = z.looseObject({ id: z.string(), status: z.string() });
const activeSession = async (meetingId: string) => {
  const { status, json } = await askApi(sandbox, `meetings/${meetingId}/active-session`);
  return status === 404 ? null : z.object({ data: sessionSchema }).parse(json).data;
};

describe('who is in the call', () => {
  test('people join, leave and come back; a minute after the last the session is over', async () => {
    expect(await activeSession(quiet)).toBeNull();
    const sessionId = sandbox.calls.open(quiet);
    expect(await activeSession(quiet)).toMatchObject({ id: sessionId, live_participants: 0 });
    const desk = sandbox.calls.join(quiet, left);
    sandbox.calls.join(quiet, { name: 'Mo', customId: 'mo_1' }, { displayName: 'Mo (phone)' });
    wait(60);
    sandbox.calls.leave(desk);
    expect(await activeSession(quiet)).toMatchObject({
      live_participants: 1,
      max_concurrent_participants: 2,
    });
    wait(30);
    const again = sandbox.calls.join(quiet, left);
    expect(sandbox.calls.inCall(quiet)).toContain(again);
    const people = async () =>
      z
        .object({ data: z.object({ participants: z.array(z.looseObject({})) }) })
        .parse(
          (await askApi(sandbox, `sessions/${sessionId}/participants?include_peer_events=true`))
            .json,
        ).data.participants;
    expect(await people()).toHaveLength(3);
    sandbox.switches.rejoin = 'second-event';
    const [first, second] = await people();
    const events = ['PEER_CREATED', 'PEER_JOINING', 'PEER_LEAVING', 'PEER_CREATED', 'PEER_JOINING'];
    expect(first).toMatchObject({
      user_id: left,
      peer_events: events.map((event_name) => ({ event_name })),
    });
    expect(second).toMatchObject({ custom_participant_id: 'mo_1', display_name: 'Mo (phone)' });
    for (const peerId of sandbox.calls.inCall(quiet)) sandbox.calls.leave(peerId);
    wait(59);
    expect(await activeSession(quiet)).not.toBeNull();
    wait(2);
    expect(await activeSession(quiet)).toBeNull();
    expect((await askApi(sandbox, `sessions/${sessionId}`)).json).toMatchObject({
      data: { status: 'ENDED' },
    });
  });

  test('three calls are live in the control room, one of them recorded', async () => {
    const { json } = await askApi(sandbox, 'sessions?status=LIVE');
    const { sessions } = z
      .object({ data: z.object({ sessions: z.array(z.looseObject({})) }) })
      .parse(json).data;
    expect(
      sessions.map((each) => [each['associated_id'], each['live_participants']]).sort(),
    ).toEqual([
      [controlRoom.nightWatch, 4],
      [controlRoom.startedElsewhere, 2],
      [controlRoom.waiting, 1],
    ]);
    expect(await statusOf(elsewhereRecordingId)).toBe('RECORDING');
    await steer(elsewhereRecordingId);
    wait(9);
    expect(await filesOf(elsewhereRecordingId)).toHaveLength(2);
  });

  test('lists may ignore what they are filtered by (U20)', async () => {
    const count = async (path: string) => {
      const { json } = await askApi(sandbox, path);
      return z.object({ paging: z.object({ total_count: z.number() }) }).parse(json).paging
        .total_count;
    };
    expect(await count('sessions?status=LIVE')).toBe(3);
    expect(await count('meetings?search=Night')).toBe(1);
    sandbox.switches.filters = 'ignored';
    expect(await count('sessions?status=LIVE')).toBe(6);
    expect(await count('meetings?search=Night')).toBe(6);
  });

  test('what is not there is refused', () => {
    const { calls } = sandbox;
    expect(() => calls.join(quiet, 'nobody')).toThrow('nobody');
    expect(() => calls.open(controlRoom.waiting)).toThrow('going on');
    expect(() => calls.end(quiet)).toThrow('no call');
    expect(() => calls.leave('nobody')).toThrow('nobody');
    expect(() => calls.inCall('nowhere')).not.toThrow();
  });
});

describe('a recording of a live call', () => {
  test('one file for each connection that was in it, as long as it was, no two alike', async () => {
    const id = await start(controlRoom.nightWatch, {
      layers: { default: { file_name_prefix: 'ep43', media_kind: 'audio' } },
    });
    expect(await statusOf(id)).toBe('INVOKED');
    wait(3);
    expect(await statusOf(id)).toBe('RECORDING');
    wait(10);
    const [first = ''] = sandbox.calls.inCall(controlRoom.nightWatch);
    sandbox.calls.leave(first);
    wait(20);
    sandbox.calls.join(controlRoom.nightWatch, nightWatchPeople.mara, { peerId: 'second-device' });
    wait(10);
    expect((await steer(id)).json).toMatchObject({ data: { status: 'UPLOADING' } });
    wait(8);
    const files = await filesOf(id);
    expect(files.map(({ name }) => name.split('_')[0])).toEqual(Array(5).fill('ep43'));
    expect(files.map(({ ms }) => Math.round(ms / 1000))).toEqual([10, 40, 40, 40, 10]);
    expect(files[4]?.name).toContain(`_${nightWatchPeople.mara}_second-device_peer_audio_`);
    const hashes = sandbox.originals().filter((each) => each.recordingId === id);
    expect(new Set(hashes.map(({ sha256 }) => sha256)).size).toBe(5);
    expect(await recordingOf(id)).toMatchObject({ recording_duration: 40 });
  });

  test('of chosen people: those who come later too, others never; old clients leave no file', async () => {
    sandbox.calls.join(quiet, left);
    const late = 'aaa43a00-0000-4000-8000-0000000000ff';
    const id = await start(quiet, { user_ids: [left, late] });
    wait(10);
    sandbox.calls.join(quiet, right);
    sandbox.calls.join(quiet, { userId: late, name: 'Late' });
    sandbox.calls.join(quiet, left, { oldSdk: true });
    wait(20);
    await steer(id);
    wait(8);
    const names = (await filesOf(id)).map(({ name }) => name.split('_')[1]);
    expect(names).toEqual([left, late]);
  });

  test('nobody unmuted: no file; a file may lack its end, or have an odd name', async () => {
    sandbox.calls.join(quiet, left, { muted: true });
    sandbox.calls.join(quiet, right, { losesMs: 5_000, fileName: 'right.webm' });
    const id = await start(quiet);
    wait(33);
    await steer(id);
    wait(8);
    const [file, ...others] = await filesOf(id);
    expect(others).toEqual([]);
    expect(file?.name).toBe('right.webm');
    expect(Math.round((file?.ms ?? 0) / 1000)).toBe(25);
  });

  test('files begin with their own sound, or with the recording (U13); headers tell the length, or not (U14)', async () => {
    sandbox.calls.join(quiet, left);
    const own = await start(quiet);
    wait(13);
    sandbox.calls.join(quiet, right);
    wait(20);
    await steer(own);
    wait(8);
    sandbox.switches.alignment = 'padded';
    sandbox.switches.webmDuration = 'present';
    sandbox.calls.end(quiet);
    sandbox.calls.join(quiet, left);
    const padded = await start(quiet);
    wait(13);
    sandbox.calls.join(quiet, right);
    wait(20);
    await steer(padded);
    wait(8);
    const facts = async (id: string) => {
      const files = await filesOf(id);
      const stamps = files.map(({ name }) => Number(/_(\d+)\.webm$/.exec(name)?.[1]));
      const seconds = files.map(({ ms }) => Math.round(ms / 1000));
      return { apart: Math.round(((stamps[1] ?? 0) - (stamps[0] ?? 0)) / 1000), seconds };
    };
    expect(await facts(own)).toEqual({ apart: 10, seconds: [30, 20] });
    expect(await facts(padded)).toEqual({ apart: 0, seconds: [30, 30] });
    const headers = async (id: string) =>
      Promise.all(
        (await linksOf(sandbox, id)).map(async ({ link }) =>
          (await ask(link)).bytes.subarray(0, 200).includes(Buffer.from('4489', 'hex')),
        ),
      );
    expect([await headers(own), await headers(padded)]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('a second recording may follow the first in the same call', async () => {
    sandbox.calls.join(quiet, left);
    const first = await start(quiet);
    wait(13);
    await steer(first);
    wait(1);
    const second = await start(quiet);
    wait(13);
    await steer(second);
    wait(20);
    for (const id of [first, second]) expect(await filesOf(id)).toHaveLength(1);
    const hashes = sandbox.originals().map(({ sha256 }) => sha256);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('how it ends by itself', () => {
  test('with the session, unless reading B of U15 holds: then only by a stop', async () => {
    sandbox.calls.join(quiet, left);
    const first = await start(quiet);
    wait(20);
    sandbox.calls.end(quiet);
    expect(await statusOf(first)).toBe('UPLOADING');
    sandbox.switches.sessionEndStops = false;
    sandbox.calls.join(quiet, left);
    const second = await start(quiet);
    wait(20);
    sandbox.calls.end(quiet);
    wait(3_600);
    expect(await statusOf(second)).toBe('RECORDING');
    expect(await activeSession(quiet)).toBeNull();
    await steer(second);
    wait(9);
    const [file] = await filesOf(second);
    expect(Math.round((file?.ms ?? 0) / 1000)).toBe(17);
  });

  test('a minute after the room is empty, with the reason said, or not', async () => {
    for (const stops of [true, false]) {
      sandbox.switches.emptyRoomStops = stops;
      sandbox.switches.sessionEndStops = false;
      const peerId = sandbox.calls.join(quiet, left);
      const id = await start(quiet);
      wait(20);
      sandbox.calls.leave(peerId);
      wait(50);
      expect(await statusOf(id)).toBe('RECORDING');
      wait(30);
      expect(await recordingOf(id)).toMatchObject(
        stops
          ? { status: 'UPLOADED', stop_reason: { reason: 'ALL_PEERS_LEFT' } }
          : { status: 'RECORDING' },
      );
    }
  });

  test('after a day at the latest', async () => {
    sandbox.calls.join(quiet, left, { muted: true });
    const id = await start(quiet);
    wait(86_410);
    expect(await statusOf(id)).toBe('UPLOADING');
  });

  test('INVOKED may be slow, hang for ever, or end in an error', async () => {
    sandbox.calls.join(quiet, left);
    sandbox.switches.startSeconds = 47;
    const slow = await start(quiet);
    wait(46);
    expect(await statusOf(slow)).toBe('INVOKED');
    wait(1);
    expect(await statusOf(slow)).toBe('RECORDING');
    await steer(slow);
    sandbox.switches.afterInvoked = 'nothing';
    const hung = await start(quiet);
    wait(599);
    expect(await statusOf(hung)).toBe('INVOKED');
    sandbox.switches.afterInvoked = 'errored';
    const body = { meeting_id: quiet };
    expect(await askApi(sandbox, 'recordings/track', { method: 'POST', body })).toMatchObject({
      status: 409,
    });
    wait(2);
    const failed = await start(quiet);
    wait(47);
    expect(await recordingOf(failed)).toMatchObject({ status: 'ERRORED' });
  });

  test('a recording breaks with and without words', async () => {
    sandbox.calls.join(quiet, left);
    sandbox.switches.breaksAfterSeconds = 30;
    const silent = await start(quiet);
    wait(40);
    expect(await recordingOf(silent)).not.toHaveProperty('err_message');
    sandbox.switches.errorText = 'the worker was lost';
    const said = await start(quiet);
    wait(40);
    expect(await recordingOf(said)).toMatchObject({
      status: 'ERRORED',
      err_message: 'the worker was lost',
      stop_reason: { reason: 'INTERNAL_ERROR' },
    });
  });

  test('an upload is slow, hangs for ever, or fails', async () => {
    sandbox.calls.join(quiet, left);
    const ended = async () => {
      const id = await start(quiet);
      wait(20);
      await steer(id);
      return id;
    };
    sandbox.switches.uploadSeconds = 95;
    const slow = await ended();
    wait(94);
    expect(await statusOf(slow)).toBe('UPLOADING');
    wait(1);
    expect(await statusOf(slow)).toBe('UPLOADED');
    sandbox.switches.afterUploading = 'nothing';
    const hung = await ended();
    wait(864_000);
    expect(await recordingOf(hung)).toMatchObject({
      status: 'UPLOADING',
      recording_duration: 0,
      download_url: null,
    });
    sandbox.switches.afterUploading = 'errored';
    const failed = await ended();
    wait(96);
    expect(await statusOf(failed)).toBe('ERRORED');
  });

  test('files are listed one by one while uploading, or the last one late', async () => {
    sandbox.switches.uploadListing = 'growing';
    const id = await start(controlRoom.nightWatch);
    wait(20);
    await steer(id);
    const counts: number[] = [];
    for (const seconds of [2, 2, 2, 2]) {
      wait(seconds);
      counts.push((await linksOf(sandbox, id)).length);
    }
    expect(counts).toEqual([1, 2, 3, 4]);
    sandbox.switches.uploadListing = 'late';
    const late = await start(controlRoom.nightWatch);
    wait(20);
    await steer(late);
    wait(9);
    expect(await statusOf(late)).toBe('UPLOADED');
    expect(await linksOf(sandbox, late)).toHaveLength(3);
    wait(150);
    expect(await linksOf(sandbox, late)).toHaveLength(4);
  });

  test('an accepted stop may not be seen at once; a second one changes nothing', async () => {
    sandbox.calls.join(quiet, left);
    sandbox.switches.stopLagSeconds = 6;
    const id = await start(quiet);
    wait(20);
    expect((await steer(id)).json).toMatchObject({ data: { status: 'RECORDING' } });
    wait(4);
    expect((await steer(id)).json).toMatchObject({ data: { status: 'RECORDING' } });
    wait(2);
    expect(await statusOf(id)).toBe('UPLOADING');
    wait(8);
    expect(await filesOf(id)).toHaveLength(1);
    for (const status of [400, 404, 409] as const) {
      sandbox.switches.steerWhenOver = status;
      expect(await steer(id)).toMatchObject({ status });
    }
    sandbox.switches.steerWhenOver = 'unchanged';
    expect((await steer(id)).json).toMatchObject({ data: { status: 'UPLOADED' } });
  });
});
