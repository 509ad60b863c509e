/** @file Contract. `trackvault://meeting/<id>?t=…`: an address of a moment. It opens, it never acts. */
import { z } from 'zod';
import { MeetingId, RecordingId } from './nouns.ts';

/** Where to put the playhead: so far from the recording's beginning, or at a moment of the day (epoch ms). */
export const Moment = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offset'), ms: z.number().nonnegative() }),
  z.object({ kind: z.literal('moment'), at: z.number() }),
]);
export type Moment = z.infer<typeof Moment>;

export const DeepLink = z.object({
  meetingId: MeetingId,
  /** One of several recordings of the meeting; null: the one at that moment, or the newest. */
  recordingId: RecordingId.nullable(),
  /** Null: the beginning. */
  at: Moment.nullable(),
});
export type DeepLink = z.infer<typeof DeepLink>;

/** Of an address that is to be written, not yet checked. */
export type LinkTarget = z.input<typeof DeepLink>;

/** An id has at most 2048 characters, each at most nine when written; no honest address is longer. */
const longestLink = 40_000;

/**
 * The address of a meeting, a recording of it and a moment in it. Moments are kept to the millisecond;
 * half of a character pair cannot be written and becomes U+FFFD.
 */
export function writeDeepLink({ meetingId, recordingId, at }: LinkTarget): string {
  const query = [
    ...(at === null ? [] : [writeMoment(at)]),
    ...(recordingId === null ? [] : [`recording=${written(recordingId)}`]),
  ].filter((part) => part !== null);
  const address = `trackvault://meeting/${written(meetingId)}`;
  return query.length === 0 ? address : `${address}?${query.join('&')}`;
}

/**
 * Reads an address. Whatever is not exactly one of ours is null: it comes from mails, pages and other
 * programs. `t` is seconds from the recording's beginning (`90`, `90.5`, `1m30s`, `1:02:03`) or a
 * moment of the day with its zone (`2026-11-18T09:02:15Z`).
 */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > longestLink) return null;
  // Not by `URL`: it takes an id of dots for a step in a path.
  const match = /^trackvault:\/\/meeting\/([^/?#]+)\/?(?:\?([^#]*))?(?:#.*)?$/i.exec(text.trim());
  if (match === null) return null;
  const [, id = '', query = ''] = match;
  const given = readQuery(query);
  if (given === null) return null;
  const { t = null, recording = null } = given;
  const at = t === null ? null : readMoment(t);
  if (t !== null && at === null) return null;
  const link = DeepLink.safeParse({ meetingId: readText(id), recordingId: recording, at });
  return link.success ? link.data : null;
}

/** `encodeURIComponent` with lone halves of pairs replaced, on which it throws. */
function written(id: string): string {
  return encodeURIComponent(
    id.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD'),
  );
}

function readText(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** Null for a name we do not know, for one given twice and for what cannot be decoded. A `+` means itself: it stands in zones. */
function readQuery(query: string): { t?: string; recording?: string } | null {
  const given: { t?: string; recording?: string } = {};
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [name, ...rest] = part.split('=');
    const value = readText(rest.join('='));
    if (value === null || (name !== 't' && name !== 'recording') || name in given) return null;
    given[name] = value;
  }
  return given;
}

/** Largest time that `Date` knows, in ms either side of 1970. */
const lastMoment = 8.64e15;

function writeMoment(at: Moment): string | null {
  if (at.kind === 'offset') return `t=${plainSeconds(at.ms)}`;
  return Math.abs(at.at) <= lastMoment ? `t=${new Date(at.at).toISOString()}` : null;
}

/** Without an exponent and with at most three places. */
function plainSeconds(ms: number): string {
  return (Math.min(ms, longestOffsetMs) / 1000).toFixed(3).replace(/\.?0+$/, '');
}

/** A year: longer than any recording. */
const longestOffsetMs = 366 * 24 * 3_600_000;

const inSeconds = /^(\d{1,9}(?:\.\d{1,3})?)$/;
const inUnits = /^(?=\d)(?:(\d{1,5})h)?(?:(\d{1,7})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?$/;
const inColons = /^(?:(\d{1,5}):)?(\d{1,2}):(\d{2}(?:\.\d{1,3})?)$/;
const inDays =
  /^([+-]\d{6}|\d{4})-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

function readMoment(text: string): Moment | null {
  const match = inSeconds.exec(text);
  if (match !== null) return offset(0, 0, match[1]);
  const parts = inUnits.exec(text) ?? inColons.exec(text);
  if (parts !== null) return offset(parts[1], parts[2], parts[3]);
  const at = inDays.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : { kind: 'moment', at };
}

function offset(
  hours: string | number = 0,
  minutes: string | number = 0,
  seconds: string | number = 0,
): Moment | null {
  const ms = Math.round(
    Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000,
  );
  return ms <= longestOffsetMs ? { kind: 'offset', ms } : null;
}
