/** @file Tests of dying in the middle of a pull: whatever the moment, the next one ends complete and verified, and little comes twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systemClock } from '../../src/main/clock.ts';
import { startSandbox } from '../sandbox/index.ts';
import { killOften, sentAgain, startCommandLine } from '../support/killing.ts';
import { compareWithOriginals, leftInIncoming } from '../support/outside-check.ts';
import { seededRandom } from '../unit/file-names/generate.ts';
import { filesHolding, openArchive, tracksOf } from './sync-bench.ts';

const kills = 4;

test(`${kills} kills at random moments cost no file, leave none that only looks whole, and fetch little twice`, async () => {
  const canary = 'feedfacecanary';
  const sandbox = await startSandbox({ signatureCanary: canary });
  const folder = await mkdtemp(join(tmpdir(), 'trackvault-kill-'));
  const library = join(folder, 'library');
  const profile = join(folder, 'profile');
  const originals = sandbox.originals();
  try {
    const wrong = await killOften({
      sandbox,
      library,
      kills,
      random: seededRandom(20261118),
      start: () => Promise.resolve(startCommandLine(sandbox, { library, profile })),
    });
    expect(wrong).toEqual([]);
    expect(await startCommandLine(sandbox, { library, profile }).ended).toBe(0);

    expect(await compareWithOriginals(library, originals)).toEqual([]);
    expect(await leftInIncoming(library)).toEqual([]);
    const again = sentAgain(sandbox, kills);
    expect(again.bytes).toBeLessThanOrEqual(again.explained);
    const archive = await openArchive(sandbox, library, systemClock);
    const tracks = await tracksOf(archive.library);
    const hashes = tracks.map(({ fileName, sha256 }) => `${fileName} ${sha256}`).sort();
    expect(hashes).toEqual(originals.map(({ fileName, sha256 }) => `${fileName} ${sha256}`).sort());
    const verified = await archive.library.verify({ all: true });
    expect(verified).toMatchObject({ verified: originals.length, damaged: 0, missing: 0 });
    await archive.close();
    expect(sandbox.violations).toEqual([]);
    expect(await filesHolding(folder, [canary, sandbox.token])).toEqual([]);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
}, 120_000);
