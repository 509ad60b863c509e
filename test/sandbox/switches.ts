/** @file Sandbox. Every uncertainty of the contract (U1…U21) and every failure, as one live object to set at any moment. */

/** How often a fault strikes before it is spent. */
export type Times = number | 'always';

/** Which requests a fault strikes: those whose path contains `path`; all when left out. */
interface Aim {
  readonly path?: string;
  /** Default 1. */
  readonly times?: Times;
}

/** Something wrong with an answer of the API. The first that fits is used. */
export type ApiFault = Aim &
  (
    | {
        /** 429. `gateway`: E2 code 10100; `realtimekit`: E1; `text`: no JSON (contract 3, 14). */
        readonly kind: 'rate-limited';
        readonly retryAfterSeconds: number | null;
        readonly body: 'gateway' | 'realtimekit' | 'text';
      }
    /** A 5xx, or any other status, in one of the four error shapes (contract 2.2). */
    | { readonly kind: 'status'; readonly status: number; readonly body: 'E1' | 'E2' | 'E3' | 'E4' }
    /** 200 with a captive portal's page. */
    | { readonly kind: 'html' }
    /** 200 with `success: false` in the given shape. */
    | { readonly kind: 'not-a-success'; readonly body: 'E1' | 'E2' }
    /** 200 with JSON that breaks off; `promised`: Content-Length is that of the whole. */
    | {
        readonly kind: 'short';
        readonly keepBytes: number;
        readonly contentLength: 'promised' | 'true';
      }
    /** The connection is reset after this many bytes of the body. */
    | { readonly kind: 'cut'; readonly afterBytes: number }
    /** Accepts the request and never answers. */
    | { readonly kind: 'hang' }
  );

/** Something wrong with an answer of the object host. The first that fits is used. */
export type ObjectFault = Aim &
  /** The connection is reset after this many bytes of the body. */
  (
    | { readonly kind: 'cut'; readonly afterBytes: number }
    /** 200 with a page of HTML instead of the object. */
    | { readonly kind: 'html' }
    /** 200 with an XML error as the body. */
    | { readonly kind: 'xml-with-200' }
    /**
     * The last `missingBytes` do not come and the connection ends cleanly. Content-Length is the
     * object's (`promised`), that of the short body (`true`), or absent (`absent`).
     */
    | {
        readonly kind: 'short';
        readonly missingBytes: number;
        readonly contentLength: 'promised' | 'true' | 'absent';
      }
    /** 200, no body, Content-Length 0. */
    | { readonly kind: 'empty' }
    /** 200 and the whole object although a range was asked. */
    | { readonly kind: 'whole' }
    /** 206 whose Content-Range begins `byBytes` later than asked, or states another total. */
    | { readonly kind: 'wrong-range'; readonly byBytes: number; readonly totalBy: number }
    /** The object is overwritten with other bytes just before this answer: new ETag. */
    | { readonly kind: 'object-changes' }
    /** Only the ETag in the answer differs. */
    | { readonly kind: 'etag-changes' }
    /** No ETag, or a weak one. */
    | { readonly kind: 'etag'; readonly as: 'absent' | 'weak' }
    /** An XML error: 429 `TooManyRequests`, 500 `InternalError`, 503 `ServiceUnavailable`, 404 `NoSuchKey` … */
    | { readonly kind: 'status'; readonly status: number; readonly code: string }
    /** A redirect, to see who follows and what is sent there. */
    | { readonly kind: 'redirect'; readonly to: string }
    | { readonly kind: 'hang' }
  );

export interface Switches {
  /** U2. Calls allowed in a window; over it every call is refused until the window ends. null: no limit. */
  quota: { calls: number; windowSeconds: number } | null;
  /** U2. Spelling of the limit headers on every answer. */
  rateLimitHeaders: 'ratelimit' | 'x-ratelimit' | 'none';
  /** U3. `id` of a session participant: the peer id, or an id of the row itself. */
  participantRowId: 'peer' | 'own';
  /** U3. A rejoin is a second row, or a second peer event in the same row. */
  rejoin: 'second-row' | 'second-event';
  /** Where the paging object of session participants sits (contract 6.4). */
  participantPaging: 'top' | 'in-data' | 'none';
  /** U5. `outputs`: 422 unless `layers.default.outputs` is there and `media_kind` is not. */
  startBody: 'current' | 'outputs';
  /** U6. Whether a running composite recording refuses a track start with 409. */
  compositeBlocksTrack: boolean;
  /** U7. Number of the first page. */
  firstPage: 0 | 1;
  /** U8. Spellings of the `status` list that are understood; others are 422. */
  statusList: 'any' | 'repeated' | 'comma' | 'brackets';
  /** U9. Whether a track recording can be paused; refused with 400. */
  trackPause: 'accepted' | 'refused';
  /** U10. Shape of `download_url` of a track recording: c, d, e, and each as JSON text (f). */
  downloadUrl:
    'array' | 'links' | 'links-map' | 'one-layer' | 'array-text' | 'links-text' | 'one-layer-text';
  /** U10 a. What stands there when nothing is ready. */
  noDownloadUrl: 'null' | 'absent' | 'empty-text' | 'empty-object' | 'empty-array';
  /** U10. One entry of the file map: an object or the bare link. */
  downloadEntry: 'object' | 'text';
  /** Whether an entry names the `custom_participant_id` (contract 8.2). */
  entryNamesPerson: boolean;
  /** U11. Style of the links. */
  linkStyle: 'r2' | 'google';
  /** U12. true: each GET signs anew. false: signed once, at upload. */
  linksRenew: boolean;
  /** Life of a link; the vendor's ceiling is seven days. */
  linkLifeSeconds: number;
  /** How an expired link is refused (contract 12.3). `r2-before-2026-07-30` answers 400. */
  expiredAnswer: 'r2' | 'r2-before-2026-07-30' | 'aws' | 'google';
  /** After the seven days: the row stays with dead links, or is gone (404). */
  rowAfterSevenDays: 'stays' | 'gone';
  /** U16. */
  ifRange: 'honoured' | 'ignored';
  /** U17. A good token without the right, or for another account. */
  lackingRights: { status: 401 | 403; shape: 'E1' | 'E2' };
  /** U17. An app id nobody knows. */
  unknownApp: { status: 401 | 403 | 404; shape: 'E1' | 'E2' };
  /** U18. Starting when nobody is in the call. */
  startWithoutSession: 400 | 404 | 409;
  /** U19. What happens to a `per_page` beyond the maximum. */
  perPageMaximum: number;
  perPageBeyond: 'clamped' | 'refused';
  /** U21. Whether a prefix with anything but `[A-Za-z0-9-]` is refused with 422. */
  prefixCheck: boolean;
  /** Where a single recording sits in the answer (contract 7). */
  oneRecordingAt: 'data' | 'data.recording';
  /** `result` instead of `data`, as some generated clients expect (contract 2.1). */
  successKey: 'data' | 'result';
  /** Whether recordings carry the unlisted `type` and `meeting_id` (contract 8.1). */
  recordingType: 'TRACK' | 'empty' | 'absent';
  recordingMeetingId: boolean;
  /** Adds fields nobody has heard of to every row. */
  unknownFields: boolean;
  /** Every optional field is there and null. */
  nullOptionals: boolean;
  /** As many new recordings appear, one after each first page of the recordings list. */
  rowsAppearingWhilePaging: number;
  /** Waits before every answer of the API and of the object host. */
  apiDelayMs: number;
  objectDelayMs: number;
  /** Speed of each body of the object host; null: as fast as it goes. */
  throttleBytesPerSecond: number | null;
  apiFaults: ApiFault[];
  objectFaults: ObjectFault[];
}

/** The readings most likely true, and nothing wrong. */
export function defaultSwitches(): Switches {
  return {
    quota: { calls: 1200, windowSeconds: 300 },
    rateLimitHeaders: 'ratelimit',
    participantRowId: 'peer',
    rejoin: 'second-row',
    participantPaging: 'top',
    startBody: 'current',
    compositeBlocksTrack: false,
    firstPage: 1,
    statusList: 'any',
    trackPause: 'accepted',
    downloadUrl: 'array',
    noDownloadUrl: 'null',
    downloadEntry: 'object',
    entryNamesPerson: false,
    linkStyle: 'r2',
    linksRenew: true,
    linkLifeSeconds: 604_800,
    expiredAnswer: 'r2',
    rowAfterSevenDays: 'stays',
    ifRange: 'honoured',
    lackingRights: { status: 403, shape: 'E2' },
    unknownApp: { status: 404, shape: 'E1' },
    startWithoutSession: 404,
    perPageMaximum: 100,
    perPageBeyond: 'clamped',
    prefixCheck: false,
    oneRecordingAt: 'data',
    successKey: 'data',
    recordingType: 'empty',
    recordingMeetingId: true,
    unknownFields: false,
    nullOptionals: false,
    rowsAppearingWhilePaging: 0,
    apiDelayMs: 0,
    objectDelayMs: 0,
    throttleBytesPerSecond: null,
    apiFaults: [],
    objectFaults: [],
  };
}

/** Takes the first fault aimed at this path, and one from its count. */
export function strike<F extends Aim>(faults: F[], path: string): F | undefined {
  const index = faults.findIndex((fault) => fault.path === undefined || path.includes(fault.path));
  const fault = faults[index];
  if (!fault) return undefined;
  const left = fault.times === 'always' ? 'always' : (fault.times ?? 1) - 1;
  if (left === 0) faults.splice(index, 1);
  else faults[index] = { ...fault, times: left };
  return fault;
}
