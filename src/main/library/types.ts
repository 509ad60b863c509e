/** @file Main process. What the library promises to the modules that feed it and to those that read it. */
import type {
  AllowList,
  CustomParticipantId,
  Found,
  MediaState,
  Hole,
  Jump,
  MeetingId,
  MeetingSort,
  MeetingSummary,
  PeerId,
  Recording,
  RecordingId,
  RecordingKind,
  SessionId,
  Today,
  Track,
  TrackId,
  UserId,
} from '#contract';
import type { AnswerBody, KeptOrder, OrderBody, OrderQuery } from './order-notes.ts';

/** Who acts: written into every ledger line. */
export interface Actor {
  osUser: string;
  machine: string;
  /** `app`, `cli`. */
  through: string;
}

/** Identity of a vendor file: never the link (architecture, Downloads). */
export interface FileIdentity {
  recordingId: RecordingId;
  layerName: string;
  fileName: string;
}

/** A listed file with what the entry itself says of its speaker (contract 8.2). */
export interface ListedFile {
  layerName: string;
  fileName: string;
  customParticipantId: CustomParticipantId | null;
  peerId: PeerId | null;
}

/** One join of a person; another device or a rejoin makes another (contract 6.3). */
export interface Connection {
  /** Null when the service told none. */
  peerId: PeerId | null;
  joinedAt: number | null;
  /** Null while it lasts, or when nobody told. */
  leftAt: number | null;
}

/** Someone who was in the call (contract 6.4). */
export interface SessionPerson {
  /** All ids under which the row may be a peer: `id` and every `peer_events[].peer_id` (U3). */
  peerIds: PeerId[];
  userId: UserId | null;
  customParticipantId: CustomParticipantId | null;
  displayName: string | null;
  joinedAt: number | null;
  leftAt: number | null;
  /** In the order of joining; absent in what was observed before they were told apart. */
  connections?: Connection[] | undefined;
}

/** Someone who was added to the meeting (contract 5.3). */
export interface MeetingPerson {
  userId: UserId;
  customParticipantId: CustomParticipantId | null;
  name: string | null;
}

/** The vendor's last words about one recording, without links (contract 8). */
export interface Observation {
  recordingId: RecordingId;
  kind: RecordingKind;
  /** The vendor's word, unknown ones included (contract 10). */
  status: string;
  meetingId: MeetingId | null;
  sessionId: SessionId | null;
  title: string | null;
  errorMessage: string | null;
  invokedAt: number | null;
  startedAt: number | null;
  stoppedAt: number | null;
  recordingDurationMs: number | null;
  deadlineAt: number | null;
  /** Shape name of `download_url` (contract 8.2). */
  shape: string;
  files: ListedFile[];
  /** Null when the vendor could not be asked; an empty list is an answer. */
  sessionPeople: SessionPerson[] | null;
  meetingPeople: MeetingPerson[] | null;
  /** Where it was learned: `{host, accountId, appId}`. */
  source: { host: string; accountId: string; appId: string };
  /** The vendor's JSON with every address replaced by its host. */
  raw: unknown;
}

/** A finished part file, ready to enter its bag. */
export interface Delivery extends FileIdentity {
  /** Absolute path inside the library's `incoming/`; the library moves it. */
  partPath: string;
  bytes: number;
  sha256: string;
  etag: string | null;
  lastModified: string | null;
  receivedAt: number;
  media: MediaState;
  durationMs: number | null;
  holes: Hole[];
  sampleRate: number | null;
  channels: number | null;
  /** What the walk found odd, as codes; kept as facts. */
  problems: string[];
}

/** What a verify run covers. */
export type Selection = { all: true } | { recordingIds: RecordingId[] } | { trackIds: TrackId[] };

export interface VerifyProgress {
  doneBytes: number;
  totalBytes: number;
  doneTracks: number;
  totalTracks: number;
}

/** One finding of a verify run. `extra` is a payload no manifest knows; tag files are checked as well. */
export interface VerifyFinding {
  path: string;
  trackId: TrackId | null;
  found: 'verified' | 'damaged' | 'missing' | 'extra' | 'tag-damaged';
  detail: string | null;
}

export interface VerifyReport {
  startedAt: number;
  endedAt: number;
  findings: VerifyFinding[];
  verified: number;
  damaged: number;
  missing: number;
  bytes: number;
}

/** What happened to one recording; times are epoch ms. */
export interface RecordingHistory {
  /** The vendor's words, each when it was first seen; empty for recordings observed before this was noted. */
  words: { word: string; seenAt: number }[];
  /** When the last of its files was received. */
  receivedAt: number | null;
  /** Files whose last reading back found them whole, and when the latest was. */
  verified: number;
  verifiedAt: number | null;
  /** When the last file was lost for good. */
  lostAt: number | null;
  decision: 'sealed' | 'closed-incomplete' | null;
  decidedAt: number | null;
}

/** Keyset page: pass `next` back as `after`; null at the end. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** How much a library holds. */
export interface Totals {
  recordings: number;
  tracks: number;
  bytes: number;
}

export type IdField = 'userId' | 'peerId' | 'customParticipantId';

export interface TrackQuery {
  recordingId?: RecordingId;
  meetingId?: MeetingId;
  after?: string | null;
  limit?: number;
}

export interface IdSearch {
  /** Literal text; `_` and `%` mean themselves. */
  text: string;
  field: IdField;
  how: 'exact' | 'prefix';
  after?: string | null;
  limit?: number;
}

/** Told after a change is on disk: ids to reload, never deltas. */
export interface LibraryChange {
  recordingIds: RecordingId[];
}

export type { KeptOrder, OrderQuery } from './order-notes.ts';

/** An order about to be sent, see `Library.orderRecording`. */
export interface NewOrder extends Omit<OrderBody, 'consent'> {
  consentNote: string;
  /** Open orders for the same people and prefix that this one takes the place of: they came to nothing. */
  instead?: readonly string[];
}

/** What came of an order; `because` is a code for the ledger. */
export type OrderAnswer = Pick<AnswerBody, 'outcome' | 'recordingId' | 'because'>;

/** A matter held alone, see `Library.claim`. Ends with its process, however that ends. */
export interface Claim {
  release(): void;
}

/** An open library. Reads work for writer and reader; writes throw `library.read-only` for a reader. */
export interface Library {
  readonly libraryId: string;
  /** Absolute folder. */
  readonly dir: string;
  readonly access: 'writer' | 'reader';

  /** Writes the vendor's last words to disk and the index; a ledger line when they differ from before. */
  observe(observation: Observation): Promise<void>;
  /** The vendor answered 404: nothing held is removed (contract 7.5). */
  markGone(recordingId: RecordingId): Promise<void>;
  /** Where the parts of a file are collected; the same path after a restart. */
  partPath(file: FileIdentity): string;
  /** True when bytes under this identity are in a bag. */
  holds(file: FileIdentity): Promise<boolean>;
  /** Ledger line → payload → manifest → tag manifest, each durable before the next. */
  keep(delivery: Delivery): Promise<Track>;
  /** Records that a listed file can no longer be fetched, with the reason (ledger). */
  markLost(file: FileIdentity, because: string): Promise<void>;
  /** Seals what is final; returns what became of the recording. */
  seal(recordingId: RecordingId): Promise<Recording['state']>;
  /** Reads bytes back from disk and compares them with the manifests; recorded in the ledger. */
  verify(
    selection: Selection,
    options?: { signal?: AbortSignal; onProgress?: (progress: VerifyProgress) => void },
  ): Promise<VerifyReport>;
  /** Throws `index.db` away and builds it again from disk. */
  rebuild(onProgress?: (done: number, total: number) => void): Promise<void>;

  meetings(query: {
    after?: string | null;
    limit?: number;
    /** Looked for literally in title, people and id, in any case. */
    text?: string;
    /** Newest first without it. */
    sort?: MeetingSort;
  }): Promise<Page<MeetingSummary>>;
  /** By the key of its row. */
  meeting(key: string): Promise<MeetingSummary | null>;
  /** Counted up to 10 000. */
  countMeetings(text: string): Promise<{ count: number; more: boolean }>;
  /** What deserves attention now, from the index alone. */
  today(): Promise<Today>;
  /** Meetings and people in whose words all that was typed stands: six of each at most. */
  jump(text: string): Promise<Jump>;
  recordings(query: {
    meetingId?: MeetingId;
    after?: string | null;
    limit?: number;
  }): Promise<Page<Recording>>;
  recording(recordingId: RecordingId): Promise<Recording | null>;
  /** What happened to it and when; null for one the library does not know. */
  history(recordingId: RecordingId): Promise<RecordingHistory | null>;
  /** What was observed last, from disk; null when never observed. */
  observation(recordingId: RecordingId): Promise<Observation | null>;
  tracks(query: TrackQuery): Promise<Page<Track>>;
  track(trackId: TrackId): Promise<Track | null>;
  findById(search: IdSearch): Promise<Page<Found>>;
  totals(): Promise<Totals>;
  /** Room on the disk the library lies on, for this person; null where the system does not say. */
  freeBytes(): Promise<number | null>;
  /** Absolute path of a track's payload, checked to lie inside the library. */
  payloadPath(trackId: TrackId): Promise<string>;
  /**
   * Absolute folder of a recording, checked to lie inside the library.
   * @throws Failure `recording.unknown`, `recording.no-folder`
   */
  bagPath(recordingId: RecordingId): Promise<string>;
  /** Absolute folder for derived data; may be deleted at any time. */
  readonly derivedDir: string;

  /** True when orders, answers, stops and choices of people can be taken down: as the writer, or through the inbox. */
  mayNote(): Promise<boolean>;
  /**
   * Takes an order down before it is sent: in the ledger, or as a reader in the inbox, durable when it
   * resolves. The same order id twice is one order.
   * @throws Failure `library.read-only`, `disk.full`, `disk.refused`
   */
  orderRecording(order: NewOrder): Promise<void>;
  /** Takes down what came of an order; of two answers the later one counts. Throws as `orderRecording`. */
  answerOrder(orderId: string, answer: OrderAnswer): Promise<void>;
  /** Takes down that a stop was asked for now. Throws as `orderRecording`. */
  noteStop(recordingId: RecordingId): Promise<void>;
  /** When a stop was last asked for, epoch ms; recordings without any are not in it. */
  stopsAsked(recordingIds: readonly RecordingId[]): Promise<Map<RecordingId, number>>;
  /** Orders, the latest first, with those that still wait in the inbox; of a meeting at most 100. */
  orders(query: OrderQuery): Promise<KeptOrder[]>;
  /** Saved choices of people, by name. */
  allowLists(meetingId: MeetingId): Promise<AllowList[]>;
  /** Takes the place of one of the same name. Throws as `orderRecording`. */
  saveAllowList(meetingId: MeetingId, list: AllowList): Promise<void>;
  forgetAllowList(meetingId: MeetingId, name: string): Promise<void>;
  /**
   * Holds a matter alone among all processes and handles that have this library open.
   * @returns null while somebody else holds it, or another matter that shares its lock
   * @throws Failure `library.read-only`, `disk.full`, `disk.refused`
   */
  claim(name: string): Promise<Claim | null>;

  /** Files of the library that could not be read; never fatal. Paths are relative. */
  problems(): Promise<{ path: string; why: string }[]>;

  onChange(listener: (change: LibraryChange) => void): () => void;
  close(): Promise<void>;
}
