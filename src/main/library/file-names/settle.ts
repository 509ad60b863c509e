/** @file Main process. Decides whether evidence or shape leaves one split of a name, or says that it does not. */
import type { Derivation, SiblingHint, SplitReason } from './reading.ts';
import type { Facts, Split, Splits } from './splits.ts';

export type Settlement =
  | { readonly kind: 'exact'; readonly split: Split }
  | { readonly kind: 'derived'; readonly split: Split; readonly derivation: Derivation }
  | { readonly kind: 'open' }
  /** The evidence leaves no split at all. */
  | { readonly kind: 'disagrees' };

const EVIDENCE: ReadonlySet<SplitReason> = new Set([
  'entry-peer',
  'entry-user',
  'entry-custom-id',
  'prefix-asked',
  'peer-known',
  'user-known',
  'peer-belongs-to-user',
  'sibling-exact',
]);

const has = (reason: SplitReason) => (split: Split) => split.reasons.includes(reason);
const confirmed = (split: Split): boolean => split.reasons.some((reason) => EVIDENCE.has(reason));

/**
 * The order of rule 3: hard facts first, each leaving fewer splits; then people known to have been
 * there; then shape. A split is settled only when every other one is impossible.
 *
 * What counts as impossible, beyond the facts themselves:
 * - Peer ids are made by the service (contract 6.3), so a known one at the end of the name is the peer.
 * - No id ends in another id's UUID, so two UUIDs at the end are user and peer.
 * - A known user id, by contrast, may be the tail of a longer unknown one (`doe` of `jane_doe`):
 *   it settles only where nothing is left to lengthen it with.
 */
export function settle(found: Splits, facts: Facts): Settlement {
  const hard = feasible(found.splits, facts);
  if (hard === null) return { kind: 'disagrees' };
  const unexpected = facts.prefixes.size > 0 && !found.splits.some(has('prefix-asked'));
  if (hasAllSplits(found, hard)) {
    const only = onlyOne(hard) ?? (unexpected ? undefined : knownUser(hard));
    // A prefix nobody asked for takes the certainty away, not the only possible split.
    if (only !== undefined && confirmed(only) && !unexpected) return { kind: 'exact', split: only };
  }
  const shaped = hard.find(has('two-uuids'));
  if (shaped !== undefined) {
    // A known id that ends in a UUID shows a world in which the shape proves nothing.
    if (hard.some((split) => rivals(split, shaped))) return { kind: 'open' };
    return confirmed(shaped) && !unexpected
      ? { kind: 'exact', split: shaped }
      : { kind: 'derived', split: shaped, derivation: 'two-uuids' };
  }
  const only = onlyOne(hard);
  if (only?.reasons.includes('three-parts') === true) {
    return { kind: 'derived', split: only, derivation: 'three-parts' };
  }
  return { kind: 'open' };
}

/** Settles what was open with the prefix that files of one recording share. */
export function settleWithSiblings(found: Splits, facts: Facts, hint: SiblingHint): Settlement {
  const hard = feasible(found.splits, facts);
  if (hard === null) return { kind: 'disagrees' };
  if (!hasAllSplits(found, hard)) return { kind: 'open' };
  const settled = (splits: readonly Split[]): Split | undefined =>
    onlyOne(splits) ?? knownUser(splits);

  if (hint.exactPrefixes.length > 0) {
    const exact = settled(hard.filter(has('sibling-exact')));
    return exact === undefined ? { kind: 'open' } : { kind: 'exact', split: exact };
  }
  const short = ({ prefixParts }: Split): boolean =>
    prefixParts !== null && prefixParts <= hint.prefixPartsAtMost;
  const split = settled(
    hard.filter(hint.derivedPrefixes.length > 0 ? has('sibling-derived') : short),
  );
  return split === undefined
    ? { kind: 'open' }
    : { kind: 'derived', split, derivation: 'sibling-prefix' };
}

/** The splits that hard facts leave; null when facts and name contradict each other. */
function feasible(splits: readonly Split[], facts: Facts): readonly Split[] | null {
  if (splits.length === 0) return [];
  let left: readonly Split[] = splits;
  for (const reason of ['prefix-asked', 'peer-known'] as const) {
    // An empty answer says the fact is about other files.
    if (left.some(has(reason))) left = left.filter(has(reason));
    else if (splits.some(has(reason))) return null;
  }
  left = left.filter((split) => !split.reasons.includes('contradicted'));
  if (left.length === 0) return null;
  // The entry's custom id stands in the name only if its user id does not.
  if (left.some(has('entry-user'))) left = left.filter(has('entry-user'));
  if (facts.usersComplete && left.some(has('user-known'))) left = left.filter(has('user-known'));
  return left;
}

/** In a name of very many parts, whether none of the splits that the facts allow was left out. */
function hasAllSplits(found: Splits, hard: readonly Split[]): boolean {
  if (found.complete) return true;
  const every = (...reasons: SplitReason[]): boolean =>
    hard.length > 0 &&
    hard.every((split) => reasons.some((reason) => split.reasons.includes(reason)));
  const peerFixed = every('peer-known', 'entry-peer');
  return peerFixed && every('prefix-asked', 'entry-user', 'peer-belongs-to-user');
}

function onlyOne(splits: readonly Split[]): Split | undefined {
  return splits.length === 1 ? splits[0] : undefined;
}

/** The split with the only known user, if that id cannot be part of a longer one. */
function knownUser(splits: readonly Split[]): Split | undefined {
  const only = onlyOne(splits.filter(isOfKnownUser));
  if (only === undefined) return undefined;
  const shortest = Math.min(...splits.map((split) => split.prefixEnd));
  const longestUser = only.prefixEnd === shortest || only.reasons.includes('user-uuid');
  return longestUser && hasWholePeer(only) ? only : undefined;
}

function isOfKnownUser(split: Split): boolean {
  return has('user-known')(split) || has('entry-custom-id')(split);
}

/** An unknown peer of several parts is no peer the service would make (contract 6.3). */
function hasWholePeer(split: Split): boolean {
  return split.onePartPeer || has('peer-known')(split) || has('entry-peer')(split);
}

/** True when evidence speaks for another user than the one the shape shows. */
function rivals(split: Split, shaped: Split): boolean {
  return split !== shaped && isOfKnownUser(split) && hasWholePeer(split);
}
