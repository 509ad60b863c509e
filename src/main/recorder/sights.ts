/** @file Main process. What a dialog looks at again and again, believed for a moment: a prefix being typed asks the service nothing new. */
import type { Clock } from '../clock.ts';
import type { RealtimeKit, VendorRecording, VendorSession } from '../realtimekit/index.ts';
import { readPeople, type KnownPeople } from './people.ts';
import { listOpen } from './running.ts';

export interface Sights {
  /** What runs in a meeting or was ordered there. */
  recordings(meetingId: string): Promise<VendorRecording[]>;
  /** Null when nobody is in a call there. */
  session(meetingId: string): Promise<VendorSession | null>;
  people(meetingId: string, sessionId: string | null): Promise<KnownPeople>;
  /** Something was done: all is to be looked at anew. */
  forget(): void;
}

/** As long as a dialog may show what was, in ms. Orders look for themselves. */
const believedMs = 3_000;

export function createSights(
  realtimekit: Pick<
    RealtimeKit,
    'listRecordings' | 'activeSession' | 'listMeetingParticipants' | 'listSessionParticipants'
  >,
  clock: Clock,
): Sights {
  // A dialog says what is in the way instead of waiting for it to pass.
  const asked = { maxPauseMs: 0 };
  const recordings = remembered(clock, (meetingId: string) =>
    listOpen(realtimekit, meetingId, asked),
  );
  const session = remembered(clock, (meetingId: string) =>
    realtimekit.activeSession(meetingId, asked),
  );
  const people = remembered(clock, (meetingId: string, sessionId: string | null) =>
    readPeople(realtimekit, { meetingId, sessionId }, asked),
  );
  return {
    recordings: recordings.ask,
    session: session.ask,
    people: people.ask,
    forget() {
      for (const each of [recordings, session, people]) each.forget();
    },
  };
}

/** Asks once in a while; a question that failed is asked again. */
function remembered<Asked extends (string | null)[], Answer>(
  clock: Clock,
  ask: (...asked: Asked) => Promise<Answer>,
): { ask: (...asked: Asked) => Promise<Answer>; forget: () => void } {
  const seen = new Map<string, { at: number; answer: Promise<Answer> }>();
  return {
    ask(...asked) {
      const now = clock.now();
      for (const [key, { at }] of seen) if (Math.abs(now - at) >= believedMs) seen.delete(key);
      const key = JSON.stringify(asked);
      const known = seen.get(key);
      if (known !== undefined) return known.answer;
      const answer = ask(...asked);
      seen.set(key, { at: now, answer });
      answer.catch(() => seen.delete(key));
      return answer;
    },
    forget: () => {
      seen.clear();
    },
  };
}
