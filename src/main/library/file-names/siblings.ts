/** @file Main process. Reads the files of one recording together: they share a prefix, layer by layer. */
import type { NameEvidence, NameReading, SiblingHint } from './reading.ts';
import { readWithFacts } from './read.ts';
import { Facts } from './splits.ts';
import { toNfc } from './text.ts';
import { cutQuery, readTail } from './tail.ts';

/** One file of a recording, with what the API says about this file alone. */
export interface SiblingFile {
  readonly layerName: string;
  readonly fileName: string;
  readonly entry?: NameEvidence['entry'];
}

/**
 * Reads all files of one recording; the answer has their order. An `exact` sibling's prefix is
 * evidence for its layer; one that is only `derived` makes others `derived` at most.
 */
export function readSiblings(files: readonly SiblingFile[], evidence: NameEvidence): NameReading[] {
  const shared = new Facts(evidence);
  const read = (file: SiblingFile, hint: SiblingHint | null): NameReading => {
    if (file.entry === undefined) return readWithFacts(file.fileName, evidence, shared, hint);
    const own = { ...evidence, entry: file.entry };
    return readWithFacts(file.fileName, own, new Facts(own), hint);
  };
  const alone = files.map((file) => ({ file, reading: read(file, null) }));
  const layers = new Map<string, typeof alone>();
  for (const one of alone)
    layers.set(one.file.layerName, [...(layers.get(one.file.layerName) ?? []), one]);

  const hints = new Map([...layers].map(([layerName, layer]) => [layerName, hintOf(layer)]));
  return alone.map(({ file, reading }) => {
    const hint = hints.get(file.layerName);
    if (reading.reading !== 'ambiguous' || hint === undefined) return reading;
    if (hint === 'disagree') return { ...reading, flags: [...reading.flags, 'siblings-disagree'] };
    return read(file, hint);
  });
}

function hintOf(
  layer: readonly { file: SiblingFile; reading: NameReading }[],
): SiblingHint | 'disagree' | undefined {
  const prefixes = (kind: NameReading['reading']): string[] => [
    ...new Set(
      layer.flatMap(({ reading }) =>
        reading.reading === kind && reading.prefix !== null ? [toNfc(reading.prefix)] : [],
      ),
    ),
  ];
  const exactPrefixes = prefixes('exact');
  const derivedPrefixes = prefixes('derived');
  if (new Set([...exactPrefixes, ...derivedPrefixes]).size > 1) return 'disagree';
  const rests = layer.flatMap(({ file }) => {
    const tail = readTail(cutQuery(file.fileName).fileName, new Set());
    return tail === null ? [] : [tail.rest];
  });
  if (rests.length < 2) return undefined;
  return { exactPrefixes, derivedPrefixes, prefixPartsAtMost: commonParts(rests) };
}

/** How many parts at the front all texts share; at least one, for there is always a prefix. */
function commonParts(texts: readonly string[]): number {
  // More parts than this bound nothing: the splits of such names are not all looked at.
  const split = texts.map((text) => text.split('_', 64).map(toNfc));
  const first = split[0] ?? [];
  let common = 0;
  while (common < first.length && split.every((parts) => parts[common] === first[common])) common++;
  return Math.max(1, common);
}
