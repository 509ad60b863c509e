/** @file Test. Recordings with a known truth, whose names are as nasty as the service allows, and evidence about them. */
import type { NameEvidence, SiblingFile } from '../../../src/main/library/file-names/index.ts';

export interface Truth {
  readonly prefix: string;
  readonly userId: string;
  readonly peerId: string;
  readonly streamKind: string;
  readonly mediaKind: string;
  readonly trackStamp: string;
}

export interface GeneratedTrack {
  readonly truth: Truth;
  readonly file: SiblingFile;
}

export interface GeneratedRecording {
  readonly tracks: readonly GeneratedTrack[];
  /** About the recording; what is known of one file alone stands with the file. */
  readonly evidence: NameEvidence;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = [
  'a', 'b', 'c', 'u1', 'p1', 'p10', 'jane', 'doe', 'acme', 'Jane', 'user-123', 'peer-456', 'case', '12', 'A',
  'default', 'peer', 'screenshare', 'audio', 'video', 'media', 'kind', '1760000000000', '1794993707902.2737',
  '', '', 'undefined', 'null', '_proto_', 'constructor', '{{x}}',
  'é', 'e\u0301', 'а', 'ΑB', '日本', '🎙', '\u202e', '\u200b', '\u0000', '\n', '\ud83d', '\udc00',
  'a b', '%5F', '+', '@', '.webm', '.webm?', '../..', 'C:', '\\', '=HYPERLINK(1)', '<img>', "'", '"', '(1)', ' (1)',
] as const; // prettier-ignore
const STAMPS = [
  '1760000000000', '1760000000000', '1794993707902.2737', '1760000000', '1760000000000000', '0', '-5', 'NaN',
  '1760000000000000000', '99999999999999999999', '١٧٦',
] as const; // prettier-ignore
const ENDINGS = [
  '.webm',
  '.webm',
  '.webm',
  '.WEBM',
  '.ogg',
  '',
  '.webm.part',
  ' (1).webm',
  '.webm?X-Amz-Signature=f00',
];
const UUIDS = Array.from({ length: 6 }, (_, n) => `${n}b6b2a1e-52f3-4f0a-9a57-2c8f4b1e6d9${n}`);

/**
 * One recording of one to four tracks.
 *
 * The world they come from, where it is narrower than "any text anywhere":
 * 1. Peer ids are made by the service: a known peer id is never the tail (`_p`) of another peer's id.
 * 2. No id of several parts ends in a UUID; else two UUIDs at the end of a name would prove nothing.
 * 3. No id of somebody else stands across the border of two fields, as the user `a_b` would in
 *    prefix `x_a`, user `b`. Inside one field it may stand: `doe` in the user id `jane_doe`.
 * 4. Evidence may be incomplete and may speak of others, but does not lie: the prefixes are those
 *    asked for, a list called complete is complete, a peer belongs to the person it is said to.
 */
export function generateRecording(random: () => number): GeneratedRecording {
  const chance = (probability: number): boolean => random() < probability;
  const below = (end: number): number => Math.floor(random() * end);
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[below(from.length)];
    if (picked === undefined) throw new RangeError('Nothing to pick from.');
    return picked;
  };
  const some = <T>(from: readonly T[], share: number): T[] => from.filter(() => chance(share));
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const uuid = (): string => (chance(0.2) ? pick(UUIDS).toUpperCase() : pick(UUIDS));
  const words = (most: number): string => times(1 + below(most), () => pick(WORDS)).join('_');
  const userId = (): string =>
    chance(0.35) ? uuid() : chance(0.1) ? `${uuid()}_${pick(WORDS)}` : words(3);
  const peerId = (): string => (chance(0.4) ? uuid() : chance(0.7) ? words(1) : words(3));
  const prefixText = (): string =>
    chance(0.25) ? 'default' : chance(0.2) ? `${words(2)}_${uuid()}` : chance(0.1) ? '' : words(4);

  const people = times(1 + below(4), () => ({
    userId: userId(),
    peerIds: times(1 + below(2), peerId),
  }));
  const prefix = prefixText();
  const tracks = times(1 + below(4), () => {
    const person = pick(people);
    return { prefix, userId: person.userId, peerId: pick(person.peerIds) };
  });
  const owned = people.flatMap((person) =>
    person.peerIds.map((id) => ({ peerId: id, userId: person.userId })),
  );

  const mayBeKnown = (id: string): boolean =>
    tracks.every((track) => !standsAcrossFields(id, track));
  const peerMayBeKnown = (id: string): boolean =>
    mayBeKnown(id) &&
    tracks.every(({ peerId: own }) => !own.normalize().endsWith(`_${id.normalize()}`));
  const users = [
    ...some(
      people.map((person) => person.userId),
      0.5,
    ),
    ...times(below(4), userId),
  ].filter(mayBeKnown);
  const evidence: NameEvidence = {
    ...(chance(0.3) ? { prefixes: [...times(below(2), prefixText), prefix] } : {}),
    ...(chance(0.6) ? { users } : {}),
    usersComplete: chance(0.3) && tracks.every((track) => users.includes(track.userId)),
    ...(chance(0.5)
      ? {
          peers: [...some(owned, 0.5).map((one) => one.peerId), ...times(below(3), peerId)].filter(
            peerMayBeKnown,
          ),
        }
      : {}),
    ...(chance(0.3)
      ? { owners: consistent(some(owned, 0.5), owned).filter((one) => peerMayBeKnown(one.peerId)) }
      : {}),
  };
  return {
    evidence,
    tracks: tracks.map((ids) => {
      const streamKind = chance(0.8) ? 'peer' : pick(['screenshare', 'hologram', 'x9']);
      const mediaKind = chance(0.9) ? 'audio' : pick(['video', 'smell']);
      const trackStamp = chance(0.7) ? '1760000000000' : pick(STAMPS);
      const noise = chance(0.1) ? '_media_kind' : '';
      const rest = `${ids.prefix}_${ids.userId}_${ids.peerId}`;
      const customId = words(2);
      return {
        truth: { ...ids, streamKind, mediaKind, trackStamp },
        file: {
          layerName: 'default',
          fileName: `${rest}_${streamKind}${noise}_${mediaKind}_${trackStamp}${chance(0.8) ? '.webm' : pick(ENDINGS)}`,
          ...(chance(0.15)
            ? {
                entry: {
                  ...(chance(0.5) ? { peerId: ids.peerId } : {}),
                  ...(chance(0.5) ? { userId: ids.userId } : {}),
                  ...(chance(0.5) && mayBeKnown(customId) ? { customParticipantId: customId } : {}),
                },
              }
            : {}),
        },
      };
    }),
  };
}

/** A peer id drawn twice by chance belongs to both: then both are said, or neither. */
function consistent<T extends { peerId: string; userId: string }>(
  chosen: readonly T[],
  all: readonly T[],
): T[] {
  const same = (a: string, b: string): boolean =>
    a.toLowerCase().normalize() === b.toLowerCase().normalize();
  return all.filter((one) => chosen.some((other) => same(one.peerId, other.peerId)));
}

/** Whether `id` stands, on whole parts, over a border between the fields of this name. */
function standsAcrossFields(
  id: string,
  fields: { prefix: string; userId: string; peerId: string },
): boolean {
  const plain = (text: string): string => text.normalize();
  const rest = `_${plain(fields.prefix)}_${plain(fields.userId)}_${plain(fields.peerId)}_`;
  const userStart = plain(fields.prefix).length + 1;
  const peerStart = userStart + plain(fields.userId).length + 1;
  const wanted = `_${plain(id)}_`;
  for (let at = rest.indexOf(wanted); at !== -1; at = rest.indexOf(wanted, at + 1)) {
    const end = at + wanted.length - 1;
    const crosses = (border: number): boolean => at < border && border < end;
    if (crosses(userStart) || crosses(peerStart)) return true;
  }
  return false;
}
