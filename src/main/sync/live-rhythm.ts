/** @file Main process. How often what goes on now is read: soon enough for whoever looks on, and never more than a quarter of the rate limit. Pure. */
import type { Quota } from '../realtimekit/index.ts';

/** What the service allows while it has not said otherwise (contract 3). */
const usualQuota: Quota = { calls: 1200, windowMs: 300_000 };
/** A little less than a quarter of it is ours: another program's clock is not quite ours. */
const share = 0.24;
/** Part of ours that the lists may take; the rest answers who is in a call. */
const listsShare = 0.85;

/** With the time a round takes, what is shown stays younger than 15 s. */
const watchedMs = 10_000;
/** Nobody looks on, and something has just moved: its files are fetched as soon as they are there. */
const unwatchedMs = 15_000;
const longestMs = 300_000;
/** Of the rest, with each round that brought nothing: a minute after eight of stillness, the longest within the hour. */
const growth = 1.1;

export interface Circumstances {
  /** Somebody looks on. */
  watched: boolean;
  /** Something runs or uploads, so that an end is to be noticed though nobody looks on. */
  expecting: boolean;
  /** Rounds in a row that brought nothing new. */
  stillRounds: number;
  /** Rounds in a row that failed. */
  failures: number;
  /** Requests that the lists of one round take. */
  callsARound: number;
  quota: Quota | null;
}

/** From the beginning of one round to that of the next, in ms; null: not at all. */
export function betweenRounds(now: Circumstances): number | null {
  if (!now.watched && !now.expecting) return null;
  const wishedMs = now.watched
    ? watchedMs
    : Math.min(unwatchedMs * growth ** now.stillRounds, longestMs);
  const patientMs = Math.max(wishedMs, Math.min(wishedMs * 2 ** now.failures, longestMs));
  return Math.max(patientMs, affordableMs(now.callsARound, now.quota));
}

/** The slower one of what the service is known to allow and what it says. */
function strictest(told: Quota | null): Quota {
  if (told === null) return usualQuota;
  return told.calls / told.windowMs < usualQuota.calls / usualQuota.windowMs ? told : usualQuota;
}

function affordableMs(callsARound: number, told: Quota | null): number {
  const { calls, windowMs } = strictest(told);
  return Math.ceil((callsARound * windowMs) / (calls * share * listsShare));
}

/** Remembers what was sent, so that no window holds more than is ours. */
export interface Spending {
  /** One request is sent at `at` (epoch ms), for a list or for something beside the lists. */
  note(at: number, on: 'lists' | 'extras'): void;
  /** Epoch ms, not before `now`, from which so many more may be sent for lists. */
  listsFreeAt(calls: number, now: number, quota: Quota | null): number;
  /** How many may be sent beside the lists now, when these come every `everyMs`. */
  extrasLeft(
    lists: { callsARound: number; everyMs: number },
    now: number,
    quota: Quota | null,
  ): number;
}

export function createSpending(): Spending {
  let sent: { at: number; on: 'lists' | 'extras' }[] = [];
  const forget = (before: number) => {
    if ((sent[0]?.at ?? before) < before) sent = sent.filter(({ at }) => at >= before);
  };
  return {
    note(at, on) {
      sent.push({ at, on });
    },
    listsFreeAt(calls, now, quota) {
      const { calls: allowed, windowMs } = strictest(quota);
      forget(now - windowMs);
      const ours = Math.floor(allowed * share);
      const tooMany = sent.length + Math.min(calls, ours) - ours;
      const last = sent[tooMany - 1];
      return last === undefined ? now : last.at + windowMs + 1;
    },
    extrasLeft({ callsARound, everyMs }, now, quota) {
      const { calls: allowed, windowMs } = strictest(quota);
      forget(now - windowMs);
      const ours = Math.floor(allowed * share);
      // A window holds parts of one round more than fit into it, and the next one is to find room.
      const forLists = (Math.floor(windowMs / everyMs) + 2) * callsARound;
      const extras = sent.filter(({ on }) => on === 'extras').length;
      return Math.max(0, Math.min(ours - forLists - extras, ours - sent.length));
    },
  };
}
