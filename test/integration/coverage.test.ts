/** @file Tests of the coverage after whole sessions: the stand-in over HTTP, orders in the ledger, reads, downloads and a library on disk; every cell against a table made by hand. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Coverage, type CoverageCell, MeetingId, RecordingId, UserId } from '#contract';
import { coverageOfRecording } from '../../src/main/coverage.ts';
import type { Sandbox } from '../sandbox/index.ts';
import {
  type Played,
  type ScriptedArchive,
  playSession,
  scriptedPeople,
  scriptedSessions,
  startStage,
} from '../sandbox/scripted-sessions.ts';
import { type Archive, clockOf, openArchive } from './sync-bench.ts';

let dir: string;
let sandbox: Sandbox;
let archive: Archive;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trackvault-coverage-'));
  sandbox = await startStage();
  archive = await openArchive(sandbox, dir, clockOf(sandbox));
});

afterEach(async () => {
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
  const now = sandbox.clock.now();
  const orderId = randomUUID();
  await library.orderRecording({
    orderId,
    meetingId,
    sessionId: null,
    userIds,
    prefix,
    consentNote: 'told at the beginning',
    orderedAt: now,
    serviceAt: now,
    since: now,
    seenBefore: [],
    source,
  });
  const outcome = await realtimekit.startTrackRecording({ meetingId, userIds, prefix });
  if (outcome.state !== 'started') throw new Error(`the order ended as ${outcome.state}`);
  const recordingId = RecordingId.parse(outcome.recording.id);
  await library.answerOrder(orderId, { outcome: 'started', recordingId, because: null });
  return recordingId;
}

/** A cell in the words of the tables. */
function words({ state, why, shortMs }: CoverageCell): string {
  if (state === 'short') return `short by ${Math.round(shortMs / 1000)} s`;
  return why === null ? state : `${state}: ${why}`;
}

/** The coverage as a table: a person's connections by the keys of the script; `extra` apart. */
function tableOf(coverage: Coverage, played: Played) {
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
            const key = JSON.stringify([userId, cell.peerId]);
            return [keyOf.get(key) ?? key, words(cell)];
          }),
        ),
    ),
    extra: rows.filter(isExtra).flatMap(({ userId, cells }) => cells.map(() => userId)),
  };
}

test.each(scriptedSessions)('$name', async (session) => {
  const played = await playSession(sandbox, session, {
    order: orderRecording,
    read: async () => void (await archive.onlooker.pass()),
    pull: async () => void (await archive.sync.pass({ patienceMs: 60_000 })),
  });
  const { library } = archive;
  for (const [key, { selection, cells, extra = [] }] of Object.entries(session.expected)) {
    const recordingId = RecordingId.parse(played.recordings.get(key));
    const coverage = await coverageOfRecording(
      library,
      () => ({ list: (recordingIds) => archive.downloads.list({ recordingIds }), close: () => {} }),
      recordingId,
      sandbox.clock.now(),
    );
    expect(tableOf(coverage, played), key).toEqual({ selection, cells, extra });
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
});
