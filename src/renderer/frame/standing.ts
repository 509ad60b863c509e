/** @file Renderer. What the top bar says of the work under way, in few words. Pure. */
import type { PullStatus } from '#contract';

/** Null while nothing is under way. */
export function busyText({ state, files }: Pick<PullStatus, 'state' | 'files'>): string | null {
  switch (state) {
    case 'listing':
      return 'Asking the service…';
    case 'fetching': {
      const settled = files.kept + files.failed;
      return files.total === 0
        ? 'Fetching…'
        : `Fetching ${String(Math.min(settled + 1, files.total))} of ${String(files.total)}`;
    }
    case 'verifying':
      return 'Reading back…';
    default:
      return null;
  }
}
