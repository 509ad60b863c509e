/** @file Main process. What should be here of a recording against what is: one row a person, one cell a connection, each with its reason. */
import {
  type Coverage,
  type CoverageCell,
  type CoverageRow,
  Failure,
  Order,
  type Recording,
  type RecordingId,
  type Track,
} from '#contract';
import { type AbsentFile, type CoverageFile, filesOf } from './covering/files.ts';
import { matchFiles } from './covering/matching.ts';
import { type Person, type PersonConnection, peopleOf } from './covering/people.ts';
import { type Ran, type Verdict, verdictOf, verdictOnFiles } from './covering/verdict.ts';
import type { Download } from './downloads/index.ts';
import { type Library, type Observation, idKey } from './library/index.ts';
import type { QueueView } from './queue-view.ts';
import { tracksOf } from './tracks-of.ts';

/** A file of the queue, as far as it may be lost. */
type Queued = Pick<Download, 'layerName' | 'fileName' | 'state'>;

/** More than a call has connections; a longer list is not a call but an attack. */
const mostTracks = 5_000;

/**
 * The coverage of a recording, from library, orders and queue.
 * @param queueOf opens the queue to look into it; null when there is none to read
 * @param now epoch ms
 * @throws Failure `recording.unknown`
 */
export async function coverageOfRecording(
  library: Pick<Library, 'access' | 'recording' | 'observation' | 'tracks' | 'orders'>,
  queueOf: () => Pick<QueueView, 'list' | 'close'> | null,
  recordingId: RecordingId,
  now: number,
): Promise<Coverage> {
  const recording = await library.recording(recordingId);
  if (recording === null) {
    throw new Failure('recording.unknown', 'The library does not know this recording.');
  }
  const [observation, tracks, orders] = await Promise.all([
    library.observation(recordingId),
    tracksOf(library, recordingId, mostTracks),
    library.orders({ recordingIds: [recordingId] }),
  ]);
  const kept = orders.find(({ outcome }) => outcome === 'started' || outcome === 'adopted');
  // What only those need who look for its recording stays here.
  const order = kept === undefined ? null : Order.parse(kept);
  // A library that is only read is left without side files of a database that somebody else owns.
  const isQuiet = library.access === 'reader' || recording.absent.length === 0;
  const queue = isQuiet ? null : queueOf();
  try {
    const queued = queue?.list([recordingId]) ?? [];
    return coverageOf({ recording, observation, tracks, queued, order, now });
  } finally {
    queue?.close();
  }
}

/**
 * Expected is every connection that overlaps the recording, of everybody who was to be recorded
 * (contract 6.4, 7.2). A file always counts for more than an expectation: whoever has one was recorded,
 * whatever was ordered. Without an order of ours nobody is said to be left out by choice. While nobody
 * is known to have been in the call, the files that are here speak for themselves and count as received.
 *
 * Each file appears exactly once. One that the library cannot give to a person stands in a row of its
 * own, even if that leaves somebody's cell without it: a voice under the wrong name is worse.
 *
 * @param facts.now epoch ms
 */
export function coverageOf(facts: {
  recording: Recording;
  observation: Observation | null;
  tracks: readonly Track[];
  /** What the queue knows of files that are not here: it learns of a loss before the library does. */
  queued: readonly Queued[];
  order: Order | null;
  now: number;
}): Coverage {
  const { recording, observation, order, now } = facts;
  const taken = order?.taken ?? { kind: 'unknown' };
  const { recordingId, observedAt } = recording;
  const frame = { recordingId, taken, order, observedAt };
  if (recording.kind === 'composite') {
    return { ...frame, basis: 'nothing', rows: [], counts: countsOf([]) };
  }
  const absent = absentOf(recording, facts.queued);
  const files = filesOf(recording, observation, facts.tracks, absent, order);
  const { basis, people } = peopleOf(observation, order);
  const ran = ranOf(recording, observation);
  const { people: matched, strangers } = matchFiles(people, files, ran.fromAt);
  const userKeys = new Set(people.flatMap(({ userId }) => (userId === null ? [] : idKey(userId))));
  const circumstances = { recording, ran, order, userKeys, fileCount: files.length, now };
  const rows = [
    ...matched
      .map(({ person, matches }) =>
        rowOf(
          person,
          matches.map(({ connection, files: mine }) =>
            cellOf(connection, mine, verdictOf(person, connection, mine, circumstances)),
          ),
        ),
      )
      .sort(byJoin),
    ...strangerRows(strangers, basis, ran),
  ];
  return { ...frame, basis, rows, counts: countsOf(rows) };
}

/** Files that are not here: lost as soon as library or queue knows it. */
function absentOf(recording: Recording, queued: readonly Queued[]): AbsentFile[] {
  const keyOf = (file: { layerName: string; fileName: string }): string =>
    JSON.stringify([file.layerName, file.fileName]);
  const lost = new Set(
    queued.filter(({ state }) => state.kind === 'failed' && state.lost).map(keyOf),
  );
  return recording.absent.map((file) => ({
    ...file,
    state: lost.has(keyOf(file)) ? 'lost' : file.state,
  }));
}

/** A service that tells no end may tell a length (contract 8.1); one that still records tells neither. */
function ranOf(recording: Recording, observation: Observation | null): Ran {
  const { startedAt, invokedAt, stoppedAt } = recording;
  const lengthMs = observation?.recordingDurationMs ?? 0;
  const measured = startedAt !== null && lengthMs > 0 ? startedAt + lengthMs : null;
  return { fromAt: startedAt ?? invokedAt, untilAt: stoppedAt ?? measured };
}

function rowOf(person: Person, cells: CoverageCell[]): CoverageRow {
  const { userId, customParticipantId, name, nameFrom } = person;
  return { userId, customParticipantId, name, nameFrom, cells: cells.sort(byJoinOfCell) };
}

function cellOf(
  connection: PersonConnection | null,
  files: readonly CoverageFile[],
  verdict: Verdict,
): CoverageCell {
  const named = files.map(({ peerId }) => peerId).find((peerId) => peerId !== null);
  return {
    // What a file's name says of its peer is surer than a row's own id, which may be none (U3).
    peerId: named ?? connection?.peerId ?? null,
    joinedAt: connection?.joinedAt ?? null,
    leftAt: connection?.leftAt ?? null,
    ...verdict,
    files: files
      .map(({ fileName, trackId }) => ({ fileName, trackId }))
      .sort((a, b) => (a.fileName < b.fileName ? -1 : 1)),
  };
}

/** Files of nobody who is known to have been in the call: one row a `user_id`, else one a peer. */
function strangerRows(
  strangers: readonly CoverageFile[][],
  basis: Coverage['basis'],
  ran: Ran,
): CoverageRow[] {
  const byOwner = Map.groupBy(strangers, (group) => {
    const userId = group[0]?.userId ?? null;
    return userId === null ? group : idKey(userId);
  });
  return [...byOwner.values()].map((groups) => {
    const all = groups.flat();
    const name = all.map((file) => file.name).find((one) => one !== null) ?? null;
    const cells = groups.map((group) => {
      const verdict = verdictOnFiles(group, null, ran);
      if (verdict.state !== 'received') return cellOf(null, group, verdict);
      const state = basis === 'nothing' ? 'received' : 'extra';
      const why = name === null ? 'nobody-known' : null;
      return cellOf(null, group, { state, why, shortMs: 0 });
    });
    return {
      userId: all[0]?.userId ?? null,
      customParticipantId:
        all.map((file) => file.customParticipantId).find((id) => id !== null) ?? null,
      name,
      nameFrom: name === null ? null : 'file',
      cells,
    };
  });
}

function countsOf(rows: readonly CoverageRow[]): Coverage['counts'] {
  const counts: Coverage['counts'] = {
    received: 0,
    short: 0,
    pending: 0,
    'not-recorded-by-choice': 0,
    missing: 0,
    outside: 0,
    extra: 0,
  };
  for (const { cells } of rows) for (const { state } of cells) counts[state] += 1;
  return counts;
}

/** Who came first stands first; whoever nobody saw come stands last. */
function byJoin(one: CoverageRow, other: CoverageRow): number {
  const [a, b] = [one.cells[0], other.cells[0]];
  const byTime = a === undefined || b === undefined ? 0 : byJoinOfCell(a, b);
  if (byTime !== 0) return byTime;
  const [mine, theirs] = [one.userId ?? one.name ?? '', other.userId ?? other.name ?? ''];
  return mine < theirs ? -1 : mine > theirs ? 1 : 0;
}

function byJoinOfCell(one: CoverageCell, other: CoverageCell): number {
  const [a, b] = [one.joinedAt ?? Infinity, other.joinedAt ?? Infinity];
  return a === b ? 0 : a < b ? -1 : 1;
}
