/** @file Main process. Who spoke when, coarse enough for a strip a few hundred pixels wide. Pure. */
import type { Clip, Hole, Review, SpeechLane, Track, TrackId } from '#contract';

interface Turn {
  startMs: number;
  endMs: number;
}

/** Pauses shorter than this share of the whole cannot be seen; without them at most 400 turns are left. */
const visibleShare = 1 / 400;

/**
 * Lanes as the review lays them out. `turnsOf` gives the speech of a file from the file's start, null
 * while nobody has looked; a lane has its turns once all of its files that can be heard have theirs.
 */
export function speechLanes(
  review: Pick<Review, 'lanes' | 'lengthMs'> & {
    tracks: readonly Pick<Track, 'trackId' | 'holes'>[];
  },
  heardTracks: ReadonlySet<TrackId>,
  turnsOf: (trackId: TrackId) => readonly Turn[] | null,
): SpeechLane[] {
  const closedMs = review.lengthMs * visibleShare;
  const holes = new Map(review.tracks.map((track) => [track.trackId, track.holes]));
  return review.lanes.map((lane) => {
    const heard = lane.clips.filter(({ trackId }) => heardTracks.has(trackId));
    const turns = heard.map(({ trackId, offsetMs }) =>
      turnsOf(trackId)?.map(({ startMs, endMs }) => ({
        startMs: offsetMs + startMs,
        endMs: offsetMs + endMs,
      })),
    );
    return {
      key: lane.key,
      name: lane.speaker?.name ?? null,
      userId: lane.userId,
      clips: lane.clips.flatMap((clip) => between(clip, holes.get(clip.trackId) ?? [])),
      talkMs: lane.talkMs,
      turns:
        heard.length === 0 || turns.includes(undefined)
          ? null
          : joined(
              turns.flatMap((some) => some ?? []),
              closedMs,
            ),
    };
  });
}

/** What of a file is sound: its place on the ruler without its holes, which come in order. */
function between({ offsetMs, durationMs }: Clip, holes: readonly Hole[]): Turn[] {
  const parts: Turn[] = [];
  let startMs = offsetMs;
  for (const { atMs, lengthMs } of holes) {
    parts.push({ startMs, endMs: offsetMs + atMs });
    startMs = offsetMs + atMs + lengthMs;
  }
  parts.push({ startMs, endMs: offsetMs + durationMs });
  return parts.filter((part) => part.endMs > part.startMs);
}

/** In order, with pauses of less than `closedMs` closed. */
function joined(turns: readonly Turn[], closedMs: number): Turn[] {
  const wide: Turn[] = [];
  for (const { startMs, endMs } of turns.toSorted((a, b) => a.startMs - b.startMs)) {
    const before = wide.at(-1);
    if (before !== undefined && startMs - before.endMs < Math.max(closedMs, Number.MIN_VALUE))
      before.endMs = Math.max(before.endMs, endMs);
    else wide.push({ startMs, endMs });
  }
  return wide;
}
