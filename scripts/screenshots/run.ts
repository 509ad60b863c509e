/** @file Start. The pictures themselves, in the environment that `screenshots.mjs` made. */
import { resolve } from 'node:path';
import { takeScreenshots } from '../../test/support/screenshots.ts';

const folder = resolve(process.argv[2] ?? 'test-results/screenshots');
await takeScreenshots(folder, (line) => {
  console.log(line);
});
console.log(`\nPictures: ${folder}`);
