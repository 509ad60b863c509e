/** @file Main process. A look into the queue, whether or not it runs: what is on its way, and what its forecast says. */
import type { Forecast, RecordingId } from '#contract';
import { type Download, type Downloads, type QueuePlace, readAtRest } from './downloads/index.ts';
import type { Library } from './library/index.ts';

/** The queue as it is now; closed after each look. */
export interface QueueView {
  /** Of these recordings, in the order of listing. */
  list(recordingIds: readonly RecordingId[]): Download[];
  /** Recordings of files that still ask for work. */
  unfinished(): RecordingId[];
  close(): void;
}

/** More than any queue holds unfinished. */
const filesAtMost = 100_000;

/** Recordings with a file that may still come; of lost ones there are more each year. */
const askingForWork = (files: readonly Download[]): RecordingId[] => [
  ...new Set(
    files
      .filter(({ state }) => state.kind !== 'failed' || !state.lost)
      .map(({ recordingId }) => recordingId),
  ),
];

/** Of a queue that runs: it stays open. */
export function viewOf(queue: Pick<Downloads, 'list' | 'unfinished'>): QueueView {
  return {
    list: (recordingIds) => queue.list({ recordingIds, limit: filesAtMost }),
    unfinished: () => askingForWork(queue.unfinished(filesAtMost)),
    close: () => undefined,
  };
}

/** Of a queue that nobody runs; null where there is none to read. */
export function viewAtRest(place: QueuePlace): QueueView | null {
  const queue = readAtRest(place);
  if (queue === null) return null;
  return {
    list: (recordingIds) => queue.list({ recordingIds, limit: filesAtMost }),
    unfinished: () => askingForWork(queue.unfinished(filesAtMost)),
    close: queue.close,
  };
}

/** Of a library that is only read, or that never fetched anything. */
export const nothingToFetch = (at: number): Forecast => ({
  at,
  speed: { bytesPerSecond: null, from: 'nothing' },
  files: 0,
  bytes: 0,
  estimatedSizes: 0,
  doneAt: at,
  doomed: [],
  doomedCount: 0,
  renewal: 'unknown',
  skewMs: null,
});

/** The queue knows files alone; what they are called the library knows. */
export async function withTitles(
  library: Pick<Library, 'recording'>,
  forecast: Forecast,
): Promise<Forecast> {
  const ids = [...new Set(forecast.doomed.map(({ recordingId }) => recordingId))];
  const found = await Promise.all(ids.map((id) => library.recording(id)));
  const titles = new Map(ids.map((id, index) => [id, found[index]?.title ?? null]));
  const doomed = forecast.doomed.map((one) => ({
    ...one,
    title: titles.get(one.recordingId) ?? null,
  }));
  return { ...forecast, doomed };
}
