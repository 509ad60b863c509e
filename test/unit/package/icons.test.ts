/** @file Tests. All icons come from the one drawing, in the containers the systems read. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawIcon, writeIcons } from '../../../scripts/package/icons.mjs';
import { projectRoot } from '../../../scripts/setup/processes.mjs';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trackvault-icons-'));
  writeIcons(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Width and height that a PNG says it has; null when it is none. */
function sizeOf(picture: Buffer): { width: number; height: number } | null {
  if (picture.toString('latin1', 1, 4) !== 'PNG') return null;
  return { width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) };
}

test('the picture of the window is the drawing, not a drawing of its own', async () => {
  const kept = await readFile(join(projectRoot, 'resources', 'icon.png'));
  expect(kept.equals(drawIcon(256))).toBe(true);
});

test('Linux gets a PNG of each size under its size', async () => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png'));
  expect(names.length).toBeGreaterThanOrEqual(8);
  for (const name of names) {
    const side = Number.parseInt(name, 10);
    expect(name).toBe(`${String(side)}x${String(side)}.png`);
    expect(sizeOf(await readFile(join(folder, name)))).toEqual({ width: side, height: side });
  }
});

test('Windows gets every size in one file, each where the directory says it is', async () => {
  const file = await readFile(join(folder, 'icon.ico'));
  expect(file.readUInt16LE(2)).toBe(1);
  const sizes = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const length = file.readUInt32LE(entry + 8);
    const at = file.readUInt32LE(entry + 12);
    const size = sizeOf(file.subarray(at, at + length));
    expect(size?.width).toBe(file.readUInt8(entry) === 0 ? 256 : file.readUInt8(entry));
    return size?.width;
  });
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
});

test('macOS gets entries that fill their file exactly, up to 1024 pixels', async () => {
  const file = await readFile(join(folder, 'icon.icns'));
  expect(file.toString('latin1', 0, 4)).toBe('icns');
  expect(file.readUInt32BE(4)).toBe(file.length);
  const found: Record<string, number | undefined> = {};
  let at = 8;
  while (at < file.length) {
    const length = file.readUInt32BE(at + 4);
    expect(length).toBeGreaterThan(8);
    const picture = file.subarray(at + 8, at + length);
    found[file.toString('latin1', at, at + 4)] = sizeOf(picture)?.width;
    at += length;
  }
  expect(at).toBe(file.length);
  expect(found).toMatchObject({ ic07: 128, ic08: 256, ic09: 512, ic10: 1024 });
});
