/** @file Tests. Orders of the client where the contract is unsure: which body, what refuses, what a stop shows, and answers that never come. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Clock } from '../../src/main/clock.ts';
import { createRealtimeKit, type RealtimeKit } from '../../src/main/realtimekit/index.ts';
import {
  controlRoom,
  elsewhereRecordingId,
  nightWatchPeople,
  startSandbox,
  type ApiFault,
  type Sandbox,
} from '../sandbox/index.ts';

const { nightWatch } = controlRoom;
/** A meeting without a call. */
const quiet = 'bbb43a00-0000-4000-8000-000000000020';

let sandbox: Sandbox;
let kit: RealtimeKit;

beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'control-room' });
  kit = kitWith(sandbox.token);
});
afterEach(() => sandbox.close());

function kitWith(token: string): RealtimeKit {
  const { apiRoot, accountId, appId } = sandbox;
  const clock: Clock = {
    now: () => sandbox.clock.now(),
    sleep: (ms) => {
      sandbox.clock.advance(ms);
      return Promise.resolve();
    },
  };
  const whose = { apiRoot, accountId, appId, token: () => Promise.resolve(token) };
  return createRealtimeKit({ ...whose, clock, answerWithinMs: 200 });
}

const start = (meetingId: string = nightWatch, prefix = 'ep43') =>
  kit.startTrackRecording({ meetingId, userIds: [nightWatchPeople.mara], prefix });
const posts = () => sandbox.requests.filter(({ method }) => method === 'POST').length;
const puts = () => sandbox.requests.filter(({ method }) => method === 'PUT').length;

async function running(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of kit.listRecordings({ meetingId: nightWatch })) ids.push(id);
  return ids;
}

describe('a start', () => {
  test.each([
    ['current', 1],
    ['outputs', 2],
  ] as const)('finds the body that is accepted: %s (U5)', async (startBody, sent) => {
    sandbox.switches.startBody = startBody;
    expect(await start()).toMatchObject({ state: 'started', recording: { status: 'INVOKED' } });
    expect(posts()).toBe(sent);
    sandbox.clock.advance(30_000);
    const [id = ''] = await running();
    await kit.steerRecording(id, 'stop');
    sandbox.clock.advance(10_000);
    const files = (await kit.getRecording(id))?.files ?? [];
    expect(files.map(({ fileName }) => fileName.split('_').slice(0, 2))).toEqual([
      ['ep43', nightWatchPeople.mara],
    ]);
  });

  test.each([true, false])('beside a composite recording that blocks: %s (U6)', async (blocks) => {
    sandbox.switches.compositeBlocksTrack = blocks;
    sandbox.addRunningComposite(nightWatch);
    expect(await start()).toMatchObject(
      blocks
        ? { state: 'refused', failure: { code: 'recording.already-running' } }
        : { state: 'started' },
    );
    expect(posts()).toBe(1);
  });

  test('beside a running track recording is refused as such', async () => {
    expect(await start(controlRoom.startedElsewhere)).toMatchObject({
      state: 'refused',
      failure: { code: 'recording.already-running' },
    });
  });

  test.each([400, 404, 409] as const)(
    'without a call is explained, refused by whatever status: %i (U18)',
    async (status) => {
      sandbox.switches.startWithoutSession = status;
      expect(await start(quiet)).toMatchObject({
        state: 'refused',
        failure: { code: 'meeting.not-live' },
      });
      expect(posts()).toBe(1);
    },
  );

  test.each([
    { status: 401, shape: 'E1' },
    { status: 401, shape: 'E2' },
    { status: 403, shape: 'E1' },
    { status: 403, shape: 'E2' },
  ] as const)('without the right is explained under %j (U17)', async (lackingRights) => {
    sandbox.switches.lackingRights = lackingRights;
    kit = kitWith(sandbox.tokens.lacksRights.value);
    expect(await start()).toMatchObject({
      state: 'refused',
      failure: { code: 'credentials.lack-rights' },
    });
  });

  test('with a prefix that the service checks is taken as we write it, and told as refused otherwise (U21)', async () => {
    sandbox.switches.prefixCheck = true;
    const refused = await start(nightWatch, 'ep_43');
    expect(refused).toMatchObject({ state: 'refused', failure: { code: 'api.refused' } });
    // The words name the layer, so the older form was tried too; both are refusals, and nothing runs.
    expect(posts()).toBe(2);
    expect(await running()).toEqual([]);
    expect(await start(nightWatch, 'Ep-43')).toMatchObject({ state: 'started' });
  });
});

const lostAnswers: readonly (readonly [string, ApiFault])[] = [
  ['a reset', { kind: 'reset', taken: true }],
  ['a 502', { kind: 'status', status: 502, body: 'E4', taken: true }],
  ['a portal’s page', { kind: 'html', taken: true }],
  ['silence', { kind: 'hang', taken: true }],
  ['a cut in its middle', { kind: 'cut', afterBytes: 30 }],
  ['a short body', { kind: 'short', keepBytes: 30, contentLength: 'true' }],
  ['an answer that is too late', { kind: 'delay', ms: 400, taken: true }],
];

describe('the answer to an order', () => {
  test.each(lostAnswers)(
    'lost by %s after a start was taken: sent once, told as lost',
    async (_, fault) => {
      sandbox.switches.apiFaults = [{ ...fault, method: 'POST' }];
      expect(await start()).toMatchObject({ state: 'lost' });
      expect(posts()).toBe(1);
      expect(await running()).toHaveLength(1);
    },
  );

  test.each<[string, ApiFault]>([
    ['a reset', { kind: 'reset' }],
    ['a 502', { kind: 'status', status: 502, body: 'E4' }],
    ['silence', { kind: 'hang' }],
  ])('lost by %s before a start was heard: sent once, and nothing runs', async (_, fault) => {
    sandbox.switches.apiFaults = [{ ...fault, method: 'POST' }];
    expect(await start()).toMatchObject({ state: 'lost' });
    expect(posts()).toBe(1);
    expect(await running()).toEqual([]);
  });

  test.each(lostAnswers)(
    'lost by %s after a stop was taken: the read is believed',
    async (_, fault) => {
      sandbox.switches.apiFaults = [{ ...fault, method: 'PUT' }];
      expect(await kit.steerRecording(elsewhereRecordingId, 'stop')).toMatchObject({
        state: 'taken',
        recording: { status: 'UPLOADING' },
      });
      expect(puts()).toBe(1);
    },
  );

  test('lost before a stop was heard: it is sent again', async () => {
    sandbox.switches.apiFaults = [{ kind: 'reset', method: 'PUT' }];
    expect(await kit.steerRecording(elsewhereRecordingId, 'stop')).toMatchObject({
      state: 'taken',
      recording: { status: 'UPLOADING' },
    });
    expect(puts()).toBe(2);
  });

  test('never comes: the stop is given up after three', async () => {
    sandbox.switches.apiFaults = [{ kind: 'reset', method: 'PUT', times: 'always' }];
    await expect(kit.steerRecording(elsewhereRecordingId, 'stop')).rejects.toMatchObject({
      code: 'api.unreachable',
    });
    expect(puts()).toBe(3);
  });
});

describe('a stop', () => {
  test('that is taken may still show RECORDING for a moment', async () => {
    sandbox.switches.stopLagSeconds = 6;
    expect(await kit.steerRecording(elsewhereRecordingId, 'stop')).toMatchObject({
      state: 'taken',
      recording: { status: 'RECORDING' },
    });
    expect(puts()).toBe(1);
    sandbox.clock.advance(6_000);
    expect(await kit.getRecording(elsewhereRecordingId)).toMatchObject({ status: 'UPLOADING' });
  });

  test.each([400, 404, 409, 'unchanged'] as const)(
    'of what is over is a stop, answered by %s',
    async (steerWhenOver) => {
      sandbox.switches.steerWhenOver = steerWhenOver;
      await kit.steerRecording(elsewhereRecordingId, 'stop');
      sandbox.clock.advance(10_000);
      expect(await kit.steerRecording(elsewhereRecordingId, 'stop')).toMatchObject({
        state: 'taken',
        recording: { status: 'UPLOADED' },
      });
    },
  );

  test('of what the service has forgotten says so', async () => {
    sandbox.removeRecording(elsewhereRecordingId);
    expect(await kit.steerRecording(elsewhereRecordingId, 'stop')).toEqual({ state: 'gone' });
  });
});

test.each(['accepted', 'refused'] as const)('a pause is %s (U9)', async (trackPause) => {
  sandbox.switches.trackPause = trackPause;
  const paused = await kit.steerRecording(elsewhereRecordingId, 'pause');
  if (trackPause === 'accepted') {
    expect(paused).toMatchObject({ state: 'taken', recording: { status: 'PAUSED' } });
    expect(await kit.steerRecording(elsewhereRecordingId, 'resume')).toMatchObject({
      recording: { status: 'RECORDING' },
    });
  } else {
    expect(paused).toMatchObject({ state: 'refused', recording: { status: 'RECORDING' } });
  }
});
