/** @file Test. Names with a known truth, by the thousand or the million: never a throw, never wrong when sure. */
import { expect, it } from 'vitest';
import {
  isPlaceholderId,
  readFileName,
  readSiblings,
  type NameEvidence,
  type NameReading,
} from '../../../src/main/library/file-names/index.ts';
import { generateRecording, seededRandom, type Truth } from './generate.ts';

const SOAK = process.env['TRACKVAULT_SOAK'] === '1';
const NAMES = SOAK ? 1_000_000 : 20_000;

/** What is wrong with a reading, in words; null when nothing is. */
function faultOf(reading: NameReading, truth: Truth): string | null {
  const isTruth = (split: {
    prefix: string | null;
    userId: string | null;
    peerId: string | null;
  }): boolean =>
    split.prefix === truth.prefix && split.userId === truth.userId && split.peerId === truth.peerId;
  if (reading.reading === 'exact' || reading.reading === 'derived') {
    return isTruth(reading) ? null : `wrong ${reading.reading}`;
  }
  if (reading.prefix !== null || reading.userId !== null || reading.peerId !== null)
    return 'unsettled, yet filled in';
  if (reading.reading === 'ambiguous') {
    return reading.flags.includes('candidates-cut') || reading.candidates.some(isTruth)
      ? null
      : 'truth not a candidate';
  }
  const plain =
    ['peer', 'screenshare'].includes(truth.streamKind) &&
    ['audio', 'video'].includes(truth.mediaKind);
  return plain ? 'unreadable, though of the template' : null;
}

it(`reads ${NAMES} generated names without one wrong certainty`, { timeout: 1_800_000 }, () => {
  const random = seededRandom(SOAK ? 20261118 : 42);
  const counts: Record<string, number> = {};
  const count = (how: string, reading: NameReading): void => {
    const key = `${how} ${reading.reading}${reading.derivation === null ? '' : ` (${reading.derivation})`}`;
    counts[key] = (counts[key] ?? 0) + 1;
  };
  const startedAt = performance.now();
  let names = 0;
  while (names < NAMES) {
    const { tracks, evidence } = generateRecording(random);
    const together = readSiblings(
      tracks.map(({ file }) => file),
      evidence,
    );
    for (const [at, { truth, file }] of tracks.entries()) {
      const own: NameEvidence = { ...evidence, entry: file.entry };
      const alone = readFileName(file.fileName, own);
      const beside = together[at];
      for (const [how, reading] of [
        ['alone', alone],
        ['beside siblings', beside],
      ] as const) {
        const fault = reading === undefined ? 'not read' : faultOf(reading, truth);
        if (fault !== null || reading === undefined) {
          expect.fail(
            `${fault ?? ''} ${how}: ${JSON.stringify({ truth, file, evidence, reading, tracks }, null, 1)}`,
          );
        }
        count(how, reading);
      }
      if (JSON.stringify(alone).includes('Signature'))
        expect.fail(`a signature got through: ${file.fileName}`);
      names++;
    }
  }
  if (SOAK) {
    console.log(`${names} names in ${Math.round(performance.now() - startedAt)} ms`, counts);
  }
  // A reader that is never sure would never be wrong either.
  const share = (kind: string): number =>
    Object.entries(counts).reduce(
      (sum, [key, n]) => sum + (key.startsWith(`alone ${kind}`) ? n : 0),
      0,
    ) / names;
  expect(share('exact')).toBeGreaterThan(0.2);
  expect(share('derived')).toBeGreaterThan(0.04);
  expect(share('ambiguous')).toBeGreaterThan(0.1);
});

it('settles every name whose API entry names user and peer', () => {
  const random = seededRandom(7);
  for (let made = 0; made < 3000; made++) {
    for (const { truth, file } of generateRecording(random).tracks) {
      if (isPlaceholderId(truth.userId) || isPlaceholderId(truth.peerId)) continue;
      const reading = readFileName(file.fileName, {
        entry: { userId: truth.userId, peerId: truth.peerId },
      });
      if (reading.reading === 'unreadable') continue;
      expect(reading).toMatchObject({
        reading: 'exact',
        prefix: truth.prefix,
        userId: truth.userId,
        peerId: truth.peerId,
      });
    }
  }
});

it('reads the same name under the same evidence the same, and answers with plain JSON', () => {
  const random = seededRandom(8);
  for (let made = 0; made < 1000; made++) {
    const { tracks, evidence } = generateRecording(random);
    for (const { file } of tracks) {
      const reading = readFileName(file.fileName, evidence);
      expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
      expect(readFileName(file.fileName, evidence)).toEqual(reading);
    }
  }
});
