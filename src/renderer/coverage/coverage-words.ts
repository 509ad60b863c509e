/** @file Renderer. What the ledger of coverage says in words: states, reasons, sums, and what the expectation rests on. Pure. */
import type {
  Coverage,
  CoverageCell,
  CoverageReason,
  CoverageRow,
  CoverageState,
  Order,
} from '#contract';
import { clockText, dayText, lengthWords, plural } from '../parts/format.ts';
import type { IconName } from '../parts/icons.ts';
import type { Tone } from '../screens/state-words.ts';

interface CoverageWords {
  text: string;
  icon: IconName;
  tone: Tone;
  means: string;
}

const states = {
  missing: {
    text: 'Missing',
    icon: 'cross',
    tone: 'bad',
    means: 'It should be here and is not, and nothing says that it was left out.',
  },
  short: {
    text: 'Short',
    icon: 'warn',
    tone: 'warn',
    means: 'It is here, and shorter than the time in the recorded call.',
  },
  pending: {
    text: 'Pending',
    icon: 'clock',
    tone: 'busy',
    means: 'It may still come.',
  },
  extra: {
    text: 'Extra',
    icon: 'plus',
    tone: 'warn',
    means: 'A file of nobody who is known to have been in the call.',
  },
  'not-recorded-by-choice': {
    text: 'By choice',
    icon: 'mute',
    tone: 'quiet',
    means: 'Not recorded by choice: our own order left this person out.',
  },
  outside: {
    text: 'Not there',
    icon: 'minus',
    tone: 'quiet',
    means: 'Was not in the call while it was recorded: nothing was to come.',
  },
  received: {
    text: 'Received',
    icon: 'check',
    tone: 'good',
    means: 'It is in the archive, as long as it should be.',
  },
} as const satisfies Record<CoverageState, CoverageWords>;

/** Something of a person is here, and something is not. */
const inPart = {
  text: 'In part',
  icon: 'warn',
  tone: 'bad',
  means: 'One connection of this person is here and another is missing.',
} as const satisfies CoverageWords;

/** What stands for a person: the state of all their connections, or the gravest. */
export type Standing = CoverageState | 'in-part';

const words: Record<Standing, CoverageWords> = { ...states, 'in-part': inPart };

export const standingWords = (standing: Standing): CoverageWords => words[standing];

/** The gravest first: the order of the list, and which of several connections speaks for a person. */
const gravity: readonly Standing[] = [
  'missing',
  'in-part',
  'short',
  'pending',
  'extra',
  'not-recorded-by-choice',
  'received',
  'outside',
];

export function standingOf({ cells }: Pick<CoverageRow, 'cells'>): Standing {
  const has = (...some: CoverageState[]) => cells.some(({ state }) => some.includes(state));
  if (has('missing') && has('received', 'short')) return 'in-part';
  return gravity.find((each) => cells.some(({ state }) => state === each)) ?? 'pending';
}

/** What needs a look first; within that as told. */
export const inOrder = (rows: readonly CoverageRow[]): CoverageRow[] =>
  rows.toSorted(
    (one, other) => gravity.indexOf(standingOf(one)) - gravity.indexOf(standingOf(other)),
  );

export const reasonTexts = {
  'service-still-works': 'The service has not finished yet.',
  'file-not-fetched-yet': 'Its file is listed and not fetched yet.',
  'file-lost': 'Its file was lost: the service no longer gives it out.',
  'recording-errored': 'The service failed to record.',
  'recording-gone': 'The service no longer knows this recording.',
  'finished-without-files': 'The recording finished without any file.',
  'ordered-by-custom-id': 'Chosen by a custom id: the service records nobody then.',
  'left-before-it-began': 'Left before the recording began.',
  'joined-after-it-ended': 'Joined after the recording had ended.',
  'selection-unknown': 'Started elsewhere: whether this person was chosen cannot be known.',
  unknown: 'Nothing explains it: never unmuted, or an old SDK in the call.',
  'nobody-known': 'Nobody of this id is known to have been in the call.',
} as const satisfies Record<CoverageReason, string>;

/** Why, and how much is not there; empty where nothing needs saying. */
export function cellReason({ why, state, shortMs }: CoverageCell): string {
  const short = state === 'short' ? `Short by ${shortText(shortMs)}.` : '';
  return [short, why === null ? '' : reasonTexts[why]].filter((part) => part !== '').join(' ');
}

/** At least a second: a shortness that is told is one. */
const shortText = (ms: number): string => lengthWords(Math.max(1_000, ms));

/** `14:02 – 14:31`; `from 14:02` while nobody told of an end, and `until 14:31` of a beginning. */
export function cellTimes({ joinedAt, leftAt }: CoverageCell): string {
  if (joinedAt === null) return leftAt === null ? '' : `until ${clockText(leftAt)}`;
  if (leftAt === null) return `from ${clockText(joinedAt)}`;
  const isOtherDay = dayText(joinedAt) !== dayText(leftAt);
  return `${clockText(joinedAt)} – ${isOtherDay ? `${dayText(leftAt)}, ` : ''}${clockText(leftAt)}`;
}

/** `3 of 4 people received · 1 not recorded by choice`. Files of nobody are counted on their own. */
export function headline({ rows }: Pick<Coverage, 'rows'>): string {
  const counts = new Map<Standing, number>();
  for (const row of rows) {
    const standing = standingOf(row);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  const of = (standing: Standing) => counts.get(standing) ?? 0;
  const people = rows.length - of('extra');
  const said = (standing: Standing, text: string) =>
    of(standing) === 0 ? [] : [`${String(of(standing))} ${text}`];
  return [
    ...(people === 0
      ? ['Nobody is known to have been in the call']
      : [`${String(of('received'))} of ${plural(people, 'person', 'people')} received`]),
    ...said('missing', 'missing'),
    ...said('in-part', 'in part'),
    ...said('short', 'short'),
    ...said('pending', 'pending'),
    ...said('not-recorded-by-choice', 'not recorded by choice'),
    ...said('outside', 'not there while it was recorded'),
    ...(of('extra') === 0 ? [] : [`${plural(of('extra'), 'file')} of nobody known`]),
  ].join(' · ');
}

/** Of people of whom nothing was to come, nothing can be amiss. */
const unconcerned: readonly Standing[] = ['not-recorded-by-choice', 'outside'];

/** The tone of the whole: of the gravest among those of whom something was to come. */
export function headTone({ rows }: Pick<Coverage, 'rows'>): CoverageWords {
  const standings = inOrder(rows).map(standingOf);
  const concerned = standings.find((each) => !unconcerned.includes(each));
  return words[concerned ?? standings[0] ?? 'pending'];
}

/** Who was to be recorded. Names only where the order's ids are those of people in the call. */
export function takenText({ taken, rows }: Pick<Coverage, 'taken' | 'rows'>): string {
  switch (taken.kind) {
    case 'everyone':
      return 'Everyone was to be recorded.';
    case 'chosen': {
      const names = taken.userIds.map((id) => rows.find(({ userId }) => userId === id)?.name ?? id);
      const few = names.slice(0, 6).join(', ');
      const more = names.length > 6 ? ` and ${String(names.length - 6)} more` : '';
      return `${names.length === 1 ? 'This person was' : `These ${String(names.length)} people were`} to be recorded: ${few}${more}.`;
    }
    case 'unknown':
      return 'Started elsewhere: who was chosen cannot be known.';
  }
}

/** What the expectation rests on. */
export const basisTexts = {
  events: 'Compared with who joined and left, as the service told it.',
  people: 'Compared with the list of people; when they joined and left was not told.',
  nothing: 'The service told nothing of the people: only the files speak.',
} as const satisfies Record<Coverage['basis'], string>;

type NameBasis = NonNullable<CoverageRow['nameFrom']>;

const nameBases = {
  call: { all: 'The names are those used in the call.', one: 'name used in the call' },
  meeting: {
    all: 'The names are those given in the meeting, not in this call.',
    one: 'name given in the meeting',
  },
  file: {
    all: 'The names are concluded from the files alone.',
    one: 'name concluded from the file',
  },
} as const satisfies Record<NameBasis, { all: string; one: string }>;

/** What most of the names rest on; null without a name. */
export function usualNameBasis(rows: readonly CoverageRow[]): NameBasis | null {
  const counts = new Map<NameBasis, number>();
  for (const { nameFrom } of rows) {
    if (nameFrom !== null) counts.set(nameFrom, (counts.get(nameFrom) ?? 0) + 1);
  }
  const [usual] = [...counts].toSorted(([, one], [, other]) => other - one);
  return usual?.[0] ?? null;
}

/** What the names rest on, once for all of them; empty without a name. */
export function nameBasisText(rows: readonly CoverageRow[]): string {
  const usual = usualNameBasis(rows);
  if (usual === null) return '';
  const others = rows.some(({ nameFrom }) => nameFrom !== null && nameFrom !== usual);
  return others
    ? nameBases[usual].all.replace('.', ', unless it is said beside one.')
    : nameBases[usual].all;
}

/** What one name rests on, where that is not what the others do; else empty. */
export const ownNameBasis = ({ nameFrom }: CoverageRow, usual: NameBasis | null): string =>
  nameFrom === null || nameFrom === usual ? '' : nameBases[nameFrom].one;

/** Who gave the order, and when. */
export const orderText = ({ by, at }: Order): string =>
  `Ordered by ${by} on ${dayText(at)}, ${clockText(at)}.`;

/** What people were told before it began. */
export const consentText = ({ consentNote }: Order): string =>
  consentNote.trim() === ''
    ? 'Whoever gave it said that people were told.'
    : `Whoever gave it said that people were told: “${consentNote.trim()}”`;

/** By what a person is called; an id is no name. */
export const rowName = ({ name, userId, customParticipantId }: CoverageRow): string =>
  name ?? (userId === null && customParticipantId === null ? 'Nobody known' : 'Name not known');
