/** @file Tests. One pull as a process of its own, to be killed: `node sync-pull-process.ts '{"service":…,"dir":…}'`. */
import { z } from 'zod';

import { systemClock } from '../../src/main/clock.ts';
import { openArchive } from './sync-bench.ts';

const Task = z.object({
  service: z.object({
    apiRoot: z.string(),
    accountId: z.string(),
    appId: z.string(),
    token: z.string(),
  }),
  dir: z.string(),
});

const { service, dir } = Task.parse(JSON.parse(process.argv[2] ?? ''));
const archive = await openArchive(service, dir, systemClock);
const report = await archive.sync.pass({ patienceMs: 60_000 });
await archive.close();
process.exitCode = report.files.pending === 0 && report.files.lost === 0 ? 0 : 1;
