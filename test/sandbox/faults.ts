/** @file Sandbox. What can go wrong with one answer, and which answers it strikes how often. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

const aim = {
  /** Strikes requests whose path contains this; all when left out. Object paths are compared decoded. */
  path: z.string().optional(),
  /** Strikes requests with this method alone, such as `POST`; all when left out. */
  method: z.string().optional(),
  /** How often it strikes before it is spent; default 1. */
  times: z.union([z.number().int().positive(), z.literal('always')]).optional(),
};

type Aim = z.infer<z.ZodObject<typeof aim>>;

/** Of the API alone. */
const apiAim = {
  ...aim,
  /** true: the service carries the call out first, and only the answer is lost. Default: the call never reached it. */
  taken: z.boolean().optional(),
};

export const apiFaultSchema = z.discriminatedUnion('kind', [
  /** 429. `gateway`: E2 code 10100; `realtimekit`: E1; `text`: no JSON (contract 3, 14). */
  z.object({
    ...aim,
    kind: z.literal('rate-limited'),
    retryAfterSeconds: count.nullable(),
    body: z.enum(['gateway', 'realtimekit', 'text']),
  }),
  /** Any status in one of the four error shapes (contract 2.2). */
  z.object({
    ...apiAim,
    kind: z.literal('status'),
    status: count,
    body: z.enum(['E1', 'E2', 'E3', 'E4']),
  }),
  /** 200 with a captive portal's page. */
  z.object({ ...apiAim, kind: z.literal('html') }),
  /** 200 with `success: false`. */
  z.object({ ...apiAim, kind: z.literal('not-a-success'), body: z.enum(['E1', 'E2']) }),
  /** The call is carried out; 200 with JSON that breaks off. `promised`: Content-Length is that of the whole. */
  z.object({
    ...aim,
    kind: z.literal('short'),
    keepBytes: count,
    contentLength: z.enum(['promised', 'true']),
  }),
  /** The call is carried out; the connection is reset after this many bytes of the body. */
  z.object({ ...aim, kind: z.literal('cut'), afterBytes: count }),
  /** Accepts the request and never answers. */
  z.object({ ...apiAim, kind: z.literal('hang') }),
  /** The connection is reset before a byte of the answer. */
  z.object({ ...apiAim, kind: z.literal('reset') }),
  /** The true answer, late: `ms` before the call is carried out, or after it if `taken`. */
  z.object({ ...apiAim, kind: z.literal('delay'), ms: count }),
]);

export const objectFaultSchema = z.discriminatedUnion('kind', [
  /** The connection is reset after this many bytes of the body. */
  z.object({ ...aim, kind: z.literal('cut'), afterBytes: count }),
  /** 200 with a page of HTML instead of the object. */
  z.object({ ...aim, kind: z.literal('html') }),
  /** 200 with an XML error as the body. */
  z.object({ ...aim, kind: z.literal('xml-with-200') }),
  /**
   * The last `missingBytes` do not come and the connection ends without a reset. Content-Length is
   * the object's (`promised`), that of the short body (`true`), or absent (`absent`).
   */
  z.object({
    ...aim,
    kind: z.literal('short'),
    missingBytes: count,
    contentLength: z.enum(['promised', 'true', 'absent']),
  }),
  /** 200, no body, Content-Length 0. */
  z.object({ ...aim, kind: z.literal('empty') }),
  /** 200 and the whole object although a range was asked. */
  z.object({ ...aim, kind: z.literal('whole') }),
  /** 206 whose Content-Range begins `byBytes` later than asked, or states a total larger by `totalBy`. */
  z.object({ ...aim, kind: z.literal('wrong-range'), byBytes: count, totalBy: z.number().int() }),
  /** The object is overwritten with other bytes just before this answer: new ETag. */
  z.object({ ...aim, kind: z.literal('object-changes') }),
  /** Only the ETag in the answer differs. */
  z.object({ ...aim, kind: z.literal('etag-changes') }),
  /** No ETag, or a weak one. */
  z.object({ ...aim, kind: z.literal('etag'), as: z.enum(['absent', 'weak']) }),
  /** An XML error: 429 `TooManyRequests`, 500 `InternalError`, 503 `ServiceUnavailable`, 404 `NoSuchKey` … */
  z.object({ ...aim, kind: z.literal('status'), status: count, code: z.string() }),
  /** A redirect, to see who follows and what is sent there. */
  z.object({ ...aim, kind: z.literal('redirect'), to: z.string() }),
  /** Accepts the request and never answers. */
  z.object({ ...aim, kind: z.literal('hang') }),
]);

export type ApiFault = z.infer<typeof apiFaultSchema>;
export type ObjectFault = z.infer<typeof objectFaultSchema>;

/** Takes the first fault aimed at this path and method, and one from its count. */
export function strike<F extends Aim>(faults: F[], path: string, method?: string): F | undefined {
  const index = faults.findIndex(
    (fault) =>
      (fault.path === undefined || path.includes(fault.path)) &&
      (fault.method === undefined || fault.method === method),
  );
  const fault = faults[index];
  if (!fault) return undefined;
  const left = fault.times === 'always' ? 'always' : (fault.times ?? 1) - 1;
  if (left === 0) faults.splice(index, 1);
  else faults[index] = { ...fault, times: left };
  return fault;
}
