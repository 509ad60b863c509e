/** @file Sandbox. The form of a scripted session and its player: a call told step by step, and a hand-made table of what an archive must make of it. */
import { z } from 'zod';
import { stableId } from '../api-routes.ts';
import { askApi } from '../ask.ts';
import { startSandbox, type JoinOptions, type Sandbox, type Switches } from '../index.ts';
import type { Scenario } from '../scenario.ts';
import { trackFileName } from '../build-world.ts';
import { trackBytes, voiceOf } from '../voice.ts';

/** The people of the meeting. Both Annas are called Anna Schmidt. */
export const people = {
  mara: { userId: 'aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8', customId: 'guest_17' },
  annaDesk: { userId: 'aaa2b9e4-d075-4c1f-9a83-e6f1507d3cb8', customId: 'anna@example.org' },
  annaField: { userId: 'aaae60d1-7b38-4294-b5cf-41a9d8f2e073', customId: 'field_anna_2' },
  tariq: { userId: 'aaa13f8b-2c60-4d97-8e45-b7f0a6d2c918', customId: 'tariq' },
} as const;
export type Person = keyof typeof people;

/** Nobody anywhere has these ids. */
export const stranger = {
  userId: 'aaaffff0-1111-4222-8333-444455556666',
  peerId: '77778888-9999-4aaa-8bbb-ccccddddeeee',
} as const;

/** Why a cell is as it is; the words are those of the contract between the processes. */
export type Why =
  | 'service-still-works'
  | 'file-not-fetched-yet'
  | 'file-lost'
  | 'recording-errored'
  | 'recording-gone'
  | 'finished-without-files'
  | 'ordered-by-custom-id'
  | 'selection-unknown'
  | 'unknown';

/** One cell of the table, in plain words. */
export type CellWords =
  | 'received'
  | `short by ${number} s`
  | `pending: ${Why}`
  | 'not-recorded-by-choice'
  | `missing: ${Why}`
  /** Not in the call while it was recorded: nothing was to come. */
  | `outside: ${'left-before-it-began' | 'joined-after-it-ended'}`;

export interface Expected {
  /** Whom the recording takes in, as far as the archive can know. */
  readonly selection: 'everyone' | 'chosen' | 'unknown';
  /** By connection: the key given at its `join`. Connections that are not named have no cell. */
  readonly cells: Readonly<Record<string, CellWords>>;
  /** Files of nobody who is known; the user id in their names, null where the name holds none. */
  readonly extra?: readonly (string | null)[];
}

export type ScriptStep =
  /** Time passes, in seconds. */
  | { readonly do: 'wait'; readonly seconds: number }
  /** `as` names the connection; the person's own key when left out. */
  | {
      readonly do: 'join';
      readonly who: Person;
      readonly as?: string;
      readonly options?: Omit<JoinOptions, 'peerId'>;
    }
  | { readonly do: 'leave'; readonly connection: string }
  /** The session is over for everybody. */
  | { readonly do: 'end' }
  /** `people`: chosen by the service's ids; `customIds`: by what the integrator calls them. */
  | {
      readonly do: 'start';
      readonly by: 'us' | 'elsewhere';
      readonly recording?: string;
      readonly people?: readonly Person[];
      readonly customIds?: readonly Person[];
    }
  | { readonly do: 'stop'; readonly recording?: string }
  | { readonly do: 'set'; readonly switches: Partial<Switches> }
  /** The archive reads the service, and fetches nothing. */
  | { readonly do: 'read' }
  /** The archive reads the service and fetches all it can. */
  | { readonly do: 'pull' }
  /** The file of a connection is taken from the store; its link stays. */
  | { readonly do: 'lose-file'; readonly connection: string; readonly recording?: string }
  /** The service forgets the recording. */
  | { readonly do: 'forget'; readonly recording?: string }
  /** The service lists a file of somebody nobody knows. */
  | { readonly do: 'add-stranger'; readonly seconds: number; readonly recording?: string };

export interface ScriptedSession {
  readonly name: string;
  readonly script: readonly ScriptStep[];
  /** By recording, after the last step; `main` when the script names none. */
  readonly expected: Readonly<Record<string, Expected>>;
}

/** What an order of our own asks for; `userIds` null: everybody. */
export interface Order {
  readonly meetingId: string;
  readonly prefix: string;
  readonly userIds: readonly string[] | null;
}

/** What the archive does when the script says so. */
export interface Archive {
  /** Orders a recording. @returns its id */
  order(order: Order): Promise<string>;
  read(): Promise<void>;
  pull(): Promise<void>;
}

export interface Played {
  /** Recording ids by the script's keys. */
  readonly recordings: ReadonlyMap<string, string>;
  /** Who and which peer id, by the script's keys of connections. */
  readonly connections: ReadonlyMap<string, { readonly person: Person; readonly peerId: string }>;
}

export const meetingId = 'bbb5c717-0000-4000-8000-000000000001';
export const prefix = 'scripted';

const names: Record<Person, string> = {
  mara: 'Mara Lindqvist',
  annaDesk: 'Anna Schmidt',
  annaField: 'Anna Schmidt',
  tariq: 'Tariq Osei',
};

const scenario: Scenario = {
  name: 'scripted',
  accountId: '5c1e0f7a94d24be3a6087f1c2b9d3e44',
  app: { id: '7d0b6c1e-52f3-4f0a-9a57-2c8f4b1e6d90', name: 'Studio interviews' },
  meetings: [
    {
      id: meetingId,
      title: 'Scripted',
      people: (Object.keys(people) as Person[]).map((key) => ({
        ...people[key],
        name: names[key],
        preset: 'guest',
      })),
      calls: [],
    },
  ],
};

/** A stand-in with the meeting of the scripts and no call; 18 November 2026. */
export function startStage(): Promise<Sandbox> {
  return startSandbox({ scenario, now: Date.UTC(2026, 10, 18, 9) });
}

/**
 * Plays the script; the time between steps is the sandbox's alone.
 * @param archive without one, our own orders are sent as they are and nothing is read or fetched
 */
export async function playSession(
  sandbox: Sandbox,
  session: ScriptedSession,
  archive: Archive = bystander(sandbox),
): Promise<Played> {
  const recordings = new Map<string, string>();
  const connections = new Map<string, { person: Person; peerId: string }>();
  const known = <T>(map: ReadonlyMap<string, T>, key: string): T => {
    const found = map.get(key);
    if (found === undefined) throw new Error(`${session.name}: the script has no ${key} yet`);
    return found;
  };
  const recordingOf = (step: { readonly recording?: string }) =>
    known(recordings, step.recording ?? 'main');

  for (const step of session.script) {
    switch (step.do) {
      case 'wait':
        sandbox.clock.advance(step.seconds * 1000);
        break;
      case 'join': {
        const key = step.as ?? step.who;
        const peerId = stableId(`${session.name} ${key}`);
        connections.set(key, { person: step.who, peerId });
        sandbox.calls.join(meetingId, people[step.who].userId, { ...step.options, peerId });
        break;
      }
      case 'leave':
        sandbox.calls.leave(known(connections, step.connection).peerId);
        break;
      case 'end':
        sandbox.calls.end(meetingId);
        break;
      case 'start': {
        const order = orderOf(step);
        const begin = step.by === 'us' ? archive.order : bystander(sandbox).order;
        recordings.set(step.recording ?? 'main', await begin(order));
        break;
      }
      case 'stop':
        await stopRecording(sandbox, recordingOf(step));
        break;
      case 'set':
        Object.assign(sandbox.switches, step.switches);
        break;
      case 'read':
        await archive.read();
        break;
      case 'pull':
        await archive.pull();
        break;
      case 'lose-file': {
        const { peerId } = known(connections, step.connection);
        const id = recordingOf(step);
        const file = sandbox
          .originals()
          .find((each) => each.recordingId === id && each.fileName.includes(peerId));
        if (!file) throw new Error(`${session.name}: ${step.connection} has no file`);
        sandbox.deleteObject(id, file.fileName);
        break;
      }
      case 'forget':
        sandbox.removeRecording(recordingOf(step));
        break;
      case 'add-stranger': {
        const { userId, peerId } = stranger;
        sandbox.addFile(recordingOf(step), {
          fileName: trackFileName([prefix, userId, peerId], sandbox.clock.now(), 'usual'),
          bytes: trackBytes(voiceOf(0), peerId, step.seconds * 1000),
        });
        break;
      }
    }
  }
  return { recordings, connections };
}

function orderOf(step: Extract<ScriptStep, { do: 'start' }>): Order {
  const byId = step.people?.map((person) => people[person].userId);
  const byCustomId = step.customIds?.map((person) => people[person].customId);
  const userIds = byId || byCustomId ? [...(byId ?? []), ...(byCustomId ?? [])] : null;
  return { meetingId, prefix, userIds };
}

/** Somebody with a token and no archive. */
function bystander(sandbox: Sandbox): Archive {
  return {
    order: async (order) => {
      const body = {
        meeting_id: order.meetingId,
        ...(order.userIds ? { user_ids: order.userIds } : {}),
        layers: { default: { media_kind: 'audio', file_name_prefix: order.prefix } },
      };
      const { json } = await askApi(sandbox, 'recordings/track', { method: 'POST', body });
      return startedSchema.parse(json).data.recording.id;
    },
    read: () => Promise.resolve(),
    pull: () => Promise.resolve(),
  };
}

const startedSchema = z.object({ data: z.object({ recording: z.object({ id: z.string() }) }) });

async function stopRecording(sandbox: Sandbox, id: string): Promise<void> {
  const body = { action: 'stop' };
  const { status } = await askApi(sandbox, `recordings/${id}`, { method: 'PUT', body });
  if (status !== 200) throw new Error(`the stop was refused with ${status}`);
}
