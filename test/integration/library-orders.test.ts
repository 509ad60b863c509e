/** @file Tests of orders in the library: durable before they are sent, seen by every process, evidence for names, held by one at a time. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { MeetingId, type RecordingId, UserId } from '#contract';
import { ordersQuery } from '../../src/main/library/catalogue/orders.ts';
import {
  verifyLedger,
  type KeptOrder,
  type Library,
  type NewOrder,
} from '../../src/main/library/index.ts';
import {
  actor,
  invokedAt,
  keepAll,
  mara,
  maraPeer,
  newOrder,
  observation,
  recordingId,
  tempLibrary,
  type TempLibrary,
} from '../support/temp-library.ts';

let temp: TempLibrary;
/** Opened when first asked for. */
let beside: Promise<Library> | null = null;
/** One library for all: each test has names, a meeting and recordings of its own. */
let nth = 0;
const own = (name: string): string => `${name}-${String(nth)}`;
const meeting = (): MeetingId => MeetingId.parse(own('meeting'));
const mine = (name: string, changes: Partial<NewOrder> = {}): NewOrder =>
  newOrder(own(name), { meetingId: meeting(), ...changes });
const recording = (): RecordingId => recordingId(100 + nth);
const started = (recordingId = recording()) =>
  ({ outcome: 'started', recordingId, because: null }) as const;

beforeAll(async () => {
  temp = await tempLibrary();
});
beforeEach(() => {
  nth += 1;
});
afterAll(() => temp.close());

const cli = { osUser: 'otis', machine: 'server', through: 'cli' };
const readBeside = (): Promise<Library> =>
  (beside ??= temp.openBeside({ mode: 'write-or-read', actor: cli }));
const openHere = async (library = temp.library): Promise<KeptOrder[]> =>
  (await library.orders({ open: true })).filter(({ meetingId }) => meetingId === meeting());

const Line = z.object({ kind: z.string(), body: z.record(z.string(), z.unknown()) });

/** Of this test's meeting. */
async function linesOf(kind: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(temp.dir, 'ledger.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)))
    .flatMap(({ kind: of, body }) =>
      of === kind && body['meetingId'] === meeting() ? [body] : [],
    );
}

/** Outcomes by order id. */
const outcomes = (orders: readonly KeptOrder[]): Record<string, string> =>
  Object.fromEntries(orders.map(({ orderId, outcome }) => [orderId, outcome]));

/** Lets the holder of the lock look into the inbox. */
async function whenTakenIn(): Promise<void> {
  temp.clock.advance(3000);
  await expect.poll(() => readdir(join(temp.dir, 'incoming', 'inbox'))).toEqual([]);
}

test('an order stands in the ledger with its people, its words and who gave it, before anything came of it', async () => {
  const order = mine('one', { userIds: [mara], prefix: 'ep42' });
  await temp.library.orderRecording(order);
  expect(await linesOf('record-ordered')).toMatchObject([
    {
      orderId: own('one'),
      meetingId: order.meetingId,
      userIds: [mara],
      prefix: 'ep42',
      consent: { told: true, note: 'Said so at the beginning.' },
    },
  ]);
  const open = {
    orderId: own('one'),
    taken: { kind: 'chosen', userIds: [mara] },
    prefix: 'ep42',
    consentNote: 'Said so at the beginning.',
    by: 'mara@desk',
    at: order.orderedAt,
    outcome: 'open',
    recordingId: null,
    source: order.source,
  };
  expect(await openHere()).toMatchObject([open]);
  await temp.library.answerOrder(own('one'), started());
  const answered = { ...open, outcome: 'started', recordingId: recording() };
  expect(await openHere()).toEqual([]);
  for (const query of [
    { meetingId: order.meetingId },
    { recordingIds: [recording(), recordingId(99)] },
    { orderIds: [own('one')] },
  ])
    expect(await temp.library.orders(query)).toMatchObject([answered]);
  await temp.reopen();
  expect(await temp.library.orders({ orderIds: [own('one')] })).toMatchObject([answered]);
});

test('the same order taken down twice is one line', async () => {
  await temp.library.orderRecording(mine('one'));
  await temp.library.orderRecording(mine('one', { prefix: 'other' }));
  expect(await linesOf('record-ordered')).toHaveLength(1);
  expect(await openHere()).toMatchObject([{ prefix: 'ep42' }]);
});

test('an order that takes the place of another closes it in the same breath', async () => {
  await temp.library.orderRecording(mine('one'));
  await temp.library.orderRecording(
    mine('two', { orderedAt: invokedAt + 9_000_000, instead: [own('one')] }),
  );
  const meetingId = meeting();
  const orders = await temp.library.orders({ meetingId });
  expect(orders.map(({ orderId }) => orderId)).toEqual([own('two'), own('one')]);
  expect(outcomes(orders)).toEqual({ [own('one')]: 'not-started', [own('two')]: 'open' });
});

test('of a meeting the latest hundred orders are told', async () => {
  for (let number = 0; number < 103; number += 1)
    await temp.library.orderRecording(
      mine(`order-${String(number)}`, { orderedAt: invokedAt + number }),
    );
  const orders = await temp.library.orders({ meetingId: meeting() });
  expect(orders).toHaveLength(100);
  expect(orders[0]?.orderId).toBe(own('order-102'));
});

test("a reader's order is on disk at once, seen by both, and enters the ledger once under its own name", async () => {
  const reader = await readBeside();
  expect([reader.access, await reader.mayNote()]).toEqual(['reader', true]);
  await reader.orderRecording(mine('one'));
  await temp.library.orderRecording(mine('two', { prefix: 'mine' }));
  for (const library of [reader, temp.library])
    expect(outcomes(await openHere(library))).toEqual({
      [own('one')]: 'open',
      [own('two')]: 'open',
    });
  expect(await linesOf('record-ordered')).toMatchObject([{ orderId: own('two') }]);

  await reader.answerOrder(own('one'), started());
  await reader.answerOrder(own('two'), { outcome: 'refused', recordingId: null, because: 'x' });
  for (const library of [reader, temp.library]) {
    expect(await openHere(library)).toEqual([]);
    expect(outcomes(await library.orders({ orderIds: [own('one'), own('two')] }))).toEqual({
      [own('one')]: 'started',
      [own('two')]: 'refused',
    });
    expect(await library.orders({ recordingIds: [recording()] })).toMatchObject([
      { orderId: own('one'), by: 'otis@server' },
    ]);
  }
  const before = await reader.orders({ orderIds: [own('one'), own('two')] });
  await whenTakenIn();
  for (const library of [reader, temp.library])
    expect(await library.orders({ orderIds: [own('one'), own('two')] })).toEqual(before);
  expect(await linesOf('record-ordered')).toHaveLength(2);
  expect((await verifyLedger(join(temp.dir, 'ledger.jsonl'))).breaks).toEqual([]);
});

test('a request whose removal was cut off is not written a second time', async () => {
  const reader = await readBeside();
  await reader.orderRecording(mine('one'));
  await reader.answerOrder(own('one'), started());
  await reader.noteStop(recording());
  await reader.saveAllowList(meeting(), { name: 'Hosts', userIds: [mara] });
  const inbox = join(temp.dir, 'incoming', 'inbox');
  const left = await Promise.all(
    (await readdir(inbox)).map(async (name) => ({ name, text: await readFile(join(inbox, name)) })),
  );
  expect(left).toHaveLength(4);
  await whenTakenIn();
  const { lines } = await verifyLedger(join(temp.dir, 'ledger.jsonl'));
  for (const { name, text } of left) await writeFile(join(inbox, name), text);
  await whenTakenIn();
  expect((await verifyLedger(join(temp.dir, 'ledger.jsonl'))).lines).toBe(lines);
});

test('a request that cannot be read, or of a newer program, is left where it lies and keeps no other back', async () => {
  const inbox = join(temp.dir, 'incoming', 'inbox');
  const reader = await readBeside();
  await reader.orderRecording(mine('one'));
  const [first = ''] = await readdir(inbox);
  const text = await readFile(join(inbox, first), 'utf8');
  const newer = text.replace('"version":1', '"version":2').replace('one', 'newer');
  await writeFile(join(inbox, '1-newer.json'), newer);
  await writeFile(join(inbox, '2-torn.json'), text.slice(0, 40));
  await mkdir(join(inbox, '3-folder.json'));
  // The system refuses to read it.
  await symlink('4-loop.json', join(inbox, '4-loop.json'));
  temp.clock.advance(3000);
  await expect.poll(() => readdir(inbox)).not.toContain(first);
  expect(await linesOf('record-ordered')).toHaveLength(1);
  await expect
    .poll(async () => (await readdir(inbox)).sort())
    .toEqual(['1-newer.json.unread', '2-torn.json.unread', '3-folder.json.unread', '4-loop.json']);
  expect(await readFile(join(inbox, '1-newer.json.unread'), 'utf8')).toBe(newer);
  await reader.orderRecording(mine('two'));
  const taken = () => {
    temp.clock.advance(3000);
    return linesOf('record-ordered');
  };
  await expect.poll(taken).toHaveLength(2);
  expect(temp.logged.filter((line) => line.includes('4-loop.json'))).toHaveLength(1);
  for (const name of await readdir(inbox)) await rm(join(inbox, name), { recursive: true });
});

test('a stop and a choice of people are remembered, the later word counts, also from the inbox', async () => {
  const { library, clock } = temp;
  const meetingId = meeting();
  const reader = await readBeside();
  await library.noteStop(recording());
  await library.saveAllowList(meetingId, { name: 'Hosts', userIds: [mara] });
  await library.saveAllowList(meetingId, { name: 'All', userIds: [mara, 'someone'] });
  clock.advance(500);
  const stoppedAt = clock.now();
  await reader.noteStop(recording());
  await reader.forgetAllowList(meetingId, 'Hosts');
  const check = async (): Promise<void> => {
    for (const each of [library, reader]) {
      expect(await each.stopsAsked([recording(), recordingId(99)])).toEqual(
        new Map([[recording(), stoppedAt]]),
      );
      expect(await each.allowLists(meetingId)).toEqual([
        { name: 'All', userIds: [mara, 'someone'] },
      ]);
    }
  };
  await check();
  await whenTakenIn();
  await check();
});

test('the prefix that was ordered settles names that were ambiguous, whenever the answer comes', async () => {
  const name = (prefix: string): string =>
    `${prefix}_A_u1_${maraPeer}_peer_audio_${String(invokedAt + 5000)}.webm`;
  const file = { layerName: 'default', customParticipantId: null, peerId: null };
  const listed = [{ ...file, fileName: name('case_12') }];
  await keepAll(temp.library, observation(0, { files: listed, sessionPeople: [] }));
  const read = async () => (await temp.library.tracks({ recordingId: recordingId(0) })).items;
  expect(await read()).toMatchObject([{ reading: 'ambiguous', prefix: null }]);

  const userIds = [UserId.parse('A_u1')];
  await temp.library.orderRecording(mine('one', { prefix: 'case_12', userIds }));
  const told: string[][] = [];
  temp.library.onChange((change) => told.push(change.recordingIds));
  await temp.library.answerOrder(own('one'), started(recordingId(0)));
  expect(told).toEqual([[recordingId(0)]]);
  expect(await read()).toMatchObject([{ reading: 'exact', prefix: 'case_12', userId: 'A_u1' }]);
});

test('orders are looked up, by meeting, recordings and ids, and never searched for', () => {
  const db = new Database(join(temp.dir, 'index.db'), { readonly: true });
  const queries = [
    { meetingId: meeting() },
    { recordingIds: [recordingId(0)] },
    { orderIds: [own('one')] },
  ];
  try {
    for (const query of queries) {
      const { text, values } = ordersQuery(query);
      const plan = z
        .array(z.object({ detail: z.string() }))
        .parse(db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values));
      const steps = plan
        .map(({ detail }) => detail)
        .filter((step) => /orders|order_answers/.test(step));
      expect(steps).toHaveLength(2);
      for (const step of steps) expect(step).toMatch(/^SEARCH/);
    }
  } finally {
    db.close();
  }
});

test('a library nobody may write to takes nothing down and says so', async () => {
  const cacheDir = join(temp.dir, '..', 'cache');
  const untouched = await temp.openBeside({ untouched: true, cacheDir });
  const reader = await readBeside();
  const inbox = join(temp.dir, 'incoming', 'inbox');
  await chmod(inbox, 0o500);
  try {
    for (const library of [untouched, ...(process.getuid?.() === 0 ? [] : [reader])]) {
      expect(await library.mayNote()).toBe(false);
      for (const work of [
        () => library.orderRecording(mine('one')),
        () => library.answerOrder(own('one'), started()),
        () => library.noteStop(recordingId(0)),
        () => library.claim('meeting'),
      ])
        await expect(work()).rejects.toMatchObject({ code: 'library.read-only' });
    }
  } finally {
    await chmod(inbox, 0o700);
  }
  expect(await readdir(inbox)).toEqual([]);
});

test('a claim is held by one handle alone, other matters beside it, and no more than sixteen files are made', async () => {
  const reader = await readBeside();
  const held = await temp.library.claim('meeting one');
  expect(held).not.toBeNull();
  expect(await temp.library.claim('meeting one')).toBeNull();
  expect(await reader.claim('meeting one')).toBeNull();
  const other = await reader.claim('meeting two');
  expect(other).not.toBeNull();
  other?.release();
  held?.release();
  held?.release();
  const again = await reader.claim('meeting one');
  expect(again).not.toBeNull();
  again?.release();
  for (let number = 0; number < 60; number += 1)
    (await reader.claim(`meeting ${String(number)}`))?.release();
  expect(await readdir(join(temp.dir, 'incoming', 'claims'))).toHaveLength(16);
});

test('a claim of a process that is killed is free at once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'claim-'));
  const script = join(dir, 'hold.mts');
  const door = new URL('../../src/main/library/index.ts', import.meta.url).href;
  const workerUrl = new URL('../../src/main/library/index-worker.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { openLibrary } from ${JSON.stringify(door)};
     const clock = { now: () => Date.now(), sleep: () => new Promise(() => undefined) };
     const library = await openLibrary({ dir: ${JSON.stringify(temp.dir)}, mode: 'read', clock,
       actor: ${JSON.stringify(actor)}, indexWorkerUrl: new URL(${JSON.stringify(workerUrl)}) });
     process.send(await library.claim('meeting one') === null ? 'taken' : 'held');`,
  );
  const child = fork(script);
  try {
    const [said] = (await once(child, 'message')) as [unknown];
    expect(said).toBe('held');
    expect(await temp.library.claim('meeting one')).toBeNull();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    (await temp.library.claim('meeting one'))?.release();
    const held = await temp.library.claim('meeting one');
    expect(held).not.toBeNull();
    held?.release();
  } finally {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true });
  }
});
