/** @file Bench. Draws one file and says how much memory that took at most, in bytes; run as a process of its own. */
import { createLocalJobs } from '../../src/main/audio/local-jobs.ts';
import { systemClock } from '../../src/main/clock.ts';

const [path, derivedDir] = process.argv.slice(2);
if (path === undefined || derivedDir === undefined) throw new Error('Give a file and a folder.');

// Looked at rather than asked from the system: its own maximum begins with the memory of the parent.
let most = 0;
const look = () => {
  most = Math.max(most, process.memoryUsage.rss());
};
const looking = setInterval(look, 20);
await createLocalJobs(systemClock).run(
  { kind: 'prepare', source: { path, sha256: 'e'.repeat(64), derivedDir } },
  { onPartial: look },
);
clearInterval(looking);
process.stdout.write(String(most));
