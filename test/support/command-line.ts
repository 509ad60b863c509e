/** @file Tests. Where the command line lies, to be run from its source. */
import { fileURLToPath } from 'node:url';

export const commandLine = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
