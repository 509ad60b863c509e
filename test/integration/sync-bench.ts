/** @file Tests. Everything a pass needs, real but for the vendor: client, downloads, and an archive in memory that a test can look into. */
import { RecordingId, type Recording } from '../../src/preload/contract/index.ts';
import type { Observation } from '../../src/main/library/index.ts';
import type { PassWorld } from '../../src/main/sync/index.ts';
import { smallLibrary, type SmallLibrary } from './downloads-bench.ts';

export type NoteLibrary = SmallLibrary &
  PassWorld['library'] & {
    observed: Map<string, Observation>;
    lost: string[];
    gone: Set<string>;
    sealed: Set<string>;
  };

/** Notes what it is told and answers from its notes. */
export function noteLibrary(dir: string): NoteLibrary {
  const small = smallLibrary(dir);
  const observed = new Map<string, Observation>();
  const lost: string[] = [];
  const gone = new Set<string>();
  const sealed = new Set<string>();

  const recordingOf = (observation: Observation): Recording => {
    const { recordingId, kind, files } = observation;
    const kept = [...small.kept.values()].filter((track) => track.recordingId === recordingId);
    const absent = files
      .filter(
        (file) =>
          !kept.some(
            (track) => track.fileName === file.fileName && track.layerName === file.layerName,
          ),
      )
      .map(({ layerName, fileName }) => ({
        layerName,
        fileName,
        state: lost.some((entry) => entry.includes(JSON.stringify(fileName)))
          ? ('lost' as const)
          : ('pending' as const),
      }));
    return {
      ...observation,
      vendorStatus: observation.status,
      state: kind === 'composite' ? 'composite' : sealed.has(recordingId) ? 'sealed' : 'pending',
      goneAtProvider: gone.has(recordingId),
      observedAt: null,
      trackCount: kept.length,
      peopleCount: 0,
      bytes: 0,
      lengthMs: null,
      absent,
    };
  };
  const known = (recordingId: string) => {
    const observation = observed.get(recordingId);
    return observation === undefined ? null : recordingOf(observation);
  };

  return {
    ...small,
    observed,
    lost,
    gone,
    sealed,
    observe(observation) {
      observed.set(observation.recordingId, observation);
      return Promise.resolve();
    },
    markGone(recordingId) {
      gone.add(recordingId);
      return Promise.resolve();
    },
    markLost(file, because) {
      lost.push(`${JSON.stringify(file.fileName)} ${because}`);
      return Promise.resolve();
    },
    seal(recordingId) {
      const recording = known(recordingId);
      const isDone =
        recording?.vendorStatus === 'UPLOADED' &&
        recording.absent.every(({ state }) => state === 'lost');
      if (isDone) sealed.add(recordingId);
      return Promise.resolve(isDone ? 'sealed' : 'pending');
    },
    recording: (recordingId) => Promise.resolve(known(recordingId)),
    recordings: () =>
      Promise.resolve({
        items: [...observed.keys()].flatMap((id) => known(RecordingId.parse(id)) ?? []),
        next: null,
      }),
    observation: (recordingId) => Promise.resolve(observed.get(recordingId) ?? null),
  };
}
