/** @file Main process. What is open now: one library with its review, and the pass that feeds it. Opening another closes this one. */
import {
  type Coverage,
  Failure,
  type EventName,
  type EventOf,
  type Forecast,
  type LibraryStatus,
  type PullStatus,
  type RecordingId,
  toFailureData,
} from '#contract';
import type { Audio } from './audio/index.ts';
import type { Choice } from './choice.ts';
import type { Clock } from './clock.ts';
import { coverageOfRecording } from './coverage.ts';
import type { DownloadsEvent, QueuePlace } from './downloads/index.ts';
import type { Library, Totals } from './library/index.ts';
import { type Connection, type Pulling, type Rhythm, createPulling } from './pulling.ts';
import { type Reviewing, createReviewing } from './reviewing.ts';
import { idlePull } from './sync/index.ts';
import { throttled } from './throttled.ts';
import { type Transferring, createTransferring } from './transferring.ts';

export interface Workbench {
  status(): LibraryStatus;
  /**
   * Opens a library; the former one is closed first. Where there is none, one is made in an empty or
   * new folder, or it is refused as `library.not-there`.
   */
  open(dir: string, ifNone: 'make' | 'refuse'): Promise<LibraryStatus>;
  /** Opens a library for reading and leaves its folder untouched. */
  openSample(dir: string): Promise<LibraryStatus>;
  /** @throws Failure `library.missing` while none is open */
  library(): Library;
  reviewing(): Reviewing;
  pulling(): Pulling;
  transferring(): Transferring;
  /** @throws Failure `recording.unknown` */
  coverage(recordingId: RecordingId): Promise<Coverage>;
  pullStatus(): PullStatus;
  /** A person wishes to be served otherwise: how often, how many files at once. */
  reconsider(): void;
  /** The workspace is another one now. */
  reconnect(): void;
  /** The computer is about to sleep. */
  suspend(): void;
  /** It is awake again. */
  wake(): void;
  close(): Promise<void>;
}

interface Open {
  library: Library;
  reviewing: Reviewing;
  pulling: Pulling;
  transferring: Transferring;
  sample: boolean;
  /** Aborted when it closes: what it still had to tell concerns nobody. */
  closed: AbortController;
}

/** `make`: for writing, and made where there is none; `untouched`: for reading, and nothing is written into the folder. */
export type OpenMode = 'make' | 'write' | 'read' | 'untouched';

export interface WorkbenchWorld {
  /** @throws Failure `library.locked`, `library.read-only` from `make` and `write` alone */
  openLibrary: (dir: string, mode: OpenMode) => Promise<Library>;
  /** Told what a library holds when it has been opened and before it is closed; not of the sample. */
  remember: (library: Library, totals: Totals) => Promise<void>;
  rhythm: () => Rhythm;
  /** Bytes per second for all files together; null or left out: as fast as it goes. */
  speedLimit?: () => number | null;
  choice: Choice;
  onForecast: (forecast: Forecast) => void;
  /** Told when another library is open, and null before the former one closes. */
  onOpen: (open: { library: Library; pulling: Pulling } | null) => void;
  audio: Audio;
  connect: (library: Library, onEvent: (event: DownloadsEvent) => void) => Promise<Connection>;
  queuePlace: (libraryDir: string) => QueuePlace;
  clock: Clock;
  tell: <Name extends EventName>(name: Name, value: EventOf<Name>) => void;
  onBug: (thrown: unknown) => void;
}

export function createWorkbench(world: WorkbenchWorld): Workbench {
  const { tell } = world;
  let open: Open | null = null;
  let status: LibraryStatus = { state: 'closed', dir: null, failure: null };

  const setStatus = (next: LibraryStatus): LibraryStatus => {
    status = next;
    tell('library.status', next);
    return next;
  };

  /** What another program holds, or a disk refuses to change, can still be read, searched and heard. */
  const openAsFarAsPossible = async (dir: string, how: 'make' | 'write' | 'untouched') => {
    if (how === 'untouched') {
      const library = await world.openLibrary(dir, how);
      return { library, readingBecause: toFailureData(sampleIsForReading()) };
    }
    try {
      return { library: await world.openLibrary(dir, how), readingBecause: null };
    } catch (thrown) {
      const readingBecause = toFailureData(thrown);
      const { code } = readingBecause;
      // Of a disk that is not connected nothing is there, or the empty folder it is put into.
      if (how === 'write' && (code === 'library.missing' || code === 'library.not-a-library')) {
        throw new Failure('library.not-there', 'There is no library in this folder.', {
          cause: thrown,
        });
      }
      if (code !== 'library.locked' && code !== 'library.read-only') throw thrown;
      return { library: await world.openLibrary(dir, 'read'), readingBecause };
    }
  };

  const close = async () => {
    const was = open;
    open = null;
    if (was === null) return;
    world.onOpen(null);
    // Neither a pass that does not end in order nor a list out of date is a reason to keep a lock.
    await was.pulling.stop().catch(world.onBug);
    if (!was.sample) {
      const held = was.library.totals().then((totals) => world.remember(was.library, totals));
      await held.catch(world.onBug);
    }
    await was.library.close();
    was.closed.abort();
  };

  const put = async (dir: string, how: 'make' | 'write' | 'untouched'): Promise<LibraryStatus> => {
    const sample = how === 'untouched';
    // Said first: the former one can be asked nothing any more.
    setStatus({ state: 'opening', dir });
    let halfOpen: Library | null = null;
    try {
      await close();
      const { library, readingBecause } = await openAsFarAsPossible(dir, how);
      halfOpen = library;
      const totals = await library.totals();
      const reviewing = createReviewing({
        library,
        audio: world.audio,
        onWaveform: (event) => {
          tell('review.waveform', event);
        },
      });
      const pulling = createPulling({
        library,
        reviewing,
        connect: (onEvent) => world.connect(library, onEvent),
        rhythm: () =>
          library.access === 'writer' ? world.rhythm() : { ...world.rhythm(), automatic: false },
        queuePlace: world.queuePlace(library.dir),
        clock: world.clock,
        onStatus: (value) => {
          tell('pull.status', value);
        },
        onForecast: world.onForecast,
        speedLimit: world.speedLimit,
        onBug: world.onBug,
      });
      const transferring = createTransferring({
        library,
        pulling,
        choice: world.choice,
        readingBecause,
        clock: world.clock,
      });
      const changed = new Set<RecordingId>();
      const closed = new AbortController();
      // A list is read anew at each telling: every file of a pull by itself would be too often.
      const tellChanged = throttled(world.clock, closed.signal, () => {
        tell('library.changed', { recordingIds: [...changed] });
        changed.clear();
      });
      library.onChange(({ recordingIds }) => {
        for (const recordingId of recordingIds) changed.add(recordingId);
        tellChanged();
      });
      open = { library, reviewing, pulling, transferring, sample, closed };
      world.onOpen({ library, pulling });
      if (!sample) await world.remember(library, totals).catch(world.onBug);
      return setStatus({
        state: 'open',
        libraryId: library.libraryId,
        dir: library.dir,
        access: library.access,
        readingBecause,
        sample,
        recordings: totals.recordings,
      });
    } catch (thrown) {
      const failure = toFailureData(thrown);
      if (failure.code === 'bug') world.onBug(thrown);
      if (open === null) await halfOpen?.close();
      return setStatus({ state: 'closed', dir, failure });
    }
  };

  // One change of library at a time: two at once would hold two locks.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const opened = (): Open => {
    if (open === null) throw new Failure('library.missing', 'No library is open.');
    return open;
  };

  return {
    status: () => status,
    open: (dir, ifNone) => inTurn(() => put(dir, ifNone === 'make' ? 'make' : 'write')),
    openSample: (dir) => inTurn(() => put(dir, 'untouched')),
    library: () => opened().library,
    reviewing: () => opened().reviewing,
    pulling: () => opened().pulling,
    coverage: (recordingId) => {
      const { library, pulling } = opened();
      return coverageOfRecording(library, pulling.queue, recordingId, world.clock.now());
    },
    transferring: () => opened().transferring,
    pullStatus: () => open?.pulling.status() ?? idlePull,
    reconsider: () => {
      open?.pulling.reconsider();
    },
    reconnect: () => {
      open?.pulling.reconnect();
    },
    suspend: () => {
      open?.pulling.suspend();
    },
    wake: () => {
      open?.pulling.wake();
    },
    close: () => inTurn(close),
  };
}

/** What a person is told who wants to put something into the library that comes with the app. */
export function sampleIsForReading(): Failure {
  return new Failure('library.sample', 'The sample library is for reading alone.');
}
