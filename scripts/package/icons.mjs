/** @file Packaging. The app's icons in every size and container the systems ask for, drawn from the one SVG. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { projectRoot } from '../setup/processes.mjs';

const drawing = join(projectRoot, 'resources', 'icon.svg');
/** What windows show where the system does not take the package's icon; a test keeps it equal to the drawing. */
const windowIcon = join(projectRoot, 'resources', 'icon.png');

/** Where Linux looks for icons by size. */
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
/** Apple's name of each kind of entry, by its size in pixels. */
const appleKinds = /** @type {const} */ ([
  ['icp4', 16],
  ['icp5', 32],
  ['icp6', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  // For displays with two pixels where others have one.
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
]);

/**
 * The SVG as a PNG: the same bytes on every machine.
 * @param {number} size width and height in pixels
 * @returns {Buffer}
 */
export function drawIcon(size) {
  const drawn = new Resvg(readFileSync(drawing), {
    fitTo: { mode: 'width', value: size },
    font: { loadSystemFonts: false },
  });
  return drawn.render().asPng();
}

/**
 * Writes `16x16.png` … `512x512.png`, `icon.ico` and `icon.icns`.
 * @param {string} folder emptied first
 */
export function writeIcons(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const size of linuxSizes) {
    writeFileSync(join(folder, `${String(size)}x${String(size)}.png`), drawIcon(size));
  }
  writeFileSync(join(folder, 'icon.ico'), windowsIcon());
  writeFileSync(join(folder, 'icon.icns'), appleIcon());
}

/** An ICO file: a directory of 16 bytes an entry, then the PNGs as they are (Windows Vista and newer). */
function windowsIcon() {
  const pictures = windowsSizes.map(drawIcon);
  const directory = Buffer.alloc(6 + 16 * pictures.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(pictures.length, 4);
  let at = directory.length;
  pictures.forEach((picture, index) => {
    const entry = 6 + 16 * index;
    // One byte for each side: 256 is written as 0.
    const side = (windowsSizes[index] ?? 0) % 256;
    directory.writeUInt8(side, entry);
    directory.writeUInt8(side, entry + 1);
    directory.writeUInt16LE(1, entry + 4);
    directory.writeUInt16LE(32, entry + 6);
    directory.writeUInt32LE(picture.length, entry + 8);
    directory.writeUInt32LE(at, entry + 12);
    at += picture.length;
  });
  return Buffer.concat([directory, ...pictures]);
}

/** An ICNS file: every entry is a name of four letters, its whole length, and the PNG as it is. */
function appleIcon() {
  const named = (/** @type {string} */ name, /** @type {Buffer} */ body) => {
    const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
    head.writeUInt32BE(head.length + body.length, 4);
    return Buffer.concat([head, body]);
  };
  const entries = appleKinds.map(([kind, size]) => named(kind, drawIcon(size)));
  return named('icns', Buffer.concat(entries));
}

// By hand, after the drawing has changed: `node scripts/package/icons.mjs`.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(windowIcon, drawIcon(256));
}
