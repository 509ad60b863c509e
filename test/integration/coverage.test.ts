/** @file Tests of the coverage after whole sessions: the stand-in over HTTP, orders in the ledger, reads, downloads and a library on disk; every cell against a table made by hand. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Coverage, type CoverageCell, MeetingId, RecordingId, UserId } from '#contract';
import { coverageOfRecording } from '../../src/main/coverage.ts';
import type { Sandbox } from '../sandbox/index.ts';
import {
  type Played,
  type ScriptStep,
  type ScriptedArchive,
  type ScriptedSession,
  playSession,
  scriptedMeetingId,
  scriptedPeople,
  scriptedSessions,
  startStage,
} from '../sandbox/scripted-sessions.ts';
import { newOrder } from '../support/temp-library.ts';
import { type Archive, clockOf, openArchive } from './sync-bench.ts';

/** A file ends with a whole packet. */
const packetMs = 60;

let dir: string;
let sandbox: Sandbox;
let archive: Archive;
let usualSwitches: Sandbox['switches'];

// One service and one archive for all: what a session leaves behind must not change what is said of the next.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trackvault-coverage-'));
  sandbox = await startStage();
  usualSwitches = structuredClone(sandbox.switches);
  archive = await openArchive(sandbox, dir, clockOf(sandbox));
});

afterEach(async () => {
  Object.assign(sandbox.switches, usualSwitches);
  for await (const { id, status } of archive.realtimekit.listRecordings()) {
    if (status === 'RECORDING') await archive.realtimekit.steerRecording(id, 'stop');
  }
  if (sandbox.calls.inCall(scriptedMeetingId).length > 0) sandbox.calls.end(scriptedMeetingId);
  sandbox.clock.advance(120_000);
});

afterAll(async () => {
  await archive.close();
  await sandbox.close();
  expect(archive.bugs).toEqual([]);
  await rm(dir, { recursive: true });
});

/** Takes the order down, sends it, takes the answer down. */
async function orderRecording(
  order: Parameters<ScriptedArchive['order']>[0],
): Promise<RecordingId> {
  const { library, realtimekit, source } = archive;
  const { prefix } = order;
  const meetingId = MeetingId.parse(order.meetingId);
  const userIds = order.userIds?.map((id) => UserId.parse(id)) ?? null;
  const orderId = randomUUID();
  const told = { meetingId, userIds, prefix, source, consentNote: 'told at the beginning' };
  await library.orderRecording(newOrder(orderId, told));
  const outcome = await realtimekit.startTrackRecording({ meetingId, userIds, prefix });
  if (outcome.state !== 'started') throw new Error(`the order ended as ${outcome.state}`);
  const recordingId = RecordingId.parse(outcome.recording.id);
  await library.answerOrder(orderId, { outcome: 'started', recordingId, because: null });
  return recordingId;
}

/** A cell in the words of the tables. The service cuts its times to seconds, so a stop may seem up to one earlier. */
function words({ state, why, shortMs }: CoverageCell, expected: string): string {
  if (state !== 'short') return why === null ? state : `${state}: ${why}`;
  const told = Number(/^short by (\d+) s$/.exec(expected)?.[1]);
  const isTold = shortMs <= told * 1000 + packetMs && shortMs > told * 1000 - 1000;
  return isTold ? expected : `short by ${shortMs} ms`;
}

/** The coverage as a table: a person's connections by the keys of the script; `extra` apart. */
function tableOf(coverage: Coverage, played: Played, expected: Readonly<Record<string, string>>) {
  const keyOf = new Map(
    [...played.connections].map(([key, { person, peerId }]) => [
      JSON.stringify([scriptedPeople[person].userId, peerId]),
      key,
    ]),
  );
  const rows = coverage.rows.map(({ userId, cells }) => ({ userId, cells }));
  const isExtra = ({ cells }: { cells: CoverageCell[] }) =>
    cells.every(({ state }) => state === 'extra');
  return {
    selection: coverage.taken.kind,
    cells: Object.fromEntries(
      rows
        .filter((row) => !isExtra(row))
        .flatMap(({ userId, cells }) =>
          cells.map((cell) => {
            const ids = JSON.stringify([userId, cell.peerId]);
            const key = keyOf.get(ids) ?? ids;
            return [key, words(cell, expected[key] ?? '')];
          }),
        ),
    ),
    extra: rows.filter(isExtra).flatMap(({ userId, cells }) => cells.map(() => userId)),
  };
}

test.each(scriptedSessions)('$name', play);

const twoDevices = scriptedSessions.find(({ name }) => name === 'two devices at once');

test.each([
  ['second-row', 'own'],
  ['second-event', 'peer'],
  ['second-event', 'own'],
] as const)('a second device told of as %s of a row with its %s id (U3)', async (rejoin, rowId) => {
  if (twoDevices === undefined) throw new Error('nobody has two devices');
  const told: ScriptStep = { do: 'set', switches: { rejoin, participantRowId: rowId } };
  const name = `${twoDevices.name}: ${rejoin}, ${rowId}`;
  await play({ ...twoDevices, name, script: [told, ...twoDevices.script] });
});

/** Plays it, reads and fetches when the script says so, and compares each cell of each recording. */
async function play(session: ScriptedSession): Promise<void> {
  const played = await playSession(sandbox, session, {
    order: orderRecording,
    read: async () => {
      await archive.onlooker.pass();
    },
    pull: async () => {
      await archive.sync.pass({ patienceMs: 60_000 });
    },
  });
  const { library } = archive;
  const looks = { open: 0 };
  const openQueue = () => {
    looks.open += 1;
    return {
      list: (recordingIds: readonly RecordingId[]) => archive.downloads.list({ recordingIds }),
      close: () => {
        looks.open -= 1;
      },
    };
  };
  for (const [key, { selection, cells, extra = [] }] of Object.entries(session.expected)) {
    const recordingId = RecordingId.parse(played.recordings.get(key));
    const coverage = await coverageOfRecording(
      library,
      openQueue,
      recordingId,
      sandbox.clock.now(),
    );
    expect(tableOf(coverage, played, cells), key).toEqual({ selection, cells, extra });
    // Each file of the archive stands in exactly one cell.
    const { items } = await library.tracks({ recordingId });
    const shown = coverage.rows.flatMap((row) => row.cells.flatMap(({ files }) => files));
    expect(shown.flatMap(({ trackId }) => trackId ?? []).sort()).toEqual(
      items.map(({ trackId }) => trackId).sort(),
    );
    expect(coverage.order?.consentNote ?? null).toBe(
      selection === 'unknown' ? null : 'told at the beginning',
    );
  }
  expect(looks.open).toBe(0);
}
