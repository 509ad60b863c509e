/** @file Main process. The only poller of what goes on now: reads the service's two lists for everyone, at a rhythm of its own, and tells what moved. */
import { once } from 'node:events';
import {
  type FailureData,
  type LiveNow,
  type LivePerson,
  type MeetingId,
  Failure,
  toFailureData,
} from '#contract';
import type { Clock } from '../clock.ts';
import type {
  CallOptions,
  RealtimeKit,
  VendorRecording,
  VendorSession,
} from '../realtimekit/index.ts';
import {
  type LiveCall,
  type SeenRecording,
  type SeenSession,
  callsNow,
  isAnyAwaited,
  isRunning,
  movedMeetings,
  runningStatuses,
  toSeen,
  toSession,
} from './live-calls.ts';
import { peopleInCall } from './live-people.ts';
import { betweenRounds, createSpending } from './live-rhythm.ts';

/** As `LiveNow`; whose orders the recordings were is added by whoever knows. */
export type LiveSight = Omit<LiveNow, 'meetings'> & { meetings: LiveCall[] };

/** A recording that is known from elsewhere to run or upload. */
export type ExpectedRecording = Pick<
  SeenRecording,
  'recordingId' | 'meetingId' | 'sessionId' | 'kind' | 'status' | 'invokedAt'
>;

export interface Live {
  now(): LiveSight;
  /** Somebody looks on, or no longer; of the opened meetings people's names are wanted. */
  watch(wish: { watching: boolean; opened: readonly MeetingId[] }): void;
  /**
   * Reads at once; resolves when it was read or, told in `failure`, could not be.
   * @throws Failure `api.rate-limited` while the service asks to wait
   */
  refresh(): Promise<void>;
  /** What the service has just said of a recording: is shown at once, and by the lists soon. */
  note(recording: ExpectedRecording): void;
  /** Something was ordered: its effect is read soon, also when nobody looks on. */
  hurry(): void;
  /** These ran or uploaded when they were last heard of: their end is noticed though nobody looks on. */
  expect(recordings: readonly ExpectedRecording[]): void;
  /** Nothing is asked any more. */
  close(): void;
}

export interface LiveWorld {
  realtimekit: Pick<
    RealtimeKit,
    'listSessions' | 'listRecordings' | 'getSession' | 'listSessionParticipants' | 'status'
  >;
  clock: Clock;
  /** `now()` says something new. */
  onChange: () => void;
  /** In these meetings a recording has come to its end, or brought files. */
  onMoved: (meetingIds: MeetingId[]) => void;
  onBug: (thrown: unknown) => void;
}

const askedStatuses = [...runningStatuses, 'UPLOADING'] as const;
/** Between the end of a round and the next, whatever the rhythm says. */
const breathMs = 1_000;
/** After something was ordered: its effect is seen by then, as a rule. */
const soonMs = 2_000;
/** A new recording may be missing from the lists for so long. */
const listedWithinMs = 30_000;
/** Names are believed for so long while as many people are in the call. */
const peopleFreshMs = 30_000;
/** A call of which the list is silent is asked for again after so long. */
const askAgainMs = 60_000;
const extrasAtOnce = 4;
const pageRows = 50;

/** Sends nothing until somebody looks on or something is expected. */
export function createLive(world: LiveWorld): Live {
  const { realtimekit, clock } = world;
  const closed = new AbortController();
  const spending = createSpending();
  let wake = new AbortController();

  let watched = false;
  let opened = new Set<string>();
  const expected = new Map<string, ExpectedRecording>();
  /** Those that a read has missed: whoever still expects them is out of date. */
  const missed = new Set<string>();
  const noted = new Map<string, { recording: SeenRecording; at: number }>();

  let sessions = new Map<string, SeenSession>();
  /** Sessions in the list of those that are live, as of the last round. */
  let listed = new Set<string>();
  /** Sessions of which a recording makes us want to know whether they are over. */
  let wanted = new Set<string>();
  let recordings = new Map<string, SeenRecording>();
  const askedAt = new Map<string, number>();
  const people = new Map<string, { people: LivePerson[]; count: number | null; at: number }>();

  let readAt: number | null = null;
  let round = { startedAt: clock.now(), endedAt: clock.now(), isFirst: true };
  let hurryAt: number | null = null;
  let waiting: (() => void)[] = [];
  let failure: FailureData | null = null;
  let failures = 0;
  let stillRounds = 0;
  /** The sessions and four lists of recordings, one page each, until a round has shown better. */
  let callsARound = 1 + askedStatuses.length;

  const serviceNow = () => clock.now() + (realtimekit.status().skewMs ?? 0);
  const quota = () => realtimekit.status().quota;

  const everyMs = () =>
    betweenRounds({
      watched,
      expecting: expected.size > 0 || isAnyAwaited(recordings.values(), serviceNow()),
      stillRounds,
      failures,
      callsARound,
      quota: quota(),
    });

  /** Epoch ms of the next round; null while none is due. */
  const dueAt = (): number | null => {
    const now = clock.now();
    const every = everyMs();
    if (every === null && hurryAt === null) return null;
    const isUrgent = round.isFirst && watched;
    const usual = every === null ? Infinity : isUrgent ? now : round.startedAt + every;
    const pausedUntil = realtimekit.status().rateLimitedUntil ?? 0;
    const wishedAt = Math.min(usual, hurryAt ?? Infinity);
    const freeAt = spending.listsFreeAt(callsARound, now, quota());
    const breathAt = round.isFirst ? 0 : round.endedAt + breathMs;
    return Math.max(wishedAt, pausedUntil, failure?.retryAt ?? 0, freeAt, breathAt);
  };

  const asking = (on: 'lists' | 'extras'): CallOptions => ({
    signal: closed.signal,
    // Whoever looks on is told that it stands still, and until when.
    maxPauseMs: 0,
    onSend() {
      spending.note(clock.now(), on);
    },
  });

  const takeSession = (row: VendorSession): void => {
    const session = toSession(row, sessions.get(row.id), serviceNow());
    if (session !== null) sessions.set(session.sessionId, session);
  };

  const take = (
    rows: { sessions: VendorSession[]; recordings: VendorRecording[] },
    startedAt: number,
  ): void => {
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
    sessions = kept(sessions, (id) => listed.has(id) || wanted.has(id));
    for (const known of [askedAt, people]) {
      for (const id of known.keys()) if (!sessions.has(id) && !wanted.has(id)) known.delete(id);
    }

    const before = new Map([...[...expected.values()].map(bySeen), ...recordings]);
    expected.clear();
    recordings = new Map(seen.map((one) => [one.recordingId, one]));
    for (const [id, { recording, at: notedAt }] of noted) {
      if (recordings.has(id) || startedAt - notedAt > listedWithinMs) noted.delete(id);
      else recordings.set(id, recording);
    }
    stillRounds = sameWords(before, recordings) ? stillRounds + 1 : 0;
    for (const id of before.keys()) if (!recordings.has(id)) missed.add(id);
    const moved = movedMeetings(before, recordings);
    if (moved.length > 0) world.onMoved(moved);
  };

  const readRound = async (): Promise<void> => {
    const startedAt = clock.now();
    const done = waiting;
    waiting = [];
    hurryAt = null;
    let sent = 0;
    const lists = asking('lists');
    const asked: CallOptions = {
      ...lists,
      onSend() {
        sent += 1;
        lists.onSend?.();
      },
    };
    try {
      const [live, running] = await both(
        whole(realtimekit.listSessions({ ...asked, status: 'live' })),
        whole(realtimekit.listRecordings({ ...asked, statuses: askedStatuses })),
      );
      take({ sessions: live, recordings: running }, startedAt);
      callsARound = sent;
      readAt = startedAt;
      failure = null;
      failures = 0;
    } catch (thrown) {
      if (closed.signal.aborted) return;
      failure = toFailureData(thrown);
      failures += 1;
      if (failure.code === 'bug') world.onBug(thrown);
    } finally {
      round = { startedAt, endedAt: clock.now(), isFirst: false };
      for (const tell of done) tell();
    }
    world.onChange();
  };

  /** What is asked beside the lists, the most wanted first: calls that may be over, then people. */
  const questions = (): Question[] => {
    const now = clock.now();
    if (failures > 0 || realtimekit.status().rateLimitedUntil !== null) return [];
    const isUnsure = (id: string) =>
      !listed.has(id) &&
      sessions.get(id)?.isLive !== false &&
      now - (askedAt.get(id) ?? -Infinity) >= askAgainMs;
    const unsure = [...wanted].filter(isUnsure).map((sessionId): Question => ({
      cost: 1,
      ask: () => confirm(sessionId),
    }));
    if (!watched) return unsure;
    const nameless = [...sessions.values()]
      .filter(({ meetingId, isLive }) => isLive && opened.has(meetingId))
      .map((session) => ({ session, since: wantedSince(session) }))
      .filter(({ since }) => now - since >= peopleFreshMs)
      .sort((a, b) => a.since - b.since)
      .map(({ session }): Question => ({
        cost: Math.max(1, Math.ceil((session.peopleCount ?? 1) / pageRows)),
        ask: () => readPeople(session),
      }));
    return [...unsure, ...nameless];
  };

  /** When what is known of its people was read: long ago when nothing is, or as many are there no more. */
  const wantedSince = ({ sessionId, peopleCount }: SeenSession): number => {
    const known = people.get(sessionId);
    if (known === undefined) return -Infinity;
    return known.count === peopleCount ? known.at : known.at - peopleFreshMs * 1_000;
  };

  const confirm = async (sessionId: string): Promise<void> => {
    askedAt.set(sessionId, clock.now());
    const row = await realtimekit.getSession(sessionId, asking('extras'));
    if (row === null) sessions.delete(sessionId);
    else takeSession(row);
  };

  const readPeople = async ({ sessionId, peopleCount }: SeenSession): Promise<void> => {
    // Noted first: one that fails is not asked for again at once.
    const before = people.get(sessionId)?.people ?? null;
    const known = { count: peopleCount, at: clock.now() };
    if (before !== null) people.set(sessionId, { people: before, ...known });
    const rows = await realtimekit.listSessionParticipants(sessionId, asking('extras'));
    people.set(sessionId, { people: peopleInCall(rows ?? []), ...known });
  };

  /** True when something was asked. */
  const askBeside = async (): Promise<boolean> => {
    const every = everyMs();
    if (every === null) return false;
    const now = clock.now();
    let left = spending.extrasLeft({ callsARound, everyMs: every }, now, quota());
    const chosen = questions()
      .slice(0, extrasAtOnce)
      .filter(({ cost }) => (left -= cost) >= 0);
    if (chosen.length === 0) return false;
    const answers = await Promise.allSettled(chosen.map(({ ask }) => ask()));
    if (closed.signal.aborted) return false;
    for (const answer of answers) {
      if (answer.status === 'rejected') noteTrouble(answer.reason);
    }
    world.onChange();
    return true;
  };

  /** Names that could not be read cost no list; the next round says what is wrong. */
  const noteTrouble = (thrown: unknown): void => {
    extrasRestUntil = clock.now() + peopleFreshMs;
    if (!(thrown instanceof Failure)) world.onBug(thrown);
  };
  let extrasRestUntil = 0;

  const run = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      // Made before looking: what happens while it is asked rouses.
      wake = new AbortController();
      const at = dueAt();
      if (at !== null && at <= clock.now()) await readRound();
      else if (clock.now() < extrasRestUntil || !(await askBeside())) await rest(wake.signal);
    }
  };

  const rest = async (roused: AbortSignal): Promise<void> => {
    const at = dueAt();
    if (roused.aborted || closed.signal.aborted) return;
    const signal = AbortSignal.any([roused, closed.signal]);
    if (at === null) {
      await once(signal, 'abort');
      return;
    }
    await clock.sleep(Math.max(0, at - clock.now()), signal).catch(() => undefined);
  };

  const rouse = () => {
    wake.abort(new Failure('cancelled', 'Something else is to be done first.'));
  };

  const hurry = (ms: number) => {
    hurryAt = Math.min(hurryAt ?? Infinity, clock.now() + ms);
    rouse();
  };

  const stateNow = (): LiveSight['state'] => {
    if (everyMs() === null) return 'off';
    if (failure !== null) return 'failed';
    return readAt === null ? 'asking' : 'known';
  };

  run().catch(world.onBug);

  return {
    now: () => ({
      state: stateNow(),
      readAt,
      nextAt: dueAt(),
      everyMs: everyMs(),
      failure,
      meetings: callsNow(
        sessions,
        recordings.values(),
        (sessionId) => people.get(sessionId)?.people ?? null,
        serviceNow(),
      ),
    }),
    watch(wish) {
      if (wish.watching && !watched) {
        // Somebody came to look: what failed before is tried at once.
        failures = 0;
        stillRounds = 0;
      }
      watched = wish.watching;
      opened = new Set(wish.opened);
      rouse();
      world.onChange();
    },
    async refresh() {
      const retryAt = realtimekit.status().rateLimitedUntil;
      if (retryAt !== null) {
        throw new Failure('api.rate-limited', 'The service asks to wait.', { retryAt });
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        hurry(0);
      });
    },
    note(recording) {
      const [id, seen] = bySeen(recording);
      const known = recordings.get(id);
      const before = new Map(recordings);
      recordings.set(id, known === undefined ? seen : { ...known, status: seen.status });
      if (isRunning(seen)) noted.set(id, { recording: seen, at: clock.now() });
      else noted.delete(id);
      hurry(soonMs);
      world.onChange();
      const moved = movedMeetings(before, recordings);
      if (moved.length > 0) world.onMoved(moved);
    },
    hurry() {
      hurry(soonMs);
    },
    expect(those) {
      for (const recording of those) {
        const { recordingId } = recording;
        if (recordings.has(recordingId) || missed.has(recordingId)) continue;
        expected.set(recordingId, recording);
      }
      rouse();
    },
    close() {
      closed.abort(new Failure('cancelled', 'Nobody asks any more.'));
      for (const tell of waiting) tell();
    },
  };
}

interface Question {
  /** Requests it takes, as far as is known. */
  cost: number;
  ask: () => Promise<void>;
}

const bySeen = (recording: ExpectedRecording): [string, SeenRecording] => [
  recording.recordingId,
  { ...recording, title: null, startedAt: null, files: 0 },
];

function kept<Value>(
  all: ReadonlyMap<string, Value>,
  isKept: (key: string) => boolean,
): Map<string, Value> {
  return new Map([...all].filter(([key]) => isKept(key)));
}

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

/** Waits for both, also when one fails: nothing of a round outlives it. */
async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

async function whole<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
