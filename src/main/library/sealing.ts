/** @file Main process. Decides when nothing more is to come for a recording (docs/decisions/0003-sealing.md). Pure. */
import type { AbsentFile } from '#contract';
import type { Observation } from './types.ts';

/** The vendor's file list may still grow shortly after it says it is done (contract 10.2). */
export const settlingMs = 5 * 60_000;
/** A recording stopped this long ago has settled; two agreeing reads of one pass suffice. */
export const longOverMs = 60 * 60_000;
const dayMs = 24 * 3600_000;

/** Two reads that said the same, and when. */
export interface Reads {
  /** First read of exactly these words. */
  since: number;
  /** Latest reads of this run of the program that agreed, oldest first. */
  recent: readonly number[];
}

export type SealDecision =
  | { kind: 'not-yet'; because: string }
  | { kind: 'sealed'; because: string }
  | { kind: 'closed-incomplete'; because: string };

const running = new Set(['INVOKED', 'RECORDING', 'PAUSED', 'UPLOADING']);

/** True when the vendor is done: its two final words, or an unknown word of a finished recording (contract 10.1). */
export function isFinal(observation: Observation): boolean {
  if (observation.status === 'UPLOADED' || observation.status === 'ERRORED') return true;
  return (
    !running.has(observation.status) &&
    (observation.stoppedAt !== null || observation.files.length > 0)
  );
}

/** After this nothing can be fetched any more, even where the vendor stated no deadline (contract 11). */
export function endOfHope(observation: Observation): number | null {
  if (observation.deadlineAt !== null) return observation.deadlineAt;
  if (observation.stoppedAt !== null) return observation.stoppedAt + 7 * dayMs;
  // A recording lasts a day at most (contract 10.1), then its files live seven.
  return observation.invokedAt === null ? null : observation.invokedAt + 8 * dayMs;
}

export function decideSeal(facts: {
  observation: Observation;
  absent: readonly AbsentFile[];
  /** Tracks in the bag. */
  held: number;
  gone: boolean;
  reads: Reads;
  now: number;
}): SealDecision {
  const { observation, absent, gone, now } = facts;
  const pending = absent.filter((file) => file.state === 'pending').length;
  const lost = absent.length - pending;
  const end = endOfHope(observation);
  const over = gone || (end !== null && now > end);

  if (over) {
    const because = gone ? 'gone-at-provider' : 'deadline-past';
    const complete = absent.length === 0 && (facts.held > 0 || isFinal(observation));
    return { kind: complete ? 'sealed' : 'closed-incomplete', because };
  }
  if (!isFinal(observation)) return { kind: 'not-yet', because: 'not-final' };
  if (pending > 0) return { kind: 'not-yet', because: 'files-pending' };
  const because = agreement(observation, facts.reads);
  if (because === null) return { kind: 'not-yet', because: 'one-read-only' };
  return { kind: lost > 0 ? 'closed-incomplete' : 'sealed', because };
}

function agreement(observation: Observation, reads: Reads): string | null {
  const last = reads.recent.at(-1);
  if (last === undefined) return null;
  if (last - reads.since >= settlingMs) return 'two-reads-apart';
  const { stoppedAt } = observation;
  const longOver =
    stoppedAt === null ? [] : reads.recent.filter((at) => at - stoppedAt > longOverMs);
  return longOver.length >= 2 ? 'long-over-two-reads' : null;
}
