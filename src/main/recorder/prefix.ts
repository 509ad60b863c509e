/** @file Main process. The prefix of an order: what it may be made of, and what the file names will look like and be read back as. Pure. */
import { type NamePreview, Prefix } from '#contract';
import { readFileName } from '../library/index.ts';

/** Ids as the service makes them, of nobody. */
const someUserId = 'aaa00000-0000-4000-8000-000000000000';
const somePeerId = '00000000-0000-4000-8000-000000000001';

/** Why a prefix may not be used; null when it may (contract 9, U21). */
export function refusalOf(prefix: string): NamePreview['refusal'] {
  if (prefix === '') return 'empty';
  if (prefix.includes('_')) return 'underscore';
  if (/[^A-Za-z0-9-]/.test(prefix)) return 'characters';
  return Prefix.safeParse(prefix).success ? null : 'too-long';
}

/**
 * How a file will be called, and what its name will be read back as. A prefix that may be ordered is
 * evidence, as it will be for the files themselves; one that may not shows what reading it is worth.
 * @param userId null for nobody in particular
 * @param now epoch ms, for the stamp
 */
export function previewName(prefix: string, userId: string | null, now: number): NamePreview {
  const refusal = refusalOf(prefix);
  const owner = userId ?? someUserId;
  const stamp = String(Math.round(now));
  const fileName = `${prefix}_${owner}_${somePeerId}_peer_audio_${stamp}.webm`;
  const known = refusal === null ? { prefixes: [prefix], users: [owner], peers: [somePeerId] } : {};
  const read = readFileName(fileName, { ...known, times: { now } });
  return {
    fileName,
    reading: read.reading,
    prefix: read.prefix,
    userId: read.userId,
    peerId: read.peerId,
    candidates:
      read.reading === 'ambiguous'
        ? read.candidates.map((split) => ({ ...split, reasons: [...split.reasons] }))
        : [],
    refusal,
  };
}
