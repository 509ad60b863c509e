/** @file Renderer. What deserves attention now, each with one next step: worked out of index, transfers and the last pass. Pure. */
import type {
  Alarm,
  ErrorCode,
  Forecast,
  LibraryStatus,
  Passage,
  PullStatus,
  Recording,
  RecordingId,
  Stall,
  Today,
  Workspace,
} from '#contract';
import { wordsFor } from '../error-words.ts';
import { clockText, lengthWords, nearDayText, plural } from '../parts/format.ts';
import { alarmText, lossText as aheadText, stillDoomed } from './forecast-words.ts';
import type { Deed } from './deed.ts';
import { lastingTrouble, offWords } from './pull-words.ts';
import { stallNote } from './stall-words.ts';
import { deadlineWords, passageReason, type DeadlineWords } from './transfer-words.ts';

const dayMs = 24 * 3_600_000;
/** News of the service's failures; what is older has been read. */
const newsMs = 7 * dayMs;

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
  /** Null while nobody has reckoned. */
  forecast: Forecast | null;
  alarms: readonly Alarm[];
  /** What is shown as recorded now, with its own alarm and stop. */
  recordedNow: ReadonlySet<RecordingId>;
  /** Epoch ms. */
  now: number;
}

/** The gravest first: nothing can be fetched, something is lost, something failed. */
export function needsOf(world: World): Need[] {
  return [
    ...needsOfAccess(world),
    ...needsOfTime(world),
    ...needsOfFiles(world),
    ...needsOfStalls(world),
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

/** Nobody fetched for a while, and that cost something; or a person stopped all of it. */
function needsOfTime({ pull, now }: World): Need[] {
  const off = pull === null ? null : offWords(pull, now);
  const needs: Need[] = [];
  if (pull?.pausedByPerson === true) {
    needs.push({
      key: 'paused',
      tone: 'warn',
      about: 'All transfers are paused by you.',
      text: 'Nothing is fetched, and deadlines go on.',
      step: { text: 'Let them go on', deed: { kind: 'go-on' } },
    });
  }
  if (off !== null && off.lost > 0) {
    needs.push({
      key: 'off',
      tone: 'bad',
      about: off.text,
      text: 'Start Trackvault at login, or leave it in the tray, so that it goes on fetching.',
      step: { text: 'Background settings', deed: { kind: 'settings', section: 'fetching' } },
    });
  }
  return needs;
}

/** Whoever ordered a recording believes that it is made: where it does not get on they must know. */
function needsOfStalls({ passages, recordedNow, now }: World): Need[] {
  return passages.flatMap(({ recording, stall }): Need[] => {
    if (stall === null || isAtRisk(stall) || toldByState(recording)) return [];
    if (recordedNow.has(recording.recordingId)) return [];
    const { tone, means, risk, next, step, needsPerson } = stallNote(stall, recording, now);
    if (!needsPerson) return [];
    return [
      {
        key: `${stall.what} ${recording.recordingId}`,
        tone: tone === 'bad' ? 'bad' : 'warn',
        about: recording,
        text: [means, risk, next].join(' '),
        step,
      },
    ];
  });
}

/** Shown with what is at risk. */
const isAtRisk = ({ what }: Stall): boolean => what === 'probably-lost';

/** Named among what the service did not do. */
const toldByState = ({ state }: Recording): boolean =>
  state === 'errored' || state === 'without-files';

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

/** A recording of which something is not here yet, and may never be; or the reckoning over all of them. */
export interface AtRisk {
  key: string;
  about: string | Recording;
  tone: 'bad' | 'warn';
  text: string;
  deadline: DeadlineWords | null;
  /** The alarm that has begun for it. */
  alarm: Alarm | null;
  step: { text: string; deed: Deed };
}

export interface Risks {
  /** Those to be shown one by one: what will be lost as things go, then alarms, then the nearest deadline first. */
  shown: AtRisk[];
  /** Those that come by themselves with more than a day to spare. */
  coming: { recordings: number; files: number };
}

export function risksOf(world: World & { pulling: boolean }): Risks {
  const { today, passages, alarms, pulling, now } = world;
  const byId = new Map(passages.map((passage) => [passage.recording.recordingId, passage]));
  const alarmed = new Map(alarms.map((alarm) => [alarm.recordingId, alarm]));
  const shown: AtRisk[] = [];
  const coming = { recordings: 0, files: 0 };
  for (const recording of today?.atRisk ?? []) {
    const { recordingId, deadlineAt } = recording;
    const passage = byId.get(recordingId) ?? null;
    const alarm = alarmed.get(recordingId) ?? null;
    const deadline = deadlineWords(deadlineAt, now);
    const comesInTime =
      pulling && passage?.standing === 'moving' && deadline?.tone === 'quiet' && alarm === null;
    if (comesInTime) {
      coming.recordings += 1;
      coming.files += pendingIn(recording);
    } else {
      shown.push(riskOf(recording, passage, deadline, alarm, now));
    }
  }
  const rest = [...shown, ...stuckThere(passages, now)];
  return {
    shown: [
      ...aheadOf(world),
      ...rest.filter(isAlarmed),
      ...rest.filter((each) => !isAlarmed(each)),
    ],
    coming,
  };
}

const isAlarmed = ({ alarm }: AtRisk): boolean => alarm !== null;

/** What will be lost as things go, while it can still be changed. */
function aheadOf({ forecast, now }: World): AtRisk[] {
  const first = forecast === null ? undefined : stillDoomed(forecast, now)[0];
  if (forecast === null || first === undefined) return [];
  return [
    {
      key: 'forecast',
      about: aheadText(forecast, now),
      tone: 'bad',
      text: 'It can still be changed.',
      deadline: deadlineWords(first.deadlineAt, now),
      alarm: null,
      step: { text: 'What can be done', deed: { kind: 'transfers', recordingId: null } },
    },
  ];
}

function riskOf(
  recording: Recording,
  passage: Passage | null,
  deadline: DeadlineWords | null,
  alarm: Alarm | null,
  now: number,
): AtRisk {
  const { recordingId } = recording;
  const waits = passage?.standing === 'waiting' ? passage : null;
  const failed = waits?.files.failed ?? 0;
  const calledOff = waits?.files.cancelled ?? 0;
  const leftOut = waits?.files.notChosen ?? 0;
  const setAside = waits?.files.paused ?? 0;
  const why =
    waits !== null && failed > 0
      ? ` ${passageReason(waits, now)}`
      : calledOff > 0
        ? ' You chose not to fetch it.'
        : setAside > 0
          ? ' You set it aside.'
          : leftOut > 0
            ? ' It is not fetched by your choice.'
            : '';
  const begun = alarm === null ? '' : `${alarmText(alarm)} `;
  return {
    key: recordingId,
    about: recording,
    tone: deadline?.tone === 'bad' || failed > 0 || alarm?.hours === 1 ? 'bad' : 'warn',
    text: `${begun}${lossText(recording)}${why}`,
    deadline,
    alarm,
    step: stepOf(recordingId, { failed, again: calledOff + setAside, leftOut }),
  };
}

function stepOf(
  recordingId: RecordingId,
  { failed, again, leftOut }: { failed: number; again: number; leftOut: number },
): AtRisk['step'] {
  if (failed > 0) return { text: 'Try again', deed: { kind: 'retry', recordingId } };
  if (again > 0) return { text: 'Fetch after all', deed: { kind: 'retry', recordingId } };
  if (leftOut > 0) return { text: 'Fetch', deed: { kind: 'take', recordingId } };
  return { text: 'Transfer', deed: { kind: 'transfers', recordingId } };
}

/** The service does not get on with its upload: nothing is listed, hence no deadline is known. */
function stuckThere(passages: readonly Passage[], now: number): AtRisk[] {
  return passages.flatMap(({ recording, stall, deadlineAt }): AtRisk[] => {
    if (stall === null || !isAtRisk(stall)) return [];
    const { means, next, step } = stallNote(stall, recording, now);
    return [
      {
        key: recording.recordingId,
        about: recording,
        tone: 'bad',
        text: `${means} ${next}`,
        deadline: deadlineWords(deadlineAt, now),
        alarm: null,
        step,
      },
    ];
  });
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
