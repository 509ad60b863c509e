/** @file Tests. The whole path once, in a real window: from an empty machine to hearing a recorded call. */
import { connectPage } from '../support/connect-page.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';
import { readTruth } from '../fixtures/truth.ts';

const truth = readTruth('harbour-pilots');
/** One pixel of the picture is about 100 ms here; the offsets asked for are hundreds of ms apart. */
const picturePrecisionMs = 150;

test('a person without anything connects, fetches, opens a meeting and hears it', async ({
  world,
}) => {
  const sandbox = await world.sandbox();
  const { page } = await world.start({ env: { HOME: world.folder }, args: [] });

  await test.step('the first start offers three doors', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/one file per voice/);
    await page.getByRole('button', { name: 'Connect RealtimeKit' }).click();
  });

  const form = connectPage(page);
  await test.step('each token with something the matter is told in words', async () => {
    await form.fillIn({ ...sandbox, token: 'my token' });
    const said: [token: string, words: RegExp][] = [
      ['cfut_two words', /does not look like a Cloudflare API token/],
      [`cfk_${'0'.repeat(40)}a1b2c3d4`, /global API key \(cfk_…\) cannot be used/],
      [`cfut_${'9'.repeat(40)}a1b2c3d4`, /does not know this token/],
      [sandbox.tokens.expired.value, /has expired/],
      [sandbox.tokens.disabled.value, /switched off/],
      [sandbox.tokens.lacksRights.value, /may not use RealtimeKit[^]*“Realtime Admin”/],
      [sandbox.tokens.otherAccount.value, /not for this account/],
    ];
    for (const [token, words] of said) {
      await form.typeToken(token);
      await expect(form.answer, 'an answer to another token is taken away').toHaveCount(0);
      await form.check();
      await expect(form.answer).toHaveText(words);
    }
    const asked = sandbox.requests.length;
    await form.typeToken('cfut_two words');
    await form.check();
    await expect(form.answer).toHaveText(/was not sent anywhere/);
    expect(sandbox.requests.length, 'a malformed token is not sent').toBe(asked);
  });

  await test.step('a good token leaves the app to choose, and connects', async () => {
    await form.typeToken(sandbox.token);
    await form.check();
    await form.chooseApp(sandbox.appId);
    await form.connect();
    await form.fetch.click();
  });

  const meetings = meetingsPage(page);
  await test.step('everything is fetched, sealed and listed', async () => {
    await meetings.pulled();
    await expect(meetings.rows).toHaveCount(3);
    for (const title of ['Harbour pilots', 'Editorial round', 'Town hall: the bridge']) {
      await expect(meetings.row(title)).toContainText('Sealed');
    }
    await expect(meetings.pull).toContainText('Done. 14 files archived.');
    await expect(meetings.pull).toContainText('1 composite, not archived here');
    expect(sandbox.violations).toEqual([]);
  });

  const review = reviewPage(page);
  await test.step('the meeting shows a lane for each person', async () => {
    await meetings.openMeeting('Harbour pilots');
    await review.ready();
    await expect(review.lanes).toHaveCount(4);
  });

  await test.step('lanes lie and holes are hatched where the truth has them', async () => {
    const names = {
      host: 'host@example.org',
      mara: 'Mara Lindqvist',
      jonas: 'Jonas Weber 🎧⚓',
      tariq: 'Tariq (tower)',
    };
    for (const [speaker, name] of Object.entries(names)) {
      const track = truth.tracks.find((each) => each.speaker === speaker);
      if (track === undefined) throw new Error(`no truth about ${speaker}`);
      const drawn = await review.clip(name, truth.lengthMs);
      expect(near(drawn.fromMs, track.startOffsetMs), `start of ${speaker}`).toBe(true);
      expect(near(drawn.toMs, track.startOffsetMs + track.durationMs), `end of ${speaker}`).toBe(
        true,
      );
      const hatched = await review.holes(name, truth.lengthMs);
      expect(hatched, `holes of ${speaker}`).toHaveLength(track.holes.length);
      for (const [index, hole] of track.holes.entries()) {
        expect(near(hatched[index]?.fromMs ?? NaN, track.startOffsetMs + hole.startMs)).toBe(true);
        expect(near(hatched[index]?.toMs ?? NaN, track.startOffsetMs + hole.endMs)).toBe(true);
      }
    }
  });

  await test.step('play, pause and seek move the clock', async () => {
    await review.play.click();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(600);
    await review.pause.click();
    await review.seek(33_000, truth.lengthMs);
    await expect.poll(async () => near(await review.positionMs(), 33_000)).toBe(true);
    await review.play.click();
    await expect.poll(() => review.positionMs()).toBeGreaterThan(33_600);
    await review.pause.click();
  });

  await test.step('mute and solo are pressed and said', async () => {
    const solo = page.getByRole('button', { name: 'Solo Mara Lindqvist' });
    await solo.click();
    await expect(solo).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('group', { name: 'Playing' })).toContainText('1 solo');
    await solo.click();
    const mute = page.getByRole('button', { name: 'Mute host@example.org' });
    await mute.click();
    await expect(mute).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('the inspector takes the file name apart', async () => {
    await review
      .lane('Mara Lindqvist')
      .getByRole('button', { name: 'Mara Lindqvist' })
      .first()
      .click();
    const original = sandbox.originals().find((each) => each.path?.endsWith('mara.webm'));
    if (original === undefined) throw new Error('the stand-in holds no file of Mara');
    const { inspector, fact } = review;
    await expect(review.fileName).toHaveText(original.fileName);
    await expect(inspector).toContainText('Exact');
    const [prefix = '', userId = '', peerId = ''] = original.fileName.split('_');
    await expect(fact('Prefix')).toContainText(prefix);
    await expect(fact('user_id').getByRole('button')).toHaveAttribute(
      'title',
      new RegExp(`user_id: ${userId}`),
    );
    await expect(fact('peer_id').getByRole('button')).toHaveAttribute(
      'title',
      new RegExp(`peer_id: ${peerId}`),
    );
    await expect(fact('SHA-256').getByRole('button')).toHaveAttribute(
      'title',
      new RegExp(original.sha256),
    );
    await expect(fact('State')).toContainText('Verified');
    await expect(fact('Length')).toContainText('1:03.6');
    await expect(inspector).toContainText(`${original.bytes.toLocaleString('en-US')} bytes`);
  });
});

function near(measuredMs: number, wantedMs: number): boolean {
  return Math.abs(measuredMs - wantedMs) <= picturePrecisionMs;
}
