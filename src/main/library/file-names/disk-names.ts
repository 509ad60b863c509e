/** @file Main process. The names that files and folders get on disk: ours alone, safe on every system. */
import { createHash } from 'node:crypto';

/** What identifies a track before its bytes are known: the vendor's words, letter for letter. */
export interface NamedTrack {
  readonly recordingId: string;
  readonly layerName: string;
  readonly fileName: string;
}

/** Longest path inside a library, in characters, from `recordings/` to the end of a disk name. */
export const MAX_RELATIVE_PATH = 160;
/** Leaves room for `recordings/2026/`, date, hash, `/metadata/` and the longest disk name. */
const MAX_SLUG = 48;

const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * The disk name of a track, such as `20261118T090215Z_4f1c9a7e02.webm`. It names no person: a
 * speaker found wrong later would be misnamed for ever.
 *
 * @param track.trackTimeMs the track's time, epoch ms; `undated` stands in the name without one
 */
export function diskNameFor(track: NamedTrack & { readonly trackTimeMs: number | null }): string {
  // JSON escapes lone surrogates, which UTF-8 would make equal to one another.
  const identity = JSON.stringify([track.recordingId, track.layerName, track.fileName]);
  return `${utcStamp(track.trackTimeMs)}_${sha256Hex(identity).slice(0, 10)}.webm`;
}

/**
 * The disk name for other bytes that came under a name already kept: the first disk name with `_`
 * and eight digits of the new bytes' own hash.
 *
 * @param contentSha256 64 hex digits
 */
export function diskNameForOtherBytes(firstDiskName: string, contentSha256: string): string {
  return `${firstDiskName.slice(0, -'.webm'.length)}_${contentSha256.slice(0, 8).toLowerCase()}.webm`;
}

/**
 * The folder name of a recording's bag, such as `2026-11-18_ep-42-harbour-pilots_9f3c01ab`: UTC
 * date, the title's plain letters and digits, eight digits of SHA-256 of the recording id.
 *
 * @param recording.invokedAt epoch ms; `undated` without one
 */
export function bagFolderName(recording: {
  readonly invokedAt: number | null;
  readonly title: string;
  readonly recordingId: string;
}): string {
  const date = utcStamp(recording.invokedAt);
  const day =
    date === UNDATED ? date : `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
  return `${day}_${slugOf(recording.title)}_${sha256Hex(recording.recordingId).slice(0, 8)}`;
}

/** Where a bag stands in the library: `recordings/<year>/<folder name>`, with forward slashes. */
export function bagPath(recording: Parameters<typeof bagFolderName>[0]): string {
  const folder = bagFolderName(recording);
  const year = /^\d{4}/.exec(folder)?.[0] ?? UNDATED;
  return `recordings/${year}/${folder}`;
}

const UNDATED = 'undated';

/** `20261118T090215Z`; `undated` where four digits cannot hold the year. */
function utcStamp(timeMs: number | null): string {
  if (timeMs === null || !(timeMs >= Date.UTC(1970, 0, 1)) || timeMs >= Date.UTC(10_000, 0, 1))
    return UNDATED;
  return new Date(timeMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
}

/** Lower-case ASCII letters and digits joined by single hyphens; nothing a file system could mind. */
function slugOf(title: string): string {
  const plain = title
    .slice(0, 1000)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_SLUG)
    .replace(/-+$/, '');
  return plain === '' ? 'untitled' : plain;
}
