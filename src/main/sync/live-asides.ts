/** @file Main process. What is asked beside the lists: calls that may be over first, then who is in those that are looked at. */
import { type LivePerson, Failure } from '#contract';
import type { CallOptions, RealtimeKit } from '../realtimekit/index.ts';
import type { Board } from './live-board.ts';
import type { SeenSession } from './live-calls.ts';
import { peopleInCall } from './live-people.ts';

export interface Asides {
  /** Null while nobody has asked who is in there. */
  peopleOf(sessionId: string): LivePerson[] | null;
  /** A list has come: what nobody speaks of any more is forgotten. */
  tidy(): void;
  /**
   * Asks what is most wanted, for at most so many requests; people's names only in opened meetings,
   * null while nobody looks on.
   * @returns true when something was asked
   */
  ask(requests: number, opened: ReadonlySet<string> | null): Promise<boolean>;
}

export interface AsidesWorld {
  realtimekit: Pick<RealtimeKit, 'getSession' | 'listSessionParticipants'>;
  board: Board;
  /** In ms; never goes back. */
  now: () => number;
  /** With what each request is sent. */
  asking: CallOptions;
  onBug: (thrown: unknown) => void;
}

/** Names are believed for so long while as many people are in the call; after trouble nothing is asked for as long. */
const peopleFreshMs = 30_000;
/** A call of which the list is silent is asked for again after so long. */
const askAgainMs = 60_000;
const atOnce = 4;
const pageRows = 50;

interface Question {
  /** Requests it takes, as far as is known. */
  cost: number;
  ask: () => Promise<void>;
}

export function createAsides({ realtimekit, board, now, asking, onBug }: AsidesWorld): Asides {
  const askedAt = new Map<string, number>();
  const people = new Map<string, { people: LivePerson[]; count: number | null; at: number }>();
  let restsUntil = -Infinity;

  const confirm = async (sessionId: string): Promise<void> => {
    askedAt.set(sessionId, now());
    const row = await realtimekit.getSession(sessionId, asking);
    if (row === null) board.forgetSession(sessionId);
    else board.takeSession(row);
  };

  const readPeople = async ({ sessionId, peopleCount }: SeenSession): Promise<void> => {
    // Noted first: one that fails is not asked for again at once.
    const before = people.get(sessionId)?.people ?? null;
    const known = { count: peopleCount, at: now() };
    if (before !== null) people.set(sessionId, { people: before, ...known });
    const rows = await realtimekit.listSessionParticipants(sessionId, asking);
    people.set(sessionId, { people: peopleInCall(rows ?? []), ...known });
  };

  /** When what is known of its people was read: long ago when nothing is, or as many are there no more. */
  const readSince = ({ sessionId, peopleCount }: SeenSession): number => {
    const known = people.get(sessionId);
    if (known === undefined) return -Infinity;
    return known.count === peopleCount ? known.at : known.at - peopleFreshMs * 1_000;
  };

  const questions = (opened: ReadonlySet<string> | null): Question[] => {
    const at = now();
    const unsure = board
      .unsure()
      .filter((id) => at - (askedAt.get(id) ?? -Infinity) >= askAgainMs)
      .map((sessionId): Question => ({ cost: 1, ask: () => confirm(sessionId) }));
    if (opened === null) return unsure;
    const nameless = board
      .liveIn(opened)
      .map((session) => ({ session, since: readSince(session) }))
      .filter(({ since }) => at - since >= peopleFreshMs)
      .sort((a, b) => a.since - b.since)
      .map(({ session }): Question => ({
        cost: Math.max(1, Math.ceil((session.peopleCount ?? 1) / pageRows)),
        ask: () => readPeople(session),
      }));
    return [...unsure, ...nameless];
  };

  return {
    peopleOf: (sessionId) => people.get(sessionId)?.people ?? null,
    tidy() {
      for (const known of [askedAt, people]) {
        for (const id of known.keys()) if (!board.knows(id)) known.delete(id);
      }
    },
    async ask(requests, opened) {
      if (now() < restsUntil) return false;
      let left = requests;
      const chosen: Question[] = [];
      for (const question of questions(opened)) {
        if (chosen.length === atOnce) break;
        // One that asks for more than there is keeps no smaller one waiting.
        if (question.cost > left) continue;
        left -= question.cost;
        chosen.push(question);
      }
      if (chosen.length === 0) return false;
      for (const answer of await Promise.allSettled(chosen.map(({ ask }) => ask()))) {
        if (answer.status === 'fulfilled') continue;
        // Names that could not be read cost no list; the next round says what is wrong.
        restsUntil = now() + peopleFreshMs;
        const isExpected = answer.reason instanceof Failure || asking.signal?.aborted === true;
        if (!isExpected) onBug(answer.reason);
      }
      return true;
    },
  };
}
