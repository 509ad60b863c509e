/** @file Main process. After fetching: reads again, says what is lost, seals what is done, and reports. */
import type { Recording, RecordingId, Risk } from '#contract';

import type { Download } from '../downloads/index.ts';
import type { VendorRecording } from '../realtimekit/index.ts';
import { readSingle, type Learned } from './learn.ts';
import { deadlineOf, fileKey, joinReads, toObservation } from './observation.ts';
import type { Problem, RecordingReport } from './report.ts';
import type { PassWorld } from './world.ts';

/**
 * The confirming read of a recording that looks done: the list of files may have grown
 * (contract 10.2). Returns what it says now, or null when nothing more was asked.
 */
export async function readAgain(
  world: PassWorld,
  learned: Learned,
  signal: AbortSignal | undefined,
): Promise<VendorRecording | null> {
  const { vendor, recordingId, people } = learned;
  const isDone = vendor.status === 'UPLOADED' || vendor.status === 'unknown';
  if (vendor.kind === 'composite' || learned.isSettled || !isDone) return null;
  const single = await readSingle(world, recordingId, [], signal);
  if (single === null) return null;
  const again = joinReads(vendor, single);
  await world.library.observe(toObservation(again, people, world.source));
  return again;
}

/** Marks what is lost, seals what is done and says how the recording stands. */
export async function settle(
  world: PassWorld,
  recordingId: RecordingId,
  learned: { vendor: VendorRecording | null; problems: readonly Problem[] },
): Promise<RecordingReport | null> {
  const before = await world.library.recording(recordingId);
  if (before === null) return null;
  const jobs = jobsByFile(world.downloads.list({ recordingIds: [recordingId], limit: 100_000 }));
  for (const { layerName, fileName, state } of before.absent) {
    const file = { recordingId, layerName, fileName };
    const because =
      state === 'pending' ? lostBecause(world, before, jobs.get(fileKey(file))) : null;
    if (because !== null) await world.library.markLost(file, because);
  }
  if (before.kind !== 'composite') await world.library.seal(recordingId);
  const after = (await world.library.recording(recordingId)) ?? before;
  const problems = [...learned.problems];
  if (after.goneAtProvider) problems.push({ code: 'gone-at-provider', detail: null });
  return report(after, learned.vendor, problems, [...jobs.values()]);
}

/** States in which a file does not come unless somebody asks. */
const hasStopped = new Set<Download['state']['kind']>(['failed', 'cancelled', 'paused']);

/** Why a file that is not here never will be; null while there is hope. */
function lostBecause(
  world: PassWorld,
  recording: Recording,
  job: Download | undefined,
): string | null {
  if (job?.state.kind === 'failed' && job.state.lost) return job.state.because;
  const mayStillCome = job !== undefined && !hasStopped.has(job.state.kind);
  if (mayStillCome) return null;
  if (recording.goneAtProvider) return 'recording.gone';
  const { deadlineAt } = recording;
  return deadlineAt !== null && world.clock.now() > deadlineAt ? 'link.expired' : null;
}

function report(
  recording: Recording,
  vendor: VendorRecording | null,
  problems: Problem[],
  jobs: readonly Download[],
): RecordingReport {
  const { recordingId, title, kind, state, trackCount, absent } = recording;
  const pending = absent.filter((file) => file.state === 'pending');
  const lost = absent.length - pending.length;
  const hasFailed = jobs.some((job) => job.state.kind === 'failed' && !job.state.lost);
  const isStuck = problems.some(
    ({ code }) => code === 'probably-lost-at-provider' || code === 'upload-takes-long',
  );
  const why: Risk | null =
    kind === 'composite'
      ? null
      : lost > 0 || state === 'closed-incomplete'
        ? 'lost'
        : pending.length > 0
          ? hasFailed
            ? 'failed'
            : 'pending'
          : isStuck
            ? 'stuck-at-provider'
            : null;
  const deadlineAt = recording.deadlineAt ?? (vendor === null ? null : deadlineOf(vendor));
  return {
    recordingId,
    title,
    status: recording.vendorStatus,
    kind,
    state,
    filesListed: kind === 'composite' ? 0 : trackCount + absent.length,
    filesKept: trackCount,
    filesPending: pending.length,
    filesLost: lost,
    problems,
    atRisk: why === null ? null : { why, deadlineAt },
  };
}

function jobsByFile(jobs: readonly Download[]): Map<string, Download> {
  return new Map(jobs.map((job) => [fileKey(job), job]));
}
