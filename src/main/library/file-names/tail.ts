/** @file Main process. Reads a track file name from the right: query, extension, stamp, kinds; leaves the rest. */
import type { NameEvidence, NameFlag } from './reading.ts';

/** The right-hand side of a name. `rest` is what prefix and ids are to be found in. */
export interface NameTail {
  readonly rest: string;
  readonly streamKind: string;
  readonly mediaKind: string;
  readonly trackStamp: string;
  /**
   * How sure it is that this is the vendor's template: `weak` when both kinds are unknown words or
   * an unknown kind stands beside an odd stamp, as in names given by hand.
   */
  readonly anchor: 'firm' | 'weak';
}

const STREAM_KINDS = new Set(['peer', 'screenshare']);
const MEDIA_KINDS = new Set(['audio', 'video']);
const EXTENSION = /\.(webm|ogg|mka|m4a|mp4)$/i;
const PARTIAL = /\.(part|crdownload|download)$/i;
const COPY_SUFFIX = / \(\d{1,4}\)$/;
/** What a signed link's query holds, whichever store signed it (contract 12.1). */
const SIGNATURE =
  /[?&](?:x-amz-|x-goog-|signature=|expires=|awsaccesskeyid=|googleaccessid=|response-content-)/i;
const ENDING_AND_QUERY = /\.(?:webm|ogg|mka|m4a|mp4)(?:\.(?:part|crdownload|download))?\?/i;
/** The same behind a media kind and a stamp: there the query begins, whatever stands before or after. */
const TAIL_AND_QUERY = new RegExp(
  String.raw`_[a-z]+_\d[\d.]*(?: \(\d{1,4}\))?${ENDING_AND_QUERY.source}`,
  'i',
);
const PARAMETER = /^\?[a-z][\w.~%-]{0,100}=/i;
/** The last instant a JavaScript date can hold, epoch ms. */
const LAST_INSTANT_MS = 8.64e15;
const YEAR_2020_MS = Date.UTC(2020, 0, 1);
const HOUR_MS = 3_600_000;

/** Cuts the query of a link off a name: it carries a signature, and a signature is a secret. */
export function cutQuery(name: string): { fileName: string; wasCut: boolean } {
  const at = name.includes('?') ? queryStart(name) : -1;
  return at === -1
    ? { fileName: name, wasCut: false }
    : { fileName: name.slice(0, at), wasCut: true };
}

function queryStart(name: string): number {
  const behindTail = endOfMatch(TAIL_AND_QUERY, name) - 1;
  const isParameter = (at: number): boolean => at >= 0 && PARAMETER.test(name.slice(at, at + 128));
  const endsProperly = EXTENSION.test(name.slice(-5)) || PARTIAL.test(name.slice(-12));
  if (behindTail >= 0 && (!endsProperly || isParameter(behindTail))) return behindTail;

  const signature = name.search(SIGNATURE);
  // Without any `?` before it the marker is part of an ordinary name.
  if (signature !== -1) return name.lastIndexOf('?', signature);
  const behindEnding = endOfMatch(ENDING_AND_QUERY, name) - 1;
  return isParameter(behindEnding) ? behindEnding : -1;
}

/** Where the first match ends; 0 without one. */
function endOfMatch(pattern: RegExp, text: string): number {
  const match = pattern.exec(text);
  return match === null ? 0 : match.index + match[0].length;
}

/**
 * The file name a link points to: the last segment of its path, percent-decoded once (`+` stays
 * `+`). Keys of a download map are never decoded: do not pass them here.
 */
export function fileNameFromLink(link: string): string {
  const path = link.split(/[?#]/, 1)[0] ?? '';
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoding after all: the letters stand for themselves.
    return segment;
  }
}

/** Takes the tail off a name already without its query; null when it is not of the template. */
export function readTail(fileName: string, flags: Set<NameFlag>): NameTail | null {
  const stem = stripEnding(fileName, flags);
  const stampAt = stem.lastIndexOf('_');
  const mediaAt = stampAt > 0 ? stem.lastIndexOf('_', stampAt - 1) : -1;
  if (mediaAt <= 0) return null;
  const trackStamp = stem.slice(stampAt + 1);
  const mediaKind = stem.slice(mediaAt + 1, stampAt);

  const noise = stem.slice(Math.max(0, mediaAt - 11), mediaAt) === '_media_kind';
  const streamEnd = noise ? mediaAt - 11 : mediaAt;
  const streamAt = streamEnd > 0 ? stem.lastIndexOf('_', streamEnd - 1) : -1;
  if (streamAt < 0) return null;
  const streamKind = stem.slice(streamAt + 1, streamEnd);

  const knownStream = STREAM_KINDS.has(streamKind);
  const knownMedia = MEDIA_KINDS.has(mediaKind);
  const numeric = /^\d+(?:\.\d+)?$/.test(trackStamp);
  // A name given by hand has underscores too: two of the three must speak the vendor's language.
  if (!numeric && !(knownStream && knownMedia)) return null;
  const isWord = (kind: string, known: boolean): boolean => known || /^[a-z]{1,32}$/.test(kind);
  const plainStamp = /^\d{13}(?:\.\d+)?$/.test(trackStamp);
  if (!knownStream && !knownMedia && !plainStamp) return null;

  if (noise) flags.add('media-kind-noise');
  if (!knownStream) flags.add('unknown-stream-kind');
  if (!knownMedia) flags.add('unknown-media-kind');
  if (mediaKind !== 'audio') flags.add('not-playable-yet');
  const firm =
    (knownStream && knownMedia) ||
    ((knownStream || knownMedia) &&
      plainStamp &&
      isWord(streamKind, knownStream) &&
      isWord(mediaKind, knownMedia));
  return {
    rest: stem.slice(0, streamAt),
    streamKind,
    mediaKind,
    trackStamp,
    anchor: firm ? 'firm' : 'weak',
  };
}

function stripEnding(fileName: string, flags: Set<NameFlag>): string {
  let stem = fileName;
  if (PARTIAL.test(stem.slice(-12))) {
    flags.add('partial-download');
    stem = stem.slice(0, stem.lastIndexOf('.'));
  }
  const extension = EXTENSION.exec(stem.slice(-5))?.[0];
  if (extension === undefined) flags.add('no-extension');
  else {
    if (extension.toLowerCase() !== '.webm') flags.add('other-extension');
    if (extension !== extension.toLowerCase()) flags.add('extension-case');
    stem = stem.slice(0, -extension.length);
  }
  const copy = COPY_SUFFIX.exec(stem.slice(-8))?.[0];
  if (copy !== undefined) {
    flags.add('copy-suffix');
    stem = stem.slice(0, -copy.length);
  }
  return stem;
}

/**
 * Epoch ms of a stamp of 13 ASCII digits, with its fraction; null for every other stamp, which is
 * flagged for what it looks like and never scaled. Suspect values are kept (contract 9, U13).
 */
export function readStamp(
  trackStamp: string,
  times: NameEvidence['times'],
  flags: Set<NameFlag>,
): number | null {
  const match = /^(\d{1,40})(\.\d{1,40})?$/.exec(trackStamp);
  const digits = match?.[1];
  if (digits === undefined) {
    flags.add('stamp-unreadable');
    return null;
  }
  if (match?.[2] !== undefined) flags.add('stamp-fraction');
  if (digits.length === 10) flags.add('stamp-seconds');
  if (digits.length === 16) flags.add('stamp-microseconds');
  if (digits.length === 19) flags.add('stamp-nanoseconds');
  if (digits.length !== 13) {
    const named = digits.length === 10 || digits.length === 16 || digits.length === 19;
    if (!named || Number(digits) > LAST_INSTANT_MS) flags.add('stamp-out-of-range');
    return null;
  }
  const stampMs = Number(trackStamp);
  for (const suspicion of suspicions(stampMs, times ?? {})) flags.add('suspect').add(suspicion);
  return stampMs;
}

function suspicions(stampMs: number, times: NonNullable<NameEvidence['times']>): NameFlag[] {
  const found: NameFlag[] = [];
  if (stampMs < YEAR_2020_MS) found.push('suspect-before-2020');
  if (isTime(times.now) && stampMs > times.now + 48 * HOUR_MS) found.push('suspect-in-future');
  const known = [times.invokedAt, times.startedAt, times.stoppedAt].filter(isTime);
  // A recording that has not stopped may still grow tracks: only its beginning bounds the stamp.
  const last = isTime(times.stoppedAt) ? Math.max(...known) : Infinity;
  if (known.length > 0 && (stampMs < Math.min(...known) - HOUR_MS || stampMs > last + HOUR_MS)) {
    found.push('suspect-away-from-recording');
  }
  return found;
}

function isTime(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
