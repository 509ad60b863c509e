/** @file Tests. The frame around every screen: places, palette, standing, and how the window looks. */
import { expect, type ElectronApplication, type Locator, type Page } from 'playwright/test';
import { MeetingId, RecordingId, type CommandId } from '#contract';

export type PlaceName = 'Today' | 'Live' | 'Meetings' | 'Transfers' | 'Library' | 'Settings';

export interface AppPage {
  readonly rail: Locator;
  readonly palette: Locator;
  readonly toasts: Locator;
  goTo(place: PlaceName): Promise<void>;
  /** Opens the palette, types, and takes the first offer. */
  jump(words: string): Promise<void>;
}

export function appPage(page: Page): AppPage {
  const rail = page.getByRole('navigation', { name: 'Places' });
  const palette = page.getByRole('dialog', { name: 'Go to or do' });
  return {
    rail,
    palette,
    toasts: page.getByRole('region', { name: 'Notices' }),
    goTo: (place) => rail.getByRole('button', { name: place }).click(),
    async jump(words) {
      // Before the first screen stands nobody hears keys.
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('ControlOrMeta+k');
      await palette.getByRole('combobox').fill(words);
      await palette.getByRole('option', { selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await palette.waitFor({ state: 'detached' });
    },
  };
}

/** Chooses a command as a menu item would, whatever has the focus. */
export async function command(app: ElectronApplication, id: CommandId): Promise<void> {
  await app.evaluate(({ BrowserWindow }, chosen) => {
    BrowserWindow.getAllWindows()[0]?.webContents.send('trackvault:event', 'app.command', {
      id: chosen,
    });
  }, id);
}

/** Opens a recording as an address of it does. */
export async function follow(
  app: ElectronApplication,
  meetingId: string,
  recordingId: string,
): Promise<void> {
  const link = {
    meetingId: MeetingId.parse(meetingId),
    recordingId: RecordingId.parse(recordingId),
    at: null,
  };
  await app.evaluate(({ BrowserWindow }, told) => {
    BrowserWindow.getAllWindows()[0]?.webContents.send('trackvault:event', 'app.link', told);
  }, link);
}

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** 2 shows everything twice as large, as View › Zoom In does. */
  readonly zoom?: number;
  readonly forcedColors?: boolean;
}

/** Gives the window a size and colours, and waits until it has taken them. */
export async function look(app: ElectronApplication, page: Page, wanted: Look): Promise<void> {
  const { theme, width, height, zoom = 1, forcedColors = false } = wanted;
  await page.emulateMedia({
    colorScheme: theme,
    forcedColors: forcedColors ? 'active' : 'none',
  });
  await app.evaluate(
    ({ BrowserWindow }, size) => {
      const window = BrowserWindow.getAllWindows()[0];
      window?.setContentSize(size.width, size.height);
      window?.webContents.setZoomFactor(size.zoom);
    },
    { width, height, zoom },
  );
  const isTaken = `Math.abs(innerWidth - ${String(width / zoom)}) <= 1
    && document.documentElement.dataset.theme === '${theme}'`;
  // The page's policy forbids what waits inside of it by a text.
  await expect.poll(() => page.evaluate(isTaken)).toBe(true);
  await rest(page);
}

/** Longest that anything of ours moves, in ms, and some; what does not end by then is not on its way. */
const longestMotionMs = 1_000;

/** Waits until nothing moves any more that comes to an end by itself. */
export async function rest(page: Page): Promise<void> {
  await page.evaluate(`Promise.race([
    new Promise((passed) => setTimeout(passed, ${String(longestMotionMs)})),
    Promise.all(document.getAnimations()
      .filter((each) => each.playState === 'running' && each.effect?.getComputedTiming().endTime !== Infinity)
      .map((each) => each.finished.catch(() => undefined))),
  ])`);
}

/** The window as it is on screen, zoom included, which the driver's own picture leaves out. */
export async function picture(app: ElectronApplication): Promise<Buffer> {
  const png = await app.evaluate(async ({ BrowserWindow }) => {
    const page = BrowserWindow.getAllWindows()[0]?.webContents;
    // The first picture after a change of zoom may still be the one before it.
    await page?.capturePage();
    const image = await page?.capturePage();
    return image?.toPNG().toString('base64') ?? '';
  });
  return Buffer.from(png, 'base64');
}
