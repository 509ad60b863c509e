/** @file Main process. What happened to a recording and when, and whether it gets on: from index, ledger and the service's words. Pure. */
import type { FileTransfer, Recording, Stall, TimelineMark } from '#contract';
import type { Observation, RecordingHistory } from './library/index.ts';
import { patience } from './sync/index.ts';

type What = TimelineMark['what'];

/** The marks the service's words stand for; every other word stands for itself. */
const marks: Readonly<Record<string, What | null>> = {
  INVOKED: 'invoked',
  RECORDING: 'started',
  PAUSED: 'paused',
  UPLOADING: 'stopped',
  UPLOADED: 'uploaded',
  ERRORED: 'errored',
};

/** Steps the service gives a time of its own for: that one counts, not when it was seen. */
const toldBySelf: ReadonlySet<What> = new Set(['invoked', 'started', 'stopped']);

/**
 * In the order of time; what is still to come, last. A mark stands once: by the service's own time
 * (contract 8.1), else by when its word was first seen, else by what was done here.
 * @param now epoch ms
 */
export function timelineOf(
  recording: Recording,
  history: RecordingHistory | null,
  files: readonly FileTransfer[],
  now: number,
): TimelineMark[] {
  const done: TimelineMark[] = [];
  const add = (
    what: What,
    at: number | null | undefined,
    from: TimelineMark['from'],
    word?: string,
  ) => {
    if (at != null) done.push({ what, word: word ?? null, at, from });
  };
  add('invoked', recording.invokedAt, 'service');
  add('started', recording.startedAt, 'service');
  add('stopped', recording.stoppedAt, 'service');
  for (const { word, seenAt } of history?.words ?? []) {
    const what = marks[word] ?? 'other';
    const isKnown = toldBySelf.has(what) && done.some((mark) => mark.what === what);
    if (!isKnown) add(what, seenAt, 'seen', word);
  }
  const isHere = files.length > 0 && files.every(({ state }) => isWhole(state));
  if (isHere) add('kept', history?.receivedAt, 'here');
  else if (files.some(({ state }) => isWhole(state))) {
    add('first-file', history?.receivedAt, 'here');
  }
  if (isHere && history?.verified === files.length) add('verified', history.verifiedAt, 'here');
  if (history?.decision === 'sealed') add('sealed', history.decidedAt, 'here');
  add('lost', history?.lostAt, 'here');
  const isOpen = files.length === 0 || files.some(({ state }) => !isWhole(state));
  const { deadlineAt, state } = recording;
  const isOver = state === 'sealed' || state === 'errored' || state === 'without-files';
  const ahead: TimelineMark[] =
    deadlineAt !== null && isOpen && !isOver
      ? [{ what: 'deadline', word: null, at: deadlineAt, from: 'service' }]
      : [];
  const past = ahead.filter(({ at }) => at !== null && at <= now);
  const coming = ahead.filter(({ at }) => at === null || at > now);
  return [...[...done, ...past].sort((a, b) => (a.at ?? 0) - (b.at ?? 0)), ...coming];
}

function isWhole(state: FileTransfer['state']): boolean {
  return state === 'kept' || state === 'verified';
}

/**
 * What keeps a recording from getting on, or came out otherwise than hoped; null when all is well.
 * @param observation what the service said last: people of the call and the length it gives; null when not at hand
 * @param now epoch ms
 */
export function stallOf(
  recording: Recording,
  observation: Pick<Observation, 'sessionPeople' | 'recordingDurationMs'> | null,
  files: readonly FileTransfer[],
  now: number,
): Stall | null {
  const { vendorStatus, invokedAt, stoppedAt, deadlineAt, goneAtProvider, kind, state } = recording;
  if (goneAtProvider || kind === 'composite' || state === 'sealed') return null;
  const stall = (what: Stall['what'], sinceAt: number | null): Stall => ({
    what,
    sinceAt,
    untilAt: deadlineAt,
  });
  const lasts = (sinceAt: number | null, ms: number) => sinceAt !== null && now - sinceAt > ms;
  switch (vendorStatus) {
    case 'INVOKED':
      return lasts(invokedAt, patience.beginMs) ? stall('never-started', invokedAt) : null;
    case 'RECORDING':
    case 'PAUSED': {
      const emptySince = leftAt(observation);
      return lasts(emptySince, patience.emptyCallMs)
        ? stall('records-an-empty-call', emptySince)
        : null;
    }
    case 'UPLOADING': {
      const sinceAt = stoppedAt ?? invokedAt;
      const isSilent = (observation?.recordingDurationMs ?? 0) === 0 && files.length === 0;
      if (isSilent && lasts(sinceAt, patience.silentUploadMs))
        return stall('probably-lost', sinceAt);
      if (lasts(sinceAt, patience.uploadMs)) return stall('upload-takes-long', sinceAt);
      return files.length > 0 ? stall('partial-list', sinceAt) : null;
    }
    case 'UPLOADED':
      return files.length === 0 && lasts(stoppedAt, patience.listingMs)
        ? stall('finished-without-files', stoppedAt)
        : null;
    case 'ERRORED':
      return null;
    default:
      return vendorStatus === '' ? null : stall('status-unknown', null);
  }
}

/** When the last person left; null while somebody is in the call, or nobody is known to have been. */
function leftAt(observation: Pick<Observation, 'sessionPeople'> | null): number | null {
  const people = observation?.sessionPeople ?? [];
  const left = people.flatMap((person) => person.leftAt ?? []);
  return people.length === 0 || left.length < people.length ? null : Math.max(...left);
}
