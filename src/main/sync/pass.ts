/** @file Main process. One pass: learn what exists, queue what is not here, wait if asked, read again, seal. */
import { Failure, toFailureData, type FailureData, type RecordingId } from '#contract';

import { expectedBytesOf } from '../downloads/index.ts';
import type { Library } from '../library/index.ts';
import type { VendorRecording } from '../realtimekit/index.ts';
import { learn, readSingle, type Learned } from './learn.ts';
import { deadlineOf, deadlineOfFile, fileKey, type Source } from './observation.ts';
import { createPeople } from './people.ts';
import { passReport, type PassReport, type Problem, type RecordingReport } from './report.ts';
import { readAgain, settle } from './settle.ts';
import type { PassWorld } from './world.ts';

export interface PassOptions {
  signal?: AbortSignal | undefined;
  /** Only these meetings; all when left out. */
  meetingIds?: readonly string[] | undefined;
  /**
   * How long, in ms, a file may take to come up for its next try before the pass ends without it.
   * Left out: the pass queues and does not wait.
   */
  patienceMs?: number | undefined;
  onProgress?: ((progress: PassProgress) => void) | undefined;
}

export interface PassProgress {
  step: 'listing' | 'fetching' | 'sealing';
  recordings: number;
  composites: number;
  /** What this pass has learned a recording is called. */
  titleOf: (recordingId: string) => string | null;
}

const atOnce = 4;
/** Rounds of fetching and reading again within one pass, for lists that grow (contract 10.2). */
const roundsAtMost = 3;

/**
 * Runs one pass. What the vendor does wrong with one recording is reported there and stops no other.
 *
 * @throws Failure when nothing could be learned: `credentials.*`, `api.*`; or nothing can be written:
 *   `library.*`, `disk.*`
 * @throws the signal's reason
 */
export async function runPass(world: PassWorld, options: PassOptions): Promise<PassReport> {
  const { clock, downloads } = world;
  const { signal, patienceMs } = options;
  const startedAt = clock.now();
  const peopleOf = createPeople(world.realtimekit, signal);
  const learned = new Map<string, Learned>();
  const tell = (step: PassProgress['step']) => {
    const composites = [...learned.values()].filter(({ vendor }) => vendor.kind === 'composite');
    options.onProgress?.({
      step,
      recordings: learned.size,
      composites: composites.length,
      titleOf: (recordingId) => learned.get(recordingId)?.vendor.meetingTitle ?? null,
    });
  };
  const learnRow = async (row: VendorRecording) => {
    const one = await learn(world, peopleOf, row, signal);
    learned.set(row.id, one);
    await queueFiles(world, one.recordingId, one.vendor);
    tell('listing');
  };

  tell('listing');
  const failure = await listRows(world, options, learnRow);
  const isWholeView = failure === null && options.meetingIds === undefined;
  const gone = isWholeView ? await lookForGone(world, learned, learnRow, signal) : [];

  for (let round = 0; round < roundsAtMost; round += 1) {
    if (patienceMs !== undefined) {
      tell('fetching');
      await downloads.whenIdle({ patienceMs, ...(signal === undefined ? {} : { signal }) });
    }
    tell('sealing');
    let hasGrown = false;
    for (const one of learned.values()) {
      signal?.throwIfAborted();
      const again = await readAgain(world, one, signal);
      if (again === null) continue;
      const known = new Set(one.vendor.files.map(fileKey));
      const files = again.files.filter((file) => !known.has(fileKey(file)));
      hasGrown ||= files.length > 0;
      one.vendor = again;
      // Only new names: what failed in this pass has had its tries and waits for the next.
      await queueFiles(world, one.recordingId, { ...again, files });
    }
    if (!hasGrown || patienceMs === undefined) break;
  }

  const reports: (RecordingReport | null)[] = [];
  for (const one of learned.values()) reports.push(await settle(world, one.recordingId, one));
  for (const id of gone) reports.push(await settle(world, id, { vendor: null, problems: [] }));
  const told = reports.filter((report) => report !== null);
  const { paused } = downloads.status();
  return passReport({ startedAt, endedAt: clock.now(), recordings: told, failure, paused });
}

/**
 * Learns what these meetings hold now and queues it, without waiting for anything: may run beside a
 * pass, which need not know of it. Sealing is left to the next pass over them.
 * @throws as `runPass`
 */
export async function glance(
  world: PassWorld,
  meetingIds: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const peopleOf = createPeople(world.realtimekit, signal);
  await listRows(world, { meetingIds, signal }, async (row) => {
    const one = await learn(world, peopleOf, row, signal);
    await queueFiles(world, one.recordingId, one.vendor);
  });
}

/** Hands on each row as it comes, a few at once. Rows that came before a failure count; the failure is returned. */
async function listRows(
  world: PassWorld,
  options: PassOptions,
  take: (row: VendorRecording) => Promise<void>,
): Promise<FailureData | null> {
  const { signal } = options;
  const taken = new Set<string>();
  const working = new Set<Promise<void>>();
  const faults: unknown[] = [];
  let failure: FailureData | null = null;
  try {
    for (const meetingId of options.meetingIds ?? [undefined]) {
      const filter = meetingId === undefined ? {} : { meetingId };
      for await (const row of world.realtimekit.listRecordings({ ...filter, signal })) {
        if (taken.has(row.id)) continue;
        taken.add(row.id);
        const work: Promise<void> = take(row)
          .catch((thrown: unknown) => void faults.push(thrown))
          .finally(() => working.delete(work));
        working.add(work);
        if (working.size >= atOnce) await Promise.race(working);
        if (faults.length > 0) break;
      }
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    if (!(thrown instanceof Failure) || taken.size === 0) throw thrown;
    failure = toFailureData(thrown);
  } finally {
    await Promise.all(working);
  }
  if (faults.length > 0) throw faults[0];
  return failure;
}

async function queueFiles(
  world: PassWorld,
  recordingId: RecordingId,
  recording: VendorRecording,
): Promise<void> {
  if (recording.kind === 'composite' || !isWanted(world, recordingId, recording)) return;
  await world.downloads.enqueue(
    recording.files.map((file) => ({
      recordingId,
      layerName: file.layerName,
      fileName: file.fileName,
      deadlineAt: deadlineOfFile(recording, file),
      expectedBytes: expectedBytesOf(recording.durationMs),
      link: file.link,
    })),
  );
}

/** What was begun goes on: later files of a recording that a person asked for come as well. */
function isWanted(world: PassWorld, recordingId: RecordingId, recording: VendorRecording): boolean {
  const { only, wants } = world;
  const asked = {
    recordingId,
    meetingId: recording.meetingId,
    deadlineAt: deadlineOf(recording),
  };
  if (only?.(asked) === false) return false;
  if (wants === undefined || wants(asked)) return true;
  return world.downloads.list({ recordingIds: [recordingId], limit: 1 }).length > 0;
}

/**
 * Recordings known from before that the list does not hold are asked for by id: a 404 marks them
 * gone (contract 7.5), and what the archive holds of them stays. Returns those marked now.
 */
async function lookForGone(
  world: PassWorld,
  learned: ReadonlyMap<string, Learned>,
  learnRow: (row: VendorRecording) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<RecordingId[]> {
  const gone: RecordingId[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Library['recordings']>> = await world.library.recordings({
      after,
    });
    for (const { recordingId, goneAtProvider } of page.items) {
      signal?.throwIfAborted();
      if (goneAtProvider || learned.has(recordingId)) continue;
      const before = await world.library.observation(recordingId);
      if (before === null || !isSameSource(before.source, world.source)) continue;
      const problems: Problem[] = [];
      const row = await readSingle(world, recordingId, problems, signal);
      if (row !== null) {
        await learnRow(row);
      } else if (problems.length === 0) {
        await world.library.markGone(recordingId);
        gone.push(recordingId);
      }
    }
    after = page.next;
  } while (after !== null);
  return gone;
}

function isSameSource(one: Source, other: Source): boolean {
  return one.host === other.host && one.accountId === other.accountId && one.appId === other.appId;
}
