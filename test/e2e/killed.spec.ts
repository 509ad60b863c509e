/** @file Tests. A library outlives its app: killed at any moment of a pull, it ends complete and verified. */
import { setTimeout as wait } from 'node:timers/promises';
import { manyCalls } from '../bench/many-calls.ts';
import { connect } from '../support/connect-page.ts';
import { expect, test } from '../support/app-world.ts';
import { killOften, sentAgain, startCommandLine } from '../support/killing.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { compareWithOriginals, leftInIncoming } from '../support/outside-check.ts';
import { seededRandom } from '../unit/file-names/generate.ts';

const isSoak = process.env['TRACKVAULT_SOAK'] === '1';
const kills = isSoak ? 10 : 3;

test(`killed ${kills} times during a pull, the archive ends complete and verified`, async ({
  world,
}, info) => {
  test.setTimeout(60_000 + kills * 20_000);
  const sandbox = await world.sandbox();
  // 917 KB at this speed, three files at once, last longer than the kills leave time for.
  sandbox.switches.throttleBytesPerSecond = 20_000;

  let launched = await world.start();
  await connect(launched.page, sandbox);
  await meetingsPage(launched.page).fetch.click();
  const moments: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    // The moment is anywhere from the first request of a file to some seconds into the transfers.
    const before = sandbox.requests.length;
    await sandbox.waitFor(
      (request) => request.host === 'object' && sandbox.requests.indexOf(request) >= before,
    );
    const moment = Math.random() * 1_500;
    moments.push(Math.round(moment));
    await wait(moment);
    await launched.kill();
    // From here on nobody presses a button: a connected workspace is pulled at every start.
    launched = await world.start();
  }
  info.annotations.push({ type: 'moments', description: `${moments.join(', ')} ms` });
  sandbox.switches.throttleBytesPerSecond = null;

  const meetings = meetingsPage(launched.page);
  await meetings.open();
  await meetings.pulled(60_000);
  await expect(meetings.rows).toHaveCount(3);
  for (const row of await meetings.rows.all()) await expect(row).toContainText('Sealed');
  await launched.close();

  expect(await compareWithOriginals(world.library, sandbox.originals())).toEqual([]);
  expect(await leftInIncoming(world.library)).toEqual([]);
});

test.describe('at full count', () => {
  test.skip(!isSoak, 'two hundred kills take many minutes: npm run soak makes them');
  const soakKills = Number(process.env['TRACKVAULT_KILLS'] ?? 200);

  test(`killed ${soakKills} times, as app and as command line in turn, a pull of 60 files fetches nothing twice without need`, async ({
    world,
  }, info) => {
    test.setTimeout(120_000 + soakKills * 20_000);
    const { library, profile } = world;
    const sandbox = await world.sandbox({ scenario: manyCalls(13) });
    const originals = sandbox.originals();
    expect(originals.length).toBeGreaterThanOrEqual(60);
    // The app remembers its workspace; nothing is fetched yet.
    const first = await world.start();
    await connect(first.page, sandbox);
    await first.close();

    const random = seededRandom(20261118);
    const asApp: number[] = [];
    const wrong = await killOften({
      sandbox,
      library,
      kills: soakKills,
      random,
      start(kill) {
        if (random() >= 0.25) {
          return Promise.resolve(startCommandLine(sandbox, { library, profile }));
        }
        asApp.push(kill);
        return world.start();
      },
    });
    expect(wrong).toEqual([]);
    expect(await startCommandLine(sandbox, { library, profile }).ended).toBe(0);
    expect(await compareWithOriginals(library, originals)).toEqual([]);
    expect(await leftInIncoming(library)).toEqual([]);
    const again = sentAgain(sandbox, soakKills);
    const facts = `${originals.length} files, ${asApp.length} of ${soakKills} kills as app, ${again.bytes} bytes sent again of ${Math.round(again.explained)} explained`;
    info.annotations.push({ type: 'figures', description: facts });
    console.log(facts);
    expect(again.bytes).toBeLessThanOrEqual(again.explained);
    expect(sandbox.violations).toEqual([]);
  });
});
