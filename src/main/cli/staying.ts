/** @file Command line. The control room over a library, for one command or for as long as it is not interrupted. */
import { MeetingId, type MeetingId as Meeting, type PullStatus } from '#contract';
import type { Audio } from '../audio/index.ts';
import { systemClock } from '../clock.ts';
import { connect, queuePlaceOf } from '../connection.ts';
import type { Library } from '../library/index.ts';
import { createPulling } from '../pulling.ts';
import { type RealtimeKit, fetchWebhookKey } from '../realtimekit/index.ts';
import { createRecorder } from '../recorder/index.ts';
import { type Relay, createRelay } from '../relay/index.ts';
import type { RememberedWorkspace } from '../settings/index.ts';
import { createLive } from '../sync/index.ts';
import type { Output } from './output.ts';
import { type Room, watch } from './room-commands.ts';
import { offWords } from './service-commands.ts';
import { type ExitCode, inWords } from './words.ts';

type Workspace = Pick<RememberedWorkspace, 'accountId' | 'appId' | 'apiRoot'>;

export interface RoomWorld {
  library: Library | null;
  workspace: Workspace;
  realtimekit: RealtimeKit;
  signal: AbortSignal;
  /** In these meetings a recording has come to its end, or brought files. */
  onMoved: (meetingIds: Meeting[]) => void;
}

/** Builds the room, hands it over, and leaves it in order. */
export async function withRoom(
  world: RoomWorld,
  work: (room: Room) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { library, realtimekit, signal } = world;
  const { accountId, appId, apiRoot } = world.workspace;
  const live = createLive({
    realtimekit,
    clock: systemClock,
    onChange: () => undefined,
    onMoved: world.onMoved,
    onBug: (thrown) => {
      throw thrown;
    },
  });
  const recorder = createRecorder({
    realtimekit,
    library,
    clock: systemClock,
    source: { host: new URL(apiRoot).host, accountId, appId },
    onChange: () => undefined,
    onRecording: (recording) => {
      live.note(recording);
    },
  });
  try {
    // An order whose answer was lost may have been settled by now.
    await recorder.settleOpen();
    return await work({ live, recorder, clock: systemClock, signal });
  } finally {
    live.close();
  }
}

/** Passes of a command that stays: as often as the app's own, in ms. */
const everyMs = 10 * 60_000;

export interface StayWorld extends Omit<RoomWorld, 'onMoved' | 'library'> {
  library: Library;
  audio: Audio;
  nativeBinding: string | null;
  /** Where webhooks are listened for; null: nowhere. */
  port: number | null;
}

/** Watches, fetches what is finished where the library is ours to write, and listens; until interrupted. */
export async function stay(world: StayWorld, output: Output): Promise<ExitCode> {
  const { library, audio, workspace, realtimekit, nativeBinding, port, signal } = world;
  const isWriter = library.access === 'writer';
  let told = '';
  const pulling = createPulling({
    library,
    // Waveforms are for whoever looks at them.
    reviewing: { prepareAll: () => Promise.resolve() },
    connect: (onEvent) =>
      connect(
        {
          library,
          audio,
          clock: systemClock,
          nativeBinding,
          heartbeatMs: 60_000,
          onEvent,
          log: () => undefined,
        },
        workspace,
        realtimekit,
      ),
    rhythm: () => ({ automatic: true, everyMs }),
    queuePlace: queuePlaceOf(library.dir, nativeBinding),
    clock: systemClock,
    onStatus: (status) => {
      const text = saidOf(status);
      if (text !== '' && text !== told) output.say(text);
      told = text;
    },
    onBug: (thrown) => {
      output.say(String(thrown));
    },
  });
  const onMoved = (meetingIds: Meeting[]) => {
    if (isWriter) pulling.nudge(meetingIds);
  };
  let relay: Relay | null = null;
  try {
    return await withRoom({ library, workspace, realtimekit, signal, onMoved }, async (room) => {
      if (port !== null) {
        relay = await createRelay({
          port,
          publicKey: () => fetchWebhookKey(workspace.apiRoot),
          onNudge: ({ meetingId }) => {
            room.live.refresh().catch(() => undefined);
            if (meetingId !== null) onMoved([MeetingId.parse(meetingId)]);
          },
          clock: systemClock,
        });
        output.say(`Listening on http://127.0.0.1:${String(relay.port)}/`);
      }
      if (isWriter) pulling.begin('now');
      return await watch(room, output);
    });
  } finally {
    await closed(relay);
    await pulling.stop();
  }
}

const closed = async (relay: Relay | null): Promise<void> => relay?.close();

/** What of a pass is worth a line. */
function saidOf({ state, files, failure, wasOff }: PullStatus): string {
  if (failure !== null) return inWords(failure);
  if (state !== 'done') return '';
  const off = wasOff === null ? '' : `${offWords(wasOff)}\n`;
  return `${off}${String(files.kept)} of ${String(files.total)} new files here, ${String(files.failed)} failed.`;
}
