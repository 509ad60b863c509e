/** @file Renderer. What deserves attention now, each with one next step: worked out of index, transfers and the last pass. Pure. */
import type {
  ErrorCode,
  LibraryStatus,
  Passage,
  PullStatus,
  Recording,
  RecordingId,
  Today,
  Workspace,
} from '#contract';
import { wordsFor } from '../error-words.ts';
import { clockText, lengthWords, nearDayText, plural } from '../parts/format.ts';
import { lastingTrouble } from './pull-words.ts';
import {
  deadlineWords,
  passageReason,
  standingWords,
  type DeadlineWords,
} from './transfer-words.ts';

const dayMs = 24 * 3_600_000;
/** News of the service's failures; what is older has been read. */
const newsMs = 7 * dayMs;

/** What the button beside a matter does. */
export type Deed =
  | { kind: 'connect' }
  | { kind: 'fetch' }
  | { kind: 'choose-library' }
  | { kind: 'reveal-library' }
  | { kind: 'retry'; recordingId: RecordingId }
  | { kind: 'transfers'; recordingId: RecordingId }
  | { kind: 'reveal'; recording: Recording }
  | { kind: 'meeting'; recording: Recording };

/** One matter that does not go on by itself. */
export interface Need {
  key: string;
  tone: 'bad' | 'warn';
  /** A sentence; or the recording it is about, whose title stands there. */
  about: string | Recording;
  text: string;
  step: { text: string; deed: Deed };
}

export interface World {
  workspace: Workspace | null;
  pull: PullStatus | null;
  library: LibraryStatus | null;
  today: Today | null;
  passages: readonly Passage[];
  /** Epoch ms. */
  now: number;
}

/** The gravest first: nothing can be fetched, something is lost, something failed. */
export function needsOf(world: World): Need[] {
  return [
    ...needsOfAccess(world),
    ...needsOfFiles(world),
    ...neverStarted(world),
    ...needsOfService(world),
  ];
}

/** What keeps every file from coming. */
function needsOfAccess({ workspace, pull, library }: World): Need[] {
  const reading = library?.state === 'open' && !library.sample ? library.readingBecause : null;
  if (reading !== null) {
    const { what, next } = wordsFor(reading);
    const step = { text: 'Open another library…', deed: { kind: 'choose-library' } as const };
    return [{ key: 'reading', tone: 'warn', about: what, text: next, step }];
  }
  const code = troubleOf(workspace, pull);
  if (code === null) return [];
  const { what, next } = wordsFor({ code, message: '' });
  return [{ key: code, tone: 'bad', about: what, text: next, step: stepFor(code) }];
}

/** Null also while there is no network: that is a state, and nobody’s task. */
function troubleOf(workspace: Workspace | null, pull: PullStatus | null): ErrorCode | null {
  if (workspace === null) return null;
  const failed = pull?.state === 'failed' ? (pull.failure?.code ?? null) : null;
  const trouble = lastingTrouble({ pausedBecause: pull?.pausedBecause ?? failed });
  return trouble?.code ?? (workspace.token === 'missing' ? 'credentials.missing' : null);
}

function stepFor(code: ErrorCode): Need['step'] {
  if (code.startsWith('credentials.') || code === 'keychain.unavailable') {
    return { text: 'Enter a token', deed: { kind: 'connect' } };
  }
  if (code === 'disk.full' || code === 'disk.refused') {
    return { text: 'Show the library', deed: { kind: 'reveal-library' } };
  }
  return { text: 'Try again', deed: { kind: 'fetch' } };
}

/** What is lost or spoilt. */
function needsOfFiles({ today }: World): Need[] {
  const lost = (today?.lost ?? []).map((recording): Need => {
    const count = recording.absent.filter(({ state }) => state === 'lost').length;
    return {
      key: `lost ${recording.recordingId}`,
      tone: 'bad',
      about: recording,
      text: `${plural(count, 'file')} lost: the service no longer gives ${count === 1 ? 'it' : 'them'} out. ${recording.trackCount === 0 ? 'None of its files is here.' : 'What arrived stays.'}`,
      step: { text: 'Which', deed: { kind: 'meeting', recording } },
    };
  });
  const spoilt = (today?.needsYou ?? []).flatMap(({ recording, why, tracks }): Need[] => {
    if (why !== 'damaged' && why !== 'missing') return [];
    const what =
      why === 'damaged'
        ? `${plural(tracks, 'file')} on disk ${tracks === 1 ? 'differs' : 'differ'} from the manifest.`
        : `${plural(tracks, 'file')} that the manifest names ${tracks === 1 ? 'is' : 'are'} not on disk.`;
    return [
      {
        key: `${why} ${recording.recordingId}`,
        tone: 'bad',
        about: recording,
        text: `${what} Restore from a backup, then verify again.`,
        step: { text: 'Show in folder', deed: { kind: 'reveal', recording } },
      },
    ];
  });
  return [...lost, ...spoilt];
}

/** An order the service took and did not follow: whoever gave it believes that the call is recorded. */
function neverStarted({ passages }: World): Need[] {
  return passages
    .filter(({ step, standing }) => step === 'invoked' && standing === 'stuck')
    .map((passage) => ({
      key: `never started ${passage.recording.recordingId}`,
      tone: 'warn',
      about: passage.recording,
      text: standingWords(passage).means,
      step: { text: 'Show', deed: { kind: 'meeting', recording: passage.recording } },
    }));
}

/** What the service did not do: nothing more than to know, but that early. */
function needsOfService({ today, now }: World): Need[] {
  return (today?.needsYou ?? []).flatMap(({ recording, why }): Need[] => {
    if (why !== 'errored' && why !== 'without-files') return [];
    const at = recording.stoppedAt ?? recording.invokedAt;
    if (at === null || now - at > newsMs) return [];
    const words = recording.errorMessage === null ? '' : ` Its words: “${recording.errorMessage}”.`;
    return [
      {
        key: `${why} ${recording.recordingId}`,
        tone: 'warn',
        about: recording,
        text:
          why === 'errored'
            ? `The service could not record it: no file will come.${words}`
            : 'It finished without any file: nobody spoke, or the people asked for were not found.',
        step: { text: 'Show', deed: { kind: 'meeting', recording } },
      },
    ];
  });
}

/** A recording of which something is not here yet, and may never be. */
export interface AtRisk {
  recording: Recording;
  tone: 'bad' | 'warn';
  text: string;
  deadline: DeadlineWords | null;
  step: { text: string; deed: Deed };
}

export interface Risks {
  /** Those to be shown one by one, the nearest deadline first. */
  shown: AtRisk[];
  /** Those that come by themselves with more than a day to spare. */
  coming: { recordings: number; files: number };
}

export function risksOf(world: World & { pulling: boolean }): Risks {
  const { today, passages, pulling, now } = world;
  const byId = new Map(passages.map((passage) => [passage.recording.recordingId, passage]));
  const shown: AtRisk[] = [];
  const coming = { recordings: 0, files: 0 };
  for (const recording of today?.atRisk ?? []) {
    const passage = byId.get(recording.recordingId) ?? null;
    const deadline = deadlineWords(recording.deadlineAt, now);
    if (pulling && passage?.standing === 'moving' && deadline?.tone === 'quiet') {
      coming.recordings += 1;
      coming.files += pendingIn(recording);
    } else {
      shown.push(riskOf(recording, passage, deadline, now));
    }
  }
  return { shown: [...shown, ...stuckThere(passages, now)], coming };
}

function riskOf(
  recording: Recording,
  passage: Passage | null,
  deadline: DeadlineWords | null,
  now: number,
): AtRisk {
  const { recordingId } = recording;
  const waits = passage?.standing === 'waiting' ? passage : null;
  const failed = waits?.files.failed ?? 0;
  const calledOff = waits?.files.cancelled ?? 0;
  const why =
    waits !== null && failed > 0
      ? ` ${passageReason(waits, now)}`
      : calledOff > 0
        ? ' You chose not to fetch it.'
        : '';
  const retry = { kind: 'retry', recordingId } as const;
  return {
    recording,
    tone: deadline?.tone === 'bad' || failed > 0 ? 'bad' : 'warn',
    text: `${lossText(recording)}${why}`,
    deadline,
    step:
      failed > 0
        ? { text: 'Try again', deed: retry }
        : calledOff > 0
          ? { text: 'Fetch after all', deed: retry }
          : { text: 'Transfer', deed: { kind: 'transfers', recordingId } },
  };
}

/** The service does not get on with its upload: nothing is listed, hence no deadline is known. */
function stuckThere(passages: readonly Passage[], now: number): AtRisk[] {
  return passages
    .filter(({ risk, standing }) => risk === 'stuck-at-provider' && standing === 'waiting')
    .map((passage) => ({
      recording: passage.recording,
      tone: 'bad',
      text: standingWords(passage).means,
      deadline: deadlineWords(passage.deadlineAt, now),
      step: {
        text: 'Transfer',
        deed: { kind: 'transfers', recordingId: passage.recording.recordingId },
      },
    }));
}

const pendingIn = ({ absent }: Recording): number =>
  absent.filter(({ state }) => state === 'pending').length;

function lossText(recording: Recording): string {
  const pending = pendingIn(recording);
  const total = recording.trackCount + recording.absent.length;
  if (pending < total) {
    return `${String(pending)} of ${plural(total, 'file')} not here: that part would be lost.`;
  }
  return total === 1
    ? 'Its only file is not here: all of it would be lost.'
    : `None of its ${plural(total, 'file')} is here: all of it would be lost.`;
}

/** `Recording since 16:50, for 40 min`. */
export function runningText(
  { vendorStatus, startedAt, invokedAt }: Recording,
  now: number,
): string {
  const at = startedAt ?? invokedAt;
  if (vendorStatus === 'INVOKED') return 'Ordered; the service has not begun yet';
  const word = vendorStatus === 'PAUSED' ? 'Paused; began' : 'Recording';
  if (at === null) return vendorStatus === 'PAUSED' ? 'Paused' : 'Recording';
  const day = nearDayText(at, now);
  const since = day === 'Today' ? clockText(at) : `${day}, ${clockText(at)}`;
  return vendorStatus === 'PAUSED'
    ? `${word} at ${since}`
    : `${word} since ${since}, for ${lengthWords(now - at)}`;
}

/** What is well, in one sentence with the real number; empty in an empty library. */
export function wellText({ passages, library }: Pick<World, 'passages' | 'library'>): string {
  const done = passages.filter(({ standing }) => standing === 'done').length;
  if (done > 0) {
    return `${plural(done, 'recording')} of the last seven days ${done === 1 ? 'is' : 'are'} sealed and verified.`;
  }
  const held = library?.state === 'open' ? library.recordings : 0;
  return held === 0
    ? ''
    : `${plural(held, 'recording')} ${held === 1 ? 'is' : 'are'} in this library.`;
}

/** When the service was asked last. */
export function checkedText(pull: PullStatus | null, now: number): string {
  if (pull?.endedAt === undefined || pull.endedAt === null) return 'Not checked since the start.';
  const { endedAt, state, failure } = pull;
  const at = `${nearDayText(endedAt, now) === 'Today' ? '' : `${nearDayText(endedAt, now)}, `}${clockText(endedAt)}`;
  if (state !== 'failed') return `Last checked at ${at}.`;
  const why = failure === null ? '' : ` ${wordsFor(failure).what}`;
  return `Tried at ${at}.${why}`;
}

/** Names in the order heard, a few and how many more. */
export function namesText(names: readonly string[], atMost = 3): string {
  const shown = names.slice(0, atMost).join(', ');
  const more = names.length - atMost;
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
