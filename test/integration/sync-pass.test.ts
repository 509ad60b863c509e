/** @file Tests of a whole pass against the stand-in service. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

import { readAudioFacts } from '../../src/main/audio/index.ts';
import { createDownloads, createFreshLink, toMediaFacts } from '../../src/main/downloads/index.ts';
import { createRealtimeKit } from '../../src/main/realtimekit/index.ts';
import { createSync } from '../../src/main/sync/index.ts';
import { startSandbox } from '../sandbox/index.ts';
import { hastyClock } from './downloads-bench.ts';
import { noteLibrary } from './sync-bench.ts';

test('smoke', async () => {
  const sandbox = await startSandbox({ scenario: 'all-states' });
  const dir = await mkdtemp(join(tmpdir(), 'trackvault-pass-'));
  const library = noteLibrary(dir);
  const clock = hastyClock();
  const { apiRoot, accountId, appId, token } = sandbox;
  const realtimekit = createRealtimeKit({
    apiRoot,
    accountId,
    appId,
    token: () => Promise.resolve(token),
    clock,
  });
  const freshLink = createFreshLink({ realtimekit, clock });
  const downloads = await createDownloads({
    library,
    freshLink,
    clock,
    facts: async (path) => toMediaFacts(await readAudioFacts(path)),
    queuePath: join(dir, 'queue.db'),
    onEvent: (e) => {
      if (e.kind === 'bug') console.log(e.error);
    },
  });
  const sync = createSync({
    realtimekit,
    library,
    downloads,
    clock,
    source: { host: 'h', accountId, appId },
  });
  const report = await sync.pass({ patienceMs: 60_000 });
  console.log(JSON.stringify(report, null, 1));
  console.log(
    sandbox.requests.length,
    sandbox.violations,
    sandbox.originals().length,
    library.kept.size,
    library.lost,
  );
  await sync.stop();
  await downloads.stop();
  await sandbox.close();
  await rm(dir, { recursive: true });
});
