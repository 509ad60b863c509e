/** @file Tests. Whole passes over live calls, in every way the contract says they may go: what is named, what is kept, what is followed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { RecordingId } from '../../src/preload/contract/index.ts';
import { layOut } from '../../src/main/library/index.ts';
import { askApi } from '../sandbox/ask.ts';
import type { ObjectFault, Sandbox, Switches } from '../sandbox/index.ts';
import {
  scriptedMeetingId as meetingId,
  scriptedPeople as people,
  startStage,
  stranger,
} from '../sandbox/scripted-sessions.ts';
import { defaultSwitches } from '../sandbox/switches.ts';
import { trackBytes } from '../sandbox/voice.ts';
import { clockOf, filesHolding, openArchive, tracksOf, type Archive } from './sync-bench.ts';

const minutes = (count: number) => count * 60;
const patienceMs = 60_000;

let dir: string;
let sandbox: Sandbox;
let archive: Archive;
/** Those begun by the test at hand. */
let begun: RecordingId[] = [];

beforeAll(async () => {
  sandbox = await startStage();
  dir = await mkdtemp(join(tmpdir(), 'trackvault-unsure-'));
  archive = await openArchive(sandbox, dir, clockOf(sandbox));
});
afterAll(async () => {
  await archive.close();
  await sandbox.close();
  expect(archive.bugs).toEqual([]);
  expect(sandbox.violations).toEqual([]);
  expect(sandbox.requests.filter(({ method }) => method === 'HEAD')).toEqual([]);
  expect(await filesHolding(dir, ['sandbox-app-access-token'])).toEqual([]);
  await rm(dir, { recursive: true });
});
// One archive sees them all; each test leaves the room empty and nothing running.
afterEach(async () => {
  Object.assign(sandbox.switches, defaultSwitches());
  if (sandbox.calls.inCall(meetingId).length > 0) sandbox.calls.end(meetingId);
  for (const id of begun) await steer(id);
  begun = [];
});

const wait = (seconds: number) => sandbox.clock.advance(seconds * 1000);

async function start(userIds?: readonly string[]): Promise<RecordingId> {
  const body = { meeting_id: meetingId, ...(userIds ? { user_ids: userIds } : {}) };
  const { status } = await askApi(sandbox, 'recordings/track', { method: 'POST', body });
  expect(status).toBe(200);
  const { json } = await askApi(sandbox, `recordings?meeting_id=${meetingId}`);
  const { data } = z.object({ data: z.array(z.object({ id: RecordingId })) }).parse(json);
  const [newest] = data;
  if (newest === undefined) throw new Error('nothing was started');
  begun.push(newest.id);
  return newest.id;
}

const steer = (recordingId: string) =>
  askApi(sandbox, `recordings/${recordingId}`, { method: 'PUT', body: { action: 'stop' } });

async function stop(recordingId: string): Promise<void> {
  expect((await steer(recordingId)).status).toBe(200);
}

/** What the archive holds of a recording. */
const heldOf = async (recordingId: string) =>
  (await tracksOf(archive.library)).filter((track) => track.recordingId === recordingId);

/** What a pass says of one recording. */
async function passOver(recordingId: string) {
  const report = await archive.sync.pass({ patienceMs });
  const found = report.recordings.find((each) => each.recordingId === recordingId);
  return { ...found, codes: found?.problems.map(({ code }) => code) };
}

async function recorded(
  switches: Partial<Switches>,
  seconds = 40,
  userIds?: readonly string[],
): Promise<RecordingId> {
  Object.assign(sandbox.switches, switches);
  sandbox.calls.join(meetingId, people.mara.userId);
  sandbox.calls.join(meetingId, people.tariq.userId);
  const id = await start(userIds);
  wait(seconds);
  return id;
}

describe('a recording that does not begin or breaks', () => {
  test('hangs in INVOKED: named after ten minutes, not before', async () => {
    const id = await recorded({ afterInvoked: 'nothing' });
    expect(await passOver(id)).toMatchObject({ status: 'INVOKED', codes: [] });
    wait(minutes(11));
    expect(await passOver(id)).toMatchObject({ codes: ['never-started'] });
  });

  test('begins late and is archived all the same', async () => {
    const id = await recorded({ startSeconds: 47 }, 90);
    await stop(id);
    wait(10);
    expect(await passOver(id)).toMatchObject({ filesKept: 2, filesPending: 0, codes: [] });
  });

  test.each([
    ['before it began, without a word', { afterInvoked: 'errored' }, null],
    [
      'before it began, with its reason',
      { afterInvoked: 'errored', errorText: 'no worker' },
      'no worker',
    ],
    ['in the middle', { breaksAfterSeconds: 20, errorText: 'worker lost' }, 'worker lost'],
    ['while uploading', { afterUploading: 'errored', errorText: 'disk' }, 'disk'],
  ] as const)('breaks %s', async (_, switches, detail) => {
    const id = await recorded(switches);
    if ('afterUploading' in switches) {
      await stop(id);
      wait(10);
    }
    expect(await passOver(id)).toMatchObject({
      status: 'ERRORED',
      problems: [{ code: 'errored', detail }],
    });
  });
});

describe('the end of the call', () => {
  test('ends the recording, which is archived (U15, reading A)', async () => {
    const id = await recorded({});
    sandbox.calls.end(meetingId);
    wait(10);
    expect(await passOver(id)).toMatchObject({ filesKept: 2, filesPending: 0 });
  });

  test('leaves the recording running, and that is named (U15, reading B)', async () => {
    const id = await recorded({ sessionEndStops: false });
    expect(await passOver(id)).toMatchObject({ codes: [] });
    sandbox.calls.end(meetingId);
    wait(minutes(25));
    expect(await passOver(id)).toMatchObject({
      status: 'RECORDING',
      codes: ['records-an-empty-call'],
    });
    await stop(id);
    wait(10);
    expect(await passOver(id)).toMatchObject({ filesKept: 2, filesPending: 0 });
  });

  test.each([true, false])('a minute after the last has left; it stops: %s', async (stops) => {
    const id = await recorded({ emptyRoomStops: stops, sessionEndStops: false });
    for (const peerId of sandbox.calls.inCall(meetingId)) sandbox.calls.leave(peerId);
    wait(90);
    expect(await passOver(id)).toMatchObject(
      stops ? { filesKept: 2, codes: [] } : { filesKept: 0, codes: ['records-an-empty-call'] },
    );
  });
});

describe('the upload', () => {
  test('takes long, which is said, and is archived when it is done', async () => {
    const id = await recorded({ uploadSeconds: minutes(30) });
    await stop(id);
    wait(minutes(16));
    expect(await passOver(id)).toMatchObject({ codes: ['upload-takes-long'], filesListed: 0 });
    wait(minutes(15));
    expect(await passOver(id)).toMatchObject({ filesKept: 2, filesPending: 0 });
  });

  test('hangs for ever: probably lost after a day, and never called done', async () => {
    const id = await recorded({ afterUploading: 'nothing' });
    await stop(id);
    wait(minutes(25 * 60));
    expect(await passOver(id)).toMatchObject({
      codes: ['probably-lost-at-provider'],
      atRisk: { why: 'stuck-at-provider' },
      state: 'pending',
    });
  });

  test('lists its files one by one; each is fetched when it is seen, and no part of the list is the end', async () => {
    const id = await recorded({ uploadListing: 'growing', uploadSeconds: minutes(60) });
    await stop(id);
    wait(minutes(21));
    const half = await passOver(id);
    expect(half).toMatchObject({ status: 'UPLOADING', filesKept: 1 });
    expect(half.codes).toContain('files-may-follow');
    wait(minutes(40));
    expect(await passOver(id)).toMatchObject({ filesKept: 2, filesPending: 0 });
  });

  test('lists its last file minutes after the others; a later pass takes it', async () => {
    const id = await recorded({ uploadListing: 'late' });
    await stop(id);
    wait(10);
    expect(await passOver(id)).toMatchObject({ filesKept: 1, codes: ['fewer-files-than-people'] });
    wait(minutes(5));
    expect(await passOver(id)).toMatchObject({ filesKept: 2, filesPending: 0, codes: [] });
  });

  test('of people chosen by custom ids holds nothing, and that is said after ten minutes (U4)', async () => {
    const id = await recorded({}, 40, [people.mara.customId]);
    await stop(id);
    wait(10);
    expect(await passOver(id)).toMatchObject({ codes: ['files-may-follow'], filesListed: 0 });
    wait(minutes(11));
    expect(await passOver(id)).toMatchObject({ codes: ['finished-without-files'] });
  });
});

describe('files', () => {
  test.each([
    ['own-start', [0, 15_000]],
    ['padded', [0, 0]],
  ] as const)('that are aligned by %s are laid out so (U13)', async (alignment, offsets) => {
    sandbox.switches.alignment = alignment;
    sandbox.calls.join(meetingId, people.mara.userId);
    const id = await start();
    wait(3 + 15);
    sandbox.calls.join(meetingId, people.tariq.userId);
    wait(25);
    await stop(id);
    wait(10);
    await passOver(id);
    const recording = await archive.library.recording(id);
    if (recording === null) throw new Error('the archive has no such recording');
    const tracks = await heldOf(id);
    const review = layOut(recording, tracks, () => ({ hasWaveform: false, talkMs: null }));
    const starts = review.lanes.flatMap(({ clips }) => clips.map(({ offsetMs }) => offsetMs));
    expect(starts.map((ms) => Math.round(ms / 1000) * 1000).sort()).toEqual([...offsets]);
  });

  test.each(['missing', 'present'] as const)(
    'are measured, whether their header tells a length or not: %s (U14)',
    async (webmDuration) => {
      const id = await recorded({ webmDuration }, 33);
      await stop(id);
      wait(10);
      await passOver(id);
      const lengths = (await heldOf(id)).map(({ durationMs }) => durationMs ?? 0);
      expect(lengths.map((ms) => Math.round(ms / 1000))).toEqual([30, 30]);
    },
  );

  test('find their people: rejoin, two devices, one name, `_` in an id, and a stranger', async () => {
    sandbox.calls.join(meetingId, people.annaDesk.userId, { peerId: 'peer-1' });
    sandbox.calls.join(meetingId, people.annaField.userId, { peerId: 'peer_2' });
    sandbox.calls.join(meetingId, people.annaField.userId, { peerId: 'peer-3' });
    const underscored = { userId: 'the_host_1', customId: 'acme_jane_doe', name: 'Jane Doe' };
    sandbox.calls.join(meetingId, underscored, { peerId: 'peer-4' });
    const id = await start();
    wait(20);
    sandbox.calls.leave('peer-3');
    wait(20);
    sandbox.calls.join(meetingId, people.annaField.userId, { peerId: 'peer-5' });
    wait(20);
    await stop(id);
    wait(10);
    sandbox.addFile(id, {
      fileName: `default_${stranger.userId}_${stranger.peerId}_peer_audio_1794992535118.webm`,
      bytes: trackBytes('sound-check/left.webm', 'stranger', 5_000),
    });
    await passOver(id);
    const spoken = (await heldOf(id)).map(({ userId, peerId, speaker }) =>
      [userId, peerId, speaker?.name ?? null].join(' '),
    );
    expect(spoken.sort()).toEqual(
      [
        `${people.annaDesk.userId} peer-1 Anna Schmidt`,
        `${people.annaField.userId} peer_2 Anna Schmidt`,
        `${people.annaField.userId} peer-3 Anna Schmidt`,
        `${people.annaField.userId} peer-5 Anna Schmidt`,
        'the_host_1 peer-4 Jane Doe',
        `${stranger.userId} ${stranger.peerId} `,
      ].sort(),
    );
  });
});

describe('a host of files', () => {
  const held = async (id: string) => (await heldOf(id)).map(({ sha256 }) => sha256).sort();
  const originals = (id: string) =>
    sandbox
      .originals()
      .filter(({ recordingId }) => recordingId === id)
      .map(({ sha256 }) => sha256)
      .sort();
  async function uploaded(): Promise<RecordingId> {
    const id = await recorded({});
    await stop(id);
    wait(10);
    expect(originals(id)).toHaveLength(2);
    return id;
  }

  test.each(['honoured', 'ignored'] as const)(
    'with If-Range %s never makes us glue two versions together (U16)',
    async (ifRange) => {
      const id = await uploaded();
      const objectFaults: ObjectFault[] = [
        { kind: 'cut', afterBytes: 9_000, times: 2 },
        { kind: 'object-changes' },
        { kind: 'cut', afterBytes: 5_000 },
        { kind: 'object-changes' },
      ];
      Object.assign(sandbox.switches, { ifRange, objectFaults });
      await archive.sync.pass({ patienceMs: 20 * 60_000 });
      expect(sandbox.switches.objectFaults).toEqual([]);
      expect(await held(id)).toEqual(originals(id));
    },
  );

  test('that is slow to answer is waited for', async () => {
    const id = await uploaded();
    sandbox.switches.objectDelayMs = 60;
    await passOver(id);
    expect(await held(id)).toEqual(originals(id));
  });

  test('that never answers for one file holds up no other', async () => {
    const id = await uploaded();
    const silent = sandbox.originals().find(({ recordingId }) => recordingId === id);
    sandbox.switches.objectFaults = [{ kind: 'hang', path: silent?.fileName ?? '' }];
    await archive.sync.pass();
    const others = originals(id).filter((sha256) => sha256 !== silent?.sha256);
    await expect.poll(() => held(id)).toEqual(others);
    await archive.close();
    archive = await openArchive(sandbox, dir, clockOf(sandbox));
    await passOver(id);
    expect(await held(id)).toEqual(originals(id));
  });
});
