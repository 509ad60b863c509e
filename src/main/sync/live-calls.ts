/** @file Main process. What goes on now, put together from sessions and recordings: calls, what runs in them, what needs a hand. Pure. */
import {
  type LiveAlarm,
  type LiveMeeting,
  type LivePerson,
  type LiveRecording,
  MeetingId,
  RecordingId,
  SessionId,
} from '#contract';
import type { VendorRecording, VendorSession } from '../realtimekit/index.ts';
import { patience } from './problems.ts';

/** A recording as the service tells it; whose order it was is known elsewhere. */
export type RunningRecording = Pick<
  LiveRecording,
  'recordingId' | 'kind' | 'status' | 'invokedAt' | 'startedAt' | 'alarm'
>;

/** A call that is held, or one that is over and still recorded. */
export type LiveCall = Omit<LiveMeeting, 'recordings'> & { recordings: RunningRecording[] };

/** A recording that runs or uploads, without links. */
export interface SeenRecording {
  recordingId: RecordingId;
  meetingId: MeetingId;
  sessionId: string | null;
  title: string | null;
  kind: VendorRecording['kind'];
  status: string;
  invokedAt: number | null;
  startedAt: number | null;
  /** How many are listed. */
  files: number;
}

/** A recording that is known from elsewhere to run or upload. */
export type ExpectedRecording = Pick<
  SeenRecording,
  'recordingId' | 'meetingId' | 'sessionId' | 'kind' | 'status' | 'invokedAt'
>;

/** What is known of one call. Times by the service's clock. */
export interface SeenSession {
  sessionId: SessionId;
  meetingId: MeetingId;
  title: string | null;
  isLive: boolean;
  /** Connections, as the service counts them. */
  peopleCount: number | null;
  startedAt: number | null;
  /** When the call was over, or nobody was in it any more; null while somebody is. */
  emptySince: number | null;
}

/** No recording lasts longer (contract 10.1): an older order is a row that was forgotten (contract 10.2). */
const longestMs = 24 * 3_600_000;

/** Null for a row that cannot be shown: of no meeting, or long forgotten. `at` is the service's time. */
export function toSeen(
  row: VendorRecording,
  meetingOf: (sessionId: string) => string | null,
  at: number,
): SeenRecording | null {
  if (row.status === 'INVOKED' && at - (row.invokedAt ?? at) > longestMs) return null;
  const place = row.meetingId ?? (row.sessionId === null ? null : meetingOf(row.sessionId));
  const meetingId = MeetingId.safeParse(place);
  const recordingId = RecordingId.safeParse(row.id);
  if (!meetingId.success || !recordingId.success) return null;
  const { kind, statusText, invokedAt, startedAt, sessionId, meetingTitle } = row;
  return {
    recordingId: recordingId.data,
    meetingId: meetingId.data,
    sessionId,
    title: meetingTitle,
    kind,
    status: statusText,
    invokedAt,
    startedAt,
    files: row.files.length,
  };
}

/** @param before what was known of it; `at` is the service's time */
export function toSession(
  row: VendorSession,
  before: SeenSession | undefined,
  at: number,
): SeenSession | null {
  const sessionId = SessionId.safeParse(row.id);
  const meetingId = MeetingId.safeParse(row.meetingId ?? before?.meetingId);
  if (!sessionId.success || !meetingId.success) return null;
  const isLive = row.status === 'live' || (row.status === 'unknown' && row.endedAt === null);
  const isEmpty = !isLive || row.liveParticipants === 0;
  return {
    sessionId: sessionId.data,
    meetingId: meetingId.data,
    title: row.meetingTitle ?? before?.title ?? null,
    isLive,
    peopleCount: row.liveParticipants,
    startedAt: row.startedAt ?? row.createdAt,
    emptySince: isEmpty ? (row.endedAt ?? before?.emptySince ?? at) : null,
  };
}

/** Statuses in which something is recorded, or about to be. */
export const runningStatuses = ['INVOKED', 'RECORDING', 'PAUSED'] as const;
export const isRunning = ({ status }: { status: string }): boolean =>
  runningStatuses.some((word) => word === status);

/** Joins both lists by meeting: alarms first, then the latest first. `at` is the service's time. */
export function callsNow(
  sessions: ReadonlyMap<string, SeenSession>,
  recordings: Iterable<SeenRecording>,
  peopleOf: (sessionId: string) => LivePerson[] | null,
  at: number,
): LiveCall[] {
  const latest = new Map<MeetingId, SeenSession>();
  for (const session of sessions.values()) {
    if (!session.isLive) continue;
    const known = latest.get(session.meetingId);
    if ((known?.startedAt ?? -1) < (session.startedAt ?? 0)) {
      latest.set(session.meetingId, session);
    }
  }
  const running = Map.groupBy([...recordings].filter(isRunning), ({ meetingId }) => meetingId);
  const meetingIds = new Set([...latest.keys(), ...running.keys()]);
  return [...meetingIds]
    .map((meetingId) => {
      const own = newestFirst(running.get(meetingId) ?? []);
      const session = latest.get(meetingId) ?? sessionOf(sessions, own);
      return {
        meetingId,
        sessionId: session?.sessionId ?? null,
        title: session?.title ?? own.find(({ title }) => title !== null)?.title ?? null,
        call: session === undefined ? 'unknown' : session.isLive ? 'live' : 'over',
        startedAt: session?.startedAt ?? null,
        endedAt: session === undefined || session.isLive ? null : session.emptySince,
        peopleCount: session?.peopleCount ?? null,
        people: session?.isLive === true ? peopleOf(session.sessionId) : null,
        recordings: own.map(({ recordingId, kind, status, invokedAt, startedAt, sessionId }) => {
          const emptySince = sessions.get(sessionId ?? '')?.emptySince ?? null;
          const alarm = alarmOf({ status, invokedAt, emptySince }, at);
          return { recordingId, kind, status, invokedAt, startedAt, alarm };
        }),
      } satisfies LiveCall;
    })
    .sort((a, b) => Number(hasAlarm(b)) - Number(hasAlarm(a)) || sinceOf(b) - sinceOf(a));
}

/** Of an upload that hangs for days nothing comes (contract 10.2); whole passes ask for it still. */
export function isAnyAwaited(recordings: Iterable<SeenRecording>, at: number): boolean {
  for (const recording of recordings) {
    const longMs = longestMs + patience.silentUploadMs;
    if (isRunning(recording) || at - (recording.invokedAt ?? at) < longMs) return true;
  }
  return false;
}

/** Meetings in which a recording has come to its end, or brought files, since it was seen before. */
export function movedMeetings(
  before: ReadonlyMap<string, SeenRecording>,
  after: ReadonlyMap<string, SeenRecording>,
): MeetingId[] {
  const moved = new Set<MeetingId>();
  for (const one of before.values()) {
    const now = after.get(one.recordingId);
    if (now === undefined || (isRunning(one) && !isRunning(now))) moved.add(one.meetingId);
  }
  for (const one of after.values()) {
    if (one.files > (before.get(one.recordingId)?.files ?? 0)) moved.add(one.meetingId);
  }
  return [...moved];
}

/** Contract 10.2: what a person must look at. */
function alarmOf(
  {
    status,
    invokedAt,
    emptySince,
  }: { status: string; invokedAt: number | null; emptySince: number | null },
  at: number,
): LiveAlarm | null {
  if (status === 'INVOKED') {
    return invokedAt !== null && at - invokedAt > patience.beginMs ? 'never-started' : null;
  }
  const isForgotten = emptySince !== null && at - emptySince >= patience.emptyCallMs;
  return isForgotten ? 'records-an-empty-call' : null;
}

function sessionOf(
  sessions: ReadonlyMap<string, SeenSession>,
  recordings: readonly SeenRecording[],
): SeenSession | undefined {
  for (const { sessionId } of recordings) {
    const session = sessions.get(sessionId ?? '');
    if (session !== undefined) return session;
  }
  return undefined;
}

const newestFirst = (recordings: readonly SeenRecording[]): SeenRecording[] =>
  [...recordings].sort((a, b) => (b.invokedAt ?? 0) - (a.invokedAt ?? 0));

const hasAlarm = ({ recordings }: LiveCall): boolean =>
  recordings.some(({ alarm }) => alarm !== null);

const sinceOf = ({ startedAt, recordings }: LiveCall): number =>
  startedAt ?? recordings[0]?.invokedAt ?? 0;
