/** @file Main process. FETCHES: files before the vendor deletes them. Read `job.ts` next. */
export {
  createDownloads,
  type Download,
  type Downloads,
  type DownloadsEvent,
  type DownloadsOptions,
  type DownloadsStatus,
  type ListedDownload,
  type Pause,
} from './downloads.ts';
export type { ReadFacts } from './delivery.ts';
export type { State as DownloadState } from './job.ts';
export { createFreshLink, type FreshLink } from './links.ts';
export { toMediaFacts, type MediaFacts } from './media-facts.ts';
