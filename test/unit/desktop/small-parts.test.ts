/** @file Tests. Addresses wait for a page, dead pages come back with patience, windows stay within reach, autostart is quoted. */
import type { DeepLink } from '#contract';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createArrivals } from '../../../src/main/desktop/arrivals.ts';
import {
  autostartEntry,
  autostartPath,
  setAutostart,
} from '../../../src/main/desktop/autostart.ts';
import { placeWindow } from '../../../src/main/desktop/place.ts';
import { revivalAfter } from '../../../src/main/desktop/revival.ts';

describe('an address from outside', () => {
  const withTold = () => {
    const told: DeepLink[] = [];
    return { told, arrivals: createArrivals((link) => told.push(link)) };
  };

  it('waits for the page, is given once, and the next is told', () => {
    const { told, arrivals } = withTold();
    expect(arrivals.arrive(['electron', '.', 'trackvault://meeting/m1?t=5'])).toBe(true);
    expect(arrivals.take()).toMatchObject({ link: { meetingId: 'm1' }, recovered: false });
    expect(arrivals.take()).toEqual({ link: null, recovered: false });
    expect(told).toEqual([]);
    arrivals.arrive(['TRACKVAULT://meeting/m2']);
    expect(told).toMatchObject([{ meetingId: 'm2' }]);
  });

  it('waits again while a page is brought back', () => {
    const { told, arrivals } = withTold();
    arrivals.take();
    arrivals.begin('recovered');
    arrivals.arrive(['trackvault://meeting/m3']);
    expect(told).toEqual([]);
    expect(arrivals.take()).toMatchObject({ link: { meetingId: 'm3' }, recovered: true });
    expect(arrivals.take().recovered).toBe(false);
  });

  it('is nothing when it is not exactly one', () => {
    const { told, arrivals } = withTold();
    arrivals.take();
    expect(arrivals.arrive(['--library', '/x', 'trackvault://pull/now'])).toBe(false);
    expect(arrivals.arrive([])).toBe(false);
    expect(told).toEqual([]);
  });
});

describe('a page that died', () => {
  it('comes back at once, then later, and in the end a person is asked', () => {
    const now = 1_000_000;
    const after = (...ago: number[]) =>
      revivalAfter(
        ago.map((ms) => now - ms),
        now,
      );
    expect(after(0)).toEqual({ kind: 'reload', afterMs: 0 });
    expect(after(2_000, 0)).toEqual({ kind: 'reload', afterMs: 1_000 });
    expect(after(9_000, 2_000, 0)).toEqual({ kind: 'reload', afterMs: 5_000 });
    expect(after(20_000, 9_000, 2_000, 0)).toEqual({ kind: 'ask' });
  });

  it('is forgiven deaths of long ago', () => {
    expect(revivalAfter([0, 100, 200, 500_000], 500_000)).toEqual({ kind: 'reload', afterMs: 0 });
  });
});

describe('the window', () => {
  const laptop = { x: 0, y: 25, width: 1440, height: 875 };
  const beside = { x: 1440, y: 0, width: 2560, height: 1440 };
  const place = (x: number, y: number, width = 1200, height = 800) => ({
    x,
    y,
    width,
    height,
    maximized: false,
  });

  it('opens at its usual size the first time', () => {
    expect(placeWindow(null, [laptop], laptop)).toEqual({
      bounds: { width: 1280, height: 800 },
      smallest: { width: 900, height: 600 },
    });
  });

  it('is where it was, on the first screen or on the second', () => {
    expect(placeWindow(place(100, 50), [laptop], laptop).bounds).toEqual({
      x: 100,
      y: 50,
      width: 1200,
      height: 800,
    });
    expect(placeWindow(place(1600, 200, 2000, 1200), [laptop, beside], laptop).bounds).toEqual({
      x: 1600,
      y: 200,
      width: 2000,
      height: 1200,
    });
  });

  it('comes back to this screen, as large as fits, when the other one is gone', () => {
    expect(placeWindow(place(1600, 200, 2000, 1200), [laptop], laptop).bounds).toEqual({
      width: 1440,
      height: 875,
    });
  });

  it.each([
    ['above the screen', 100, -200],
    ['below it', 100, 890],
    ['almost beyond its right edge', 1400, 100],
    ['almost beyond its left edge', -1150, 100],
  ])('does not stay %s', (_where, x, y) => {
    expect(placeWindow(place(x, y), [laptop], laptop).bounds).not.toHaveProperty('x');
  });

  it('may lie across two screens', () => {
    expect(placeWindow(place(1000, 100), [laptop, beside], laptop).bounds).toMatchObject({
      x: 1000,
      y: 100,
    });
  });

  it('fits a screen that is smaller than its smallest size', () => {
    const tiny = { x: 0, y: 0, width: 800, height: 480 };
    expect(placeWindow(place(0, 0), [tiny], tiny)).toEqual({
      bounds: { x: 0, y: 0, width: 800, height: 480 },
      smallest: { width: 800, height: 480 },
    });
  });

  it('has the colour of the page before the page paints', () => {
    const read = (path: string) =>
      readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    const grounds = [...read('src/renderer/tokens.css').matchAll(/--ground: (#[0-9a-f]{6});/g)];
    const [light, dark] = grounds.map(([, colour]) => colour);
    expect(light).toMatch(/^#/);
    expect(read('src/main/desktop/window.ts')).toContain(
      `{ light: '${String(light)}', dark: '${String(dark)}' }`,
    );
  });
});

describe('autostart on Linux', () => {
  it('quotes what a desktop would take apart', () => {
    const entry = autostartEntry(['/opt/My "Apps"/$x\\y/100%/trackvault', '--hidden']);
    expect(entry).toContain(
      'Exec="/opt/My \\\\"Apps\\\\"/\\\\$x\\\\\\\\y/100%%/trackvault" "--hidden"\n',
    );
    expect(entry.startsWith('[Desktop Entry]\nType=Application\n')).toBe(true);
    const odd = autostartEntry(['/opt/two\nHidden=true\r/trackvault']);
    expect(odd).toContain('Exec="/opt/two\\nHidden=true\\r/trackvault"\n');
    expect(odd.split('\n')).toHaveLength(entry.split('\n').length);
  });

  it('is one file that comes and goes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trackvault-autostart-'));
    try {
      const path = autostartPath({ XDG_CONFIG_HOME: folder });
      await setAutostart(path, null);
      await setAutostart(path, ['/usr/bin/trackvault']);
      expect(await readFile(path, 'utf8')).toContain('Exec="/usr/bin/trackvault"\n');
      await setAutostart(path, null);
      await expect(readFile(path)).rejects.toThrow('ENOENT');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lies in the home folder where the environment says nothing sensible', () => {
    const usual = join(homedir(), '.config', 'autostart', 'trackvault.desktop');
    expect(autostartPath({})).toBe(usual);
    expect(autostartPath({ XDG_CONFIG_HOME: 'relative' })).toBe(usual);
  });
});
