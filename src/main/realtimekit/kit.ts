/** @file Main process. What the module promises: the calls, the verdict on a token, and what is told along the way. */
import type { Failure, FailureData } from '#contract';

import type { Clock } from '../clock.ts';
import type {
  KnownRecordingStatus,
  VendorApp,
  VendorMeeting,
  VendorMeetingParticipant,
  VendorPeer,
  VendorRecording,
  VendorSession,
  VendorSessionParticipant,
} from './vendor.ts';

/** The public API, up to and including the version. */
export const defaultApiRoot = 'https://api.cloudflare.com/client/v4';

export interface RealtimeKitOptions {
  /** https, or http on loopback. Default: {@link defaultApiRoot}. */
  readonly apiRoot?: string;
  readonly accountId: string;
  /** `null` while the person still chooses: then only `checkAccess` and `listApps` work. */
  readonly appId: string | null;
  /** Asked at every call, so that a token replaced meanwhile is used at once. `null`: there is none. */
  readonly token: () => Promise<{ reveal(): string } | string | null>;
  readonly clock: Clock;
  /**
   * Longest time, in ms, that one call may spend waiting for the rate limit; then it fails with
   * `api.rate-limited` and `retryAt`. Default: no limit, the call waits and `onContact` tells.
   */
  readonly maxPauseMs?: number;
  /** How long, in ms, to wait for a connection, and for an answer to begin. Default 30 000. */
  readonly answerWithinMs?: number;
  /** Calls under way at once. Default 4. */
  readonly concurrency?: number;
  readonly onContact?: (contact: Contact) => void;
  /** Told the host of each request before it is sent. */
  readonly onRequest?: (host: string) => void;
  readonly onNotice?: (notice: Notice) => void;
  /** Between 0 and 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number;
}

/** How it stands between us and the API, told whenever it is learnt. */
export type Contact =
  /** `skewMs`: the API's clock minus ours; `null` when its answer had no date. */
  | { readonly state: 'answered'; readonly at: number; readonly skewMs: number | null }
  | { readonly state: 'unreachable'; readonly at: number; readonly message: string }
  /** Every call waits until `until` (epoch ms): the vendor asked for it (contract 3). */
  | { readonly state: 'rate-limited'; readonly at: number; readonly until: number };

/** Part of an otherwise good answer that could not be read and was left out. */
export interface Notice {
  readonly kind: 'row-not-understood';
  /** Which call, without ids of ours: `recordings`, `meetings`, … */
  readonly call: string;
  readonly message: string;
}

export interface KitStatus {
  /** Epoch ms until which all calls wait; `null` when none do. */
  readonly rateLimitedUntil: number | null;
  /** The API's clock minus ours, in ms (± 0.5 s); `null` before the first answer. */
  readonly skewMs: number | null;
  /** What the service says it allows; `null` while it has not (contract 3). */
  readonly quota: Quota | null;
}

/** So many calls in any window. */
export interface Quota {
  readonly calls: number;
  readonly windowMs: number;
}

/** What is wrong with the shape of a token (contract 14, first row). */
export type TokenFault =
  'empty' | 'spaces' | 'line-break' | 'quotes' | 'repeated-bearer' | 'global-key' | 'characters';

/** Verdict on a token (contract 1.1). */
export type Access =
  | {
      readonly state: 'ok';
      readonly apps: readonly VendorApp[];
      /** Epoch ms at which the token ends; `null` when it does not, or the API does not say. */
      readonly expiresAt: number | null;
    }
  /** `refused`: the API itself called the header malformed. */
  | { readonly state: 'malformed'; readonly because: TokenFault | 'refused' }
  | { readonly state: 'unknown'; readonly message: string }
  | { readonly state: 'expired'; readonly expiresAt: number | null }
  /** `validFrom`: epoch ms, when the token is not disabled but not valid yet. */
  | { readonly state: 'disabled'; readonly validFrom: number | null }
  /** The token is good but lacks the right “Realtime”; not `certain`: or it belongs to another account. */
  | { readonly state: 'lacks-rights'; readonly certain: boolean; readonly message: string }
  /** Not `certain`: or it lacks the right “Realtime”. */
  | { readonly state: 'wrong-account'; readonly certain: boolean; readonly message: string }
  /** The token is good; `apps` are those to choose from. */
  | {
      readonly state: 'wrong-app';
      readonly apps: readonly VendorApp[];
      readonly expiresAt: number | null;
    }
  /** The API could not be asked: says nothing about the token. */
  | { readonly state: 'not-checked'; readonly failure: FailureData };

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For this call alone; see {@link RealtimeKitOptions.maxPauseMs}. */
  readonly maxPauseMs?: number | undefined;
  /** Told before each request of this call: pages and repeated tries are several. */
  readonly onSend?: (() => void) | undefined;
}

export interface SessionFilter extends CallOptions {
  readonly meetingId?: string;
  readonly status?: 'live' | 'ended';
}

export interface RecordingFilter extends CallOptions {
  readonly meetingId?: string;
  /** Only these; leave out for all. Words unknown to the contract come only without this filter. */
  readonly statuses?: readonly KnownRecordingStatus[];
}

/** Whom to record and under which name (contract 7.2). */
export interface TrackOrder {
  readonly meetingId: string;
  /** At most 100; `null`: everyone. */
  readonly userIds: readonly string[] | null;
  readonly prefix: string;
}

/** What came of an order to start. */
export type StartOutcome =
  | { readonly state: 'started'; readonly recording: VendorRecording }
  /** Nothing was started by this order. */
  | { readonly state: 'refused'; readonly failure: Failure }
  /** It may have been taken: look at the meeting's recordings before anything else is sent (contract 7.6). */
  | { readonly state: 'lost'; readonly failure: Failure };

export type SteerAction = 'stop' | 'pause' | 'resume';

/** What came of steering a recording; `recording` as the service told it last. */
export type SteerOutcome =
  /** The order was taken, or a read shows what was asked for. A stop may take a moment to be seen (contract 7.7). */
  | { readonly state: 'taken'; readonly recording: VendorRecording }
  | { readonly state: 'refused'; readonly recording: VendorRecording; readonly failure: Failure }
  /** The service knows no such recording. */
  | { readonly state: 'gone' };

/**
 * The vendor's API as typed functions. All share one paced queue; reads are retried; a call ends in
 * a value or throws a `Failure`: `credentials.*` (the exact one: the token is looked into before it
 * is thrown), `api.unreachable`, `api.rate-limited`, `api.server-trouble`, `api.not-understood`,
 * `api.refused` (details: `status`, `vendorCode`), or the signal's reason.
 * `null` where the vendor answers, understandably, that there is no such thing.
 */
export interface RealtimeKit {
  /** Never throws but for an aborted signal. */
  checkAccess(options?: CallOptions): Promise<Access>;
  listApps(options?: CallOptions): Promise<VendorApp[]>;
  listMeetings(options?: CallOptions): AsyncIterable<VendorMeeting>;
  getMeeting(meetingId: string, options?: CallOptions): Promise<VendorMeeting | null>;
  listMeetingParticipants(
    meetingId: string,
    options?: CallOptions,
  ): Promise<VendorMeetingParticipant[] | null>;
  listSessions(filter?: SessionFilter): AsyncIterable<VendorSession>;
  getSession(sessionId: string, options?: CallOptions): Promise<VendorSession | null>;
  /** `null` when nobody is in a call there: a normal answer (contract 6.2). */
  activeSession(meetingId: string, options?: CallOptions): Promise<VendorSession | null>;
  listSessionParticipants(
    sessionId: string,
    options?: CallOptions,
  ): Promise<VendorSessionParticipant[] | null>;
  peerReport(peerId: string, options?: CallOptions): Promise<VendorPeer | null>;
  /** Each recording once, in pages as they come; may yield good rows and then throw. */
  listRecordings(filter?: RecordingFilter): AsyncIterable<VendorRecording>;
  /** `null`: gone at the provider; never a reason to delete what is held (contract 7.5). */
  getRecording(recordingId: string, options?: CallOptions): Promise<VendorRecording | null>;
  /** `null` when none runs. With several at once it hides some: see `listRecordings` (contract 7.6). */
  activeRecording(meetingId: string, options?: CallOptions): Promise<VendorRecording | null>;
  /**
   * Starts a track recording: one request, and a second in the older form only where the first was
   * refused for its form (contract 7.2, U5). Refusals carry `meeting.not-live` (U18),
   * `recording.already-running` (also U6), `credentials.*`, `api.rate-limited` with `retryAt`,
   * `api.unreachable`, or `api.refused` with the service's text.
   * @throws the signal's reason, before anything was sent
   */
  startTrackRecording(order: TrackOrder, options?: CallOptions): Promise<StartOutcome>;
  /**
   * Stops, pauses or resumes (contract 7.7). Whatever is not answered clearly is read, and the read
   * is believed; where even that shows nothing, the order is sent again, at most three times.
   */
  steerRecording(
    recordingId: string,
    action: SteerAction,
    options?: CallOptions,
  ): Promise<SteerOutcome>;
  status(): KitStatus;
}
