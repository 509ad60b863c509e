/** @file Main process. The text files of a BagIt 1.0 bag (RFC 8493): written exactly, read with suspicion. */
import { createHash } from 'node:crypto';

export const bagitText = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** One line of a manifest. */
export interface ManifestEntry {
  /** Relative to the bag, with `/`. */
  path: string;
  sha256: string;
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Only CR, LF and `%` are escaped (RFC 8493, 2.1.3). */
function encodePath(path: string): string {
  return path.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function decodePath(path: string): string {
  return path.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%');
}

/** Sorted by path, so that the same content is always the same text. */
export function formatManifest(entries: readonly ManifestEntry[]): string {
  return [...entries]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, sha256 }) => `${sha256}  ${encodePath(path)}\n`)
    .join('');
}

/** A path as it may stand in a bag: relative, forward slashes, no step upwards. */
export function isBagPath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= 1024 &&
    !/[\\\0:]/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** Reads a manifest; null when a line is not a hash and a path inside the bag. */
export function parseManifest(text: string): ManifestEntry[] | null {
  const entries: ManifestEntry[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') continue;
    const match = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/s.exec(line);
    const path = match?.[2] === undefined ? '' : decodePath(match[2]);
    if (match?.[1] === undefined || !isBagPath(path)) return null;
    entries.push({ path, sha256: match[1].toLowerCase() });
  }
  return entries;
}

/** One value per line: line breaks and control characters of strangers become spaces. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

export function formatBagInfo(facts: {
  recordingId: string;
  meetingId: string | null;
  title: string | null;
  receivedAt: number;
  payloadBytes: number;
  payloadCount: number;
}): string {
  const rows: [string, string | null][] = [
    ['Bag-Software-Agent', 'Trackvault'],
    ['Bagging-Date', new Date(facts.receivedAt).toISOString().slice(0, 10)],
    ['External-Identifier', facts.recordingId],
    ['External-Description', facts.title],
    ['Bag-Group-Identifier', facts.meetingId],
    ['Payload-Oxum', `${facts.payloadBytes}.${facts.payloadCount}`],
  ];
  return rows
    .map(([label, value]) => [label, value === null ? '' : oneLine(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}: ${value}\n`)
    .join('');
}
