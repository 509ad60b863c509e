/** @file Main process. One attempt to bring a file's part to completion: ask, once more with a newer link, once more from zero. */
import { Failure } from '#contract';

import type { Link } from '../realtimekit/index.ts';
import type { Ask, AskOptions, Received } from './ask.ts';
import { discard } from './part.ts';

export interface AttemptWorld extends AskOptions {
  ask: Ask;
  partPath: string;
  /** The link known from the last listing; null after a restart. */
  link: Link | null;
  /** Epoch ms after which the vendor deletes the file, null when unknown: 404 means lost from then on. */
  deadlineAt: number | null;
  /** The service's clock minus ours, in ms; 0 when unknown. */
  skewMs: number;
  /**
   * A link as good as the vendor gives it now. `refused` is the one that was not taken: when the
   * vendor has no other, the same one comes back.
   */
  freshLink(refused: Link | null): Promise<Link>;
}

/**
 * Contract 12. Whatever goes wrong, bytes that can be continued stay on disk.
 *
 * @throws Failure `link.expired` (the vendor has no newer link, unless details say `renewed`), `link.refused`,
 *   `file.changed`, or what `ask` and `freshLink` throw
 * @throws the signal's reason when aborted
 */
export async function attempt(world: AttemptWorld): Promise<Received> {
  const { ask, partPath, deadlineAt, skewMs } = world;
  let link = usable(world.link ?? (await world.freshLink(null)));
  let wasRenewed = false;
  let hasStartedOver = false;
  for (;;) {
    const outcome = await ask({ link, partPath, deadlineAt, skewMs }, world);
    if (outcome.kind === 'received') return outcome.received;
    if (outcome.kind === 'start-over') {
      if (hasStartedOver) throw new Failure('file.changed', 'The file changes while it is read.');
      hasStartedOver = true;
      await discard(partPath);
      continue;
    }
    if (wasRenewed) throw onceMore(outcome.failure);
    const newer = usable(await world.freshLink(link));
    if (newer.isSameAs(link)) throw outcome.failure;
    link = newer;
    wasRenewed = true;
  }
}

/** The vendor does sign anew: that the second link ended, too, says nothing against a third. */
function onceMore(failure: Failure): Failure {
  return failure.code === 'link.expired'
    ? new Failure(failure.code, failure.message, { details: { renewed: true } })
    : failure;
}

function usable(link: Link): Link {
  if (link.extraSignedHeaders) {
    throw new Failure('link.refused', 'The link wants headers that only its maker knows.');
  }
  return link;
}
