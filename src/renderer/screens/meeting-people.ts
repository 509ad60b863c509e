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
  const byName = new Map(seats.toReversed().map((seat) => [seat.name, seat.colour]));
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
      colours.get(keyOf({ name, userId, key: '' })) ?? byName.get(name) ?? ownColour(name),
  };
}

type Seat = Omit<Person, 'talkMs'>;

/** Free while its key is null. */
interface Taken {
  name: string;
  key: string | null;
  userId: string | null;
}

/** One seat for each name of the list; whoever comes with a lane takes the first free one of their name. */
function seatsOf(names: readonly string[], lanes: readonly SpeechLane[]): Seat[] {
  const comers = new Map<string, { name: string; userId: string | null }>();
  for (const lane of lanes) {
    const name = lane.name ?? lane.userId;
    if (name !== null) comers.set(keyOf(lane), { name, userId: lane.userId });
  }
  const seats: Taken[] = names.map((name) => ({ name, key: null, userId: null }));
  const free = new Map<string, Taken[]>();
  for (const seat of seats.toReversed())
    free.set(seat.name, [...(free.get(seat.name) ?? []), seat]);
  for (const [key, { name, userId }] of comers) {
    const seat = free.get(name)?.pop();
    if (seat) Object.assign(seat, { key, userId });
    else seats.push({ name, key, userId });
  }
  const colours = assignColours(seats.map(({ name }) => name));
  return seats.map(({ name, key, userId }, index) => ({
    key: key ?? `seat ${String(index)}`,
    name,
    userId,
    colour: colours[index] ?? 0,
  }));
}
