/** @file Main process. Learns who took part, once per call and meeting and pass; that it fails never stops a pass. */
import { Failure } from '#contract';

import type { MeetingPerson, SessionPerson } from '../library/index.ts';
import type { RealtimeKit, VendorRecording } from '../realtimekit/index.ts';
import { toMeetingPerson, toSessionPerson } from './observation.ts';

export interface People {
  /** Null when it could not be learned, or there is no call to ask about. */
  session: SessionPerson[] | null;
  meeting: MeetingPerson[] | null;
  /** True when a question was asked and not answered. */
  isPartial: boolean;
}

type Asking = Pick<RealtimeKit, 'listSessionParticipants' | 'listMeetingParticipants'>;

/** Answers are remembered as long as the function lives: make one per pass. */
export function createPeople(
  realtimekit: Asking,
  signal: AbortSignal | undefined,
): (recording: VendorRecording) => Promise<People> {
  const sessions = new Map<string, Promise<Answer<SessionPerson>>>();
  const meetings = new Map<string, Promise<Answer<MeetingPerson>>>();

  return async ({ sessionId, meetingId }) => {
    const [session, meeting] = await Promise.all([
      once(sessions, sessionId, async (id) => {
        const rows = await realtimekit.listSessionParticipants(id, { signal });
        return rows?.map(toSessionPerson) ?? null;
      }),
      once(meetings, meetingId, async (id) => {
        const rows = await realtimekit.listMeetingParticipants(id, { signal });
        return rows?.flatMap(toMeetingPerson) ?? null;
      }),
    ]);
    return {
      session: session.people,
      meeting: meeting.people,
      isPartial: session.hasFailed || meeting.hasFailed,
    };
  };
}

interface Answer<Person> {
  people: Person[] | null;
  hasFailed: boolean;
}

function once<Person>(
  answers: Map<string, Promise<Answer<Person>>>,
  id: string | null,
  ask: (id: string) => Promise<Person[] | null>,
): Promise<Answer<Person>> {
  if (id === null) return Promise.resolve({ people: null, hasFailed: false });
  const known = answers.get(id);
  if (known !== undefined) return known;
  const answer = ask(id).then(
    (people) => ({ people, hasFailed: false }),
    (thrown: unknown) => {
      // An expected failure costs names, not audio; anything else is a bug and goes on.
      if (!(thrown instanceof Failure)) throw thrown;
      return { people: null, hasFailed: true };
    },
  );
  answers.set(id, answer);
  return answer;
}
