/** @file Main process. What the vendor tells, as our own nouns: camelCase, epoch ms, `null` where the vendor was silent. */
import type { Link } from './link.ts';

/** A JSON value as received, safe to keep: addresses replaced by their host, secret fields dropped. */
export type VendorJson =
  string | number | boolean | null | readonly VendorJson[] | { readonly [key: string]: VendorJson };

/** An app of the account (contract 4.1). Rows carry a secret in practice, so nothing else of them is kept. */
export interface VendorApp {
  readonly id: string;
  readonly name: string | null;
}

/** A room that lasts (contract 5.1). */
export interface VendorMeeting {
  readonly id: string;
  /** `null` when absent or empty. */
  readonly title: string | null;
  /** Epoch ms. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly raw: VendorJson;
}

/** A person added to a meeting, whether or not they came (contract 5.3). */
export interface VendorMeetingParticipant {
  /** The service's lasting id, the `user_id` of file names (contract 6.3). */
  readonly userId: string;
  readonly customParticipantId: string | null;
  readonly name: string | null;
  readonly presetName: string | null;
  readonly createdAt: number | null;
  readonly raw: VendorJson;
}

/** One call held in a meeting (contract 6.1). */
export interface VendorSession {
  readonly id: string;
  /** The vendor's `associated_id`. */
  readonly meetingId: string | null;
  readonly meetingTitle: string | null;
  readonly status: SessionStatus;
  /** The vendor's own word for the status, `''` when it gave none. */
  readonly statusText: string;
  readonly liveParticipants: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly createdAt: number | null;
  readonly raw: VendorJson;
}

export type SessionStatus = 'live' | 'ended' | 'unknown';

/** A person who came to a call, once per row of the vendor: a rejoin may be a second row (contract 6.4, U3). */
export interface VendorSessionParticipant {
  /** Either the peer id or an id of the row: U3. `null` when absent. */
  readonly id: string | null;
  readonly userId: string | null;
  readonly customParticipantId: string | null;
  /** The name used in that call. */
  readonly displayName: string | null;
  readonly presetName: string | null;
  readonly joinedAt: number | null;
  /** `null` while the person is in the call. */
  readonly leftAt: number | null;
  readonly durationMs: number | null;
  readonly peerEvents: readonly VendorPeerEvent[];
  /** Every id that may stand as peer id in a file name: those of the events, then `id`; each once. */
  readonly peerIds: readonly string[];
  readonly raw: VendorJson;
}

export interface VendorPeerEvent {
  readonly peerId: string | null;
  /** `PEER_CREATED`, `PEER_JOINING`, `PEER_LEAVING`, or a word not known yet. */
  readonly eventName: string | null;
  readonly userId: string | null;
  readonly at: number | null;
}

/** Who a peer id was (contract 6.5), without network address, city or device. */
export interface VendorPeer {
  readonly peerId: string;
  readonly userId: string | null;
  readonly customParticipantId: string | null;
  readonly displayName: string | null;
  readonly presetName: string | null;
  readonly sessionId: string | null;
  readonly joinedAt: number | null;
  readonly leftAt: number | null;
  readonly raw: VendorJson;
}

/** Words of the vendor's life cycle (contract 10), in its order, which is also the order to ask in. */
export const recordingStatuses = [
  'INVOKED',
  'RECORDING',
  'PAUSED',
  'UPLOADING',
  'UPLOADED',
  'ERRORED',
] as const;
export type KnownRecordingStatus = (typeof recordingStatuses)[number];
/** `unknown` stands for any word not in the contract; the word itself is in `statusText`. */
export type RecordingStatus = KnownRecordingStatus | 'unknown';

/** `probably-track`: nothing but an ambiguous clue so far; a later read decides (contract 8.1). */
export type RecordingKind = 'track' | 'composite' | 'probably-track';

/** Which of the shapes of contract 8.2 the links came in; `json-…` when they were wrapped in text. */
export type DownloadShape =
  | 'none'
  | 'address'
  | 'layers'
  | 'links'
  | 'layer'
  | 'json-none'
  | 'json-layers'
  | 'json-links'
  | 'json-layer'
  | 'not-understood';

/** One file of a track recording, as the vendor offers it now. Its identity is recording + layer + file name. */
export interface VendorFile {
  readonly layerName: string;
  /** Letter for letter as the vendor wrote it. */
  readonly fileName: string;
  readonly customParticipantId: string | null;
  readonly peerId: string | null;
  readonly link: Link;
}

/** Something in `download_url` that could not become a file. Told, never silently dropped. */
export interface DownloadProblem {
  readonly layerName: string | null;
  readonly fileName: string | null;
  readonly because:
    | 'no-address'
    | 'not-an-address'
    | 'not-https'
    | 'listed-twice'
    | 'named-by-address'
    /** The name carried the query of a signed address, a secret: it was cut off. */
    | 'signature-cut'
    | 'not-understood';
}

/** The vendor's recording of one session (contract 8.1). */
export interface VendorRecording {
  readonly id: string;
  readonly status: RecordingStatus;
  /** The vendor's own word. */
  readonly statusText: string;
  readonly kind: RecordingKind;
  readonly meetingId: string | null;
  /** Lists carry it, the single read does not. */
  readonly meetingTitle: string | null;
  readonly sessionId: string | null;
  readonly invokedAt: number | null;
  readonly startedAt: number | null;
  readonly stoppedAt: number | null;
  /** Span of the recording, not of any file; 0 while unfinished. */
  readonly durationMs: number | null;
  /** The vendor's `download_url_expiry`; may be set while links are missing. */
  readonly linksExpireAt: number | null;
  readonly outputFileName: string | null;
  /** The vendor's only error text, made safe to show. */
  readonly errorText: string | null;
  readonly startReason: string | null;
  readonly stopReason: string | null;
  readonly files: readonly VendorFile[];
  readonly problems: readonly DownloadProblem[];
  readonly shape: DownloadShape;
  /** The vendor's JSON as received, without addresses and secrets: evidence for the archive. */
  readonly raw: VendorJson;
}
