/** @file Renderer. The people of a meeting: one colour each wherever they appear, and how long they spoke. Pure. */
import type { SpeechLane } from '#contract';
import { assignColours } from '../parts/speaker-colour.ts';

export interface Person {
  readonly key: string;
  /** Null for tracks whose speaker is not known, together. */
  readonly name: string | null;
  readonly userId: string | null;
  readonly colour: number;
  /** Null until a speech map of theirs is there. */
  readonly talkMs: number | null;
}

/** Who a lane belongs to. Two of one name with different ids are two; a lane nobody is known for is its own. */
const keyOf = ({ userId, name, key }: Pick<SpeechLane, 'userId' | 'name' | 'key'>): string =>
  userId !== null ? `id ${userId}` : name !== null ? `name ${name}` : `lane ${key}`;

export interface Cast {
  readonly people: readonly Person[];
  colourOf(lane: SpeechLane): number;
  colourOfPerson(name: string, userId: string | null): number;
}

const unknown = 'unknown';

const ownColour = (text: string): number => assignColours([text])[0] ?? 0;

/**
 * @param names the people the list of meetings names, in its order: they keep the colours they have there
 * @param strips the recordings whose speech is known so far
 */
export function castOf(names: readonly string[], strips: Iterable<readonly SpeechLane[]>): Cast {
  const lanes = [...strips].flat();
  const seats = seatsOf(names, lanes);
  const talk = new Map<string, number>();
  let unknownLanes = 0;
  for (const lane of lanes) {
    const key = lane.name === null && lane.userId === null ? unknown : keyOf(lane);
    if (key === unknown) unknownLanes += 1;
    if (lane.talkMs !== null) talk.set(key, (talk.get(key) ?? 0) + lane.talkMs);
  }
  const people = seats.map(({ key, ...seat }) => ({ key, ...seat, talkMs: talk.get(key) ?? null }));
  const colours = new Map(seats.map(({ key, colour }) => [key, colour]));
  return {
    people:
      unknownLanes === 0
        ? people
        : [
            ...people,
            {
              key: unknown,
              name: null,
              userId: null,
              colour: 0,
              talkMs: talk.get(unknown) ?? null,
            },
          ],
    colourOf: (lane) => colours.get(keyOf(lane)) ?? ownColour(lane.key),
    colourOfPerson: (name, userId) =>
      colours.get(keyOf({ name, userId, key: '' })) ??
      seats.find((seat) => seat.name === name)?.colour ??
      ownColour(name),
  };
}

type Seat = Omit<Person, 'talkMs'>;

/** One seat for each name of the list; whoever comes with a lane takes the first free one of their name. */
function seatsOf(names: readonly string[], lanes: readonly SpeechLane[]): Seat[] {
  const comers = new Map<string, { name: string; userId: string | null }>();
  for (const lane of lanes) {
    const name = lane.name ?? lane.userId;
    if (name !== null) comers.set(keyOf(lane), { name, userId: lane.userId });
  }
  const seats: { name: string; taken: { key: string; userId: string | null } | null }[] = names.map(
    (name) => ({ name, taken: null }),
  );
  for (const [key, { name, userId }] of comers) {
    const free = seats.find((seat) => seat.name === name && seat.taken === null);
    if (free) free.taken = { key, userId };
    else seats.push({ name, taken: { key, userId } });
  }
  const colours = assignColours(seats.map(({ name }) => name));
  return seats.map(({ name, taken }, index) => ({
    key: taken?.key ?? `seat ${String(index)}`,
    name,
    userId: taken?.userId ?? null,
    colour: colours[index] ?? 0,
  }));
}
