/** @file Main process. The words in which a track file name is read: evidence in, reading out; plain values only. */

/**
 * Raised whenever the same name and evidence could read differently than before, so that stored
 * readings can be compared and a re-reading can be recorded.
 */
export const PARSER_VERSION = 1;

/** Most splits kept for one name; the number of splits of n parts is (n−1)(n−2)/2. */
export const MAX_CANDIDATES = 1024;

/** Two things the vendor said belong together: this connection was that person's. */
export interface PeerOwner {
  readonly peerId: string;
  /** The user id, or another text (a custom id) that may stand for that person in a name. */
  readonly userId: string;
}

/**
 * Everything that may settle how a name splits. Nothing in it may be a guess: each list may be
 * incomplete and may name other people, but what it says must be true.
 */
export interface NameEvidence {
  /** The API's words about this very file (contract 8.2); settles what it names. */
  readonly entry?:
    | {
        readonly peerId?: string | null | undefined;
        /** Also when a caller resolved it from `customParticipantId`. */
        readonly userId?: string | null | undefined;
        readonly customParticipantId?: string | null | undefined;
      }
    | undefined;
  /** Prefixes asked for when this recording was started, one per layer: the name carries one of them. */
  readonly prefixes?: readonly string[] | undefined;
  /** User ids (and custom ids, contract 6.6) of people of the session or meeting. */
  readonly users?: readonly string[] | undefined;
  /** True only when `users` surely contains this file's user: the whole list was fetched. */
  readonly usersComplete?: boolean | undefined;
  /** Peer ids: peer events and session participant ids (contract U3). */
  readonly peers?: readonly string[] | undefined;
  /** Peers whose person is known. Several rows for one peer: any of those texts may stand in the name. */
  readonly owners?: readonly PeerOwner[] | undefined;
  /** Against these a stamp is judged; epoch ms. */
  readonly times?:
    | {
        readonly now?: number | null | undefined;
        readonly invokedAt?: number | null | undefined;
        readonly startedAt?: number | null | undefined;
        readonly stoppedAt?: number | null | undefined;
      }
    | undefined;
}

/** What other files of the same recording and layer say about the prefix; made by `readSiblings`. */
export interface SiblingHint {
  /** Prefixes of siblings read as `exact`. */
  readonly exactPrefixes: readonly string[];
  /** Prefixes of siblings read as `derived`: never yield more than `derived`. */
  readonly derivedPrefixes: readonly string[];
  /** Parts that all siblings have in common at the front: the shared prefix has no more. */
  readonly prefixPartsAtMost: number;
}

/** `exact`: settled by evidence. `derived`: by shape alone, one possible split. */
export type Reading = 'exact' | 'derived' | 'ambiguous' | 'unreadable';

/** Which shape a derived reading rests on; only `two-uuids` counts as certain in a search. */
export type Derivation = 'two-uuids' | 'three-parts' | 'sibling-prefix';

/** Why a split is likely, settled or impossible. */
export type SplitReason =
  | 'entry-peer'
  | 'entry-user'
  | 'entry-custom-id'
  | 'prefix-asked'
  | 'peer-known'
  | 'user-known'
  | 'peer-belongs-to-user'
  | 'sibling-exact'
  | 'sibling-derived'
  | 'two-uuids'
  | 'three-parts'
  | 'prefix-default'
  | 'user-uuid'
  | 'peer-uuid'
  | 'peer-one-part'
  | 'user-one-part'
  | 'placeholder'
  | 'contradicted';

export type NameFlag =
  // what surrounds the template
  | 'query-cut'
  | 'no-extension'
  | 'other-extension'
  | 'extension-case'
  | 'partial-download'
  | 'copy-suffix'
  | 'media-kind-noise'
  | 'template'
  | 'not-a-track-name'
  | 'too-few-parts'
  // kinds and stamp
  | 'unknown-stream-kind'
  | 'unknown-media-kind'
  | 'not-playable-yet'
  | 'stamp-fraction'
  | 'stamp-seconds'
  | 'stamp-microseconds'
  | 'stamp-nanoseconds'
  | 'stamp-out-of-range'
  | 'stamp-unreadable'
  | 'suspect'
  | 'suspect-before-2020'
  | 'suspect-in-future'
  | 'suspect-away-from-recording'
  // people and evidence
  | 'placeholder-user'
  | 'placeholder-peer'
  | 'prefix-unexpected'
  | 'user-not-listed'
  | 'evidence-disagrees'
  | 'siblings-disagree'
  | 'candidates-cut'
  // characters
  | 'control-characters'
  | 'bidi-marks'
  | 'zero-width'
  | 'lone-surrogate'
  | 'not-nfc'
  | 'look-alike'
  | 'path-like';

export interface SplitCandidate {
  readonly prefix: string;
  readonly userId: string;
  readonly peerId: string;
  readonly reasons: readonly SplitReason[];
}

/** A name taken apart. A plain JSON value: it is stored and sent as it stands. */
export interface NameReading {
  readonly parserVersion: number;
  /** The name letter for letter, without the query of a link (a secret). Never a path. */
  readonly fileName: string;
  readonly reading: Reading;
  /** Set only by a `derived` reading. */
  readonly derivation: Derivation | null;
  /** The three are null unless the reading settles them. */
  readonly prefix: string | null;
  readonly userId: string | null;
  readonly peerId: string | null;
  /** Why the settled split is the right one; empty when nothing is settled. */
  readonly reasons: readonly SplitReason[];
  readonly streamKind: string | null;
  readonly mediaKind: string | null;
  /** The stamp as it stands in the name, fraction included. */
  readonly trackStamp: string | null;
  /** Epoch ms, perhaps with a fraction; null unless the stamp is 13 digits. Never scaled. */
  readonly stampMs: number | null;
  /** The settled split, or all splits, likeliest first (at most `MAX_CANDIDATES`). */
  readonly candidates: readonly SplitCandidate[];
  readonly flags: readonly NameFlag[];
}

/**
 * True when a search by `user_id` may call this reading certain: `exact`, or `derived` from two
 * UUID tails. A decision by a person is the caller's to add.
 */
export function isCertain(reading: Pick<NameReading, 'reading' | 'derivation'>): boolean {
  return reading.reading === 'exact' || reading.derivation === 'two-uuids';
}
