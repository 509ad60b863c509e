/** @file Tests. Takes a picture of every screen and state: light and dark, in three sizes, and the main ones at twice the size and in forced colours. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { look, picture, type Look } from './app-page.ts';
import type { LaunchedApp } from './electron.ts';
import { tour, type Stop } from './tour.ts';

const sizes = [
  { width: 900, height: 600 },
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
] as const;
const themes = ['light', 'dark'] as const;

const everyLook: readonly Look[] = sizes.flatMap((size) =>
  themes.map((theme) => ({ theme, ...size })),
);
const usual: Look = { theme: 'light', width: 1280, height: 800 };
/** What a person with other eyes sees. */
const otherEyes: readonly Look[] = [
  { ...usual, zoom: 2 },
  { ...usual, forcedColors: true },
];

const nameOf = ({ theme, width, zoom, forcedColors }: Look): string =>
  [theme, String(width), zoom === 2 ? 'twice' : '', forcedColors === true ? 'forced' : '']
    .filter(Boolean)
    .join('-');

export interface Wish {
  /** Where the pictures go; emptied first unless `only` is given. */
  folder: string;
  /** Only stops whose name contains this; the way there is walked all the same. */
  only?: string;
  say: (line: string) => void;
}

/** Walks the tour and fills the folder with pictures named by number, screen and look. */
export async function takeScreenshots({ folder, only, say }: Wish): Promise<void> {
  if (only === undefined) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'trackvault-screens-'));
  let count = 0;
  const take = async (launched: LaunchedApp, stop: Stop) => {
    count += 1;
    const title = `${String(count).padStart(2, '0')}-${stop.name}`;
    if (only !== undefined && !stop.name.includes(only)) return;
    const { app, page } = launched;
    const looks = stop.otherEyes === true ? [...everyLook, ...otherEyes] : everyLook;
    for (const wanted of looks) {
      // Where the pointer rests by chance, nothing lights up.
      await page.mouse.move(1, 1);
      await look(app, page, wanted);
      await stop.settle?.(page);
      const path = join(folder, `${title}-${nameOf(wanted)}.png`);
      if (wanted.zoom === undefined) await page.screenshot({ path });
      else await writeFile(path, await picture(app));
    }
    await look(app, page, usual);
    say(title);
  };
  try {
    await tour({ work, take });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
