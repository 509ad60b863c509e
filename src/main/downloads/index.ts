/** @file Main process. FETCHES: files before the vendor deletes them. Read `job.ts` next. */
export {
  changeAtRest,
  pauseAtRest,
  readAtRest,
  type QueueAtRest,
  type QueuePlace,
} from './at-rest.ts';
export { createDownloads } from './downloads.ts';
export type {
  Download,
  Downloads,
  DownloadsEvent,
  DownloadsOptions,
  DownloadsStatus,
  ListedDownload,
  Pause,
  WasOff,
} from './types.ts';
export type { ReadFacts } from './delivery.ts';
export type { State as DownloadState } from './job.ts';
export { bytesPerHour, expectedBytesOf } from './size.ts';
export { createFreshLink, type FreshLink, type FreshLinks } from './links.ts';
export type { Renewal } from './renewal.ts';
export { toMediaFacts, type MediaFacts } from './media-facts.ts';
