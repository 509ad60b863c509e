/** @file Renderer. What meetings, recordings and tracks are said to be: times, sums, what is absent, whose voice and why. Pure. */
import type { MeetingSummary, Recording, Track } from '#contract';
import { bytesText, clockText, dayText, durationText, leftText, plural } from '../parts/format.ts';
import { evidenceText, readingWords } from '../review/name-words.ts';
import { beganAt } from './meeting-sessions.ts';
import { recordingWords, type Tone } from './state-words.ts';

/** How many meetings fit; `more` when there are more than could be counted. */
export interface MeetingCount {
  readonly count: number;
  readonly more: boolean;
}

export const untitled = 'Untitled meeting';

/** `1,234 meetings`, `10,000+ meetings`. */
export const countText = ({ count, more }: MeetingCount): string =>
  more ? `${count.toLocaleString()}+ meetings` : plural(count, 'meeting');

/** `3 recordings · 14 tracks · 1:02:09 · 12.3 MB`; what is nothing is left out. */
export function sumText(meeting: MeetingSummary): string {
  const { recordings, trackCount, lengthMs, bytes } = meeting;
  return [
    recordings > 1 ? plural(recordings, 'recording') : '',
    plural(trackCount, 'track'),
    lengthMs > 0 ? durationText(lengthMs) : '',
    bytes > 0 ? bytesText(bytes) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** `14:02 – 15:04`, with the day of the end when it is another; `since 14:02` while it runs. */
export function spanText(recording: Recording): string {
  const { state, vendorStatus, stoppedAt, lengthMs } = recording;
  const from = beganAt(recording);
  if (from === null) return 'time unknown';
  if (state === 'running' && vendorStatus !== 'INVOKED') return `since ${clockText(from)}`;
  const to = stoppedAt ?? (lengthMs === null ? null : from + lengthMs);
  const sameDay = to !== null && dayText(from) === dayText(to);
  if (to === null || to <= from || (sameDay && clockText(from) === clockText(to))) {
    return clockText(from);
  }
  return `${clockText(from)} – ${sameDay ? '' : `${dayText(to)}, `}${clockText(to)}`;
}

export interface AbsentWords {
  readonly tone: Tone;
  readonly text: string;
}

/** What is listed and not here: what is still to come with its deadline, what is lost for good. */
export function absentWords(recording: Recording, now: number): AbsentWords[] {
  const of = (state: 'pending' | 'lost') =>
    recording.absent.filter((each) => each.state === state).length;
  const said: AbsentWords[] = [];
  const lost = of('lost');
  if (lost > 0) {
    said.push({
      tone: 'bad',
      text: `${plural(lost, 'file')} lost: the service deleted ${lost === 1 ? 'it' : 'them'} before ${lost === 1 ? 'it was' : 'they were'} fetched.`,
    });
  }
  const pending = of('pending');
  if (pending > 0) {
    const { deadlineAt } = recording;
    const until =
      deadlineAt === null
        ? ''
        : deadlineAt < now
          ? ` The deadline, ${dayText(deadlineAt)}, ${clockText(deadlineAt)}, has passed.`
          : ` The service keeps ${pending === 1 ? 'it' : 'them'} until ${dayText(deadlineAt)}, ${clockText(deadlineAt)}: ${leftText(deadlineAt, now)} left.`;
    said.push({ tone: 'warn', text: `${plural(pending, 'file')} not here yet.${until}` });
  }
  return said;
}

/** The meaning of a state where it needs saying: what is good or said by its files speaks for itself. */
export function stateMeaning(recording: Recording): string | null {
  const { tone, means } = recordingWords(recording);
  if (tone === 'good' || recording.absent.length > 0) return null;
  return recording.errorMessage === null ? means : `${means} It says: “${recording.errorMessage}”.`;
}

/** Why a track is said to be whose it is: the reading of its name, then what ties the voice to a person. */
export const voiceReasons = ({ reading, speaker }: Track): string[] => [
  readingWords[reading].means,
  ...new Set((speaker?.evidence ?? []).map(({ kind }) => evidenceText(kind))),
];

/** Kinds other than a participant's microphone, in the vendor's words; null for the usual. */
export function kindText({ streamKind, mediaKind }: Track): string | null {
  const kinds = [streamKind, mediaKind].filter((kind) => kind !== null);
  return kinds.join(' ') === 'peer audio' || kinds.length === 0 ? null : kinds.join(' ');
}

/** `in 2 of 12 recordings`; empty when all are known. */
export const knownOf = (known: number, all: number): string =>
  known >= all ? '' : `in ${String(known)} of ${plural(all, 'recording')}`;
