/** @file Main process. Where the files of workers and child processes lie: beside the source, or beside the build. */

// In the source every entry is TypeScript that Node runs as it stands; the build keeps the same tree with `.js`.
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

const entry = (name: string): URL => new URL(`./${name}${extension}`, import.meta.url);

export const entries = {
  indexWorker: entry('library/index-worker'),
  transferWorker: entry('downloads/transfer-worker'),
  audioWorker: entry('audio/audio-worker'),
  mediaProcess: entry('audio/media-process'),
} as const;
