/** @file Main process. Tells how far each recording has come, from index and queue, and passes on what a person wants of a file. */
import {
  Failure,
  type FailureData,
  type FileTransfer,
  type Passage,
  type Recording,
  type RecordingId,
  type Wished,
} from '#contract';
import type { Clock } from './clock.ts';
import type { Choice } from './choice.ts';
import type { FileIdentity, Library, Page } from './library/index.ts';
import { type HeldFile, type Told, fileTransfers, passageOf } from './passage.ts';
import type { Pulling } from './pulling.ts';
import { tracksOf } from './tracks-of.ts';

export interface Transferring {
  /** Recordings on their way or ended within seven days, newest first; composites are not fetched and left out. */
  list(): Promise<Passage[]>;
  /** @throws Failure `recording.unknown` */
  files(recordingId: RecordingId): Promise<FileTransfer[]>;
  /**
   * Asks again for what failed, waits or was called off, and starts a pass.
   * @throws Failure as `cancel`
   */
  retry(wished: Wished): Promise<void>;
  /**
   * Not to be fetched until a person asks again; what is on disk stays.
   * @throws Failure `recording.unknown`, `track.unknown` for a file the queue does not know, the library's
   *   own reason when it can only be read, `disk.full`, `disk.refused`
   */
  cancel(wished: Wished): Promise<void>;
  /**
   * Sets them aside until a person asks again; what is on disk is continued then.
   * @throws Failure as `cancel`
   */
  pause(wished: Wished): Promise<void>;
  /**
   * Stops all transfers, or lets them go on.
   * @throws Failure the library's own reason when it can only be read, `disk.full`, `disk.refused`
   */
  pauseAll(paused: boolean): Promise<void>;
  /** Fetches what the workspace's choice left out: these, or everything known now. */
  take(wished: { recordingIds: readonly RecordingId[] } | { all: true }): Promise<void>;
}

const nothingTold: Told = { history: null, observation: null };
/** Words under which the service still has a recording in hand: then its last answer says how it gets on. */
const inHand: ReadonlySet<string> = new Set(['RECORDING', 'PAUSED', 'UPLOADING']);
const dayMs = 24 * 3_600_000;
/** How long what came to its end stays in the list. */
const shownMs = 7 * dayMs;
/** A recording may run for a day before its seven days begin (contract 7.3, 11). */
const lookBackMs = shownMs + dayMs;
/** Small enough to be dealt with between two events of the window. */
const pageSize = 50;
/** Questions to the index under way at once. */
const atOnce = 8;

export function createTransferring(world: {
  library: Pick<
    Library,
    'access' | 'recordings' | 'recording' | 'tracks' | 'history' | 'observation' | 'onChange'
  >;
  /** What is fetched without being asked for. */
  choice: Choice;
  pulling: Pick<Pulling, 'start' | 'queue' | 'wish' | 'pauseAll'>;
  /** Why the library can only be read; null for a writer. */
  readingBecause: FailureData | null;
  clock: Clock;
}): Transferring {
  const { library, pulling, choice, clock } = world;
  /** Files of recordings as the index had them; forgotten when it tells of a change. */
  const held = new Map<RecordingId, Promise<HeldFile[]>>();
  library.onChange(({ recordingIds }) => {
    for (const recordingId of recordingIds) held.delete(recordingId);
  });

  const heldFiles = (recording: Recording): Promise<HeldFile[]> => {
    const { recordingId } = recording;
    if (recording.trackCount === 0) return Promise.resolve([]);
    const known = held.get(recordingId) ?? readHeld(library, recordingId);
    held.set(recordingId, known);
    known.catch(() => held.delete(recordingId));
    return known;
  };

  const filesOf = async (recordings: readonly Recording[]): Promise<FileTransfer[][]> => {
    const holding = await mapped(recordings, heldFiles);
    const queue = queueToRead();
    try {
      const queued = queue?.list(recordings.map(({ recordingId }) => recordingId)) ?? [];
      const jobs = Map.groupBy(queued, ({ recordingId }) => recordingId);
      return recordings.map((recording, at) => {
        const jobsOfIt = jobs.get(recording.recordingId) ?? [];
        // What was begun goes on, as a pass has it.
        const isChosen = jobsOfIt.length > 0 || choice.wants(recording);
        return fileTransfers(recording, holding[at] ?? [], jobsOfIt, isChosen);
      });
    } finally {
      queue?.close();
    }
  };

  const toldOf = async (recording: Recording): Promise<Told> => {
    const { recordingId, vendorStatus } = recording;
    return {
      history: await library.history(recordingId),
      observation: inHand.has(vendorStatus) ? await library.observation(recordingId) : null,
    };
  };

  /** A library that is only read is left without side files of a database that somebody else owns. */
  const queueToRead = () => (library.access === 'reader' ? null : pulling.queue());

  const unfinished = (): RecordingId[] => {
    const queue = queueToRead();
    try {
      return queue?.unfinished() ?? [];
    } finally {
      queue?.close();
    }
  };

  const known = async (recordingId: RecordingId): Promise<Recording> => {
    const recording = await library.recording(recordingId);
    if (recording === null) {
      throw new Failure('recording.unknown', 'The library does not know this recording.');
    }
    return recording;
  };

  const files = async (recordingId: RecordingId): Promise<FileTransfer[]> => {
    const [found = []] = await filesOf([await known(recordingId)]);
    return found;
  };

  const passages = async (recordings: readonly Recording[]): Promise<Passage[]> => {
    const tracked = recordings.filter(({ kind }) => kind !== 'composite');
    const found = await filesOf(tracked);
    const told = await mapped(tracked, toldOf);
    return tracked.map((recording, at) =>
      passageOf(recording, found[at] ?? [], told[at] ?? nothingTold, clock.now()),
    );
  };

  const requireWriter = (): void => {
    const { readingBecause } = world;
    if (readingBecause === null) return;
    throw new Failure(readingBecause.code, 'The library can only be read.');
  };

  /** The files a wish is about, by the names the queue has for them: nothing from outside is taken up. */
  const filesWished = async (wished: Wished): Promise<FileIdentity[]> => {
    requireWriter();
    await known(wished.recordingId);
    const queue = queueToRead();
    try {
      const queued = queue?.list([wished.recordingId]) ?? [];
      if (!('fileName' in wished)) return queued;
      const { layerName, fileName } = wished;
      const file = queued.find(
        (each) => each.layerName === layerName && each.fileName === fileName,
      );
      if (file === undefined) throw new Failure('track.unknown', 'The queue has no such file.');
      return [file];
    } finally {
      queue?.close();
    }
  };

  const list = async (): Promise<Passage[]> => {
    const now = clock.now();
    const listed: Passage[] = [];
    const seen = new Set<RecordingId>();
    const take = async (recordings: readonly Recording[]) => {
      for (const { recordingId } of recordings) seen.add(recordingId);
      listed.push(...(await passages(recordings)));
    };
    let after: string | null = null;
    do {
      const page: Page<Recording> = await library.recordings({ after, limit: pageSize });
      const recent = page.items.filter((each) => lastAt(each) >= now - lookBackMs);
      await take(recent);
      after = recent.length < page.items.length ? null : page.next;
    } while (after !== null);
    const older = unfinished().filter((recordingId) => !seen.has(recordingId));
    for (let at = 0; at < older.length; at += pageSize) {
      const page = await mapped(older.slice(at, at + pageSize), library.recording);
      await take(page.filter((each) => each !== null));
    }
    return listed.filter(
      ({ standing, recording }) =>
        standing === 'moving' || standing === 'waiting' || lastAt(recording) >= now - shownMs,
    );
  };

  return {
    list,
    files,
    async take(wished) {
      const recordingIds =
        'all' in wished
          ? (await list())
              .filter((passage) => passage.files.notChosen > 0)
              .map(({ recording }) => recording.recordingId)
          : wished.recordingIds;
      choice.take(recordingIds);
      pulling.start();
    },
    async retry(wished) {
      await pulling.wish(await filesWished(wished), 'retry');
      pulling.start();
    },
    async cancel(wished) {
      await pulling.wish(await filesWished(wished), 'cancel');
    },
    async pause(wished) {
      await pulling.wish(await filesWished(wished), 'pause');
    },
    async pauseAll(paused) {
      requireWriter();
      await pulling.pauseAll(paused);
    },
  };
}

/** Epoch ms of the last thing the service told of it. */
function lastAt({ invokedAt, startedAt, stoppedAt }: Recording): number {
  return stoppedAt ?? startedAt ?? invokedAt ?? Number.MAX_SAFE_INTEGER;
}

async function readHeld(
  library: Pick<Library, 'tracks'>,
  recordingId: RecordingId,
): Promise<HeldFile[]> {
  const tracks = await tracksOf(library, recordingId);
  return tracks.map(({ layerName, fileName, bytes, state }) => ({
    layerName,
    fileName,
    bytes,
    state,
  }));
}

/** Each one's answer, in order; a few are asked at once. */
async function mapped<In, Out>(
  items: readonly In[],
  answer: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const answers: Out[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    answers.push(...(await Promise.all(items.slice(at, at + atOnce).map(answer))));
  }
  return answers;
}
