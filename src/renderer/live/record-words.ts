/** @file Renderer. Says in words what the record dialog finds: refused choices, checks before the order, names, outcomes. Pure. */
import { chosenAtMost, type Check, type NamePreview, type Preflight } from '#contract';
import { plural } from '../parts/format.ts';
import { namesText } from '../screens/today-words.ts';
import type { Refusal } from './choosing.ts';

const quoted = (ids: readonly string[]): string => namesText(ids.map((id) => `“${id}”`));

/** Why something was not added, and what to do instead. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'too-many':
      return `The service takes ${String(chosenAtMost)} people in one order. ${namesText(refusal.left)} ${refusal.left.length === 1 ? 'was' : 'were'} not added: take somebody off first, or record everyone.`;
    case 'custom-ids': {
      const are = refusal.ids.length === 1 ? 'is a custom id' : 'are custom ids';
      const instead =
        refusal.named.length === 0
          ? 'Choose the person in the list instead.'
          : `Choose ${namesText(refusal.named)} in the list instead.`;
      return `${quoted(refusal.ids)} ${are}. The service would take the order, record nobody under ${refusal.ids.length === 1 ? 'it' : 'them'} and leave zero files. ${instead}`;
    }
    case 'unknown-ids':
      return `Nobody known in this meeting has the id ${quoted(refusal.ids)}. Only people the service itself lists can be chosen.`;
    case 'gone':
      return `${plural(refusal.count, 'person', 'people')} of “${refusal.list}” ${refusal.count === 1 ? 'is' : 'are'} no longer known in this meeting and ${refusal.count === 1 ? 'was' : 'were'} left out.`;
  }
}

/** What was looked at, when it is as it should be. */
const good = {
  access: 'The token may record',
  library: 'The library takes down what people were told',
  call: 'The call is going on',
  running: 'Nothing records it yet',
  people: 'The ids of the people can be used',
  prefix: 'The file names can be read back',
} satisfies Record<Check['what'], string>;

type Why = NonNullable<Check['why']>;

const why: Record<Why, (about: string, count: number) => string> = {
  'no-access': () => 'There is no token for this workspace. Enter one in Settings, Workspaces.',
  'lacks-rights': () =>
    'The token may not start recordings. Give it the permission “Realtime Admin” for this account.',
  unreachable: () => 'RealtimeKit cannot be reached now: whether it would work is not known.',
  'no-library': () => 'No library is open to take down what people were told. Open one first.',
  'library-read-only': () =>
    'The open library can only be read: what people were told could not be taken down.',
  'not-live': () => 'Nobody is in this meeting now. A recording needs a call that is going on.',
  'running-ours': () => 'It is already being recorded, by an order from here.',
  'running-elsewhere': () =>
    'Already recording, started elsewhere: who is included cannot be known.',
  'running-composite': () =>
    'A composite recording runs, one mixed file. The service may refuse a second recording beside it.',
  'answer-outstanding': () =>
    'An earlier order for this meeting has not been answered yet. It must be settled first.',
  'custom-id': (about, count) =>
    `${about} ${count === 1 ? 'is a custom id' : 'are custom ids'}: the service would record nobody and leave zero files.`,
  'unknown-id': (about) => `Nobody known in this meeting has the id ${about}.`,
  'too-many': () => `The service takes at most ${String(chosenAtMost)} people in one order.`,
  'nobody-chosen': () => 'Nobody is chosen yet.',
  'not-in-call': (about, count) =>
    `${about} ${count === 1 ? 'is' : 'are'} not in the call. Who joins later is recorded from then on.`,
  'people-partial': () =>
    'Not all people of the meeting could be read: some may be missing from the list.',
  prefix: () => 'File names with this prefix could not be read back with certainty.',
};

/** One line of the list before the order. */
export function checkText({ what, why: code, about }: Check): string {
  return code === null ? good[what] : why[code](namesText(about), about.length);
}

/** The checks that matter now, the worst first; that nobody answered is said once. */
export function inOrder(checks: readonly Check[]): Check[] {
  const rank: Record<Check['state'], number> = { bad: 0, doubt: 1, good: 2 };
  const sorted = checks.toSorted((one, other) => rank[one.state] - rank[other.state]);
  const silent = sorted.find(isUnreachable);
  return sorted.filter((check) => check === silent || !isUnreachable(check));
}

/** What could not be looked at for want of an answer. */
export const isUnreachable = ({ why: code }: Check): boolean => code === 'unreachable';

const refusedPrefixes = {
  empty: 'A prefix is needed: one to forty letters, digits or hyphens.',
  'too-long': 'A prefix has at most forty characters.',
  underscore:
    'An underscore parts the pieces of a file name: with one in the prefix nobody could be sure where the ids begin. Use a hyphen.',
  characters: 'Only letters A to Z, digits and hyphens: everything else may be read back wrongly.',
} satisfies Record<NonNullable<NamePreview['refusal']>, string>;

export const prefixRefusal = ({ refusal }: NamePreview): string | null =>
  refusal === null ? null : refusedPrefixes[refusal];

export interface Unsettled {
  readonly hasWhom: boolean;
  readonly chosenCount: number | null;
  readonly prefixBad: boolean;
  readonly told: boolean;
  readonly preflight: Preflight | null;
}

/** The first thing that keeps the order from being given; null: it may be given. */
export function whatIsMissing({
  hasWhom,
  chosenCount,
  prefixBad,
  told,
  preflight,
}: Unsettled): string | null {
  if (!hasWhom) return 'Say who is recorded.';
  if (chosenCount === 0) return 'Choose somebody.';
  if (prefixBad) return 'Mend the prefix.';
  if (preflight === null) return 'Looking at what could keep it from working…';
  if (!preflight.mayStart) {
    const bad = preflight.checks.find(({ state }) => state === 'bad');
    return bad === undefined ? 'It would fail now.' : checkText(bad);
  }
  if (!told) return 'Say that people were told.';
  return null;
}

/** What the service asks for before it records chosen people (contract 7.1). */
export const neededClients = [
  { name: 'Web Core, @cloudflare/realtimekit', version: '1.4.0' },
  { name: 'Web UI kits', version: '1.1.2' },
  { name: 'Android and iOS Core', version: '2.0.0' },
  { name: 'Android and iOS UI kits', version: '1.1.0' },
] as const;
