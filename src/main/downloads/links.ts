/** @file Main process. Asks the vendor for newer links, once for all files of a recording, in memory alone. */
import { Failure } from '#contract';

import type { Clock } from '../clock.ts';
import type { FileIdentity } from '../library/index.ts';
import type { Link, RealtimeKit, VendorRecording } from '../realtimekit/index.ts';
import { createRenewalWatch, type Renewal } from './renewal.ts';

/**
 * A link as good as the vendor gives it now. `refused` is the one that was not taken; when the
 * vendor has no other (contract 8.4, reading B) the same one comes back.
 *
 * @throws Failure `recording.gone`; `file.not-ready` or, after the recording's expiry, `file.gone`
 *   when the file is not listed; whatever the API says
 */
export type FreshLink = (
  file: FileIdentity,
  refused: Link | null,
  signal?: AbortSignal,
) => Promise<Link>;

/** The same, learning from every link that passes by. */
export type FreshLinks = FreshLink & {
  /** Whether reading a recording again brings newer links (contract 8.4, U12), as far as it was seen. */
  renewal(): Renewal;
  /** A file and its link as they were listed just now. */
  saw(file: FileIdentity, link: Link): void;
};

/** How long, in ms, one read of a recording answers for all its files. */
const readLastsMs = 60_000;

interface Read {
  at: number;
  recording: VendorRecording | null;
  /** Whether this read brought a newer link to the file that asked; null when none was refused. */
  renews: boolean | null;
}

/** Reads a recording again at most once a minute, however many of its files ask. */
export function createFreshLink(options: {
  realtimekit: Pick<RealtimeKit, 'getRecording'>;
  clock: Clock;
  /** The service's clock minus ours, in ms; null when unknown. Left out: unknown. */
  skewMs?: () => number | null;
}): FreshLinks {
  const { realtimekit, clock } = options;
  const watch = createRenewalWatch();
  const serviceNow = () => clock.now() + (options.skewMs?.() ?? 0);
  const reads = new Map<string, Promise<Read>>();

  const readAgain = (recordingId: string): Promise<Read> => {
    // No caller's signal: several files wait for this one read.
    const reading = realtimekit
      .getRecording(recordingId)
      .then((recording) => ({ at: clock.now(), recording, renews: null }));
    reads.set(recordingId, reading);
    reading.catch(() => {
      if (reads.get(recordingId) === reading) reads.delete(recordingId);
    });
    return reading;
  };

  const freshLink: FreshLink = async (file, refused, signal) => {
    const known = await reads.get(file.recordingId)?.catch(() => null);
    signal?.throwIfAborted();
    if (known != null && clock.now() - known.at < readLastsMs) {
      const recent = linkIn(known.recording, file);
      const isOther = recent !== null && refused?.isSameAs(recent) !== true;
      const isFresh = recent?.expiresAt == null || recent.expiresAt > serviceNow();
      if (recent !== null && ((isOther && isFresh) || known.renews === false)) return recent;
    }
    const read = await readAgain(file.recordingId);
    const { recording } = read;
    signal?.throwIfAborted();
    if (recording === null) {
      throw new Failure('recording.gone', 'The service no longer knows the recording.');
    }
    const link = linkIn(recording, file);
    if (link !== null) {
      watch.saw(file, link, read.at);
      if (refused !== null) {
        watch.replaced(refused, link);
        read.renews = !link.isSameAs(refused);
      }
      return link;
    }
    const isOver = recording.linksExpireAt !== null && serviceNow() >= recording.linksExpireAt;
    throw isOver
      ? new Failure('file.gone', 'The service no longer lists the file.')
      : new Failure('file.not-ready', 'The service does not list the file at the moment.');
  };

  return Object.assign(freshLink, {
    renewal: watch.renewal,
    saw: (file: FileIdentity, link: Link) => {
      watch.saw(file, link, clock.now());
    },
  });
}

function linkIn(recording: VendorRecording | null, file: FileIdentity): Link | null {
  const listed = recording?.files.find(
    ({ layerName, fileName }) => layerName === file.layerName && fileName === file.fileName,
  );
  return listed?.link ?? null;
}
