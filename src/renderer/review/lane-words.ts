/** @file Renderer. What the matter is with the files of a lane, in one sentence. Pure. */
import type { FailureData, Lane, Track, TrackId } from '#contract';
import { wordsFor } from '../error-words.ts';
import { durationText } from '../parts/format.ts';
import { trackStates } from '../screens/state-words.ts';
import { damageText } from './name-words.ts';

/** The gravest first: not on disk as archived, not playable, not whole as it came. Null: nothing. */
export function laneTrouble(
  lane: Lane,
  tracks: ReadonlyMap<TrackId, Track>,
  troubles: ReadonlyMap<TrackId, FailureData>,
): string | null {
  const files = lane.clips.flatMap(({ trackId }) => tracks.get(trackId) ?? []);
  const broken = files.find(({ state }) => state === 'damaged' || state === 'missing');
  if (broken) return `${trackStates[broken.state].text}: ${trackStates[broken.state].means}`;
  for (const { trackId } of lane.clips) {
    const failure = troubles.get(trackId);
    if (failure) return `${wordsFor(failure).what} ${wordsFor(failure).safe}`;
  }
  for (const { media } of files) {
    if (media.kind === 'damaged') {
      return `Damaged from ${durationText(media.fromMs)}: ${damageText(media.why)}`;
    }
    if (media.kind === 'not-webm') return `Not a WebM file: ${damageText(media.why)}`;
  }
  return null;
}
