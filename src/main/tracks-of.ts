/** @file Main process. All tracks of one recording, page by page. */
import type { RecordingId, Track } from '#contract';
import type { Library, Page } from './library/index.ts';

const pageSize = 500;

/** @param most stops after the page that reaches so many: a longer list is not a call but an attack */
export async function tracksOf(
  library: Pick<Library, 'tracks'>,
  recordingId: RecordingId,
  most = Number.POSITIVE_INFINITY,
): Promise<Track[]> {
  const tracks: Track[] = [];
  let after: string | null = null;
  do {
    const page: Page<Track> = await library.tracks({ recordingId, after, limit: pageSize });
    tracks.push(...page.items);
    after = page.next;
  } while (after !== null && tracks.length < most);
  return tracks;
}
