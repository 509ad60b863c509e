/** @file Main process. Learns all the vendor says of one recording and hands it to the library. */
import { Failure, type RecordingId } from '#contract';

import type { VendorRecording, VendorSession } from '../realtimekit/index.ts';
import { countPeople, fileKey, joinReads, toObservation } from './observation.ts';
import type { People } from './people.ts';
import { problemsOf } from './problems.ts';
import type { Problem } from './report.ts';
import type { PassWorld } from './world.ts';

/** A recording as far as a pass has learned it. */
export interface Learned {
  recordingId: RecordingId;
  vendor: VendorRecording;
  people: People;
  problems: Problem[];
  /** Sealed before and unchanged since: nothing was asked beyond the list. */
  isSettled: boolean;
}

const nobody: People = { session: null, meeting: null, isPartial: false };

/**
 * Reads the recording itself, its people and, while it runs, its call, and observes the result.
 * What cannot be read is told as a problem; the row from the list is enough to go on.
 *
 * @throws Failure of the library; the signal's reason
 */
export async function learn(
  world: PassWorld,
  peopleOf: (recording: VendorRecording) => Promise<People>,
  row: VendorRecording,
  signal: AbortSignal | undefined,
): Promise<Learned> {
  const problems: Problem[] = [];
  const { recordingId } = toObservation(row, nobody, world.source);
  const isSettled = await wasSealedLikeThis(world, recordingId, row);
  const isTrack = row.kind !== 'composite' && !isSettled;
  const single = isTrack ? await readSingle(world, row.id, problems, signal) : null;
  const read = joinReads(row, single);
  const session = isSettled ? null : await readSession(world, read, signal);
  const vendor = withPlace(read, session);
  const people = isTrack ? await peopleOf(vendor) : nobody;
  if (people.isPartial) problems.push({ code: 'people-not-learned', detail: null });
  const now = world.clock.now();
  problems.push(
    ...problemsOf({ recording: vendor, session, people: countPeople(people.session), now }),
  );
  if (!isSettled) await world.library.observe(toObservation(vendor, people, world.source));
  return { recordingId, vendor, people, problems, isSettled };
}

/** The single read; null when it is gone or failed in an expected way, the latter told in `problems`. */
export async function readSingle(
  world: Pick<PassWorld, 'realtimekit'>,
  recordingId: string,
  problems: Problem[],
  signal: AbortSignal | undefined,
): Promise<VendorRecording | null> {
  try {
    return await world.realtimekit.getRecording(recordingId, { signal });
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    problems.push({ code: 'not-read', detail: thrown.code });
    return null;
  }
}

/**
 * The call itself: while it is recorded, to see whether anybody is still in it (U15); else only
 * when the recording does not say whose meeting it was (contract 8.1).
 */
async function readSession(
  world: PassWorld,
  recording: VendorRecording,
  signal: AbortSignal | undefined,
): Promise<VendorSession | null> {
  const isRunning = recording.status === 'RECORDING' || recording.status === 'PAUSED';
  if (recording.sessionId === null || (!isRunning && recording.meetingId !== null)) return null;
  try {
    return await world.realtimekit.getSession(recording.sessionId, { signal });
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}

function withPlace(recording: VendorRecording, session: VendorSession | null): VendorRecording {
  return {
    ...recording,
    meetingId: recording.meetingId ?? session?.meetingId ?? null,
    meetingTitle: recording.meetingTitle ?? session?.meetingTitle ?? null,
  };
}

/** Saves three calls for each recording of the week that is done: the list alone shows whether it changed. */
async function wasSealedLikeThis(
  world: PassWorld,
  recordingId: RecordingId,
  row: VendorRecording,
): Promise<boolean> {
  const before = await world.library.recording(recordingId);
  if (before?.state !== 'sealed' || before.vendorStatus !== row.statusText) return false;
  const observation = await world.library.observation(recordingId);
  if (observation === null) return false;
  // Fewer names are no news: past its deadline a recording is listed without them.
  const known = new Set(observation.files.map(fileKey));
  return row.files.every((file) => known.has(fileKey(file)));
}
