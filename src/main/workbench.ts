/** @file Main process. What is open now: one library with its review, and the pass that feeds it. Opening another closes this one. */
import {
  Failure,
  type EventName,
  type EventOf,
  type LibraryStatus,
  type PullStatus,
  type RecordingId,
  toFailureData,
} from '#contract';
import type { Audio } from './audio/index.ts';
import type { Clock } from './clock.ts';
import type { DownloadsEvent } from './downloads/index.ts';
import type { Library } from './library/index.ts';
import { type Connection, type Pulling, createPulling } from './pulling.ts';
import { type Reviewing, createReviewing } from './reviewing.ts';
import { idlePull } from './sync/index.ts';
import { throttled } from './throttled.ts';

export interface Workbench {
  status(): LibraryStatus;
  /** Opens a library, creating one in an empty or new folder; the former one is closed first. */
  open(dir: string): Promise<LibraryStatus>;
  /** @throws Failure `library.missing` while none is open */
  library(): Library;
  reviewing(): Reviewing;
  pulling(): Pulling;
  pullStatus(): PullStatus;
  /** The workspace is another one now. */
  reconnect(): void;
  close(): Promise<void>;
}

interface Open {
  library: Library;
  reviewing: Reviewing;
  pulling: Pulling;
  recordings: number;
  /** Aborted when it closes: what it still had to tell concerns nobody. */
  closed: AbortController;
}

export interface WorkbenchWorld {
  /** @throws Failure `library.locked`, `library.read-only` from `write` alone */
  openLibrary: (dir: string, mode: 'write' | 'read') => Promise<Library>;
  audio: Audio;
  connect: (library: Library, onEvent: (event: DownloadsEvent) => void) => Promise<Connection>;
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
  const openAsFarAsPossible = async (dir: string) => {
    try {
      return { library: await world.openLibrary(dir, 'write'), readingBecause: null };
    } catch (thrown) {
      const readingBecause = toFailureData(thrown);
      const { code } = readingBecause;
      if (code !== 'library.locked' && code !== 'library.read-only') throw thrown;
      return { library: await world.openLibrary(dir, 'read'), readingBecause };
    }
  };

  const close = async () => {
    const was = open;
    open = null;
    if (was === null) return;
    await was.pulling.stop();
    await was.library.close();
    was.closed.abort();
  };

  const put = async (dir: string): Promise<LibraryStatus> => {
    await close();
    setStatus({ state: 'opening', dir });
    try {
      const { library, readingBecause } = await openAsFarAsPossible(dir);
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
        clock: world.clock,
        onStatus: (value) => {
          tell('pull.status', value);
        },
        onBug: world.onBug,
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
      const { items } = await library.recordings({ limit: 1 });
      open = { library, reviewing, pulling, recordings: items.length, closed };
      return setStatus({
        state: 'open',
        libraryId: library.libraryId,
        dir: library.dir,
        access: library.access,
        readingBecause,
        sample: false,
        recordings: items.length,
      });
    } catch (thrown) {
      const failure = toFailureData(thrown);
      if (failure.code === 'bug') world.onBug(thrown);
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
    open: (dir) => inTurn(() => put(dir)),
    library: () => opened().library,
    reviewing: () => opened().reviewing,
    pulling: () => opened().pulling,
    pullStatus: () => open?.pulling.status() ?? idlePull,
    reconnect: () => {
      open?.pulling.reconnect();
    },
    close: () => inTurn(close),
  };
}
