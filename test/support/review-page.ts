/** @file Tests. One recording under review: its lanes, its sound, and what is said of a file. */
import { expect, type Locator, type Page } from 'playwright/test';

export interface ReviewPage {
  readonly lanes: Locator;
  lane(speaker: string): Locator;
  readonly play: Locator;
  readonly pause: Locator;
  readonly ruler: Locator;
  readonly inspector: Locator;
  /** Names the recording that is open; opens the list of the meeting's others. */
  readonly chooser: Locator;
  /** One of the inspector's views. */
  tab(name: 'Track' | 'Recording'): Locator;
  /** The selected file's name, whole, as the inspector takes it apart. */
  readonly fileName: Locator;
  /** One line of the inspector by its term, exactly. */
  fact(term: string): Locator;
  /** Waits until lanes are there and the sound can be played. */
  ready(): Promise<void>;
  /** Where the playhead is, in ms, as the clock beside the play button says (tenths of a second). */
  positionMs(): Promise<number>;
  /** Clicks the ruler at a meeting time. */
  seek(atMs: number, lengthMs: number): Promise<void>;
  /** From where to where a lane's file reaches, in ms, measured from the picture. */
  clip(speaker: string, lengthMs: number): Promise<{ fromMs: number; toMs: number }>;
  /** The hatched stretches of a lane, in ms, measured from the picture. */
  holes(speaker: string, lengthMs: number): Promise<{ fromMs: number; toMs: number }[]>;
}

export function reviewPage(page: Page): ReviewPage {
  const lanes = page.getByRole('list', { name: 'Voices' }).getByRole('listitem');
  const lane = (speaker: string) =>
    page.getByRole('listitem', { name: speaker, exact: true }).describe(`lane of ${speaker}`);
  const play = page.getByRole('button', { name: 'Play', exact: true });
  const ruler = page.getByRole('slider', { name: 'Position in the recording' });

  const inspector = page.getByRole('complementary', { name: 'Details' });

  const stretches = async (speaker: string, what: string, lengthMs: number) => {
    const whole = await boxOf(lane(speaker).locator('.picture'));
    const boxes = await Promise.all((await lane(speaker).locator(what).all()).map(boxOf));
    const msOf = (x: number) => ((x - whole.x) / whole.width) * lengthMs;
    return boxes.map((box) => ({ fromMs: msOf(box.x), toMs: msOf(box.x + box.width) }));
  };

  return {
    lanes,
    lane,
    play,
    pause: page.getByRole('button', { name: 'Pause', exact: true }),
    ruler,
    inspector,
    chooser: page.getByLabel('Recording of this meeting'),
    tab: (name) => inspector.getByRole('tab', { name, exact: true }),
    fileName: inspector.locator('.name.mono'),
    fact: (term) =>
      inspector.locator('dl > div').filter({ has: page.getByText(term, { exact: true }) }),
    async ready() {
      await lanes.first().waitFor();
      await expect(play).toBeEnabled({ timeout: 20_000 });
    },
    async positionMs() {
      const text = await page.locator('.transport .main').innerText();
      const match = /^(?:(\d+):)?(\d+):(\d\d)\.(\d)/.exec(text);
      if (match === null) throw new Error(`no position in “${text}”`);
      const [, hours = '0', minutes = '', seconds = '', tenths = ''] = match;
      return (
        (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 +
        Number(tenths) * 100
      );
    },
    async seek(atMs, lengthMs) {
      const { width, height } = await boxOf(ruler);
      await ruler.click({ position: { x: (atMs / lengthMs) * width, y: height / 2 } });
    },
    async clip(speaker, lengthMs) {
      const [first] = await stretches(speaker, '.clip', lengthMs);
      if (first === undefined) throw new Error(`no file on the lane of ${speaker}`);
      return first;
    },
    holes: (speaker, lengthMs) => stretches(speaker, '.hole', lengthMs),
  };
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${String(locator)} is not drawn`);
  return box;
}
