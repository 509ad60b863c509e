/** @file Sandbox. A stand-in for RealtimeKit on two local ports: the only door for tests, the demo and the bench. */
import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiServer } from './api-server.ts';
import { buildWorld } from './build-world.ts';
import { createCalls, liveSession, type Calls } from './calls.ts';
import { createClock, type SandboxClock } from './clock.ts';
import { createSigner } from './links.ts';
import { createObjectHost } from './object-host.ts';
import { createRequestLog, type LoggedRequest } from './request-log.ts';
import type { Scenario } from './scenario.ts';
import { scenarios, type ScenarioName } from './scenarios/index.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { createTokens, type TokenSet } from './tokens.ts';
import { createWebhookSender, statusUpdate, type WebhookSender } from './webhooks.ts';
import {
  alteredBytes,
  attachFile,
  enterStatus,
  findRecording,
  invokedRecording,
  putObject,
  type NewFile,
  type RecordingFile,
  type World,
} from './world.ts';

export type { Calls, JoinOptions, NewPerson } from './calls.ts';
export type { ApiFault, ObjectFault } from './faults.ts';
export type { Switches } from './switches.ts';
export type { LoggedRequest } from './request-log.ts';
export type { Scenario } from './scenario.ts';
export {
  alignmentRecordings,
  controlRoom,
  elsewhereRecordingId,
  liveMeetingId,
  nightWatchPeople,
  oddMeetingId,
  oddRecordings,
} from './scenarios/index.ts';
export type { ScenarioName } from './scenarios/index.ts';
export type { SandboxClock } from './clock.ts';
export type { Delivered, DeliveryOptions } from './webhooks.ts';
export type { NewFile } from './world.ts';

export interface SandboxOptions {
  /** Default `harbour`. */
  readonly scenario?: ScenarioName | Scenario;
  /** Default 0: any free port. */
  readonly apiPort?: number;
  readonly objectPort?: number;
  /** The good token; settable so that tests can search for leaks of it. */
  readonly token?: string;
  /** Begins every link's signature, for the same purpose. */
  readonly signatureCanary?: string;
  /** The secret `access_token` in app rows, for the same purpose. */
  readonly appSecret?: string;
  /** Epoch ms the clock starts at; default: the computer's time. */
  readonly now?: number;
  readonly switches?: Partial<Switches>;
}

/** A track file as the vendor holds it now. */
export interface Original {
  readonly recordingId: string;
  readonly layerName: string;
  readonly fileName: string;
  /** Size in bytes. */
  readonly bytes: number;
  readonly sha256: string;
  /** The fixture it came from; null when a test gave the bytes. */
  readonly path: string | null;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>/client/v4`. */
  readonly apiRoot: string;
  /** `http://127.0.0.1:<port>`. */
  readonly objectRoot: string;
  readonly token: string;
  /** Tokens with something the matter, by what it is. */
  readonly tokens: TokenSet;
  readonly accountId: string;
  readonly appId: string;
  readonly clock: SandboxClock;
  /** Live: set a field and the next request sees it. */
  readonly switches: Switches;
  readonly requests: readonly LoggedRequest[];
  /** What clients must never do and did: credentials sent to the object host. */
  readonly violations: readonly string[];
  /** @see RequestLog.waitFor */
  waitFor(fits: (request: LoggedRequest) => boolean, timeoutMs?: number): Promise<LoggedRequest>;
  /** Opens, fills, empties and ends calls. */
  readonly calls: Calls;
  /** Where the public key for webhooks is (contract 13.2). */
  readonly webhookKeyUrl: string;
  /** The `recording.statusUpdate` event of how the recording stands now. */
  statusUpdate(recordingId: string): Record<string, unknown>;
  /** Sends an event, signed, to a receiver. @see WebhookSender.deliver */
  deliverWebhook: WebhookSender['deliver'];
  /** All listed track files. */
  originals(): Original[];
  /** Any word is accepted as a status. */
  setStatus(recordingId: string, status: string, errMessage?: string): void;
  addFile(recordingId: string, file: NewFile): void;
  /** Lists the files a scenario held back; returns how many there were. */
  growFiles(recordingId: string): number;
  /** A new recording in the first meeting of the scenario; returns its id. */
  addRecording(status: string, prefix?: string): string;
  /** A composite recording of the meeting's call, running; returns its id. */
  addRunningComposite(meetingId: string): string;
  /** From now on 404. */
  removeRecording(recordingId: string): void;
  /** The link stays good, the object is gone: 404 `NoSuchKey`. */
  deleteObject(recordingId: string, fileName: string): void;
  /** Other bytes under the same name: a new ETag. Without bytes: one byte differs. */
  changeObject(recordingId: string, fileName: string, bytes?: Buffer): void;
  close(): Promise<void>;
}

const defaultToken = 'cfut_Sandbox000000000000000000000000000000000a1b2c3d4';

/** @throws Error when a port is taken */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { scenario = 'harbour', token = defaultToken } = options;
  const clock = createClock(options.now);
  const world = buildWorld(typeof scenario === 'string' ? scenarios[scenario] : scenario, clock);
  const switches: Switches = { ...defaultSwitches(), ...structuredClone(options.switches) };
  const signer = createSigner(options.signatureCanary ?? '');
  const tokens = createTokens(token, world.accountId, clock.now());
  const log = createRequestLog(
    clock.now,
    Object.values(tokens).map(({ value }) => value),
  );
  const objectHost = createObjectHost({ world, switches, signer, log });
  const objectRoot = await listen(objectHost, options.objectPort ?? 0);
  const appSecret = options.appSecret ?? 'sandbox-app-access-token';
  const view = { world, switches, signer, objectRoot };
  const webhookSender = createWebhookSender();
  const api = createApiServer({ ...view, log, tokens, appSecret, webhookSender });
  const apiOrigin = await listen(api, options.apiPort ?? 0);
  const apiRoot = `${apiOrigin}/client/v4`;

  return {
    apiRoot,
    objectRoot,
    token,
    tokens,
    accountId: world.accountId,
    appId: world.app.id,
    clock: settling(clock, world),
    switches,
    requests: log.requests,
    violations: log.violations,
    waitFor: log.waitFor,
    originals: () => originalsOf(world),
    calls: createCalls({ world, switches }),
    webhookKeyUrl: `${apiOrigin}/.well-known/webhooks.json`,
    statusUpdate: (recordingId) => statusUpdate(world, findRecording(world, recordingId)),
    deliverWebhook: webhookSender.deliver,
    ...commandsOn(world),
    close: async () => {
      await Promise.all([shut(api), shut(objectHost)]);
    },
  };
}

/** What a jump brings about happens at once, by the switches of that moment. */
function settling(clock: SandboxClock, world: World): SandboxClock {
  return {
    now: clock.now,
    advance: (ms) => {
      clock.advance(ms);
      world.settle();
    },
    set: (at) => {
      clock.set(at);
      world.settle();
    },
  };
}

type Commands = Pick<
  Sandbox,
  | 'setStatus'
  | 'addFile'
  | 'growFiles'
  | 'addRecording'
  | 'addRunningComposite'
  | 'removeRecording'
  | 'deleteObject'
  | 'changeObject'
>;

function commandsOn(world: World): Commands {
  return {
    setStatus: (recordingId, status, errMessage) => {
      const recording = findRecording(world, recordingId);
      recording.steps = [];
      recording.isStopping = false;
      recording.errMessage = errMessage ?? null;
      enterStatus(recording, status, world.clock.now());
    },
    addFile: (recordingId, file) => void attachFile(world, findRecording(world, recordingId), file),
    growFiles: (recordingId) => {
      const late = findRecording(world, recordingId).files.filter((file) => !file.listed);
      for (const file of late) file.listed = true;
      return late.length;
    },
    addRecording: (status, prefix = 'default') => {
      const [session] = world.sessions;
      if (!session) throw new Error('the scenario holds no session');
      const place = { meetingId: session.meetingId, sessionId: session.id };
      const recording = invokedRecording(place, 'track', prefix, world.clock.now());
      enterStatus(recording, status, world.clock.now());
      world.addRecording(recording);
      return recording.id;
    },
    addRunningComposite: (meetingId) => {
      const session = liveSession(world, meetingId);
      if (!session) throw new Error(`no call is going on in meeting ${meetingId}`);
      const place = { meetingId, sessionId: session.id };
      const recording = invokedRecording(place, 'composite', '', world.clock.now());
      enterStatus(recording, 'RECORDING', world.clock.now());
      world.addRecording(recording);
      return recording.id;
    },
    removeRecording: (recordingId) => world.removeRecording(findRecording(world, recordingId).id),
    deleteObject: (recordingId, fileName) =>
      void world.objects.delete(findFile(world, recordingId, fileName).objectPath),
    changeObject: (recordingId, fileName, bytes) => {
      const { objectPath } = findFile(world, recordingId, fileName);
      const held = world.objects.get(objectPath)?.bytes ?? Buffer.alloc(0);
      putObject(world, objectPath, bytes ?? alteredBytes(held), world.clock.now());
    },
  };
}

function findFile(world: World, recordingId: string, fileName: string): RecordingFile {
  const file = findRecording(world, recordingId).files.find((each) => each.fileName === fileName);
  if (!file) throw new Error(`recording ${recordingId} has no file ${fileName}`);
  return file;
}

function originalsOf(world: World): Original[] {
  return world
    .recordings()
    .filter((recording) => recording.kind === 'track')
    .flatMap((recording) =>
      recording.files
        .filter((file) => file.listed)
        .flatMap(({ layerName, fileName, objectPath, sourcePath }): Original[] => {
          const bytes = world.objects.get(objectPath)?.bytes;
          if (!bytes) return [];
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          const size = bytes.length;
          return [
            {
              recordingId: recording.id,
              layerName,
              fileName,
              bytes: size,
              sha256,
              path: sourcePath,
            },
          ];
        }),
    );
}

/** Loopback only. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const { port: taken } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${taken}`);
    });
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
