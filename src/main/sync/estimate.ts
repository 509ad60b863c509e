/** @file Main process. How much the vendor lists that is not here, from the lists alone: nothing is fetched or queued. */
import { type PullEstimate, RecordingId } from '#contract';

import { bytesPerHour } from '../downloads/index.ts';
import { deadlineOf } from './observation.ts';
import type { PassWorld } from './world.ts';

const hourMs = 3_600_000;

/**
 * @throws Failure `credentials.*`, `api.*` of the list; of the library
 */
export async function estimatePull(
  world: Pick<PassWorld, 'realtimekit' | 'library' | 'downloads'>,
  signal?: AbortSignal,
): Promise<Omit<PullEstimate, 'freeBytes'>> {
  const found = { recordings: 0, files: 0, hours: 0 };
  const deadlines: number[] = [];
  for await (const row of world.realtimekit.listRecordings({ signal })) {
    if (row.kind === 'composite' || row.files.length === 0) continue;
    const recordingId = RecordingId.parse(row.id);
    const holding = await Promise.all(
      row.files.map(({ layerName, fileName }) =>
        world.library.holds({ recordingId, layerName, fileName }),
      ),
    );
    const missing = holding.filter((isHeld) => !isHeld).length;
    if (missing === 0) continue;
    found.recordings += 1;
    found.files += missing;
    // The length of the recording is the most any of its files can have.
    found.hours += (missing * (row.durationMs ?? 0)) / hourMs;
    const deadlineAt = deadlineOf(row);
    if (deadlineAt !== null) deadlines.push(deadlineAt);
  }
  return {
    recordings: found.recordings,
    files: found.files,
    bytes: {
      least: Math.round(found.hours * bytesPerHour.least),
      most: Math.round(found.hours * bytesPerHour.most),
    },
    deadlineAt: deadlines.length === 0 ? null : Math.min(...deadlines),
  };
}
