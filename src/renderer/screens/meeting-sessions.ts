/** @file Renderer. Recordings of a meeting put under the session they belong to. Pure. */
import type { Recording, SessionId } from '#contract';

export interface SessionOfMeeting {
  /** Null: the service named none. */
  readonly sessionId: SessionId | null;
  /** Distinct within the meeting; for lists. */
  readonly key: string;
  /** Epoch ms of the earliest thing known of it; null when nothing is. */
  readonly startedAt: number | null;
  readonly recordings: readonly Recording[];
}

/** When a recording began, as far as is known; epoch ms. */
export const beganAt = ({
  startedAt,
  invokedAt,
}: Pick<Recording, 'startedAt' | 'invokedAt'>): number | null => startedAt ?? invokedAt;

/** Sessions in the order of their newest recording; those without one stand together. */
export function sessionsOf(recordings: readonly Recording[]): SessionOfMeeting[] {
  const groups = new Map<string, Recording[]>();
  for (const recording of recordings) {
    const key = recording.sessionId === null ? 'none' : `session ${recording.sessionId}`;
    groups.set(key, [...(groups.get(key) ?? []), recording]);
  }
  return [...groups].map(([key, members]) => {
    const times = members.flatMap((each) => beganAt(each) ?? []);
    return {
      key,
      sessionId: members[0]?.sessionId ?? null,
      startedAt: times.length === 0 ? null : Math.min(...times),
      recordings: members,
    };
  });
}
