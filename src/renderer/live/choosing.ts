/** @file Renderer. Choosing people to record: who fits the words, what pasted ids stand for, and when one more is too many. Pure. */
import { chosenAtMost, type Recordable, type RecordChoices } from '#contract';

export interface Listed extends Recordable {
  /** The name shown; null when there is none. */
  readonly name: string | null;
  readonly otherNames: readonly string[];
  /** Somebody else in the list is called the same. */
  readonly sharesName: boolean;
}

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase().trim();

/** Everybody who may be chosen: those in the call first, then by name; each of one name marked. */
export function listed(people: readonly Recordable[]): Listed[] {
  const counts = new Map<string, number>();
  for (const { names } of people) {
    const name = folded(names[0] ?? '');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return people
    .map((person): Listed => {
      const [name = null, ...others] = person.names;
      return {
        ...person,
        name,
        otherNames: others,
        sharesName: name !== null && (counts.get(folded(name)) ?? 0) > 1,
      };
    })
    .sort(
      (one, other) =>
        Number(other.inCall) - Number(one.inCall) ||
        (one.name ?? '\uffff').localeCompare(other.name ?? '\uffff') ||
        (one.userId < other.userId ? -1 : 1),
    );
}

/** Those whose names or ids hold every word. */
export function fitting(people: readonly Listed[], words: string): Listed[] {
  const wanted = folded(words)
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (wanted.length === 0) return [...people];
  return people.filter(({ names, userId, customParticipantId }) => {
    const hay = folded([...names, userId, customParticipantId ?? ''].join(' '));
    return wanted.every((word) => hay.includes(word));
  });
}

export interface Pasted {
  /** Ids the service made, of people known here. */
  readonly userIds: readonly string[];
  /** The integrator's own ids: the service would record nobody under them (U4). */
  readonly customIds: readonly string[];
  /** Nobody known here has these. */
  readonly unknown: readonly string[];
}

/**
 * What a text of ids stands for, one id a line or parted by blanks, commas or semicolons. Null when it
 * names nobody by an id: then it is words to search for.
 */
export function readIds(
  text: string,
  { people, customIds }: Pick<RecordChoices, 'people' | 'customIds'>,
): Pasted | null {
  const custom = new Set([
    ...customIds,
    ...people.flatMap(({ customParticipantId }) => customParticipantId ?? []),
  ]);
  const known = new Map(people.map(({ userId }) => [userId.toLowerCase(), userId]));
  const whole = text.trim();
  // An id of the integrator's may hold blanks and commas itself.
  const tokens =
    custom.has(whole) || known.has(whole.toLowerCase())
      ? [whole]
      : whole.split(/[\s,;]+/u).filter((each) => each !== '');
  const userIds: string[] = [];
  const refused: string[] = [];
  const unknown: string[] = [];
  for (const token of new Set(tokens)) {
    const userId = known.get(token.toLowerCase());
    if (userId !== undefined) userIds.push(userId);
    else if (custom.has(token)) refused.push(token);
    else unknown.push(token);
  }
  const looksLikeIds = unknown.length > 0 && unknown.every(isUuid);
  if (userIds.length + refused.length === 0 && !looksLikeIds) return null;
  return { userIds, customIds: refused, unknown };
}

const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

/** Why something was not added to the choice. */
export type Refusal =
  | { readonly kind: 'too-many'; readonly left: readonly string[] }
  | {
      readonly kind: 'custom-ids';
      readonly ids: readonly string[];
      readonly named: readonly string[];
    }
  | { readonly kind: 'unknown-ids'; readonly ids: readonly string[] }
  | { readonly kind: 'gone'; readonly list: string; readonly count: number };

/** The choice with more people, as far as the service takes them: who did not fit is told. */
export function withMore(
  chosen: readonly string[],
  more: readonly string[],
): { chosen: string[]; left: string[] } {
  const all = [...new Set([...chosen, ...more])];
  return { chosen: all.slice(0, chosenAtMost), left: all.slice(chosenAtMost) };
}
