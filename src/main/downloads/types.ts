/** @file Main process. What downloads promises to those that feed it, watch it and wait for it. */
import type { ErrorCode, Forecast, RecordingId } from '#contract';

import type { Clock } from '../clock.ts';
import type { FileIdentity, Library } from '../library/index.ts';
import type { Link } from '../realtimekit/index.ts';
import type { ReadFacts } from './delivery.ts';
import type { CreateFetch } from './fetch.ts';
import type { State } from './job.ts';
import type { FreshLink } from './links.ts';
import type { StateKind } from './queue.ts';

/** A file the vendor lists now. */
export interface ListedDownload extends FileIdentity {
  /** Epoch ms after which the vendor deletes it; null when unknown. */
  deadlineAt: number | null;
  /** See `expectedBytesOf`; null or left out when there is nothing to go by. */
  expectedBytes?: number | null;
  /** Held in memory alone. */
  link: Link;
}

/** One file on its way or done, as facts to show. Times are epoch ms. */
export interface Download extends FileIdentity {
  state: State;
  deadlineAt: number | null;
  listedAt: number;
  receivedBytes: number;
  totalBytes: number | null;
  /** Of this file alone; 0 unless it runs. */
  bytesPerSecond: number;
}

export interface Pause {
  because: ErrorCode;
  /** Epoch ms. */
  until: number;
}

/** Between two times, epoch ms, nobody fetched. */
export interface WasOff {
  fromAt: number;
  untilAt: number;
  /** Files whose deadline passed meanwhile and that did not come after all. */
  lost: number;
}

/** The whole small list, never a delta. */
export interface DownloadsStatus {
  /** Set while nothing is asked: rate limit, full disk, offline, refused token. */
  paused: Pause | null;
  /** A person has stopped all transfers until they say otherwise. */
  pausedByPerson: boolean;
  /** What is being fetched this moment, as many as may be at once. */
  active: Download[];
  /** Rows of the queue by state, its whole history. */
  counts: Record<StateKind, number>;
  bytesPerSecond: number;
}

export type DownloadsEvent =
  | { kind: 'status'; status: DownloadsStatus }
  /** A file reached a state. */
  | { kind: 'changed'; download: Download }
  /** What will be lost at the speed there is, at most every five seconds, when it changed. Titles are null. */
  | { kind: 'forecast'; forecast: Forecast }
  /** Something unforeseen was thrown; the file is tried again. For the log. */
  | { kind: 'bug'; error: unknown };

export interface DownloadsOptions {
  library: Pick<Library, 'partPath' | 'holds' | 'keep' | 'tracks'>;
  freshLink: FreshLink;
  facts: ReadFacts;
  clock: Clock;
  /** Absolute path of `queue.db`. */
  queuePath: string;
  /**
   * Whether a recording is this connection's. What is queued of another app's is left as it stands
   * until that app is asked again: here it would only be unknown. Left out: all are.
   */
  concerns?: (recordingId: RecordingId) => Promise<boolean>;
  /** Where the SQLite addon lies when it is not the packaged one. */
  nativeBinding?: string;
  onEvent?: (event: DownloadsEvent) => void;
  /** How many files may be fetched at once, asked whenever one may start. Default 3. */
  atOnce?: () => number;
  /** Told the host of each request before it is sent. */
  onRequest?: (host: string) => void;
  /** Entry of the threads that fetch, hash and write. Left out: this thread does it. */
  transferWorkerUrl?: URL;
  /** Bytes a second for all transfers together, null for no limit; asked several times a second while bytes come. */
  speedLimit?: () => number | null;
  /** The service's clock minus ours, in ms; null when unknown. Left out: unknown. */
  skewMs?: () => number | null;
  /** Whether reading a recording again brings newer links (U12): until that is known a link's end is the file's. */
  renewal?: () => Forecast['renewal'];
  /** Free bytes on the library's disk, asked before a file is begun and while files grow; null when nobody can say. */
  freeBytes?: () => Promise<number | null>;
  /**
   * How often, in ms, it is written down that the queue runs, and looked whether the computer slept
   * meanwhile. Left out: when it opens, when files end and when it stops.
   */
  heartbeatMs?: number;
  /** Who fetches a file. Left out: over HTTP, into the library. */
  createFetch?: CreateFetch;
  /** In [0, 1), spreads retries. Default `Math.random`. */
  random?: () => number;
}

export interface Downloads {
  /** Adds what is new, asks again for what failed, leaves alone what was cancelled or is kept. */
  enqueue(files: readonly ListedDownload[]): Promise<void>;
  status(): DownloadsStatus;
  /** Newest first, or by recording in the order of listing. `limit` defaults to 200. */
  list(query?: { recordingIds?: readonly string[]; limit?: number }): Download[];
  /** What is neither kept nor cancelled: what runs first, then as it was listed. All when no `limit` is given. */
  unfinished(limit?: number): Download[];
  /** A person asks again; also ends a pause that an obstacle made. */
  retry(file: FileIdentity): void;
  /** A person sets it aside until they ask again; what is on disk is continued then. */
  pause(file: FileIdentity): void;
  /** A person stops all transfers, or lets them go on; holds after a restart too. Costs no attempt. */
  pauseAll(paused: boolean): void;
  /** As of now; titles are null. */
  forecast(): Forecast;
  /** The last time of more than an hour in which nothing was fetched because nobody was there; null when there was none. */
  wasOff(): WasOff | null;
  /** The computer is about to sleep: what runs stops where it is and costs nothing. */
  suspend(): void;
  /** It is awake again: everything is looked at anew. */
  wake(): void;
  /** Not to be fetched until a person asks again; what is kept or lost stays so. */
  cancel(file: FileIdentity): void;
  /** Told the same as `onEvent`; returns the way to unsubscribe. */
  subscribe(listener: (event: DownloadsEvent) => void): () => void;
  /** More files may run at once than before: starts them now. Fewer take effect as files end. */
  reconsider(): void;
  /** Ends a pause early: the network is back, the disk has room, the token was replaced. */
  resume(): void;
  /**
   * Resolves when nothing runs and nothing will start within `patienceMs` (default 0), be it because
   * everything has ended, because the rest waits longer, or because the queue pauses longer.
   * @throws the signal's reason
   */
  whenIdle(options?: { patienceMs?: number; signal?: AbortSignal }): Promise<void>;
  /** Quits in order: attempts stop where they are, cost nothing, and go on next time. */
  stop(): Promise<void>;
}
