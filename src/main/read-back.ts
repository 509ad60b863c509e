/** @file Main process. Reads back from disk what a pass has brought: kept becomes verified. */
import type { TrackId } from '#contract';
import type { Library, VerifyReport } from './library/index.ts';
import type { PassReport } from './sync/index.ts';
import { tracksOf } from './tracks-of.ts';

/** Reads back from disk what has not been read back yet: one run, one line in the ledger. */
export async function verifyNew(
  library: Library,
  report: PassReport,
  signal: AbortSignal,
): Promise<VerifyReport | null> {
  const unread: TrackId[] = [];
  for (const { recordingId, filesKept } of report.recordings) {
    if (filesKept === 0) continue;
    const tracks = await tracksOf(library, recordingId);
    unread.push(...tracks.filter(({ state }) => state === 'kept').map(({ trackId }) => trackId));
  }
  return unread.length === 0 ? null : library.verify({ trackIds: unread }, { signal });
}
