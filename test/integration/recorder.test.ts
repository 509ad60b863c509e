/** @file Tests of starting and stopping: against the stand-in over HTTP, with a real library on disk. One order, one recording, whatever is clicked or lost. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Failure, MeetingId, RecordingId, type RecordAnswer, type RecordOrder } from '#contract';
import { systemClock, type Clock } from '../../src/main/clock.ts';
import type { Claim, KeptOrder, Library } from '../../src/main/library/index.ts';
import { createRealtimeKit } from '../../src/main/realtimekit/index.ts';
import { createRecorder, type Recorder } from '../../src/main/recorder/index.ts';
import {
  controlRoom,
  nightWatchPeople,
  startSandbox,
  type ApiFault,
  type Sandbox,
  type Switches,
} from '../sandbox/index.ts';
import { tempLibrary, type TempLibrary } from '../support/temp-library.ts';

const nightWatch = MeetingId.parse(controlRoom.nightWatch);
const startedElsewhere = MeetingId.parse(controlRoom.startedElsewhere);
const overMeeting = MeetingId.parse('bbb43a00-0000-4000-8000-000000000020');
const elsewhere = RecordingId.parse('fff43a00-0000-4000-8000-000000000001');
const { mara, annaDesk } = nightWatchPeople;

let temp: TempLibrary;
let sandbox: Sandbox;
/** Orders of one test are not those of another: each test has a host of its own. */
let host = '';
beforeAll(async () => {
  temp = await tempLibrary();
});
afterEach(async () => {
  await sandbox.close();
});
afterAll(async () => {
  await temp.close();
});

interface WorldOptions {
  switches?: Partial<Switches>;
  library?: Library | null;
  token?: string;
  /** Our clock is so much ahead of the service's. */
  aheadMs?: number;
  /** Waits take the time they take. */
  realWaits?: boolean;
}

/** The service anew, with three calls going on. */
async function open(switches: Partial<Switches> = {}): Promise<Recorder> {
  const now = temp.clock.now();
  sandbox = await startSandbox({ scenario: 'control-room', switches, now });
  host = randomUUID();
  return recorder();
}

/** Another recorder for the same service and library, as another process has it. */
function recorder(options: WorldOptions = {}): Recorder {
  return createRecorder(recorderOptions(options));
}

function recorderOptions({ library, token, aheadMs = 0, realWaits = false }: WorldOptions = {}) {
  const { apiRoot, accountId, appId, clock: service } = sandbox;
  const clock: Clock = {
    now: () => service.now() + aheadMs,
    sleep: async (ms, signal) => {
      if (realWaits) await systemClock.sleep(ms, signal);
      else service.advance(ms);
    },
  };
  const realtimekit = createRealtimeKit({
    apiRoot,
    accountId,
    appId,
    token: async () => token ?? sandbox.token,
    clock,
    answerWithinMs: 500,
  });
  return {
    realtimekit,
    library: library === undefined ? temp.library : library,
    clock,
    source: { host, accountId, appId },
    onChange: () => undefined,
  };
}

function order(changes: Partial<RecordOrder> = {}): RecordOrder {
  return {
    orderId: randomUUID(),
    meetingId: nightWatch,
    whom: { kind: 'everyone' },
    prefix: 'ep43',
    consent: { told: true, note: 'Said so at the beginning.' },
    ...changes,
  };
}

const chosen = (...userIds: string[]): RecordOrder['whom'] => ({ kind: 'chosen', userIds });
const sent = (method: string): string[] =>
  sandbox.requests.filter((one) => one.method === method).map(({ path }) => path);
/** Orders of this test by the latest first. */
const kept = async (meetingId = nightWatch): Promise<KeptOrder[]> =>
  (await temp.library.orders({ meetingId })).filter(({ source }) => source.host === host);
const outcomes = async (): Promise<string[]> => (await kept()).map(({ outcome }) => outcome);
const asRunning = (recordingId: RecordingId, status = 'RECORDING') => [
  { recordingId, kind: 'track' as const, status },
];

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Failure);
  return thrown as Failure;
}

/** The order reaches the service and its answer does not come back, or it never arrives. */
const lose = (fault: ApiFault): void => void sandbox.switches.apiFaults.push(fault);
const onItsWay = { method: 'POST', path: '/recordings/track' } as const;
const neverArrives: ApiFault = { ...onItsWay, kind: 'reset' };

describe('a start', () => {
  test('looks first, takes the order down, sends it once, and knows the recording as its own', async () => {
    const one = await open();
    const mine = order({ whom: chosen(mara, annaDesk) });
    lose({ ...onItsWay, kind: 'delay', ms: 150 });
    const starting = one.start(mine);
    await sandbox.waitFor(({ method }) => method === 'POST');
    // It stands in the ledger while the service has not answered.
    expect(await outcomes()).toEqual(['open']);
    const { recordingId, how } = await starting;
    expect(how).toBe('started');
    const paths = sandbox.requests.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    const placeOf = (text: string) => paths.findIndex((path) => path === text);
    expect(placeOf('GET recordings')).toBe(0);
    expect(placeOf('GET active-session')).toBeGreaterThan(0);
    expect(placeOf('POST track')).toBe(paths.length - 1);
    expect(await kept()).toMatchObject([
      {
        orderId: mine.orderId,
        meetingId: nightWatch,
        sessionId: '5e543a00-0000-4000-8000-000000000001',
        taken: { kind: 'chosen', userIds: [mara, annaDesk] },
        prefix: 'ep43',
        consentNote: 'Said so at the beginning.',
        by: 'mara@desk',
        outcome: 'started',
        recordingId,
      },
    ]);
    const origins = await one.originsOf([...asRunning(recordingId), ...asRunning(elsewhere)]);
    expect([...origins.values()]).toEqual([
      {
        origin: 'ours',
        taken: { kind: 'chosen', userIds: [mara, annaDesk] },
        prefix: 'ep43',
        stoppingSince: null,
        canPause: false,
      },
      {
        origin: 'elsewhere',
        taken: { kind: 'unknown' },
        prefix: null,
        stoppingSince: null,
        canPause: false,
      },
    ]);
  });

  test('clicked fifty times is one order with one answer', async () => {
    const one = await open();
    const mine = order();
    const answers = await Promise.all(Array.from({ length: 50 }, () => one.start(mine)));
    expect(new Set(answers.map(({ recordingId }) => recordingId)).size).toBe(1);
    expect(sent('POST')).toHaveLength(1);
    expect(await one.start(mine)).toEqual(answers[0]);
    // Nor does another process give it again.
    expect(await recorder().start(mine)).toEqual(answers[0]);
    expect(sent('POST')).toHaveLength(1);
  });

  test('of fifty different orders at once, from two processes, one is sent and the others learn what runs', async () => {
    await open({ apiDelayMs: 5 });
    const reader = await temp.openBeside({ mode: 'read' });
    const two = [recorder({ realWaits: true }), recorder({ realWaits: true, library: reader })];
    const starts = Array.from({ length: 50 }, (_, n) =>
      (two[n % 2] ?? expect.fail()).start(order()),
    );
    const ends = await Promise.allSettled(starts);
    const answers = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(answers).toHaveLength(1);
    const refusals = ends.flatMap((end): unknown[] =>
      end.status === 'rejected' ? [end.reason] : [],
    );
    for (const failure of refusals)
      expect(failure).toMatchObject({
        code: 'recording.already-running',
        details: { recordingId: answers[0]?.recordingId, origin: 'ours' },
      });
    expect(sent('POST')).toHaveLength(1);
    await reader.close();
  });

  test('by a process that does not hold the library leaves its order in the inbox, and both know it', async () => {
    await open();
    const reader = await temp.openBeside({ mode: 'read' });
    const { recordingId } = await recorder({ library: reader }).start(order());
    expect(await kept()).toMatchObject([{ outcome: 'started', recordingId }]);
    expect(await failureOf(recorder().start(order()))).toMatchObject({
      code: 'recording.already-running',
      details: { recordingId, origin: 'ours' },
    });
    await reader.close();
  });

  test('waits for a process that orders there, and gives up after a minute', async () => {
    const one = await open();
    const held: Claim[] = [];
    for (let number = 0; held.length < 16; number += 1)
      held.push(
        ...[await temp.library.claim(`all of them ${String(number)}`)].filter((c) => c !== null),
      );
    expect((await failureOf(one.start(order()))).code).toBe('recording.start-outstanding');
    expect(sandbox.requests).toEqual([]);
    for (const claim of held) claim.release();
    expect((await one.start(order())).how).toBe('started');
  });

  test('where somebody else records is refused, and says that it was started elsewhere', async () => {
    const one = await open();
    expect(await failureOf(one.start(order({ meetingId: startedElsewhere })))).toMatchObject({
      code: 'recording.already-running',
      details: { recordingId: elsewhere, origin: 'elsewhere' },
    });
    expect(sent('POST')).toEqual([]);
    expect(await kept(startedElsewhere)).toEqual([]);
  });

  test('is refused while the list does not show yet what was just started', async () => {
    const first = await (await open()).start(order());
    const options = recorderOptions();
    async function* nothing() {
      yield* [];
    }
    const late = createRecorder({
      ...options,
      realtimekit: { ...options.realtimekit, listRecordings: nothing },
    });
    expect(await failureOf(late.start(order()))).toMatchObject({
      code: 'recording.already-running',
      details: { recordingId: first.recordingId, origin: 'ours' },
    });
    expect(sent('POST')).toHaveLength(1);
  });

  test('is not kept back by an order that came to nothing ten minutes ago', async () => {
    const one = await open({ afterInvoked: 'nothing' });
    const first = await one.start(order());
    sandbox.clock.advance(11 * 60_000);
    const second = await one.start(order());
    expect(second.recordingId).not.toBe(first.recordingId);
    expect(sent('POST')).toHaveLength(2);
  });

  test.each([400, 404, 409] as const)(
    'where nobody is in the call says so before anything is sent, and when the service says it with %d',
    async (startWithoutSession) => {
      const one = await open({ startWithoutSession });
      const nobody = { meetingId: overMeeting };
      expect((await failureOf(one.start(order(nobody)))).code).toBe('meeting.not-live');
      expect(sent('POST')).toEqual([]);
      expect(await kept(overMeeting)).toEqual([]);
      // The call ends between the look and the order.
      const options = recorderOptions();
      const { startTrackRecording } = options.realtimekit;
      const late = createRecorder({
        ...options,
        realtimekit: {
          ...options.realtimekit,
          startTrackRecording: (...asked) => {
            sandbox.calls.end(nightWatch);
            return startTrackRecording(...asked);
          },
        },
      });
      expect((await failureOf(late.start(order()))).code).toBe('meeting.not-live');
      expect(await outcomes()).toEqual(['refused']);
    },
  );

  test('beside a composite recording goes through, or is refused as already running (U6)', async () => {
    const one = await open();
    const composite = sandbox.addRunningComposite(nightWatch);
    expect((await one.start(order())).how).toBe('started');
    await sandbox.close();

    const other = await open({ compositeBlocksTrack: true });
    const blocking = sandbox.addRunningComposite(nightWatch);
    expect(blocking).not.toBe(composite);
    expect(await failureOf(other.start(order()))).toMatchObject({
      code: 'recording.already-running',
      details: { recordingId: blocking, origin: 'elsewhere' },
    });
    expect(await outcomes()).toEqual(['refused']);
  });

  test('is sent in the older form where the service asks for it (U5)', async () => {
    const one = await open({ startBody: 'outputs' });
    expect((await one.start(order())).how).toBe('started');
    expect(sent('POST')).toHaveLength(2);
    expect(await outcomes()).toEqual(['started']);
  });

  test.each([
    ['nobody at all', [], 'nobody-chosen'],
    ['someone of whom nobody knows', ['nobody'], 'unknown-id'],
    ["the integrator's own id", [mara, 'anna.schmidt@example.org'], 'custom-id'],
    ['the hundred and first', Array.from({ length: 101 }, (_, n) => `u${String(n)}`), 'too-many'],
  ])('of %s is refused before anything is sent', async (_, userIds, because) => {
    const one = await open();
    expect(await failureOf(one.start(order({ whom: chosen(...userIds) })))).toMatchObject({
      code: 'meeting.people-unusable',
      details: { because },
    });
    expect(sent('POST')).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  test.each([
    ['', 'empty'],
    ['ep_43', 'underscore'],
    ['ep 43', 'characters'],
    ['e'.repeat(41), 'too-long'],
  ])('under the prefix “%s” is refused', async (prefix, because) => {
    const one = await open();
    expect(await failureOf(one.start(order({ prefix })))).toMatchObject({
      code: 'input.invalid',
      details: { field: 'prefix', because },
    });
    expect(one.preview(prefix, null).refusal).toBe(because);
    expect(sandbox.requests).toEqual([]);
  });

  test('without a library that takes down what was said is refused', async () => {
    await open();
    expect((await failureOf(recorder({ library: null }).start(order()))).code).toBe(
      'library.missing',
    );
    const library = { ...temp.library, mayNote: async () => false };
    expect((await failureOf(recorder({ library }).start(order()))).code).toBe('library.read-only');
    expect(sandbox.requests).toEqual([]);
  });

  test('while the service asks to wait is not sent, and may be given again', async () => {
    const one = await open();
    const mine = order();
    lose({ ...onItsWay, kind: 'rate-limited', retryAfterSeconds: 90, body: 'gateway' });
    expect((await failureOf(one.start(mine))).code).toBe('api.rate-limited');
    expect(await outcomes()).toEqual(['refused']);
    sandbox.clock.advance(91_000);
    expect((await one.start({ ...mine, prefix: 'other' })).how).toBe('started');
    expect((await kept()).map(({ prefix, outcome }) => [prefix, outcome])).toEqual([
      ['other', 'started'],
      ['ep43', 'refused'],
    ]);
  });
});

describe('an answer that was lost', () => {
  const taken: [string, ApiFault][] = [
    ['a reset', { ...onItsWay, kind: 'reset', taken: true }],
    ['a cut', { ...onItsWay, kind: 'cut', afterBytes: 20 }],
    ['a 502', { ...onItsWay, kind: 'status', status: 502, body: 'E4', taken: true }],
    ['a page of HTML', { ...onItsWay, kind: 'html', taken: true }],
    ['JSON that breaks off', { ...onItsWay, kind: 'short', keepBytes: 30, contentLength: 'true' }],
    ['bad news under 200', { ...onItsWay, kind: 'not-a-success', body: 'E1', taken: true }],
    ['silence', { ...onItsWay, kind: 'hang', taken: true }],
  ];
  test.each(taken)('in %s adopts the recording it started', async (_, fault) => {
    const one = await open();
    lose(fault);
    const mine = order({ whom: chosen(mara) });
    const answers = await Promise.all([one.start(mine), one.start(mine)]);
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0].how).toBe('adopted');
    expect(sent('POST')).toHaveLength(1);
    expect(await kept()).toMatchObject([
      { outcome: 'adopted', recordingId: answers[0].recordingId },
    ]);
    const origins = await one.originsOf(asRunning(answers[0].recordingId));
    expect(origins.get(answers[0].recordingId)).toMatchObject({
      origin: 'adopted',
      taken: { kind: 'chosen', userIds: [mara] },
    });
  });

  test.each([3_600_000, -3_600_000])(
    'is found though the clocks are %d ms apart',
    async (aheadMs) => {
      await open();
      lose({ ...onItsWay, kind: 'reset', taken: true });
      expect((await recorder({ aheadMs }).start(order())).how).toBe('adopted');
    },
  );

  test('of an order that never arrived leaves it open: the same is given again, another one waits', async () => {
    const one = await open();
    lose(neverArrives);
    const failure = await failureOf(one.start(order()));
    expect(failure).toMatchObject({
      code: 'recording.answer-lost',
      details: { because: 'api.unreachable' },
    });
    expect(await outcomes()).toEqual(['open']);
    for (const other of [order({ prefix: 'other' }), order({ whom: chosen(mara) })])
      expect((await failureOf(one.start(other))).code).toBe('recording.start-outstanding');
    expect(sent('POST')).toHaveLength(1);
    expect((await one.start(order())).how).toBe('started');
    expect(await outcomes()).toEqual(['started', 'not-started']);
    expect(sent('POST')).toHaveLength(2);
  });

  test('of an order that never arrived comes to nothing after ten minutes', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    expect(await one.settleOpen()).toEqual({ adopted: 0, closed: 0, open: 1 });
    sandbox.clock.advance(10 * 60_000);
    expect(await one.settleOpen()).toEqual({ adopted: 0, closed: 1, open: 0 });
    expect(await outcomes()).toEqual(['not-started']);
    expect((await one.start(order({ prefix: 'other' }))).how).toBe('started');
  });

  test('of an order that shows late is adopted by the next one that is the same', async () => {
    const one = await open();
    lose(neverArrives);
    const late = order();
    await failureOf(one.start(late));
    const recordingId = sandbox.addRecording('RECORDING', 'ep43');
    const again = { ...late, orderId: randomUUID() };
    expect(await one.start(again)).toEqual({ recordingId, how: 'adopted' });
    expect(await outcomes()).toEqual(['adopted']);
    expect(sent('POST')).toHaveLength(1);
    expect(await failureOf(one.start(order({ prefix: 'other' })))).toMatchObject({
      code: 'recording.already-running',
      details: { recordingId, origin: 'adopted' },
    });
  });

  test('of an order that shows just when the same is given again is adopted by that', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    const options = recorderOptions();
    const { startTrackRecording } = options.realtimekit;
    let recordingId = '';
    const again = createRecorder({
      ...options,
      realtimekit: {
        ...options.realtimekit,
        startTrackRecording: (...asked) => {
          recordingId = sandbox.addRecording('RECORDING', 'ep43');
          return startTrackRecording(...asked);
        },
      },
    });
    expect(await again.start(order())).toEqual({ recordingId, how: 'adopted' });
    expect(await outcomes()).toEqual(['adopted', 'not-started']);
  });

  test('is found by the next run of the program, also when the recording is over by then', async () => {
    await open();
    // Killed between the order and its answer: nothing is told any more.
    const options = recorderOptions();
    const killed = createRecorder({
      ...options,
      realtimekit: {
        ...options.realtimekit,
        startTrackRecording: async (...asked) => {
          await options.realtimekit.startTrackRecording(...asked);
          throw new Error('killed');
        },
      },
    });
    await expect(killed.start(order())).rejects.toThrow('killed');
    sandbox.clock.advance(60_000);
    sandbox.calls.end(nightWatch);
    sandbox.clock.advance(3600_000);
    expect(await recorder().settleOpen()).toEqual({ adopted: 1, closed: 0, open: 0 });
    expect(await outcomes()).toEqual(['adopted']);
  });

  test('adopts nothing that is not surely its own', async () => {
    const one = await open();
    // Two came up at once: which of them it was nobody can say.
    lose(neverArrives);
    const options = recorderOptions();
    const { startTrackRecording } = options.realtimekit;
    const lost = createRecorder({
      ...options,
      realtimekit: {
        ...options.realtimekit,
        startTrackRecording: (...asked) => {
          sandbox.addRecording('RECORDING');
          sandbox.addRecording('RECORDING');
          return startTrackRecording(...asked);
        },
      },
    });
    expect((await failureOf(lost.start(order()))).code).toBe('recording.answer-lost');
    expect(await failureOf(one.start(order()))).toMatchObject({
      code: 'recording.already-running',
      details: { origin: 'elsewhere' },
    });
    expect(await outcomes()).toEqual(['open']);
  });

  test('adopts nothing that was ordered long after', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    sandbox.clock.advance(5 * 60_000);
    const recordingId = sandbox.addRecording('RECORDING');
    expect(await failureOf(one.start(order()))).toMatchObject({
      code: 'recording.already-running',
      details: { recordingId, origin: 'elsewhere' },
    });
    expect(await one.settleOpen()).toEqual({ adopted: 0, closed: 0, open: 1 });
  });

  test('adopts no recording another order brought', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    const started: RecordAnswer = await one.start(order());
    await one.stop(started.recordingId);
    lose(neverArrives);
    expect((await failureOf(one.start(order()))).code).toBe('recording.answer-lost');
    expect(await outcomes()).toEqual(['open', 'started', 'not-started']);
  });

  test('of one start leaves those waiting that were asked for meanwhile: nothing is sent again unseen', async () => {
    await open();
    const reader = await temp.openBeside({ mode: 'read' });
    lose(neverArrives);
    const both = [recorder({ realWaits: false }), recorder({ realWaits: true, library: reader })];
    const starts = [0, 0, 0, 1, 1].map((n) => (both[n] ?? expect.fail()).start(order()));
    const codes = (await Promise.all(starts.map(failureOf))).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['recording.answer-lost']));
    expect(sent('POST')).toHaveLength(1);
    // Asked again by somebody who knows, it is given.
    expect((await both[0]?.start(order()))?.how).toBe('started');
    await reader.close();
  });

  test('is found though the same was given again and refused', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    lose({ ...onItsWay, kind: 'rate-limited', retryAfterSeconds: 20, body: 'gateway' });
    expect((await failureOf(one.start(order()))).code).toBe('api.rate-limited');
    const recordingId = RecordingId.parse(sandbox.addRecording('RECORDING', 'ep43'));
    sandbox.clock.advance(30_000);
    expect(await one.settleOpen()).toEqual({ adopted: 1, closed: 0, open: 0 });
    expect((await one.originsOf(asRunning(recordingId))).get(recordingId)?.origin).toBe('adopted');
  });

  test('adopts nothing whose files were ordered under another prefix', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    const { realtimekit } = recorderOptions();
    const asked = { meetingId: nightWatch, userIds: null, prefix: 'theirs' };
    const started = await realtimekit.startTrackRecording(asked);
    if (started.state !== 'started') expect.fail('not started');
    sandbox.clock.advance(60_000);
    await realtimekit.steerRecording(started.recording.id, 'stop');
    sandbox.clock.advance(3_600_000);
    expect((await realtimekit.getRecording(started.recording.id))?.files.length).toBeGreaterThan(0);
    expect((await one.settleOpen()).adopted).toBe(0);
  });

  test('is waited for by the clock of the service, however ours is set', async () => {
    await open();
    lose(neverArrives);
    await failureOf(recorder({ aheadMs: 3_600_000 }).start(order()));
    const aheadMs = 2 * 3_600_000;
    expect(await recorder({ aheadMs }).settleOpen()).toMatchObject({ closed: 0, open: 1 });
    const { code, retryAt } = await failureOf(
      recorder({ aheadMs }).start(order({ prefix: 'other' })),
    );
    expect(code).toBe('recording.start-outstanding');
    expect(retryAt).toBeCloseTo(sandbox.clock.now() + aheadMs + 585_000, -4);
    sandbox.clock.advance(11 * 60_000);
    expect(await recorder().settleOpen()).toMatchObject({ closed: 1, open: 0 });
  });

  test('stays open while another process holds its meeting', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    const { source } = recorderOptions();
    const claim = await temp.library.claim(
      JSON.stringify(['record', source.host, source.appId, nightWatch]),
    );
    expect(claim).not.toBeNull();
    expect(await one.settleOpen()).toEqual({ adopted: 0, closed: 0, open: 1 });
    claim?.release();
  });
});

describe('a stop', () => {
  test('is sent once, also for what was started elsewhere, and lasts until a read shows it', async () => {
    const one = await open({ stopLagSeconds: 5 });
    for (const recordingId of [(await one.start(order())).recordingId, elsewhere]) {
      const before = sent('PUT').length;
      await one.stop(recordingId);
      expect(sent('PUT')).toHaveLength(before + 1);
      for (const each of [one, recorder()]) {
        const origin = (await each.originsOf(asRunning(recordingId))).get(recordingId);
        expect(Math.abs((origin?.stoppingSince ?? 0) - sandbox.clock.now())).toBeLessThan(
          3_600_000,
        );
      }
      const over = await one.originsOf(asRunning(recordingId, 'UPLOADING'));
      expect(over.get(recordingId)?.stoppingSince).toBeNull();
    }
  });

  test.each([400, 404, 409, 'unchanged'] as const)(
    'of what is over is no failure, with %s',
    async (steerWhenOver) => {
      const one = await open({ steerWhenOver });
      const { recordingId } = await one.start(order());
      sandbox.clock.advance(10_000);
      await one.stop(recordingId);
      sandbox.clock.advance(60_000);
      await one.stop(recordingId);
      expect(sent('PUT')).toHaveLength(2);
    },
  );

  test('that cannot be sent does not look as if it had been', async () => {
    const one = await open();
    const { recordingId } = await one.start(order());
    sandbox.switches.apiFaults.push({ kind: 'reset', times: 'always' });
    expect((await failureOf(one.stop(recordingId))).code).toBe('api.unreachable');
    const origins = await one.originsOf(asRunning(recordingId));
    expect(origins.get(recordingId)?.stoppingSince).toBeNull();
    // Nor in the next run of the program.
    const later = await recorder().originsOf(asRunning(recordingId));
    expect(later.get(recordingId)?.stoppingSince).toBeNull();
  });

  test('that the service does not obey may be asked for again after five minutes', async () => {
    const one = await open({ stopLagSeconds: 100_000 });
    const { recordingId } = await one.start(order());
    await one.stop(recordingId);
    const since = async (of: Recorder) =>
      (await of.originsOf(asRunning(recordingId))).get(recordingId)?.stoppingSince;
    for (const each of [one, recorder()]) expect(await since(each)).not.toBeNull();
    sandbox.clock.advance(5 * 60_000);
    for (const each of [one, recorder()]) expect(await since(each)).toBeNull();
    await one.stop(recordingId);
    expect(await since(one)).not.toBeNull();
  });

  test('of what the service does not know says that it is gone', async () => {
    const one = await open();
    const nowhere = RecordingId.parse(`fff${randomUUID().slice(3)}`);
    expect((await failureOf(one.stop(nowhere))).code).toBe('recording.gone');
  });

  test('does not wait for a library that cannot take it down', async () => {
    await open();
    const one = recorder({ library: null });
    await one.stop(elsewhere);
    expect(sent('PUT')).toHaveLength(1);
  });
});

describe('a pause', () => {
  test('is offered once the service was seen to pause a track recording, and no more when it refuses (U9)', async () => {
    const one = await open();
    const { recordingId } = await one.start(order());
    sandbox.clock.advance(10_000);
    const canPause = async (status = 'RECORDING') =>
      (await one.originsOf(asRunning(recordingId, status))).get(recordingId)?.canPause;
    expect(await canPause()).toBe(false);
    expect(await canPause('PAUSED')).toBe(true);
    await one.steer(recordingId, 'pause');
    expect(await canPause()).toBe(true);
    await one.steer(recordingId, 'resume');
    sandbox.switches.trackPause = 'refused';
    expect((await failureOf(one.steer(recordingId, 'pause'))).code).toBe('api.refused');
    expect(await canPause()).toBe(false);
  });
});

describe('before an order', () => {
  const bad = async (one: Recorder, ...asked: Parameters<Recorder['preflight']>) => {
    const { checks, mayStart } = await one.preflight(...asked);
    const found = checks.filter(({ state }) => state !== 'good');
    expect(mayStart).toBe(found.every(({ state }) => state === 'doubt'));
    expect(new Set(checks.map(({ what }) => what)).size).toBe(6);
    return found.map(({ what, state, why }) => `${what} ${state} ${why ?? ''}`);
  };
  const everyone = { kind: 'everyone' } as const;

  test('all is well where all is well, and nothing is ordered', async () => {
    const one = await open();
    expect(await bad(one, nightWatch, chosen(mara), 'ep43')).toEqual([]);
    expect(await bad(one, nightWatch, everyone, 'ep43')).toEqual([]);
    expect([...sent('POST'), ...sent('PUT')]).toEqual([]);
    // While a prefix is typed nothing is asked anew.
    const asked = sandbox.requests.length;
    for (const prefix of ['e', 'ep', 'ep4']) await one.preflight(nightWatch, chosen(mara), prefix);
    expect(sandbox.requests).toHaveLength(asked);
    sandbox.clock.advance(3_000);
    await one.preflight(nightWatch, chosen(mara), 'ep43');
    expect(sandbox.requests.length).toBeGreaterThan(asked);
  });

  test('each thing in the way has its name', async () => {
    const one = await open();
    const absent = 'aaa43a00-0000-4000-8000-000000000005';
    expect(await bad(one, overMeeting, everyone, 'ep43')).toEqual(['call bad not-live']);
    expect(await bad(one, nightWatch, null, 'ep_43')).toEqual([
      'people bad nobody-chosen',
      'prefix bad prefix',
    ]);
    const mixed = chosen(mara, absent, 'guest_17', 'nobody');
    const { checks } = await one.preflight(nightWatch, mixed, 'ep43');
    expect(checks.filter(({ what }) => what === 'people')).toEqual([
      { what: 'people', state: 'bad', why: 'custom-id', about: ['guest_17'] },
      { what: 'people', state: 'bad', why: 'unknown-id', about: ['nobody'] },
      { what: 'people', state: 'doubt', why: 'not-in-call', about: ['Jonas Weber'] },
    ]);
    const crowd = chosen(mara, ...Array.from({ length: 100 }, (_, n) => `u${String(n)}`));
    expect(await bad(one, nightWatch, crowd, 'ep43')).toContain('people bad too-many');
    expect(await one.preflight(startedElsewhere, everyone, 'ep43')).toMatchObject({
      mayStart: false,
      running: [{ recordingId: elsewhere, origin: 'elsewhere' }],
    });
    expect(await bad(one, startedElsewhere, everyone, 'ep43')).toEqual([
      'running bad running-elsewhere',
    ]);
    sandbox.addRunningComposite(nightWatch);
    sandbox.clock.advance(3_000);
    expect(await bad(one, nightWatch, everyone, 'ep43')).toEqual([
      'running doubt running-composite',
    ]);
    await one.start(order());
    expect(await bad(one, nightWatch, everyone, 'ep43')).toContain('running bad running-ours');
  });

  test('an order without an answer is a doubt for the same one and in the way of another', async () => {
    const one = await open();
    lose(neverArrives);
    await failureOf(one.start(order()));
    expect(await bad(one, nightWatch, everyone, 'ep43')).toEqual([
      'running doubt answer-outstanding',
    ]);
    expect(await bad(one, nightWatch, everyone, 'other')).toEqual([
      'running bad answer-outstanding',
    ]);
  });

  test.each([
    ['lacks the right', 'lacksRights', 'access bad lacks-rights'],
    ['has expired', 'expired', 'access bad no-access'],
  ] as const)('a token that %s is told without ordering anything', async (_, which, expected) => {
    await open();
    const token = sandbox.tokens[which].value;
    expect(await bad(recorder({ token }), nightWatch, everyone, 'ep43')).toContain(expected);
    expect(sent('POST')).toEqual([]);
  });

  test('without a library, or with one that takes nothing down, it says so', async () => {
    await open();
    expect(await bad(recorder({ library: null }), nightWatch, everyone, 'ep43')).toEqual([
      'library bad no-library',
    ]);
    const library = { ...temp.library, mayNote: async () => false };
    expect(await bad(recorder({ library }), nightWatch, everyone, 'ep43')).toEqual([
      'library bad library-read-only',
    ]);
  });
});

describe('who may be chosen', () => {
  test('are people of the meeting and of its call, by the names of this call, with what was chosen before', async () => {
    const one = await open();
    const guest = sandbox.calls.join(nightWatch, { name: 'Walk-in', customId: 'walk-in' });
    sandbox.calls.leave(guest);
    await one.saveAllowList(nightWatch, { name: 'Annas', userIds: [annaDesk] });
    await one.start(order({ prefix: 'night-watch' }));
    const choices = await one.choices(nightWatch);
    expect(choices).toMatchObject({
      sessionId: '5e543a00-0000-4000-8000-000000000001',
      isPartial: false,
      allowLists: [{ name: 'Annas', userIds: [annaDesk] }],
      lastPrefix: 'night-watch',
    });
    const shown = choices.people.map(({ names, inCall, from }) => [names[0], inCall, from.length]);
    expect(shown).toEqual([
      ['Anna Schmidt', true, 2],
      ['Anna Schmidt', true, 2],
      ['Mara Lindqvist', true, 2],
      ['Tariq (tower)', true, 2],
      ['Jonas Weber', false, 1],
      ['Walk-in', false, 2],
    ]);
    expect(choices.customIds).toEqual(
      expect.arrayContaining(['guest_17', 'walk-in', 'field_anna']),
    );
    await one.forgetAllowList(nightWatch, 'Annas');
    expect((await one.choices(nightWatch)).allowLists).toEqual([]);
  });

  test('are told as far as they can be read', async () => {
    const one = await open();
    const failing = { kind: 'status', status: 422, body: 'E1', times: 'always' } as const;
    sandbox.switches.apiFaults.push({ ...failing, path: `/sessions/` });
    const choices = await one.choices(nightWatch);
    expect(choices.isPartial).toBe(true);
    expect(choices.people).toHaveLength(5);
    expect(choices.people.every(({ inCall }) => !inCall)).toBe(true);
  });

  test('a preview shows the name and what it will be read back as', async () => {
    const one = await open();
    const preview = one.preview('case-12', mara);
    expect(preview).toMatchObject({
      reading: 'exact',
      prefix: 'case-12',
      userId: mara,
      refusal: null,
      candidates: [],
    });
    expect(preview.fileName).toMatch(
      new RegExp(`^case-12_${mara}_[0-9a-f-]{36}_peer_audio_\\d{13}\\.webm$`),
    );
    expect(one.preview('a_b', 'odd_id').candidates.length).toBeGreaterThan(1);
  });
});
