/** @file Main process. Reads back from disk what a pass has brought: kept becomes verified. */
import type { Track, TrackId } from '#contract';
import type { Library, Page, VerifyReport } from './library/index.ts';
import type { PassReport } from './sync/index.ts';

/** Reads back from disk what has not been read back yet: one run, one line in the ledger. */
export async function verifyNew(
  library: Library,
  report: PassReport,
  signal: AbortSignal,
): Promise<VerifyReport | null> {
  const unread: TrackId[] = [];
  for (const { recordingId, filesKept } of report.recordings) {
    if (filesKept === 0) continue;
    let after: string | null = null;
    do {
      const page: Page<Track> = await library.tracks({ recordingId, after, limit: 500 });
      unread.push(
        ...page.items.filter(({ state }) => state === 'kept').map(({ trackId }) => trackId),
      );
      after = page.next;
    } while (after !== null);
  }
  return unread.length === 0 ? null : library.verify({ trackIds: unread }, { signal });
}
