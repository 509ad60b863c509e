/** @file Main process. Every way to split a text into prefix, user and peer, and what evidence says of each. */
import {
  MAX_CANDIDATES,
  type NameEvidence,
  type SiblingHint,
  type SplitCandidate,
  type SplitReason,
} from './reading.ts';
import { idKey, isUuid, toNfc } from './text.ts';

/** One split: the positions of its two underscores in the rest, the texts, and what speaks for and against. */
export interface Split extends SplitCandidate {
  readonly reasons: readonly SplitReason[];
  readonly prefixEnd: number;
  readonly peerStart: number;
  readonly onePartPeer: boolean;
  /** Parts the prefix has, where that was counted: in names of very many parts it is not. */
  readonly prefixParts: number | null;
}

export interface Splits {
  readonly splits: readonly Split[];
  /** False when the name has too many parts to look at every split. */
  readonly complete: boolean;
}

/** The largest number of parts whose splits all fit into `MAX_CANDIDATES`: 46 parts have 990. */
export const MAX_PARTS = 46;
/** All candidates of one name together, in UTF-16 units: a monster name must not become a gigabyte. */
const MAX_CANDIDATE_TEXT = 4_000_000;

/** Evidence made ready for asking: canonical ids in sets. Made once for many names. */
export class Facts {
  readonly entryPeer: string | null;
  readonly entryUser: string | null;
  readonly entryCustomId: string | null;
  readonly prefixes: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly usersComplete: boolean;
  readonly peers: ReadonlySet<string>;
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
  readonly longest: number;

  constructor(evidence: NameEvidence) {
    const { entry } = evidence;
    this.entryPeer = keyOfEntry(entry?.peerId);
    this.entryUser = keyOfEntry(entry?.userId);
    this.entryCustomId = keyOfEntry(entry?.customParticipantId);
    this.prefixes = new Set((evidence.prefixes ?? []).map(toNfc));
    this.users = new Set((evidence.users ?? []).map(idKey));
    this.usersComplete = evidence.usersComplete === true;
    const owners = new Map<string, Set<string>>();
    for (const { peerId, userId } of evidence.owners ?? []) {
      const key = idKey(peerId);
      owners.set(key, (owners.get(key) ?? new Set<string>()).add(idKey(userId)));
    }
    this.owners = owners;
    this.peers = new Set([...(evidence.peers ?? []).map(idKey), ...owners.keys()]);
    const ofEntry = [this.entryPeer, this.entryUser, this.entryCustomId].filter(
      (id) => id !== null,
    );
    let longest = 0;
    for (const texts of [ofEntry, this.prefixes, this.users, this.peers, ...owners.values()]) {
      for (const text of texts) longest = Math.max(longest, text.length);
    }
    this.longest = longest;
  }
}

/** An empty id in an API answer says nothing about the file. */
function keyOfEntry(id: string | null | undefined): string | null {
  return typeof id !== 'string' || isPlaceholderId(id) ? null : idKey(id);
}

/** Ids the service cannot have given: nothing, or what a program prints for nothing. */
export function isPlaceholderId(id: string): boolean {
  return id === '' || /^(?:undefined|null|\{\{\w*\}\})$/i.test(id);
}

/** All splits of `rest` (for many-part names: the rightmost ones and all that evidence points at). */
export function findSplits(rest: string, facts: Facts): Splits {
  const places: number[] = [];
  for (
    let at = rest.lastIndexOf('_');
    at !== -1 && places.length < MAX_PARTS;
    at = at > 0 ? rest.lastIndexOf('_', at - 1) : -1
  ) {
    places.unshift(at);
  }
  const complete = places.length < MAX_PARTS;
  const window = complete ? places : places.slice(1);
  const prefixEnds = new Set(window);
  const peerStarts = new Set(window);
  if (!complete) addPlacesOfFacts(rest, facts, prefixEnds, peerStarts, places.at(-1) ?? -1);

  const last = places.at(-1) ?? -1;
  const uuidTail = hasUuidTail(rest, places);
  const order = new Map(places.map((place, at) => [place, at]));
  const splits: Split[] = [];
  // Rightmost first: long prefixes are likelier than ids with underscores.
  const fromRight = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => b - a);
  const prefixEndsFromRight = fromRight(prefixEnds);
  for (const peerStart of fromRight(peerStarts)) {
    for (const prefixEnd of prefixEndsFromRight) {
      if (prefixEnd >= peerStart) continue;
      const texts = {
        prefix: rest.slice(0, prefixEnd),
        userId: rest.slice(prefixEnd + 1, peerStart),
        peerId: rest.slice(peerStart + 1),
      };
      const onePartPeer = peerStart === last;
      const reasons = reasonsFor(texts, facts, onePartPeer);
      if (uuidTail && onePartPeer && prefixEnd === places.at(-2)) reasons.push('two-uuids');
      if (places.length === 2) reasons.push('three-parts');
      const prefixAt = order.get(prefixEnd);
      const userParts = (order.get(peerStart) ?? Infinity) - (prefixAt ?? 0);
      if (prefixAt !== undefined && userParts === 1 && texts.userId !== '')
        reasons.push('user-one-part');
      const prefixParts = complete && prefixAt !== undefined ? prefixAt + 1 : null;
      splits.push({ ...texts, reasons, prefixEnd, peerStart, onePartPeer, prefixParts });
    }
  }
  return { splits, complete };
}

function hasUuidTail(rest: string, places: readonly number[]): boolean {
  const last = places.at(-1);
  const before = places.at(-2);
  return (
    last !== undefined &&
    before !== undefined &&
    isUuid(rest.slice(last + 1)) &&
    isUuid(rest.slice(before + 1, last))
  );
}

/** In a name of very many parts, the places evidence points at, wherever they are. */
function addPlacesOfFacts(
  rest: string,
  facts: Facts,
  prefixEnds: Set<number>,
  peerStarts: Set<number>,
  last: number,
): void {
  const forms = (text: string): string[] => [...new Set([text, text.normalize('NFD')])];
  for (const prefix of [...facts.prefixes].flatMap(forms)) {
    if (rest.startsWith(prefix) && rest[prefix.length] === '_') prefixEnds.add(prefix.length);
  }
  const peers = new Set(facts.peers);
  if (facts.entryPeer !== null) peers.add(facts.entryPeer);
  for (const peer of [...peers].flatMap(forms)) {
    const start = rest.length - peer.length - 1;
    if (start > 0 && rest[start] === '_' && rest.endsWith(peer)) peerStarts.add(start);
  }
  const users = new Set([...facts.users, ...[...facts.owners.values()].flatMap((ids) => [...ids])]);
  for (const id of [facts.entryUser, facts.entryCustomId]) if (id !== null) users.add(id);
  const starts = [...peerStarts].filter(
    (start) => start === last || peers.has(idKeyOf(rest, start, facts)),
  );
  for (const user of [...users].flatMap(forms)) {
    for (const start of starts) {
      const end = start - user.length - 1;
      if (end >= 0 && rest[end] === '_' && rest.startsWith(user, end + 1)) prefixEnds.add(end);
    }
  }
}

function idKeyOf(rest: string, start: number, facts: Facts): string {
  return rest.length - start > 4 * facts.longest + 8 ? '' : idKey(rest.slice(start + 1));
}

function reasonsFor(
  texts: { prefix: string; userId: string; peerId: string },
  facts: Facts,
  onePartPeer: boolean,
): SplitReason[] {
  const reasons: SplitReason[] = [];
  // Normal forms differ in length by a small factor only: what is far longer than any fact matches none.
  const comparable = 4 * facts.longest + 8;
  const userKey = texts.userId.length > comparable ? null : idKey(texts.userId);
  const peerKey = texts.peerId.length > comparable ? null : idKey(texts.peerId);
  const known = (set: ReadonlySet<string>, key: string | null): boolean =>
    key !== null && set.has(key);

  if (facts.entryPeer !== null)
    reasons.push(peerKey === facts.entryPeer ? 'entry-peer' : 'contradicted');
  if (facts.entryUser !== null && userKey === facts.entryUser) reasons.push('entry-user');
  // A name may carry the custom id in the user's place (contract U4).
  else if (facts.entryCustomId !== null && userKey === facts.entryCustomId) {
    reasons.push('entry-custom-id');
  } else if (facts.entryUser !== null) reasons.push('contradicted');
  if (
    facts.prefixes.size > 0 &&
    texts.prefix.length <= comparable &&
    facts.prefixes.has(toNfc(texts.prefix))
  ) {
    reasons.push('prefix-asked');
  }
  if (known(facts.peers, peerKey)) reasons.push('peer-known');
  if (known(facts.users, userKey)) reasons.push('user-known');
  const owners = peerKey === null ? undefined : facts.owners.get(peerKey);
  if (owners !== undefined)
    reasons.push(known(owners, userKey) ? 'peer-belongs-to-user' : 'contradicted');
  if (texts.prefix === 'default') reasons.push('prefix-default');
  if (isUuid(texts.userId)) reasons.push('user-uuid');
  if (isUuid(texts.peerId)) reasons.push('peer-uuid');
  if (onePartPeer) reasons.push('peer-one-part');
  if (isPlaceholderId(texts.userId) || isPlaceholderId(texts.peerId)) reasons.push('placeholder');
  return reasons;
}

/** Adds what siblings say about the prefix of each split. */
export function withSiblings(splits: readonly Split[], hint: SiblingHint): Split[] {
  const exact = new Set(hint.exactPrefixes.map(toNfc));
  const derived = new Set(hint.derivedPrefixes.map(toNfc));
  const longest = Math.max(0, ...[...exact, ...derived].map((prefix) => prefix.length));
  return splits.map((split) => {
    const prefix = split.prefix.length > 4 * longest + 8 ? null : toNfc(split.prefix);
    const more: SplitReason[] = [];
    if (prefix !== null && exact.has(prefix)) more.push('sibling-exact');
    if (prefix !== null && derived.has(prefix)) more.push('sibling-derived');
    return more.length === 0 ? split : { ...split, reasons: [...split.reasons, ...more] };
  });
}

const WEIGHTS: Record<SplitReason, number> = {
  'entry-peer': 4000,
  'entry-user': 4000,
  'entry-custom-id': 600,
  'prefix-asked': 900,
  'peer-belongs-to-user': 900,
  'peer-known': 800,
  'user-known': 700,
  'sibling-exact': 500,
  'two-uuids': 400,
  'sibling-derived': 300,
  'user-uuid': 60,
  'peer-uuid': 60,
  'prefix-default': 40,
  'peer-one-part': 20,
  'user-one-part': 10,
  'three-parts': 0,
  placeholder: -200,
  contradicted: -5000,
};

/**
 * Likeliest first; equal ones keep the order in which they were found (rightmost first). At most
 * `MAX_CANDIDATES`, and fewer of a name of many thousand characters.
 */
export function ranked(splits: readonly Split[], restLength: number): SplitCandidate[] {
  const most = Math.min(
    MAX_CANDIDATES,
    Math.max(1, Math.floor(MAX_CANDIDATE_TEXT / Math.max(1, restLength))),
  );
  return splits
    .map((split) => ({
      split,
      weight: split.reasons.reduce((sum, reason) => sum + WEIGHTS[reason], 0),
    }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most)
    .map(({ split: { prefix, userId, peerId, reasons } }) => ({ prefix, userId, peerId, reasons }));
}
