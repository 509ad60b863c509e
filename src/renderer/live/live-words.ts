/** @file Renderer. Says what goes on in a call: since when, who is in it, what records whom, and how old the answer is. Pure; times are epoch ms. */
import type { FailureData, LiveMeeting, LiveNow, LivePerson, LiveRecording } from '#contract';
import { wordsFor, type Words } from '../error-words.ts';
import { clockText, lengthWords, nearDayText, plural } from '../parts/format.ts';
import type { StateWords } from '../screens/state-words.ts';
import { namesText } from '../screens/today-words.ts';

/** Ages up to here are told in seconds. */
const minuteMs = 60_000;
/** The usual time between two reads; a longer one is worth a word. */
const usualEveryMs = 15_000;

const age = (at: number, now: number): number => Math.max(0, now - at);

/** `09:00`, on another day with the day. */
export function sinceText(at: number, now: number): string {
  const day = nearDayText(at, now);
  return day === 'Today' ? clockText(at) : `${day}, ${clockText(at)}`;
}

/** `Since 09:00 · 42 min`, `Ended at 09:42 · 3 min ago`; empty while nobody knows. */
export function callText({ call, startedAt, endedAt }: LiveMeeting, now: number): string {
  if (call === 'over') {
    return endedAt === null
      ? 'The call is over'
      : `Ended at ${sinceText(endedAt, now)} · ${lengthWords(age(endedAt, now))} ago`;
  }
  if (startedAt === null) return call === 'unknown' ? 'Whether a call goes on is not known' : '';
  return `Since ${sinceText(startedAt, now)} · ${lengthWords(age(startedAt, now))}`;
}

export const personName = ({ name, customParticipantId, userId }: LivePerson): string =>
  name ?? customParticipantId ?? userId ?? 'Somebody without a name';

export function peopleText({ people, peopleCount, call }: LiveMeeting): string {
  const count = people?.length ?? peopleCount;
  if (count === null) return '';
  if (count === 0) return call === 'over' ? 'Nobody is left' : 'Nobody in the call';
  return plural(count, 'person', 'people');
}

/** `in the call since 09:01, on 2 devices`. */
export function joinedText({ joinedAt, connections }: LivePerson, now: number): string {
  const since = joinedAt === null ? '' : `since ${sinceText(joinedAt, now)}`;
  const devices = connections > 1 ? `${String(connections)} connections` : '';
  return [since, devices].filter((part) => part !== '').join(' · ');
}

/** Whom it takes in, in one line: `Everyone`, `2 of 4: Mara, Ines`. */
export function takenText(
  { taken }: Pick<LiveRecording, 'taken'>,
  { people }: Pick<LiveMeeting, 'people'>,
): string {
  switch (taken.kind) {
    case 'everyone':
      return 'Everyone';
    case 'unknown':
      return 'Who is included cannot be known';
    case 'chosen':
      return chosenText(taken.userIds, people);
  }
}

function chosenText(userIds: readonly string[], people: readonly LivePerson[] | null): string {
  if (people === null) return plural(userIds.length, 'chosen person', 'chosen people');
  const ids = new Set(userIds);
  const here = people.filter(({ userId }) => userId !== null && ids.has(userId));
  const away = userIds.length - here.length;
  const count = `${String(here.length)} of ${String(people.length)}`;
  const names = here.length === 0 ? '' : `: ${namesText(here.map(personName))}`;
  return `${count}${names}${away === 0 ? '' : `; ${String(away)} chosen, not in the call`}`;
}

/** Whether a person in the call is in the recording; null where it cannot be known. */
export function isTaken({ taken }: LiveRecording, { userId }: LivePerson): boolean | null {
  if (taken.kind === 'everyone') return true;
  if (taken.kind === 'unknown' || userId === null) return null;
  return taken.userIds.includes(userId);
}

/** What it is doing, in a word or two. */
export function recordingState({
  status,
  stoppingSince,
  alarm,
}: Pick<LiveRecording, 'status' | 'stoppingSince' | 'alarm'>): StateWords {
  if (stoppingSince !== null) {
    return {
      text: 'Stopping…',
      tone: 'busy',
      means: 'The stop was sent. It counts when the service shows it.',
    };
  }
  if (alarm === 'never-started') {
    return {
      text: 'Not begun',
      tone: 'warn',
      means: 'The service took the order and did not begin. As a rule it no longer will.',
    };
  }
  switch (status) {
    case 'INVOKED':
      return {
        text: 'Starting…',
        tone: 'busy',
        means: 'The service has the order and begins within seconds, as a rule.',
      };
    case 'RECORDING':
      return alarm === null
        ? { text: 'Recording', tone: 'busy', means: 'The service says that it records.' }
        : { text: 'Still recording', tone: 'bad', means: 'The call is over and it still records.' };
    case 'PAUSED':
      return { text: 'Paused', tone: 'quiet', means: 'Nothing is recorded until it is resumed.' };
    case 'UPLOADING':
      return {
        text: 'Uploading',
        tone: 'quiet',
        means: 'It has ended; its files are put together.',
      };
    default:
      return {
        text: `“${status}”`,
        tone: 'quiet',
        means: 'The service uses a word for its state that Trackvault does not know.',
      };
  }
}

/** `since 09:02 · 38 min · prefix ep42`. */
export function recordingFacts(
  { startedAt, invokedAt, prefix, stoppingSince }: LiveRecording,
  now: number,
): string {
  const from =
    stoppingSince !== null
      ? `asked ${lengthWords(age(stoppingSince, now))} ago`
      : startedAt !== null
        ? `since ${sinceText(startedAt, now)} · ${lengthWords(age(startedAt, now))}`
        : invokedAt !== null
          ? `ordered ${lengthWords(age(invokedAt, now))} ago`
          : '';
  return [from, prefix === null ? '' : `prefix ${prefix}`]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What is the matter and what is at stake; null without an alarm. */
export function alarmText(
  { alarm, invokedAt, stoppingSince }: LiveRecording,
  { call, endedAt }: Pick<LiveMeeting, 'call' | 'endedAt'>,
  now: number,
): string | null {
  if (alarm === null) return null;
  if (alarm === 'never-started') {
    const since = invokedAt === null ? '' : ` ${lengthWords(age(invokedAt, now))} ago`;
    return `Ordered${since}, and nothing has begun: nobody is being recorded by it. Stop it and record again while the call goes on.`;
  }
  const since = endedAt === null ? '' : ` ${lengthWords(age(endedAt, now))} ago`;
  const over = call === 'live' ? 'Nobody is in the call any more' : `The call ended${since}`;
  return stoppingSince === null
    ? `${over}, and this still records. Its files only come once it is stopped.`
    : `${over}. The stop was sent; its files come by themselves.`;
}

/** Whether a new recording may be ordered: a call that is going on, in which no track recording runs. */
export const mayRecord = ({ call, recordings }: LiveMeeting): boolean =>
  call === 'live' &&
  recordings.every(({ kind, alarm }) => kind === 'composite' || alarm === 'never-started');

export const mayStop = ({ stoppingSince }: LiveRecording): boolean => stoppingSince === null;

export interface Step {
  readonly name: string;
  /** When it came to this; null: not yet, or not told. */
  readonly at: number | null;
  /** How long it took to come here, or has been here. */
  readonly age: string;
  readonly mark: 'passed' | 'here' | 'ahead';
}

/** The way of one recording: ordered, recording, stopping, uploading. */
export function stepsOf(recording: LiveRecording, now: number): Step[] {
  const { invokedAt, startedAt, stoppingSince, status } = recording;
  const uploads = status === 'UPLOADING';
  const here = uploads ? 3 : stoppingSince !== null ? 2 : status === 'INVOKED' ? 0 : 1;
  const times = [invokedAt, startedAt, stoppingSince, null];
  const names = [
    'Ordered',
    status === 'PAUSED' ? 'Paused' : 'Recording',
    'Stopping',
    'Uploading',
  ] as const;
  return names.map((name, index): Step => {
    const at = times[index] ?? null;
    const mark = index < here ? 'passed' : index === here ? 'here' : 'ahead';
    const next = times.slice(index + 1).find((each) => each !== null) ?? null;
    const length =
      at === null || mark === 'ahead'
        ? ''
        : lengthWords(mark === 'here' || next === null ? age(at, now) : age(at, next));
    return { name, at: mark === 'ahead' ? null : at, age: length, mark };
  });
}

/** `12 s`, `3 min`. */
const shortAge = (ms: number): string =>
  ms < minuteMs ? `${String(Math.floor(ms / 1_000))} s` : lengthWords(ms);

/** `As of 12 s ago`, with a word when it is read less often than usual; empty before the first answer. */
export function freshText({ readAt, everyMs }: LiveNow, now: number): string {
  if (readAt === null) return '';
  const seconds = age(readAt, now);
  const old = seconds < 2_000 ? 'As of now' : `As of ${shortAge(seconds)} ago`;
  return everyMs !== null && everyMs > usualEveryMs * 1.5
    ? `${old} · read every ${shortAge(everyMs)}, for much is going on`
    : old;
}

/** `3 calls · 2 recordings`. */
export function sumText(meetings: readonly LiveMeeting[]): string {
  const calls = meetings.filter(({ call }) => call !== 'over').length;
  const recordings = meetings.reduce((sum, each) => sum + each.recordings.length, 0);
  return `${plural(calls, 'call')} · ${recordings === 0 ? 'nothing recorded' : plural(recordings, 'recording')}`;
}

/** Why the list is not newer, what is true all the same, and what happens next. */
export function unreadWords(failure: FailureData): Words {
  const { what, next } = wordsFor(failure);
  return {
    what,
    safe: 'What stands below is as old as it says; what is being recorded goes on meanwhile.',
    next: failure.code.startsWith('api.') ? 'It is read again by itself.' : next,
  };
}
