/** @file Renderer. Cuts a raw file name into the parts its reading settled, letter for letter. Pure. */
import type { Track } from '#contract';

export type PartRole =
  | 'prefix'
  | 'user'
  | 'peer'
  | 'stream'
  | 'media'
  | 'stamp'
  /** Prefix and ids together, where nothing settles the split. */
  | 'undivided'
  /** Separators, extension, literal noise. */
  | 'plain';

export interface NamePart {
  role: PartRole;
  text: string;
}

type Read = Pick<
  Track,
  'fileName' | 'prefix' | 'userId' | 'peerId' | 'streamKind' | 'mediaKind' | 'trackStamp'
>;

/**
 * The parts in order; joined they are the name again. What the reading does not settle stays one
 * `undivided` part, and a name that does not hold the parts it is said to hold stays whole.
 */
export function nameParts(track: Read): NamePart[] {
  const { fileName, streamKind, mediaKind, trackStamp } = track;
  const whole: NamePart[] = [{ role: 'undivided', text: fileName }];
  if (streamKind === null || mediaKind === null || trackStamp === null) return whole;

  // From the right, as names are read: the last stamp, before it the kinds.
  const stampAt = fileName.lastIndexOf(trackStamp);
  const mediaAt = before(fileName, mediaKind, stampAt);
  const streamAt = before(fileName, streamKind, mediaAt);
  if (stampAt < 0 || mediaAt < 0 || streamAt < 0) return whole;

  const pieces: Placed[] = [
    { role: 'stream', at: streamAt, text: streamKind },
    { role: 'media', at: mediaAt, text: mediaKind },
    { role: 'stamp', at: stampAt, text: trackStamp },
  ];
  const restEnd = streamAt - 1;
  const heads = headPieces(track, restEnd);
  return cut(fileName, [...(heads ?? undivided(fileName, restEnd)), ...pieces]);
}

interface Placed {
  role: PartRole;
  at: number;
  text: string;
}

function headPieces({ fileName, prefix, userId, peerId }: Read, restEnd: number): Placed[] | null {
  if (prefix === null || userId === null || peerId === null) return null;
  const head = `${prefix}_${userId}_${peerId}`;
  if (head.length !== restEnd || !alike(fileName.slice(0, restEnd), head)) return null;
  const userAt = prefix.length + 1;
  return [
    { role: 'prefix', at: 0, text: prefix },
    { role: 'user', at: userAt, text: userId },
    { role: 'peer', at: userAt + userId.length + 1, text: peerId },
  ];
}

const undivided = (fileName: string, restEnd: number): Placed[] =>
  restEnd > 0 ? [{ role: 'undivided', at: 0, text: fileName.slice(0, restEnd) }] : [];

/** Ids may have been brought to one case or form; the name keeps its own letters. */
const alike = (one: string, other: string): boolean =>
  one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase();

/** Where `part` stands last before `end`, followed by a separator. */
function before(fileName: string, part: string, end: number): number {
  return end <= 0 ? -1 : fileName.lastIndexOf(`${part}_`, end - part.length - 1);
}

function cut(fileName: string, pieces: Placed[]): NamePart[] {
  const parts: NamePart[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.at > at) parts.push({ role: 'plain', text: fileName.slice(at, piece.at) });
    const end = piece.at + piece.text.length;
    if (end > piece.at) parts.push({ role: piece.role, text: fileName.slice(piece.at, end) });
    at = end;
  }
  if (at < fileName.length) parts.push({ role: 'plain', text: fileName.slice(at) });
  return parts;
}
