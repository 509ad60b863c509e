/** @file Start. The pictures themselves, in the environment that `screens.mjs` made. */
import { resolve } from 'node:path';
import { takeScreens } from '../../test/support/screens.ts';

const folder = resolve(process.argv[2] ?? 'test-results/screens');
await takeScreens(folder, (line) => {
  console.log(line);
});
console.log(`\nPictures: ${folder}`);
