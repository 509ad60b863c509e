/** @file Tests of dying in the middle of a pull: whatever the moment, the next one ends complete and verified. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { systemClock } from '../../src/main/clock.ts';
import { startSandbox } from '../sandbox/index.ts';
import { filesHolding, openArchive, tracksOf, type Service } from './sync-bench.ts';

const pull = fileURLToPath(new URL('./sync-pull-process.ts', import.meta.url));

function startPull(service: Service, dir: string): ChildProcess {
  const { apiRoot, accountId, appId, token } = service;
  const task = JSON.stringify({ service: { apiRoot, accountId, appId, token }, dir });
  return spawn(process.execPath, [pull, task], { stdio: ['ignore', 'ignore', 'inherit'] });
}

test('five kills at random moments cost no file and leave none that only looks whole', async () => {
  const canary = 'feedfacecanary';
  const sandbox = await startSandbox({
    signatureCanary: canary,
    switches: { throttleBytesPerSecond: 60_000 },
  });
  const dir = await mkdtemp(join(tmpdir(), 'trackvault-kill-'));
  const originals = sandbox.originals();
  const total = originals.reduce((sum, { bytes }) => sum + bytes, 0);
  try {
    for (let kill = 0; kill < 5; kill += 1) {
      const seen = sandbox.requests.length;
      const child = startPull(sandbox, dir);
      const ended = once(child, 'exit');
      // From the first question of this run on, a moment between "just begun" and "well on its way".
      await sandbox.waitFor((request) => sandbox.requests.indexOf(request) >= seen);
      await systemClock.sleep(Math.random() * 1_200);
      child.kill('SIGKILL');
      await ended;
    }
    sandbox.switches.throttleBytesPerSecond = null;
    const last = startPull(sandbox, dir);
    const exit: unknown[] = await once(last, 'exit');
    expect(exit[0]).toBe(0);

    const archive = await openArchive(sandbox, dir, systemClock);
    const tracks = await tracksOf(archive.library);
    const hashes = tracks.map(({ fileName, sha256 }) => `${fileName} ${sha256}`).sort();
    expect(hashes).toEqual(originals.map(({ fileName, sha256 }) => `${fileName} ${sha256}`).sort());
    const verified = await archive.library.verify({ all: true });
    expect(verified).toMatchObject({ verified: originals.length, damaged: 0, missing: 0 });
    expect(verified.findings.filter(({ found }) => found !== 'verified')).toEqual([]);
    expect(tracks.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
    await archive.close();
    expect(sandbox.violations).toEqual([]);
    expect(await filesHolding(dir, [canary, sandbox.token])).toEqual([]);
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
}, 120_000);
