/** @file Main process. Learns from the links that pass by whether the service signs anew each time it is asked (contract 8.4, U12). */
import type { Forecast, RecordingId } from '#contract';

import type { FileIdentity } from '../library/index.ts';
import type { Link } from '../realtimekit/index.ts';

/** `renews`: reading a recording again brings a newer link. `fixed`: it brings the same one. */
export type Renewal = Forecast['renewal'];

export interface RenewalWatch {
  renewal(): Renewal;
  /** A link as it was listed or read at `at`, epoch ms. */
  saw(file: FileIdentity, link: Link, at: number): void;
  /** What came in place of a link that was not taken. */
  replaced(refused: Link, by: Link): void;
}

interface Seen {
  name: string;
  link: Link;
  at: number;
}

/** Two links signed within a second may be alike by chance, and a service may remember one for a while. */
const tellingMs = 60_000;
/** Links are secrets: no more of them are held than are needed to learn this. */
const recordingsWatched = 20;

/** Knows nothing at first; holds one link of each of a few recordings, in memory alone. */
export function createRenewalWatch(): RenewalWatch {
  const seen = new Map<RecordingId, Seen>();
  let known: Renewal = 'unknown';

  const remember = (recordingId: RecordingId, one: Seen) => {
    seen.delete(recordingId);
    seen.set(recordingId, one);
    const [oldest] = seen.keys();
    if (seen.size > recordingsWatched && oldest !== undefined) seen.delete(oldest);
  };

  return {
    renewal: () => known,
    saw(file, link, at) {
      const name = JSON.stringify([file.layerName, file.fileName]);
      const before = seen.get(file.recordingId);
      if (before === undefined) {
        remember(file.recordingId, { name, link, at });
        return;
      }
      if (before.name !== name) return;
      if (!link.isSameAs(before.link)) {
        if (isLater(link, before.link)) known = 'renews';
        remember(file.recordingId, { name, link, at });
      } else if (known === 'unknown' && at - before.at >= tellingMs) {
        known = 'fixed';
      }
    },
    replaced(refused, by) {
      // A link that was refused and comes again is all there is: no older sign counts against that.
      known = by.isSameAs(refused) ? 'fixed' : 'renews';
    },
  };
}

/** The same object for longer: another address alone may mean another object. */
function isLater(link: Link, before: Link): boolean {
  if (link.pathHash !== before.pathHash) return false;
  return link.expiresAt === null || before.expiresAt === null || link.expiresAt > before.expiresAt;
}
