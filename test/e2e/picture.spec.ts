/** @file Tests. The picture is true: what is drawn stands where the script has speech, at every size and in every theme. */
import type { Page } from 'playwright/test';
import { z } from 'zod';
import { readTruth } from '../fixtures/truth.ts';
import { expect, test } from '../support/app-world.ts';
import { ask } from '../support/bridge.ts';
import { meetingsPage } from '../support/meetings-page.ts';
import { reviewPage } from '../support/review-page.ts';

const truth = readTruth('town-hall');
const names = {
  chair: 'Ewa Wójcik',
  engineer: 'Dr. Ines Ferreira',
  baker: 'Bäckerei Öztürk',
  student: 'Noor',
};
/** Two or three pixels of the narrowest picture. */
const precisionMs = 250;

const Drawn = z.array(z.object({ x: z.number(), tall: z.boolean() }));

/** Columns of a lane's waveform as they lie on the screen, from its left edge, as shares of its width. */
async function drawnAt(page: Page, name: string): Promise<z.infer<typeof Drawn>> {
  const lane = reviewPage(page).lane(name);
  return Drawn.parse(
    await lane.evaluate((row) => {
      const picture = row.querySelector('.picture');
      const host = picture?.querySelector('.wave');
      if (!picture || !host) return [];
      const frame = picture.getBoundingClientRect();
      const roots = [...host.querySelectorAll('*')].flatMap((each) => each.shadowRoot ?? []);
      const canvases = roots.flatMap((root) => [...root.querySelectorAll('canvas')]);
      return canvases.flatMap((canvas) => {
        const context = canvas.getContext('2d');
        if (context === null || canvas.width === 0) return [];
        const box = canvas.getBoundingClientRect();
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        return Array.from({ length: canvas.width }, (_none, column) => {
          let inked = 0;
          for (let line = 0; line < canvas.height; line += 1) {
            if ((data[(line * canvas.width + column) * 4 + 3] ?? 0) > 128) inked += 1;
          }
          const x = (box.left + (column / canvas.width) * box.width - frame.left) / frame.width;
          return { x, tall: inked > canvas.height * 0.15 };
        });
      });
    }),
  );
}

/** What is wrong with a lane's picture, in words; empty when speech is drawn where it was spoken. */
async function wrongOf(page: Page, speaker: keyof typeof names): Promise<string[]> {
  const track = truth.tracks.find((each) => each.speaker === speaker);
  const columns = await drawnAt(page, names[speaker]);
  if (track === undefined || columns.length === 0) return ['nothing is drawn'];
  const tall = columns.filter((each) => each.tall).map(({ x }) => x * truth.lengthMs);
  const strays = tall.filter((at) =>
    track.turns.every(
      ({ meetingStartMs, meetingEndMs }) =>
        at < meetingStartMs - precisionMs || at > meetingEndMs + precisionMs,
    ),
  );
  const unseen = track.turns.filter(
    ({ meetingStartMs, meetingEndMs }) =>
      !tall.some((at) => at > meetingStartMs - precisionMs && at < meetingEndMs + precisionMs),
  );
  return [
    ...strays.slice(0, 3).map((at) => `${speaker} is drawn at ${at.toFixed(0)} ms`),
    ...unseen.map(({ says }) => `“${says}” is not drawn`),
  ];
}

test('waveforms stand where people spoke, after resizing and in other colours too', async ({
  world,
}) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  await meetingsPage(page).open();
  await meetingsPage(page).openMeeting('Town hall');
  const review = reviewPage(page);
  await review.ready();
  const expectTrue = async (when: string) => {
    for (const speaker of ['chair', 'engineer', 'baker', 'student'] as const) {
      await expect
        .poll(() => wrongOf(page, speaker), { message: when, timeout: 5_000 })
        .toEqual([]);
    }
  };
  const resize = (width: number, height: number) =>
    app.evaluate(
      ({ BrowserWindow }, [wide, high]) => {
        BrowserWindow.getAllWindows()[0]?.setContentSize(wide, high);
      },
      [width, height] as const,
    );

  await expectTrue('as it opens');
  for (const theme of ['dark', 'light'] as const) {
    await ask(page, 'app.changeSettings', { appearance: { theme } });
    await resize(1500, 900);
    await expectTrue(`wider, ${theme}`);
    await page.getByRole('button', { name: 'Hide details' }).click();
    await expectTrue(`without details, ${theme}`);
    await page.getByRole('button', { name: 'Show details' }).click();
    await resize(1000, 700);
    await expectTrue(`narrower, ${theme}`);
  }
});

test('while colours change and the window is resized the waveform fills its lane in every frame', async ({
  world,
}) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  await meetingsPage(page).open();
  await meetingsPage(page).openMeeting('Town hall');
  await reviewPage(page).ready();
  await expect.poll(() => wrongOf(page, 'chair')).toEqual([]);

  for (const [theme, width] of [
    ['dark', 1600],
    ['light', 1000],
    ['dark', 1280],
  ] as const) {
    // Other colours are drawn anew, which may still be under way.
    await ask(page, 'app.changeSettings', { appearance: { theme } });
    const watching = page.evaluate(async (target) => {
      const shares: number[] = [];
      while (shares.length < 40) {
        await new Promise(requestAnimationFrame);
        if (window.innerWidth !== target) continue;
        const frame = document.querySelector('.picture')?.getBoundingClientRect();
        const host = document.querySelector('.picture .wave');
        const roots = [...(host?.querySelectorAll('*') ?? [])].flatMap(
          (each) => each.shadowRoot ?? [],
        );
        const boxes = roots
          .flatMap((root) => [...root.querySelectorAll('canvas')])
          .map((canvas) => canvas.getBoundingClientRect())
          .filter((box) => box.width > 0);
        const right = Math.max(...boxes.map((box) => box.right));
        const left = Math.min(...boxes.map((box) => box.left));
        if (frame && boxes.length > 0) shares.push((right - left) / frame.width);
      }
      return shares;
    }, width);
    await app.evaluate(({ BrowserWindow }, wide) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(wide, 800);
    }, width);
    const off = (await watching).filter((share) => share < 0.97 || share > 1.03);
    // One frame may pass between the new size and what follows it.
    expect(off.length, `${width} px: ${off.map((each) => each.toFixed(2)).join(' ')}`).toBeLessThan(
      3,
    );
  }
});
