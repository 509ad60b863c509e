/** @file Main process. The control room: what goes on now in the current workspace, whose orders the recordings are, and who looks on. */
import type { LiveMeeting, LiveNow, LiveRecording, ParsedInputOf, RecordingId } from '#contract';
import type { Clock } from './clock.ts';
import type { Library } from './library/index.ts';
import type { Pulling } from './pulling.ts';
import type { RememberedWorkspace } from './settings/index.ts';
import { type ExpectedRecording, type Live, type LiveCall, createLive } from './sync/index.ts';
import { throttled } from './throttled.ts';
import type { Workspaces } from './workspaces.ts';

/** What is open: orders are looked up in the one, and what has moved is fetched by the other. */
export interface OpenArchive {
  library: Pick<Library, 'today' | 'onChange'>;
  pulling: Pick<Pulling, 'nudge'>;
}

/** Whose order a recording is. */
export type Origin = Pick<LiveRecording, 'origin' | 'taken' | 'prefix' | 'stoppingSince'>;

export interface ControlRoom {
  now(): LiveNow;
  /** The window looks at the list, or no longer. */
  watch(wish: ParsedInputOf<'live.watch'>): void;
  /** @throws Failure `api.rate-limited` while the service asks to wait */
  refresh(): Promise<void>;
  /** What became of the window; a page that is gone or loaded anew has not asked for anything. */
  seen(window: 'shown' | 'hidden' | 'gone'): void;
  /** The workspace may be another one now. */
  reconnect(): void;
  /** Another library is open now, or none. */
  follow(archive: OpenArchive | null): void;
  /** The computer slept: what is shown is old. */
  wake(): void;
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

const nothing: LiveNow = {
  state: 'off',
  readAt: null,
  nextAt: null,
  everyMs: null,
  failure: null,
  meetings: [],
};
/** What is known of a recording that nobody here ordered. */
const elsewhere: Origin = {
  origin: 'elsewhere',
  taken: { kind: 'unknown' },
  prefix: null,
  stoppingSince: null,
};
/** After a change of the library, in ms: a pass makes many. */
const settleMs = 30_000;

export function createControlRoom(world: ControlRoomWorld): ControlRoom {
  const { workspaces, clock, onBug } = world;
  const closed = new AbortController();
  /** The workspace that is looked at. */
  let seat: { of: string; live: Live } | null = null;
  let archive: OpenArchive | null = null;
  let wish: ParsedInputOf<'live.watch'> = { watching: false, opened: [] };
  let isHidden = false;
  let origins: ReadonlyMap<RecordingId, Origin> = new Map();

  const withOrigins = ({ recordings, ...call }: LiveCall): LiveMeeting => ({
    ...call,
    recordings: recordings.map((recording) => ({
      ...recording,
      ...(origins.get(recording.recordingId) ?? elsewhere),
      canPause: false,
    })),
  });

  const now = (): LiveNow => {
    const sight = seat?.live.now();
    return sight === undefined ? nothing : { ...sight, meetings: sight.meetings.map(withOrigins) };
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

  /** What the library last heard of as running ends sooner or later, whether or not anybody looks on. */
  const expectRunning = async (of: OpenArchive): Promise<void> => {
    const { running } = await of.library.today();
    if (archive !== of) return;
    seat?.live.expect(
      running.flatMap(({ meetingId, ...recording }): ExpectedRecording[] =>
        meetingId === null ? [] : [{ ...recording, meetingId, status: recording.vendorStatus }],
      ),
    );
  };
  let left = new AbortController();
  const followChanges = (of: OpenArchive) => {
    const signal = AbortSignal.any([left.signal, closed.signal]);
    let isPending = false;
    of.library.onChange(() => {
      if (isPending || signal.aborted) return;
      isPending = true;
      clock
        .sleep(settleMs, signal)
        .then(() => {
          isPending = false;
          return expectRunning(of);
        })
        .catch((thrown: unknown) => {
          if (!signal.aborted) onBug(thrown);
        });
    });
    expectRunning(of).catch(onBug);
  };

  const sit = (): void => {
    const workspace = workspaces.current();
    const of = workspace === null ? null : identityOf(workspace);
    if (of === (seat?.of ?? null) || closed.signal.aborted) return;
    seat?.live.close();
    seat = null;
    if (workspace !== null && of !== null) {
      const realtimekit = workspaces.clientOf(workspace);
      const live = createLive({
        realtimekit,
        clock,
        onChange: tell,
        onMoved: (meetingIds) => archive?.pulling.nudge(meetingIds),
        onBug,
      });
      seat = { of, live };
      watchAsWished();
      if (archive !== null) expectRunning(archive).catch(onBug);
    }
    tell();
  };
  sit();

  return {
    now,
    watch(wished) {
      wish = wished;
      watchAsWished();
    },
    refresh: async () => seat?.live.refresh(),
    seen(window) {
      if (window === 'gone') wish = { watching: false, opened: [] };
      else isHidden = window === 'hidden';
      watchAsWished();
    },
    reconnect: sit,
    follow(opened) {
      archive = opened;
      origins = new Map();
      left.abort();
      left = new AbortController();
      if (opened !== null) followChanges(opened);
      tell();
    },
    wake() {
      // What the rate limit forbids is read as soon as it may be.
      if (wish.watching) seat?.live.refresh().catch(() => undefined);
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
      seat?.live.close();
      seat = null;
    },
  };
}

/** What is asked of the service; the label is for people. */
function identityOf({ workspaceId, apiRoot, accountId, appId }: RememberedWorkspace): string {
  return JSON.stringify([workspaceId, apiRoot, accountId, appId]);
}
