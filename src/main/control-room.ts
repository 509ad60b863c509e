/** @file Main process. The control room: what goes on now in the current workspace, whose orders the recordings are, and who looks on. */
import { addAbortListener } from 'node:events';
import {
  Failure,
  type LiveMeeting,
  type LiveNow,
  type MeetingId,
  type ParsedInputOf,
  type RecordAnswer,
  type RecordOrder,
  type RecordingId,
} from '#contract';
import type { Clock } from './clock.ts';
import type { Library } from './library/index.ts';
import type { Pulling } from './pulling.ts';
import type { RealtimeKit } from './realtimekit/index.ts';
import {
  type OriginOf,
  type Recorder,
  type RecorderOptions,
  createRecorder,
  startedElsewhere,
} from './recorder/index.ts';
import type { RememberedWorkspace } from './settings/index.ts';
import { type ExpectedRecording, type Live, type LiveCall, createLive } from './sync/index.ts';
import { throttled } from './throttled.ts';
import type { Workspaces } from './workspaces.ts';

/** What is open: the one keeps the orders, the other fetches what has moved. */
export interface OpenArchive {
  library: Library;
  pulling: Pick<Pulling, 'nudge'>;
}

export interface ControlRoom {
  now(): LiveNow;
  /** The window looks at the list, or no longer. */
  watch(wish: ParsedInputOf<'live.watch'>): void;
  /** @throws Failure `api.rate-limited` while the service asks to wait */
  refresh(): Promise<void>;
  /** Something happened in this meeting, or, null, somewhere: looks at once and fetches what has moved. */
  nudge(meetingId: MeetingId | null): void;
  /** What became of the window; a page that is gone or loaded anew has not asked for anything. */
  seen(window: 'shown' | 'hidden' | 'gone'): void;
  /** The workspace may be another one now. */
  reconnect(): void;
  /** Another library is open now, or none. */
  follow(archive: OpenArchive | null): void;
  /** The computer slept: what is shown is old. */
  wake(): void;
  /** @throws Failure `credentials.missing` while no workspace is connected */
  recorder(): Recorder;
  /** Starts a recording, and goes on looking for it when its answer is lost; see `Recorder.start`. */
  start(order: RecordOrder): Promise<RecordAnswer>;
  /** What goes on without this app: recordings that run, and the title of each meeting they run in. */
  running(): { count: number; titles: (string | null)[] };
  close(): void;
}

export interface ControlRoomWorld {
  workspaces: Pick<Workspaces, 'current' | 'clientOf'>;
  clock: Clock;
  /** At most five times a second, and only when something is new. */
  onLive: (live: LiveNow) => void;
  onBug: (thrown: unknown) => void;
}

/** One workspace, for as long as it is the current one. */
interface Seat {
  key: string;
  live: Live;
  realtimekit: RealtimeKit;
  source: RecorderOptions['source'];
}

/** Where orders are given: one workspace with one library, or with none. */
interface Desk {
  recorder: Recorder;
  library: Library | null;
  /** Of the recordings that were looked up last, told by `lookedUp`. */
  origins: ReadonlyMap<RecordingId, OriginOf>;
  lookedUp: string;
  isLooking: boolean;
  /** Something was ordered since. */
  isStale: boolean;
  isSettling: boolean;
  left: AbortController;
}

const nothing: LiveNow = {
  state: 'off',
  readAt: null,
  nextAt: null,
  everyMs: null,
  failure: null,
  meetings: [],
};
/** After a change of the library, in ms: a pass makes many. */
const settleMs = 30_000;
/** Between two looks for the recording of an order whose answer was lost, in ms. */
const lookAgainMs = 60_000;

export function createControlRoom(world: ControlRoomWorld): ControlRoom {
  const { workspaces, clock, onBug } = world;
  const closed = new AbortController();
  /** The workspace that is looked at. */
  let seat: Seat | null = null;
  let archive: OpenArchive | null = null;
  /** Of this workspace and this library; `left` when one of them is another. */
  let desk: Desk | null = null;
  let wish: ParsedInputOf<'live.watch'> = { watching: false, opened: [] };
  let isHidden = false;

  const now = (): LiveNow => {
    if (seat === null) return nothing;
    const sight = seat.live.now();
    return { ...sight, meetings: sight.meetings.map((call) => withOrigins(call, desk)) };
  };

  let told = JSON.stringify(nothing);
  const tell = throttled(clock, closed.signal, () => {
    const value = now();
    const text = JSON.stringify(value);
    if (text === told) return;
    told = text;
    world.onLive(value);
  });

  const watchAsWished = () => {
    seat?.live.watch({ ...wish, watching: wish.watching && !isHidden });
  };

  /** Asks the library whose orders these are, when they are others than before or something was ordered. */
  const lookUp = async (at: Desk, of: Seat): Promise<void> => {
    if (at.isLooking) {
      at.isStale = true;
      return;
    }
    const running = of.live.now().meetings.flatMap(({ recordings }) => recordings);
    const key = JSON.stringify(running.map(({ recordingId, status }) => [recordingId, status]));
    if (key === at.lookedUp && !at.isStale) return;
    at.isStale = false;
    at.isLooking = true;
    try {
      at.origins = await at.recorder.originsOf(running);
      at.lookedUp = key;
    } catch (thrown) {
      at.isStale = true;
      throw thrown;
    } finally {
      at.isLooking = false;
    }
    const isAnyElsewhere = [...at.origins.values()].some(({ origin }) => origin === 'elsewhere');
    // It may be what another process ordered that was killed over it.
    if (isAnyElsewhere && at.library !== null) settle(at).catch(unlessLeft(at));
    if (desk === at) await lookUp(at, of);
  };
  const lookUpAndTell = () => {
    const [at, of] = [desk, seat];
    if (at === null || of === null) tell();
    else lookUp(at, of).catch(unlessLeft(at)).finally(tell);
  };
  const unlessLeft = (at: Desk) => (thrown: unknown) => {
    if (!at.left.signal.aborted) onBug(thrown);
  };

  /** What the library last heard of as running ends sooner or later, whether or not anybody looks on. */
  const expectRunning = async (at: Desk, of: Seat): Promise<void> => {
    const { running } = (await at.library?.today()) ?? { running: [] };
    of.live.expect(
      running.flatMap(({ meetingId, ...recording }): ExpectedRecording[] =>
        meetingId === null ? [] : [{ ...recording, meetingId, status: recording.vendorStatus }],
      ),
    );
  };

  /** Looks for what came of orders nobody answered, until none is open. */
  const settle = async (at: Desk): Promise<void> => {
    if (at.isSettling) return;
    at.isSettling = true;
    try {
      while (!at.left.signal.aborted && (await settledOrNot(at.recorder)).open > 0) {
        await clock.sleep(lookAgainMs, at.left.signal);
      }
    } finally {
      at.isSettling = false;
    }
  };

  /** Begins anew with another workspace or another library. */
  const equip = (): void => {
    desk?.left.abort();
    desk = null;
    const of = seat;
    if (of === null) return;
    const library = archive?.library ?? null;
    const recorder = createRecorder({
      realtimekit: of.realtimekit,
      library,
      clock,
      source: of.source,
      onChange() {
        made.isStale = true;
        of.live.hurry();
        lookUpAndTell();
      },
      onRecording: (recording) => {
        made.isStale = true;
        of.live.note(recording);
      },
    });
    const made: Desk = {
      recorder,
      library,
      origins: new Map(),
      lookedUp: '',
      isLooking: false,
      isStale: true,
      isSettling: false,
      left: new AbortController(),
    };
    desk = made;
    lookUpAndTell();
    if (library === null) return;
    const failed = unlessLeft(made);
    settle(made).catch(failed);
    expectRunning(made, of).catch(failed);
    let isPending = false;
    const forget = library.onChange(() => {
      made.isStale = true;
      if (isPending || made.left.signal.aborted) return;
      isPending = true;
      clock
        .sleep(settleMs, made.left.signal)
        .then(() => {
          isPending = false;
          lookUpAndTell();
          return expectRunning(made, of);
        })
        .catch(failed);
    });
    addAbortListener(made.left.signal, forget);
  };

  const sit = (): void => {
    const workspace = closed.signal.aborted ? null : workspaces.current();
    const key = workspace === null ? null : identityOf(workspace);
    if (key === (seat?.key ?? null)) return;
    seat?.live.close();
    seat = workspace === null || key === null ? null : open(workspace, key);
    watchAsWished();
    equip();
    tell();
  };
  const open = (workspace: RememberedWorkspace, key: string): Seat => {
    const { apiRoot, accountId, appId } = workspace;
    const realtimekit = workspaces.clientOf(workspace);
    const live = createLive({
      realtimekit,
      clock,
      onChange: lookUpAndTell,
      onMoved: (meetingIds) => archive?.pulling.nudge(meetingIds),
      onBug,
    });
    return { key, live, realtimekit, source: { host: new URL(apiRoot).host, accountId, appId } };
  };
  sit();

  const recorder = (): Recorder => {
    if (desk === null) throw new Failure('credentials.missing', 'No workspace is connected.');
    return desk.recorder;
  };

  return {
    now,
    watch(wished) {
      wish = wished;
      watchAsWished();
    },
    refresh: async () => seat?.live.refresh(),
    nudge(meetingId) {
      // What the rate limit forbids is read as soon as it may be.
      seat?.live.refresh().catch(() => undefined);
      if (meetingId !== null) archive?.pulling.nudge([meetingId]);
    },
    seen(window) {
      if (window === 'gone') wish = { watching: false, opened: [] };
      else isHidden = window === 'hidden';
      watchAsWished();
    },
    reconnect: sit,
    follow(opened) {
      archive = opened;
      equip();
    },
    wake() {
      // What the rate limit forbids is read as soon as it may be.
      if (wish.watching) seat?.live.refresh().catch(() => undefined);
    },
    recorder,
    async start(order) {
      const at = desk;
      try {
        return await recorder().start(order);
      } finally {
        if (at !== null) settle(at).catch(unlessLeft(at));
      }
    },
    running() {
      const recorded = now().meetings.filter(({ recordings }) => recordings.length > 0);
      return {
        count: recorded.reduce((sum, { recordings }) => sum + recordings.length, 0),
        titles: recorded.map(({ title }) => title),
      };
    },
    close() {
      closed.abort();
      sit();
    },
  };
}

/** A service that cannot be asked settles nothing yet. */
async function settledOrNot(recorder: Recorder): Promise<{ open: number }> {
  try {
    return await recorder.settleOpen();
  } catch (thrown) {
    if (thrown instanceof Failure) return { open: 1 };
    throw thrown;
  }
}

function withOrigins({ recordings, ...call }: LiveCall, desk: Desk | null): LiveMeeting {
  return {
    ...call,
    recordings: recordings.flatMap((recording) => {
      const origin = desk?.origins.get(recording.recordingId);
      // Nobody is told “started elsewhere” of a recording that is being looked up.
      if (origin === undefined && desk?.isLooking === true) return [];
      return [{ ...recording, ...(origin ?? startedElsewhere) }];
    }),
  };
}

/** What is asked of the service; the label is for people. */
function identityOf({ workspaceId, apiRoot, accountId, appId }: RememberedWorkspace): string {
  return JSON.stringify([workspaceId, apiRoot, accountId, appId]);
}
