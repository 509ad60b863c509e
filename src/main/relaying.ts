/** @file Main process. Listens for webhooks while a person wishes it: follows the settings and the workspace, and says how it goes. */
import { Failure, type MeetingId, type RelayStatus, toFailureData } from '#contract';
import type { Clock } from './clock.ts';
import { defaultApiRoot, fetchWebhookKey } from './realtimekit/index.ts';
import { type Relay, createRelay } from './relay/index.ts';
import type { RememberedWorkspace, SettingsStore } from './settings/index.ts';

export interface Relaying {
  status(): RelayStatus;
  /** The workspace may be another one now. */
  reconnect(): void;
  close(): Promise<void>;
}

export interface RelayingWorld {
  settings: Pick<SettingsStore, 'get' | 'onChange'>;
  workspace: () => Pick<RememberedWorkspace, 'apiRoot'> | null;
  clock: Clock;
  /** Something of the service's happened: null, where is not said. */
  onNudge: (meetingId: MeetingId | null) => void;
  /** Told the host of each request before it is sent. */
  onRequest: (host: string) => void;
}

export function createRelaying(world: RelayingWorld): Relaying {
  const { settings, clock } = world;
  let relay: Relay | null = null;
  let failure: Failure | null = null;
  /** What is listened for now, to leave it alone when nothing of it changes. */
  let stands = '';
  let isClosed = false;
  let turn: Promise<void> = Promise.resolve();

  const wished = () => {
    const { enabled, port } = settings.get().relay;
    const apiRoot = world.workspace()?.apiRoot ?? defaultApiRoot;
    return { enabled: enabled && !isClosed, port, apiRoot };
  };

  const fit = async (): Promise<void> => {
    const { enabled, port, apiRoot } = wished();
    const next = enabled ? JSON.stringify([port, apiRoot]) : '';
    if (next === stands) return;
    stands = next;
    failure = null;
    await relay?.close();
    relay = null;
    if (!enabled) return;
    try {
      relay = await createRelay({
        port,
        publicKey: () => fetchWebhookKey(apiRoot, world.onRequest),
        onNudge: ({ meetingId }) => {
          world.onNudge(meetingId);
        },
        clock,
      });
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      failure = thrown;
    }
  };

  const follow = (): Promise<void> => {
    turn = turn.then(fit, fit);
    return turn;
  };
  const forget = settings.onChange(() => void follow());
  void follow();

  return {
    status() {
      const { enabled, port } = settings.get().relay;
      if (failure !== null && enabled) {
        return { state: 'failed', port, failure: toFailureData(failure) };
      }
      return relay === null
        ? { state: 'off' }
        : { state: 'listening', port: relay.port, ...relay.status() };
    },
    reconnect: () => void follow(),
    close() {
      isClosed = true;
      forget();
      return follow();
    },
  };
}
