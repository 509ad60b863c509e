/** @file Start. The pictures themselves, in the environment that `screenshots.mjs` made. */
import { resolve } from 'node:path';
import { takeScreenshots } from '../../test/support/screenshots.ts';

const [, , target, only] = process.argv;
const folder = resolve(target ?? 'test-results/screenshots');
await takeScreenshots({
  folder,
  ...(only === undefined ? {} : { only }),
  say: (line) => {
    console.log(line);
  },
});
console.log(`\nPictures: ${folder}`);
