/** @file Main process. Opens and makes libraries; an open one is the only way to what is kept. */
import { join, resolve } from 'node:path';
import { type ErrorCode, Failure, type RecordingId } from '#contract';
import type { Clock } from '../clock.ts';
import { foldersOf, freeBytesOf, insideOf, type Folders } from './disk.ts';
import { makeFolders, readFormat, writeFormat } from './format.ts';
import { leaveRequest, type VerifyRequest } from './inbox.ts';
import { startIndex, type IndexClient } from './index-client.ts';
import { takeLock, type Lock } from './lock.ts';
import { createNoting } from './noting.ts';
import { readObserved } from './observed.ts';
import { openIndexForReading } from './reading.ts';
import { createRecordingWork, type RecordingWork } from './recording-work.ts';
import { partName } from './track-id.ts';
import type { Actor, Library, LibraryChange, VerifyReport } from './types.ts';
import { readBack, resultsText } from './verify.ts';
import { startWriter, type Log, type Writer } from './writer.ts';

export interface LibraryOptions {
  /** Folder of the library. */
  dir: string;
  clock: Clock;
  actor: Actor;
  /** Entry of the index worker: built beside the main bundle, or the source itself. */
  indexWorkerUrl: URL;
  /** Path of the SQLite addon; null for the one that comes with its package. */
  nativeBinding?: string | null;
  log?: Log;
}

export interface OpenOptions extends LibraryOptions {
  /** `write-or-read` opens as a reader when another process writes or the disk does not let us. */
  mode?: 'write' | 'read' | 'write-or-read';
  /** Where a reader may keep an index of a library that has none it can open. */
  cacheDir?: string;
  /**
   * Reads, and writes nothing into the folder of the library even where it could: index and derived
   * data are kept in `cacheDir`, verifications are not recorded. Implies `mode: 'read'`; needs `cacheDir`.
   */
  untouched?: boolean;
}

/**
 * Makes a library in an empty or new folder and opens it for writing.
 * @throws Failure `library.not-a-library` when the folder holds anything, `disk.full`, `disk.refused`
 */
export async function createLibrary(options: LibraryOptions): Promise<Library> {
  await writeFormat(resolve(options.dir));
  return openLibrary({ ...options, mode: 'write' });
}

/**
 * Opens a library. Reading needs no network, no lock and no write access to its folder.
 * @throws Failure `library.missing`, `library.not-a-library`, `library.newer`, `library.locked`,
 *   `library.read-only`, `disk.full`
 */
export async function openLibrary(options: OpenOptions): Promise<Library> {
  const dir = resolve(options.dir);
  const { nativeBinding = null, log = silent } = options;
  const mode = options.untouched === true ? 'read' : (options.mode ?? 'write');
  const libraryId = await readFormat(dir);
  const folders = foldersOf(dir);
  const lock = lockFor(folders, mode, nativeBinding);
  const index = startIndex(options.indexWorkerUrl, (name, ms) => {
    log.warn(`The query ${name} took ${Math.round(ms)} ms.`);
  });
  try {
    if (lock === null) {
      await openIndexForReading(index, {
        folders,
        nativeBinding,
        cache: cacheOf(options, libraryId),
        untouched: options.untouched ?? false,
        log,
      });
      return assemble(options, { folders, libraryId, index, lock, writer: null, log });
    }
    await makeFolders(dir);
    const opened = await index.call('open', {
      dir,
      indexPath: folders.index,
      mode: 'write',
      nativeBinding,
    });
    if (opened.setAside !== null)
      log.warn('The index could not be read; it was set aside and is built again.');
    const writer = await startWriter({
      ...options,
      folders,
      index,
      mark: opened.mark,
      libraryId,
      log,
    });
    return assemble(options, { folders, libraryId, index, lock, writer, log });
  } catch (error) {
    await index.stop();
    lock?.release();
    throw error;
  }
}

/** Folder of this library in the cache; null where no cache was given. */
function cacheOf({ cacheDir }: OpenOptions, libraryId: string): string | null {
  return cacheDir === undefined ? null : join(resolve(cacheDir), libraryId);
}

/** The lock, or null where reading is what was asked for or all that is possible. */
function lockFor(
  folders: Folders,
  mode: 'write' | 'read' | 'write-or-read',
  nativeBinding: string | null,
): Lock | null {
  if (mode === 'read') return null;
  try {
    return takeLock(folders.lock, nativeBinding);
  } catch (error) {
    const mayRead =
      error instanceof Failure &&
      (error.code === 'library.locked' || error.code === 'library.read-only');
    if (mode === 'write-or-read' && mayRead) return null;
    throw error;
  }
}

interface Parts {
  folders: Folders;
  libraryId: string;
  index: IndexClient;
  lock: Lock | null;
  writer: Writer | null;
  log: Log;
}

/** Where something the index names lies, checked to lie inside the library. */
async function placeOf(folders: Folders, path: string, gone: ErrorCode): Promise<string> {
  try {
    return await insideOf(folders.dir, join(folders.dir, path));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(gone, 'It is not where it was kept.', { cause: error });
  }
}

const silent: Log = { info: () => undefined, warn: () => undefined };

/** How often the holder of the lock looks for requests of readers. */
const inboxEveryMs = 3000;

function assemble(options: OpenOptions, parts: Parts): Library {
  const { folders, libraryId, index, lock, writer, log } = parts;
  const { clock, actor } = options;
  const cache = cacheOf(options, libraryId);
  const listeners = new Set<(change: LibraryChange) => void>();
  const closing = new AbortController();
  const tell = (recordingIds: RecordingId[]): void => {
    if (recordingIds.length === 0) return;
    for (const listener of listeners) listener({ recordingIds });
  };
  const settle = async (recordingId: RecordingId): Promise<void> => {
    if (writer !== null) tell(await writer.settle([recordingId]));
  };
  const work =
    writer === null
      ? null
      : createRecordingWork({
          folders,
          clock,
          index,
          record: (recordingId, entries) => writer.record(recordingId, entries),
          settle,
        });
  const writing = <T>(change: (work: RecordingWork) => Promise<T>): Promise<T> => {
    if (writer === null || work === null)
      return Promise.reject(new Failure('library.read-only', 'The library is open for reading.'));
    return writer.alone(() => change(work));
  };
  const watchInbox = async (holder: Writer): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        tell(await holder.alone(() => holder.drainInbox()));
      } catch (error) {
        log.warn(`The inbox could not be emptied: ${String(error)}`);
      }
      await clock.sleep(inboxEveryMs, closing.signal).catch(() => undefined);
    }
  };
  const watching = writer === null ? Promise.resolve() : watchInbox(writer);

  const remember = async (report: VerifyReport): Promise<void> => {
    const { text } = resultsText(report);
    const { startedAt, endedAt, verified, damaged, missing, bytes } = report;
    const request: VerifyRequest = {
      version: 1,
      kind: 'verified-run',
      actor,
      report: { startedAt, endedAt, verified, damaged, missing, bytes, results: text },
    };
    if (writer !== null) {
      tell(await writer.alone(() => writer.recordVerification(request)));
      return;
    }
    if (options.untouched === true) return;
    try {
      await leaveRequest(folders, startedAt, request);
    } catch (error) {
      log.warn(`The verification could not be recorded: ${String(error)}`);
    }
  };
  const noting = createNoting({
    folders,
    clock,
    actor,
    index,
    nativeBinding: options.nativeBinding ?? null,
    write:
      writer === null
        ? null
        : async (notes) => {
            tell(await writer.alone(() => writer.note(notes)));
          },
    untouched: options.untouched ?? false,
  });

  return {
    libraryId,
    dir: folders.dir,
    access: writer === null ? 'reader' : 'writer',
    // Two that draw into one folder would meet, and a disk may refuse: a reader draws in its own.
    derivedDir: writer === null && cache !== null ? join(cache, 'derived') : folders.derived,
    observe: (observation) => writing((one) => one.observe(observation)),
    markGone: (recordingId) => writing((one) => one.markGone(recordingId)),
    partPath: (file) => join(folders.incoming, partName(file)),
    holds: async (file) => (await index.call('holds', file)).held,
    keep: (delivery) => writing((one) => one.keep(delivery)),
    markLost: (file, because) => writing((one) => one.markLost(file, because)),
    seal: (recordingId) => writing((one) => one.seal(recordingId)),
    async verify(selection, verifyOptions = {}) {
      const quietly = <T>(read: () => Promise<T>): Promise<T> =>
        writer === null ? read() : writer.alone(read);
      const report = await readBack({ folders, clock, index, quietly }, selection, verifyOptions);
      await remember(report);
      return report;
    },
    async rebuild(onProgress) {
      if (writer === null)
        throw new Failure('library.read-only', 'Only the writer builds the index again.');
      await writer.rebuild(onProgress);
    },
    meetings: (query) => index.call('meetings', query),
    meeting: async (key) => (await index.call('meeting', { key })).found,
    countMeetings: (text) => index.call('countMeetings', { text }),
    today: () => index.call('today', { now: clock.now() }),
    jump: (text) => index.call('jump', { text }),
    recordings: (query) => index.call('recordings', query),
    recording: async (recordingId) => (await index.call('recording', { recordingId })).found,
    freeBytes: () => freeBytesOf(folders.dir),
    history: async (recordingId) => (await index.call('history', { recordingId })).found,
    async observation(recordingId) {
      const read = await readObserved(folders, recordingId);
      return read !== null && 'value' in read ? read.value.observation : null;
    },
    tracks: (query) => index.call('tracks', query),
    track: async (trackId) => (await index.call('track', { trackId })).found,
    findById: (search) => index.call('findById', search),
    totals: () => index.call('totals', {}),
    async payloadPath(trackId) {
      const { found } = await index.call('track', { trackId });
      if (found === null) throw new Failure('track.unknown', 'There is no such track.');
      return placeOf(folders, found.path, 'file.gone');
    },
    async bagPath(recordingId) {
      const { found } = await index.call('recording', { recordingId });
      if (found === null) throw new Failure('recording.unknown', 'There is no such recording.');
      const { bag } = await index.call('decided', { recordingId });
      if (bag === null)
        throw new Failure('recording.no-folder', 'Nothing of it has been received yet.');
      return placeOf(folders, bag, 'recording.no-folder');
    },
    ...noting,
    problems: async () => (await index.call('problems', {})).problems,
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closing.abort(new Failure('cancelled', 'The library is closed.'));
      await watching;
      await writer?.idle();
      await index.call('close', {}).catch(() => undefined);
      await index.stop();
      lock?.release();
      listeners.clear();
    },
  };
}
