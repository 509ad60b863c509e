/** @file Bench. Draws one file and says how much memory that took at most; run as a process of its own. */
import { createLocalJobs } from '../../src/main/audio/local-jobs.ts';
import { systemClock } from '../../src/main/clock.ts';

const [path, derivedDir] = process.argv.slice(2);
if (path === undefined || derivedDir === undefined) throw new Error('Give a file and a folder.');
await createLocalJobs(systemClock).run(
  { kind: 'prepare', source: { path, sha256: 'e'.repeat(64), derivedDir } },
  { onPartial: () => undefined },
);
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
