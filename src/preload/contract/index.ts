/** @file Contract. Everything the main process and the window may say to each other. */
export * from './errors.ts';
export * from './nouns.ts';
