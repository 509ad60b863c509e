/** @file Demo. Connects, pulls, verifies and shows: the real app, driven like a person would, then checked from outside. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../test/sandbox/index.ts';
import { launchApp } from '../../test/support/electron.ts';
import { checkFromOutside } from './check.ts';
import { connectAndPull, openMeeting } from './drive.ts';

const { values } = parseArgs({
  options: { keep: { type: 'boolean' }, folder: { type: 'string' } },
});
const startedAt = performance.now();
const say = (line: string) => {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`[${seconds.padStart(5)} s] ${line}`);
};

const folder =
  values.folder === undefined
    ? await mkdtemp(join(tmpdir(), 'trackvault-demo-'))
    : resolve(values.folder);
const library = join(folder, 'library');
const profile = join(folder, 'profile');
const pictures = {
  meetings: join(folder, 'meetings.png'),
  review: join(folder, 'review.png'),
};
await mkdir(profile, { recursive: true });

const sandbox = await startSandbox();
say(`The stand-in service answers at ${sandbox.apiRoot}; its files lie at ${sandbox.objectRoot}.`);

const launched = await launchApp({ userData: profile, args: ['--library', library] });
const { page } = launched;
let isDone = false;
try {
  say('The app is open.');
  await connectAndPull(page, sandbox, say);
  await page.screenshot({ path: pictures.meetings });
  await openMeeting(page, say);
  await page.screenshot({ path: pictures.review });
  isDone = await checkFromOutside({ library, sandbox, say });
} catch (thrown) {
  console.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown);
  await page.screenshot({ path: join(folder, 'failed.png') }).catch(() => undefined);
  console.error(`\nThe demo did not come through. What is here lies in ${folder}.`);
}

if (isDone) {
  console.log(`\nLibrary:     ${library}`);
  console.log(`Screenshots: ${pictures.meetings}\n             ${pictures.review}`);
  if (values.keep === true) {
    console.log('\nThe window stays open for playing with; close it to end the demo.');
    await launched.app.waitForEvent('close', { timeout: 0 });
  }
}
await launched.close().catch(() => undefined);
await sandbox.close();
process.exitCode = isDone ? 0 : 1;
