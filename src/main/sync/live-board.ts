/** @file Main process. What is known of calls and recordings between two reads: the lists, what was told beside them, what was expected from before. */
import type { LivePerson, MeetingId } from '#contract';
import type { VendorRecording, VendorSession } from '../realtimekit/index.ts';
import {
  type ExpectedRecording,
  type LiveCall,
  type SeenRecording,
  type SeenSession,
  callsNow,
  isAnyAwaited,
  isRunning,
  movedMeetings,
  toSeen,
  toSession,
} from './live-calls.ts';

export interface Board {
  /**
   * Takes both lists in, asked for at `askedAt`. Tells the meetings in which a recording has come to its
   * end or brought files, and whether all recordings are as they were.
   */
  take(
    rows: { sessions: VendorSession[]; recordings: VendorRecording[] },
    askedAt: number,
  ): { moved: MeetingId[]; isStill: boolean };
  takeSession(row: VendorSession): void;
  forgetSession(sessionId: string): void;
  /** The service has just said this of a recording; tells meetings as `take`. */
  note(recording: ExpectedRecording): MeetingId[];
  /** These ran or uploaded when they were last heard of. */
  expect(recordings: readonly ExpectedRecording[]): void;
  /** Something runs or uploads, whose end is to be noticed. */
  isExpecting(): boolean;
  /** False for a session that neither a list nor a recording speaks of. */
  knows(sessionId: string): boolean;
  /** Sessions that are recorded, of which the list is silent, and that are not known to be over. */
  unsure(): string[];
  liveIn(meetingIds: ReadonlySet<string>): SeenSession[];
  calls(peopleOf: (sessionId: string) => LivePerson[] | null): LiveCall[];
}

/** A new recording may be missing from the lists for so long. */
const listedWithinMs = 30_000;

/** `now` never goes back; `serviceNow` is epoch ms by the service's clock. */
export function createBoard(time: { now: () => number; serviceNow: () => number }): Board {
  const { now, serviceNow } = time;
  const expected = new Map<string, ExpectedRecording>();
  /** Those that a read has missed: whoever still expects them is out of date. */
  const missed = new Set<string>();
  const noted = new Map<string, { recording: SeenRecording; at: number }>();
  let sessions = new Map<string, SeenSession>();
  /** Sessions in the list of those that are live, as of the last read. */
  let listed = new Set<string>();
  /** Sessions of which a recording makes us want to know whether they are over. */
  let wanted = new Set<string>();
  let recordings = new Map<string, SeenRecording>();

  const takeSession = (row: VendorSession): void => {
    const session = toSession(row, sessions.get(row.id), serviceNow());
    if (session !== null) sessions.set(session.sessionId, session);
  };

  return {
    take(rows, askedAt) {
      const at = serviceNow();
      for (const row of rows.sessions) takeSession(row);
      listed = new Set(rows.sessions.map(({ id }) => id));
      const meetingOf = (sessionId: string) => sessions.get(sessionId)?.meetingId ?? null;
      wanted = new Set();
      const seen: SeenRecording[] = [];
      for (const row of rows.recordings) {
        const one = toSeen(row, meetingOf, at);
        if (one !== null) seen.push(one);
        const isOpen = one === null ? row.meetingId === null : isRunning(one);
        if (isOpen && row.sessionId !== null) wanted.add(row.sessionId);
      }
      sessions = new Map([...sessions].filter(([id]) => listed.has(id) || wanted.has(id)));

      const before = new Map([...[...expected.values()].map(bySeen), ...recordings]);
      expected.clear();
      recordings = new Map(seen.map((one) => [one.recordingId, one]));
      for (const [id, { recording, at: notedAt }] of noted) {
        if (recordings.has(id) || askedAt - notedAt > listedWithinMs) noted.delete(id);
        else recordings.set(id, recording);
      }
      for (const id of before.keys()) if (!recordings.has(id)) missed.add(id);
      return { moved: movedMeetings(before, recordings), isStill: sameWords(before, recordings) };
    },
    takeSession,
    forgetSession: (sessionId) => void sessions.delete(sessionId),
    note(recording) {
      const [id, seen] = bySeen(recording);
      const known = recordings.get(id);
      const before = new Map(recordings);
      recordings.set(id, known === undefined ? seen : { ...known, status: seen.status });
      if (isRunning(seen)) noted.set(id, { recording: seen, at: now() });
      else noted.delete(id);
      return movedMeetings(before, recordings);
    },
    expect(those) {
      for (const recording of those) {
        const { recordingId } = recording;
        if (recordings.has(recordingId) || missed.has(recordingId)) continue;
        expected.set(recordingId, recording);
      }
    },
    isExpecting: () => expected.size > 0 || isAnyAwaited(recordings.values(), serviceNow()),
    knows: (sessionId) => sessions.has(sessionId) || wanted.has(sessionId),
    unsure: () => [...wanted].filter((id) => !listed.has(id) && sessions.get(id)?.isLive !== false),
    liveIn: (meetingIds) =>
      [...sessions.values()].filter(({ meetingId, isLive }) => isLive && meetingIds.has(meetingId)),
    calls: (peopleOf) => callsNow(sessions, recordings.values(), peopleOf, serviceNow()),
  };
}

const bySeen = (recording: ExpectedRecording): [string, SeenRecording] => [
  recording.recordingId,
  { ...recording, title: null, startedAt: null, files: 0 },
];

function sameWords(
  before: ReadonlyMap<string, SeenRecording>,
  after: ReadonlyMap<string, SeenRecording>,
): boolean {
  return (
    before.size === after.size &&
    [...after].every(([id, { status, files }]) => {
      const known = before.get(id);
      return known?.status === status && known.files === files;
    })
  );
}
