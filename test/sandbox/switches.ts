/** @file Sandbox. Every uncertainty of the contract (U1…U21) and every failure, as one live object to set at any moment. */
import { z } from 'zod';
import { apiFaultSchema, objectFaultSchema } from './faults.ts';

const oneOf = <const Words extends readonly string[]>(...words: Words) => z.enum(words);
const statusOf = <const Numbers extends readonly number[]>(...numbers: Numbers) =>
  z.literal(numbers);
const count = z.number().int().nonnegative();

export const switchesSchema = z.strictObject({
  /** U2. Calls allowed in a window; over it every call is refused for a window more. null: no limit. */
  quota: z.object({ calls: count, windowSeconds: count }).nullable(),
  /** U2. Spelling of the limit headers on every answer. */
  rateLimitHeaders: oneOf('ratelimit', 'x-ratelimit', 'none'),
  /** U3. `id` of a session participant: the peer id, or an id of the row itself. */
  participantRowId: oneOf('peer', 'own'),
  /** U3. A rejoin is a second row, or a second peer event in the same row. */
  rejoin: oneOf('second-row', 'second-event'),
  /** Where the paging object of session participants sits (contract 6.4). */
  participantPaging: oneOf('top', 'in-data', 'none'),
  /** U5. `outputs`: 422 unless `layers.default.outputs` is there and `media_kind` is not. */
  startBody: oneOf('current', 'outputs'),
  /** U6. Whether a running composite recording refuses a track start with 409. */
  compositeBlocksTrack: z.boolean(),
  /** U7. Number of the first page. */
  firstPage: statusOf(0, 1),
  /** U8. Spellings of the `status` list that are understood; others are 422. */
  statusList: oneOf('any', 'repeated', 'comma', 'brackets'),
  /** U9. Whether a track recording can be paused; refused with 400. */
  trackPause: oneOf('accepted', 'refused'),
  /** U10. Shape of `download_url` of a track recording: c, d, e, and each as JSON text (f). */
  downloadUrl: oneOf(
    'array',
    'links',
    'links-map',
    'one-layer',
    'array-text',
    'links-text',
    'one-layer-text',
  ),
  /** U10 a. What stands there when nothing is ready. */
  noDownloadUrl: oneOf('null', 'absent', 'empty-text', 'empty-object', 'empty-array'),
  /** U10. One entry of the file map: an object or the bare link. */
  downloadEntry: oneOf('object', 'text'),
  /** Whether an entry names the `custom_participant_id` (contract 8.2). */
  entryNamesPerson: z.boolean(),
  /** U11. Style of the links. */
  linkStyle: oneOf('r2', 'google'),
  /** U12. true: each GET signs anew. false: signed once, at upload. */
  linksRenew: z.boolean(),
  /** Life of a link; the vendor's ceiling is seven days. */
  linkLifeSeconds: count,
  /** How an expired link is refused (contract 12.3). `r2-before-2026-07-30` answers 400. */
  expiredAnswer: oneOf('r2', 'r2-before-2026-07-30', 'aws', 'google'),
  /** After the seven days: the row stays with dead links, or is gone (404). */
  rowAfterSevenDays: oneOf('stays', 'gone'),
  /** U16. */
  ifRange: oneOf('honoured', 'ignored'),
  /** U17. A good token without the right, or for another account. */
  lackingRights: z.object({ status: statusOf(401, 403), shape: oneOf('E1', 'E2') }),
  /** U17. An app id nobody knows. */
  unknownApp: z.object({ status: statusOf(401, 403, 404), shape: oneOf('E1', 'E2') }),
  /** U18. Starting when nobody is in the call. */
  startWithoutSession: statusOf(400, 404, 409),
  /** U19. The largest `per_page`, and what happens to a larger one. */
  perPageMaximum: count,
  perPageBeyond: oneOf('clamped', 'refused'),
  /** U20. Whether lists obey what they are filtered by, or answer with everything. */
  filters: oneOf('obeyed', 'ignored'),
  /** U21. Whether a prefix with anything but `[A-Za-z0-9-]` is refused with 422. */
  prefixCheck: z.boolean(),
  /** From the request to the first sound (contract 10.1). */
  startSeconds: count,
  /** What comes after `INVOKED`; `nothing`: the row hangs for ever (contract 10.2). */
  afterInvoked: oneOf('recording', 'nothing', 'errored'),
  /** A recording breaks this long after it began: `ERRORED`. null: it does not. */
  breaksAfterSeconds: count.nullable(),
  /** `err_message` of recordings that break by themselves; null: the field is absent. */
  errorText: z.string().nullable(),
  /** U13. Files begin with their own sound, or are filled with silence from the recording's start. */
  alignment: oneOf('own-start', 'padded'),
  /** U14. Whether a file's header tells its duration. */
  webmDuration: oneOf('missing', 'present'),
  /** U15. Whether the end of the session stops its recordings. */
  sessionEndStops: z.boolean(),
  /** Whether a room that is empty for a minute stops its recordings (`ALL_PEERS_LEFT`). */
  emptyRoomStops: z.boolean(),
  /** How long an accepted stop is not to be seen: still `RECORDING` (contract 7.7). */
  stopLagSeconds: count,
  /** Stopping, pausing or resuming what is over: a refusal with this status, or the object unchanged. */
  steerWhenOver: z.union([statusOf(400, 404, 409), z.literal('unchanged')]),
  /** From the stop to the end of the upload. */
  uploadSeconds: count,
  /** What comes after `UPLOADING`; `nothing`: it hangs for ever with a duration of 0 (contract 10.2). */
  afterUploading: oneOf('uploaded', 'nothing', 'errored'),
  /** When files are listed: all at the end, one by one while `UPLOADING`, or the last one minutes later. */
  uploadListing: oneOf('at-end', 'growing', 'late'),
  /** Where a single recording sits in the answer (contract 7). */
  oneRecordingAt: oneOf('data', 'data.recording'),
  /** `result` instead of `data`, as some generated clients expect (contract 2.1). */
  successKey: oneOf('data', 'result'),
  /** Whether recordings carry the unlisted `type` and `meeting_id` (contract 8.1). */
  recordingType: oneOf('TRACK', 'empty', 'absent'),
  recordingMeetingId: z.boolean(),
  /** Adds fields nobody has heard of to every row. */
  unknownFields: z.boolean(),
  /** Every optional field is there and null. */
  nullOptionals: z.boolean(),
  /** As many new recordings appear, one after each first page of the recordings list. */
  rowsAppearingWhilePaging: count,
  /** Waits before every answer of the API and of the object host. */
  apiDelayMs: count,
  objectDelayMs: count,
  /** Speed of each body of the object host; null: as fast as it goes. */
  throttleBytesPerSecond: z.number().positive().nullable(),
  /** Struck in order: the first whose aim fits the request, until it is spent. */
  apiFaults: z.array(apiFaultSchema),
  objectFaults: z.array(objectFaultSchema),
});

export type Switches = z.infer<typeof switchesSchema>;

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
    filters: 'obeyed',
    prefixCheck: false,
    startSeconds: 3,
    afterInvoked: 'recording',
    breaksAfterSeconds: null,
    errorText: null,
    alignment: 'own-start',
    webmDuration: 'missing',
    sessionEndStops: true,
    emptyRoomStops: true,
    stopLagSeconds: 0,
    steerWhenOver: 400,
    uploadSeconds: 8,
    afterUploading: 'uploaded',
    uploadListing: 'at-end',
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
