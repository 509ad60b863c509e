/** @file Main process. What is to be said of one connection and its files: received, short, pending, left out, missing, and why. Pure. */
import type { CoverageReason, CoverageState, Order, Recording } from '#contract';
import { idKey } from '../library/index.ts';
import type { CoverageFile } from './files.ts';
import type { Person, PersonConnection } from './people.ts';
import { shortfallMs } from './shortfall.ts';

export interface Verdict {
  state: CoverageState;
  why: CoverageReason | null;
  /** 0 unless `short`. */
  shortMs: number;
}

/** When the recording ran, epoch ms; null where nobody told. */
export interface Ran {
  fromAt: number | null;
  untilAt: number | null;
}

/** What holds for every connection of a recording. */
export interface Circumstances {
  recording: Recording;
  ran: Ran;
  order: Order | null;
  /** Keys of ids that are some person's `user_id`. */
  userKeys: ReadonlySet<string>;
  /** Files listed or here, of whomever. */
  fileCount: number;
  now: number;
}

/** For so long a list without files may still get some, in ms (contract 10.2). */
const emptyListMs = 10 * 60_000;

export function verdictOf(
  person: Person,
  connection: PersonConnection | null,
  files: readonly CoverageFile[],
  circumstances: Circumstances,
): Verdict {
  const voices = files.filter(({ isVoice }) => isVoice);
  if (voices.length > 0) return verdictOnFiles(voices, connection, circumstances.ran);
  const away = connection === null ? null : whyAway(connection, circumstances.ran);
  if (away !== null) return { state: 'outside', why: away, shortMs: 0 };
  const chosen = howChosen(person, circumstances);
  if (chosen === 'left-out') return { state: 'not-recorded-by-choice', why: null, shortMs: 0 };
  const why = whyMissing(circumstances, chosen);
  return why === null
    ? { state: 'pending', why: 'service-still-works', shortMs: 0 }
    : { state: 'missing', why, shortMs: 0 };
}

/** Of files that are somebody's, or nobody's when `connection` is null. */
export function verdictOnFiles(
  files: readonly CoverageFile[],
  connection: PersonConnection | null,
  ran: Ran,
): Verdict {
  if (files.some(({ state }) => state === 'pending')) {
    return { state: 'pending', why: 'file-not-fetched-yet', shortMs: 0 };
  }
  const here = files.filter(({ state }) => state === 'here');
  if (here.length === 0) return { state: 'missing', why: 'file-lost', shortMs: 0 };
  const shortMs = connection === null ? 0 : missingMs(here, connection, ran);
  if (shortMs === 0) return { state: 'received', why: null, shortMs };
  return { state: 'short', why: here.length < files.length ? 'file-lost' : null, shortMs };
}

/** Judged only where the times of this very connection, of the recording and of its files are known. */
function missingMs(
  here: readonly CoverageFile[],
  { joinedAt, leftAt, isVague }: PersonConnection,
  { fromAt, untilAt }: Ran,
): number {
  if (isVague || joinedAt === null || fromAt === null || untilAt === null) return 0;
  const sounds = here.flatMap(({ startedAt, durationMs }) =>
    durationMs === null ? [] : [{ startedAt, durationMs }],
  );
  if (sounds.length < here.length) return 0;
  const expected = {
    fromAt: Math.max(fromAt, joinedAt),
    untilAt: Math.min(untilAt, leftAt ?? untilAt),
  };
  return expected.untilAt > expected.fromAt ? shortfallMs(sounds, expected) : 0;
}

/** Why nothing was to come of the connection: it lasted before or after the recording, not during it. */
function whyAway(
  { joinedAt, leftAt }: PersonConnection,
  { fromAt, untilAt }: Ran,
): 'left-before-it-began' | 'joined-after-it-ended' | null {
  if (leftAt !== null && fromAt !== null && leftAt <= fromAt) return 'left-before-it-began';
  if (joinedAt !== null && untilAt !== null && joinedAt >= untilAt) return 'joined-after-it-ended';
  return null;
}

type Chosen = 'taken-in' | 'by-custom-id' | 'left-out' | 'unknown';

/** Only an order of ours can leave somebody out, and only somebody whose `user_id` is known. */
function howChosen(person: Person, { order, userKeys }: Circumstances): Chosen {
  const { userId, customParticipantId } = person;
  const taken = order?.taken ?? { kind: 'unknown' };
  if (taken.kind === 'everyone') return 'taken-in';
  if (taken.kind === 'unknown') return 'unknown';
  const keys = new Set(taken.userIds.map(idKey));
  if (userId !== null && keys.has(idKey(userId))) return 'taken-in';
  const customKey = customParticipantId === null ? null : idKey(customParticipantId);
  if (customKey !== null && keys.has(customKey) && !userKeys.has(customKey)) return 'by-custom-id';
  return userId === null ? 'taken-in' : 'left-out';
}

/** Why there is no file; null while one may still be listed. */
function whyMissing(circumstances: Circumstances, chosen: Chosen): CoverageReason | null {
  const { recording, fileCount } = circumstances;
  const { state, vendorStatus, goneAtProvider } = recording;
  if (state === 'errored' || vendorStatus === 'ERRORED') return 'recording-errored';
  if (!isListFinal(circumstances)) return null;
  if (chosen === 'by-custom-id') return 'ordered-by-custom-id';
  // The service never said that it is done: what it had came to nothing.
  if (isInHand(recording)) return goneAtProvider ? 'recording-gone' : 'file-lost';
  if (fileCount === 0) return isSettling(circumstances) ? null : 'finished-without-files';
  return chosen === 'unknown' ? 'selection-unknown' : 'unknown';
}

/** Nothing more will be listed: the service says that it is done, or its time is over. */
function isListFinal({ recording, now }: Circumstances): boolean {
  const { state, goneAtProvider, deadlineAt } = recording;
  if (state === 'sealed' || state === 'closed-incomplete' || state === 'without-files') return true;
  if (goneAtProvider || (deadlineAt !== null && now > deadlineAt)) return true;
  return !isInHand(recording);
}

/** The service still had it in hand when it was last asked (contract 10). */
function isInHand({ state, vendorStatus }: Recording): boolean {
  const words = ['INVOKED', 'RECORDING', 'PAUSED', 'UPLOADING'];
  return state === 'running' || words.includes(vendorStatus);
}

function isSettling({ recording, now }: Circumstances): boolean {
  const { state, stoppedAt, goneAtProvider } = recording;
  const isOpen = state === 'pending' || state === 'complete' || state === 'running';
  return isOpen && !goneAtProvider && stoppedAt !== null && now < stoppedAt + emptyListMs;
}
