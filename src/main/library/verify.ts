/** @file Main process. Reads the archive back from disk and compares it with manifests and ledger. */
import { join } from 'node:path';
import type { RecordingId, Track, TrackId } from '#contract';
import type { Clock } from '../clock.ts';
import {
  listBags,
  listPayloads,
  manifestName,
  readBag,
  readManifest,
  tagManifestName,
} from './bag.ts';
import { sha256Of } from './bag-text.ts';
import { type ResultsFile } from './catalogue/fill.ts';
import { exists, insideOf, readText, type Folders } from './disk.ts';
import type { IndexClient } from './index-client.ts';
import type { Selection, VerifyFinding, VerifyProgress, VerifyReport } from './types.ts';

export interface VerifyWorld {
  folders: Folders;
  clock: Clock;
  index: IndexClient;
  /** Runs work while no bag is being written. */
  quietly: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What is to be read of one recording. */
interface Task {
  recordingId: RecordingId | null;
  bag: string;
  tracks: Map<string, Track>;
  /** Null: everything in the bag. */
  only: Set<TrackId> | null;
}

/**
 * Hashes every selected payload and checks tag files and ledger. Writes nothing.
 * @throws the signal's reason when it aborts
 */
export async function readBack(
  world: VerifyWorld,
  selection: Selection,
  options: { signal?: AbortSignal; onProgress?: (progress: VerifyProgress) => void },
): Promise<VerifyReport> {
  const { folders, clock, index } = world;
  const { signal, onProgress } = options;
  const startedAt = clock.now();
  const tasks = await tasksOf(world, selection);
  const wanted = tasks.flatMap(({ tracks, only }) =>
    [...tracks.values()].filter(({ trackId }) => only === null || only.has(trackId)),
  );
  const progress: VerifyProgress = {
    doneBytes: 0,
    totalBytes: wanted.reduce((sum, { bytes }) => sum + bytes, 0),
    doneTracks: 0,
    totalTracks: wanted.length,
  };
  onProgress?.({ ...progress });
  const findings: VerifyFinding[] = [];
  let bytes = 0;
  const checkPayload = async (
    path: string,
    sha256: string,
    track: Track | null,
  ): Promise<VerifyFinding> => {
    signal?.throwIfAborted();
    const trackId = track?.trackId ?? null;
    const finding = (found: VerifyFinding['found'], detail: string | null): VerifyFinding => ({
      path,
      trackId,
      found,
      detail,
    });
    const full = join(folders.dir, path);
    if (!(await exists(full))) return finding('missing', null);
    let real;
    try {
      real = await insideOf(folders.dir, full);
    } catch {
      return finding('damaged', 'it is a link, not a file');
    }
    try {
      const actual = await index.call('hashFile', { path: real }, { signal });
      bytes += actual.bytes;
      if (actual.sha256 === sha256) return finding('verified', null);
      const length =
        track === null || actual.bytes === track.bytes ? '' : `, ${actual.bytes} bytes`;
      return finding('damaged', `SHA-256 is ${actual.sha256}${length}`);
    } catch (error) {
      signal?.throwIfAborted();
      return finding('damaged', `cannot be read: ${error instanceof Error ? error.message : ''}`);
    }
  };

  for (const task of tasks) {
    const bag = await readBag(folders, task.bag);
    if (task.only === null) findings.push(...(await world.quietly(() => checkTags(world, task))));
    const manifest = new Map(bag?.manifest);
    // The index knew a track that the manifest no longer lists.
    for (const [path, track] of task.tracks) {
      const payload = path.slice(task.bag.length + 1);
      if (!manifest.has(payload)) manifest.set(payload, track.sha256);
    }
    for (const [payload, sha256] of [...manifest].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const path = `${task.bag}/${payload}`;
      const track = task.tracks.get(path) ?? null;
      if (task.only !== null && (track === null || !task.only.has(track.trackId))) continue;
      findings.push(await checkPayload(path, sha256, track));
      if (track === null) continue;
      progress.doneBytes += track.bytes;
      progress.doneTracks += 1;
      onProgress?.({ ...progress });
    }
    if (task.only !== null) continue;
    // Between its move and its manifest a file that is just being kept would look like a stranger.
    const [now, there] = await world.quietly(async () => [
      await readBag(folders, task.bag),
      await listPayloads(folders, task.bag),
    ]);
    for (const payload of there)
      if (!manifest.has(payload) && now?.manifest.has(payload) !== true)
        findings.push({
          path: `${task.bag}/${payload}`,
          trackId: null,
          found: 'extra',
          detail: null,
        });
  }
  if ('all' in selection) findings.push(...(await checkLedger(index)));
  signal?.throwIfAborted();
  const count = (found: VerifyFinding['found']): number =>
    findings.filter((one) => one.found === found && !isTagPath(one.path)).length;
  return {
    startedAt,
    endedAt: clock.now(),
    findings,
    verified: count('verified'),
    damaged: count('damaged'),
    missing: count('missing'),
    bytes,
  };
}

function isTagPath(path: string): boolean {
  return !path.includes('/data/');
}

async function tasksOf(world: VerifyWorld, selection: Selection): Promise<Task[]> {
  const { folders, index } = world;
  const tasks = new Map<string, Task>();
  const add = (track: Track, only: boolean): void => {
    const bag = track.path.split('/').slice(0, 3).join('/');
    const task = tasks.get(bag) ?? {
      recordingId: track.recordingId,
      bag,
      tracks: new Map<string, Track>(),
      only: only ? new Set<TrackId>() : null,
    };
    tasks.set(bag, task);
    task.tracks.set(track.path, track);
    task.only?.add(track.trackId);
  };
  const addAll = async (query: { recordingId?: RecordingId }): Promise<void> => {
    let after: string | null = null;
    do {
      const page: { items: Track[]; next: string | null } = await index.call('tracks', {
        ...query,
        after,
        limit: 1000,
      });
      for (const track of page.items) add(track, false);
      after = page.next;
    } while (after !== null);
  };
  if ('trackIds' in selection) {
    for (const trackId of selection.trackIds) {
      const { found } = await index.call('track', { trackId });
      if (found !== null) add(found, true);
    }
  } else if ('recordingIds' in selection) {
    for (const recordingId of selection.recordingIds) await addAll({ recordingId });
  } else {
    await addAll({});
    for (const bag of await listBags(folders))
      if (!tasks.has(bag))
        tasks.set(bag, { recordingId: null, bag, tracks: new Map(), only: null });
  }
  return [...tasks.values()].sort((a, b) => (a.bag < b.bag ? -1 : 1));
}

/** Compares the small files of a bag with its tag manifest, and its manifest with the seal. */
async function checkTags(world: VerifyWorld, task: Task): Promise<VerifyFinding[]> {
  const { folders, index } = world;
  const findings: VerifyFinding[] = [];
  const damaged = (name: string, detail: string): void => {
    findings.push({ path: `${task.bag}/${name}`, trackId: null, found: 'tag-damaged', detail });
  };
  const problems: string[] = [];
  const tags = await readManifest(folders, task.bag, tagManifestName, problems);
  const listed = new Set(tags.map(({ path }) => path));
  for (const problem of problems) damaged(tagManifestName, problem);
  for (const needed of [manifestName, 'bagit.txt'])
    if (!listed.has(needed)) damaged(needed, 'the tag manifest does not list it');
  for (const { path, sha256 } of tags) {
    const text = await readText(folders.dir, join(folders.dir, task.bag, path)).catch(() => null);
    if (text === null) damaged(path, 'cannot be read');
    else if (sha256Of(text) !== sha256) damaged(path, 'changed after it was written');
  }
  if (task.recordingId !== null) {
    const decided = await index.call('decided', { recordingId: task.recordingId });
    const manifest = await readText(folders.dir, join(folders.dir, task.bag, manifestName)).catch(
      () => null,
    );
    if (
      decided.decision !== null &&
      decided.manifestSha256 !== null &&
      (manifest === null || sha256Of(manifest) !== decided.manifestSha256)
    )
      damaged(manifestName, 'not the manifest the ledger sealed');
  }
  return findings;
}

async function checkLedger(index: IndexClient): Promise<VerifyFinding[]> {
  const { breaks } = await index.call('verifyLedger', {});
  return breaks.map(({ seq, why }) => ({
    path: 'ledger.jsonl',
    trackId: null,
    found: 'tag-damaged',
    detail: `line ${seq}: ${why}`,
  }));
}

/** The report as it is kept: a text named by its hash. */
export function resultsText(report: VerifyReport): { text: string; sha256: string } {
  const results: ResultsFile = {
    version: 1,
    startedAt: report.startedAt,
    endedAt: report.endedAt,
    findings: report.findings,
  };
  const text = `${JSON.stringify(results, null, 1)}\n`;
  return { text, sha256: sha256Of(text) };
}
