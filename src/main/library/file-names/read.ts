/** @file Main process. Takes a track file name apart: pure, total, linear, and silent rather than wrong. */
import {
  PARSER_VERSION,
  type NameEvidence,
  type NameFlag,
  type NameReading,
  type SiblingHint,
} from './reading.ts';
import { settle, settleWithSiblings, type Settlement } from './settle.ts';
import { Facts, findSplits, isPlaceholderId, ranked, withSiblings, type Splits } from './splits.ts';
import { cutQuery, readStamp, readTail, type NameTail } from './tail.ts';
import { looksAlike, toNfc, traitsOf } from './text.ts';

/** UTF-16 units; longer names are read but not asked whether NFC would change them. */
const MAX_NORMALIZED = 65_536;
const TEMPLATE = /\{\{(?:file_name_prefix|user_id|peer_id|stream_kind|media_kind|date_time)\}\}/;

/**
 * Reads one track file name (contract 9) in the light of what is known about it.
 *
 * Never throws and never guesses: `exact` needs evidence, `derived` one possible split, everything
 * else is `ambiguous` with its candidates or `unreadable`. Takes at most about 5 ms for a name of
 * 1 MB. The query of a link is in no field of the answer.
 */
export function readFileName(fileName: string, evidence: NameEvidence): NameReading {
  return readWithFacts(fileName, evidence, new Facts(evidence), null);
}

/** As `readFileName`, with facts prepared once for many names and what siblings say. */
export function readWithFacts(
  rawName: string,
  evidence: NameEvidence,
  facts: Facts,
  hint: SiblingHint | null,
): NameReading {
  const { fileName, wasCut } = cutQuery(rawName);
  const flags = new Set<NameFlag>(wasCut ? ['query-cut'] : []);
  flagCharacters(fileName, flags);
  if (TEMPLATE.test(fileName)) return unreadable(fileName, null, null, flags.add('template'));
  const tail = readTail(fileName, flags);
  if (tail === null) return unreadable(fileName, null, null, flags.add('not-a-track-name'));

  const stampMs = readStamp(tail.trackStamp, evidence.times, flags);
  const found = findSplits(tail.rest, facts);
  if (found.splits.length === 0)
    return unreadable(fileName, tail, stampMs, flags.add('too-few-parts'));

  const splits = hint === null ? found.splits : withSiblings(found.splits, hint);
  const known: Splits = { ...found, splits };
  let settlement = settle(known, facts);
  if (settlement.kind === 'open' && hint !== null)
    settlement = settleWithSiblings(known, facts, hint);
  flagEvidence(known, facts, settlement, flags);
  settlement = withoutOverconfidence(settlement, tail);

  const base = { parserVersion: PARSER_VERSION, fileName, ...tailFields(tail, stampMs) };
  if (settlement.kind === 'exact' || settlement.kind === 'derived') {
    const { prefix, userId, peerId, reasons } = settlement.split;
    for (const id of [userId, peerId]) if (resemblesKnown(id, facts)) flags.add('look-alike');
    return {
      ...base,
      reading: settlement.kind,
      derivation: settlement.kind === 'derived' ? settlement.derivation : null,
      prefix,
      userId,
      peerId,
      reasons,
      candidates: [{ prefix, userId, peerId, reasons }],
      flags: [...flags],
    };
  }
  const candidates = ranked(splits, tail.rest.length);
  if (!found.complete || candidates.length < splits.length) flags.add('candidates-cut');
  return { ...base, ...NOTHING_SETTLED, reading: 'ambiguous', candidates, flags: [...flags] };
}

const NOTHING_SETTLED = {
  derivation: null,
  prefix: null,
  userId: null,
  peerId: null,
  reasons: [],
} as const;

function unreadable(
  fileName: string,
  tail: NameTail | null,
  stampMs: number | null,
  flags: Set<NameFlag>,
): NameReading {
  return {
    parserVersion: PARSER_VERSION,
    fileName,
    reading: 'unreadable',
    ...NOTHING_SETTLED,
    ...tailFields(tail, stampMs),
    candidates: [],
    flags: [...flags],
  };
}

function tailFields(
  tail: NameTail | null,
  stampMs: number | null,
): Pick<NameReading, 'streamKind' | 'mediaKind' | 'trackStamp' | 'stampMs'> {
  return {
    streamKind: tail?.streamKind ?? null,
    mediaKind: tail?.mediaKind ?? null,
    trackStamp: tail?.trackStamp ?? null,
    stampMs,
  };
}

/**
 * A placeholder is nobody's id, so a split that holds one settles nothing: two files of `undefined`
 * must never become one person. And shape proves little about a name that hardly looks like the
 * template.
 */
function withoutOverconfidence(settlement: Settlement, tail: NameTail): Settlement {
  if (settlement.kind !== 'exact' && settlement.kind !== 'derived') return settlement;
  const { userId, peerId } = settlement.split;
  if (isPlaceholderId(userId) || isPlaceholderId(peerId)) return { kind: 'open' };
  const shapeAlone = settlement.kind === 'derived' && settlement.derivation !== 'two-uuids';
  return shapeAlone && tail.anchor === 'weak' ? { kind: 'open' } : settlement;
}

function flagEvidence(
  found: Splits,
  facts: Facts,
  settlement: Settlement,
  flags: Set<NameFlag>,
): void {
  if (settlement.kind === 'disagrees') flags.add('evidence-disagrees');
  if (
    facts.prefixes.size > 0 &&
    !found.splits.some((split) => split.reasons.includes('prefix-asked'))
  ) {
    flags.add('prefix-unexpected');
  }
  if (facts.usersComplete && !found.splits.some((split) => split.reasons.includes('user-known'))) {
    flags.add('user-not-listed');
  }
  const only =
    'split' in settlement
      ? settlement.split
      : found.splits.length === 1
        ? found.splits[0]
        : undefined;
  if (only !== undefined && isPlaceholderId(only.userId)) flags.add('placeholder-user');
  if (only !== undefined && isPlaceholderId(only.peerId)) flags.add('placeholder-peer');
}

function resemblesKnown(id: string, facts: Facts): boolean {
  if (id.length > 4 * facts.longest + 8 || !/[^ -~]/.test(id)) return false;
  return [...facts.users, ...facts.peers].some((known) => looksAlike(id, known));
}

function flagCharacters(fileName: string, flags: Set<NameFlag>): void {
  const traits = traitsOf(fileName);
  if (traits.control) flags.add('control-characters');
  if (traits.bidi) flags.add('bidi-marks');
  if (traits.zeroWidth) flags.add('zero-width');
  if (traits.loneSurrogate) flags.add('lone-surrogate');
  if (traits.mixedScripts) flags.add('look-alike');
  // Normalizing is the one slow step; no store has keys of that length.
  const comparable = fileName.length <= MAX_NORMALIZED;
  if (traits.aboveLatin && comparable && toNfc(fileName) !== fileName) flags.add('not-nfc');
  if (fileName.includes('/') || fileName.includes('\\') || /^[a-z]:/i.test(fileName))
    flags.add('path-like');
}
