/** @file Main process. The only poller of what goes on now: reads the service's two lists for everyone, at a rhythm of its own, and tells what moved. */
import { once } from 'node:events';
import { type FailureData, type LiveNow, type MeetingId, Failure, toFailureData } from '#contract';
import { type Clock, steadyTime } from '../clock.ts';
import type { CallOptions, RealtimeKit } from '../realtimekit/index.ts';
import { createAsides } from './live-asides.ts';
import { createBoard } from './live-board.ts';
import { type ExpectedRecording, type LiveCall, runningStatuses } from './live-calls.ts';
import { betweenRounds, createSpending } from './live-rhythm.ts';

/** As `LiveNow`; whose orders the recordings were is added by whoever knows. */
export type LiveSight = Omit<LiveNow, 'meetings'> & { meetings: LiveCall[] };

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
/** Sends nothing until somebody looks on or something is expected. */
export function createLive(world: LiveWorld): Live {
  const { realtimekit, clock } = world;
  const closed = new AbortController();
  const time = steadyTime(clock);
  const spending = createSpending();
  let wake = new AbortController();

  let watched = false;
  let opened = new Set<string>();
  let readAt: number | null = null;
  let round = { startedAt: time.now(), endedAt: time.now(), isFirst: true };
  let hurryAt: number | null = null;
  let waiting: (() => void)[] = [];
  let failure: FailureData | null = null;
  let failures = 0;
  /** After a failure that says so. */
  let notBefore = -Infinity;
  let stillRounds = 0;
  /** The sessions and four lists of recordings, one page each, until a round has shown better. */
  let callsARound = 1 + askedStatuses.length;

  const quota = () => realtimekit.status().quota;
  const asking = (on: 'lists' | 'extras'): CallOptions => ({
    signal: closed.signal,
    // Whoever looks on is told that it stands still, and until when.
    maxPauseMs: 0,
    onSend() {
      spending.note(time.now(), on);
    },
  });
  const board = createBoard({
    now: time.now,
    serviceNow: () => clock.now() + (realtimekit.status().skewMs ?? 0),
  });
  const asides = createAsides({
    realtimekit,
    board,
    now: time.now,
    asking: asking('extras'),
    onBug: world.onBug,
  });

  const everyMs = () =>
    betweenRounds({
      watched,
      expecting: board.isExpecting(),
      stillRounds,
      failures,
      callsARound,
      quota: quota(),
    });

  /** When the next round begins; null while none is due. */
  const dueAt = (): number | null => {
    const now = time.now();
    const every = everyMs();
    if (every === null && hurryAt === null) return null;
    const isUrgent = round.isFirst && watched;
    const usual = every === null ? Infinity : isUrgent ? now : round.startedAt + every;
    const { rateLimitedUntil } = realtimekit.status();
    const pausedUntil = rateLimitedUntil === null ? 0 : time.fromClock(rateLimitedUntil);
    const wishedAt = Math.min(usual, hurryAt ?? Infinity);
    const freeAt = spending.listsFreeAt(callsARound, now, quota());
    const breathAt = round.isFirst ? 0 : round.endedAt + breathMs;
    return Math.max(wishedAt, pausedUntil, notBefore, freeAt, breathAt);
  };

  const tellMoved = (moved: MeetingId[]): void => {
    if (moved.length > 0) world.onMoved(moved);
  };

  const readRound = async (): Promise<void> => {
    const startedAt = time.now();
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
      const [sessions, recordings] = await both(
        whole(realtimekit.listSessions({ ...asked, status: 'live' })),
        whole(realtimekit.listRecordings({ ...asked, statuses: askedStatuses })),
      );
      if (closed.signal.aborted) return;
      const { moved, isStill } = board.take({ sessions, recordings }, startedAt);
      asides.tidy();
      stillRounds = isStill ? stillRounds + 1 : 0;
      tellMoved(moved);
      callsARound = sent;
      readAt = startedAt;
      failure = null;
      failures = 0;
      notBefore = -Infinity;
    } catch (thrown) {
      if (closed.signal.aborted) return;
      failure = toFailureData(thrown);
      failures += 1;
      notBefore = failure.retryAt == null ? -Infinity : time.fromClock(failure.retryAt);
      if (failure.code === 'bug') world.onBug(thrown);
    } finally {
      round = { startedAt, endedAt: time.now(), isFirst: false };
      for (const tell of done) tell();
    }
    world.onChange();
  };

  /** True when something was asked. */
  const askBeside = async (): Promise<boolean> => {
    const every = everyMs();
    if (every === null || failures > 0 || realtimekit.status().rateLimitedUntil !== null) {
      return false;
    }
    const lists = { callsARound, everyMs: every };
    const left = spending.extrasLeft(lists, time.now(), quota());
    const hasAsked = await asides.ask(left, watched ? opened : null);
    if (hasAsked && !closed.signal.aborted) world.onChange();
    return hasAsked;
  };

  const run = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      // Made before looking: what happens while it is asked rouses.
      wake = new AbortController();
      const at = dueAt();
      if (at !== null && at <= time.now()) await readRound();
      else if (!(await askBeside())) await rest(wake.signal);
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
    await clock.sleep(Math.max(0, at - time.now()), signal).catch(() => undefined);
  };

  const rouse = () => {
    wake.abort(new Failure('cancelled', 'Something else is to be done first.'));
  };

  const hurry = (ms: number) => {
    hurryAt = Math.min(hurryAt ?? Infinity, time.now() + ms);
    rouse();
  };

  const stateNow = (): LiveSight['state'] => {
    if (everyMs() === null) return 'off';
    if (failure !== null) return 'failed';
    return readAt === null ? 'asking' : 'known';
  };

  run().catch(world.onBug);

  return {
    now() {
      const nextAt = dueAt();
      return {
        state: stateNow(),
        readAt: readAt === null ? null : time.toClock(readAt),
        nextAt: nextAt === null ? null : time.toClock(nextAt),
        everyMs: everyMs(),
        failure,
        meetings: board.calls(asides.peopleOf),
      };
    },
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
      if (closed.signal.aborted) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        hurry(0);
      });
    },
    note(recording) {
      if (closed.signal.aborted) return;
      const moved = board.note(recording);
      hurry(soonMs);
      world.onChange();
      tellMoved(moved);
    },
    hurry() {
      hurry(soonMs);
    },
    expect(those) {
      board.expect(those);
      rouse();
    },
    close() {
      closed.abort(new Failure('cancelled', 'Nobody asks any more.'));
      for (const tell of waiting) tell();
    },
  };
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
