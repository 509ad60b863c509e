/** @file Sandbox. An evening in the control room: three calls going on, one of them being recorded already, and a few that are over. */
import { hourMs, type Scenario, type ScenarioCall, type ScenarioMeeting } from '../scenario.ts';
import { harbour } from './harbour.ts';

/** The meetings with a call going on. */
export const controlRoom = {
  /** Four people, two of one name, nothing recorded. */
  nightWatch: 'bbb43a00-0000-4000-8000-000000000001',
  /** A recording is running that nobody here has asked for. */
  startedElsewhere: 'bbb43a00-0000-4000-8000-000000000002',
  /** One person, waiting. */
  waiting: 'bbb43a00-0000-4000-8000-000000000003',
} as const;

export const elsewhereRecordingId = 'fff43a00-0000-4000-8000-000000000001';

/** The people of {@link controlRoom.nightWatch} by first name; both Annas are called Anna Schmidt. */
export const nightWatchPeople = {
  mara: 'aaa43a00-0000-4000-8000-000000000001',
  annaDesk: 'aaa43a00-0000-4000-8000-000000000002',
  annaField: 'aaa43a00-0000-4000-8000-000000000003',
  tariq: 'aaa43a00-0000-4000-8000-000000000004',
} as const;

function peer(number: number): readonly string[] {
  return [`9ee43a00-0000-4000-8000-${String(number).padStart(12, '0')}`];
}

const nightWatch: ScenarioMeeting = {
  id: controlRoom.nightWatch,
  title: 'Ep. 43 – Night watch',
  people: [
    {
      userId: nightWatchPeople.mara,
      customId: 'guest_17',
      name: 'Mara Lindqvist',
      preset: 'interview_host',
    },
    {
      userId: nightWatchPeople.annaDesk,
      customId: 'anna.schmidt@example.org',
      name: 'Anna Schmidt',
      preset: 'interview_guest',
    },
    {
      userId: nightWatchPeople.annaField,
      customId: 'field_anna',
      name: 'Anna Schmidt',
      preset: 'interview_guest',
    },
    {
      userId: nightWatchPeople.tariq,
      customId: 'c0a8e1d4-7f23-4b96-91ee-5d0b3c82f6a7',
      name: 'Tariq Osei',
      preset: 'interview_guest',
      displayName: 'Tariq (tower)',
    },
    {
      userId: 'aaa43a00-0000-4000-8000-000000000005',
      customId: 'jonas-w',
      name: 'Jonas Weber',
      preset: 'interview_guest',
    },
  ],
  calls: [
    {
      sessionId: '5e543a00-0000-4000-8000-000000000001',
      agoMs: 12 * 60_000,
      live: true,
      audio: 'town-hall',
      cast: {
        chair: { userId: nightWatchPeople.mara, peerIds: peer(1) },
        baker: { userId: nightWatchPeople.annaDesk, peerIds: peer(2) },
        student: { userId: nightWatchPeople.annaField, peerIds: peer(3) },
        neighbour: { userId: nightWatchPeople.tariq, peerIds: peer(4) },
        engineer: null,
        clerk: null,
      },
      recordings: [],
    },
  ],
};

const leftUserId = 'aaa43a00-0000-4000-8000-000000000011';
const rightUserId = 'aaa43a00-0000-4000-8000-000000000012';

/** Two people at the desk; their ids are the same in every meeting. */
const desk: ScenarioMeeting['people'] = [
  { userId: leftUserId, customId: 'acme_jane_doe', name: 'Jane Doe', preset: 'group_call_host' },
  { userId: rightUserId, customId: 'ops', name: 'Kofi Mensah', preset: 'group_call_participant' },
];

function deskCall(
  number: number,
  agoMs: number,
  more: Pick<Partial<ScenarioCall>, 'live' | 'recordings'> & { readonly alone?: boolean } = {},
): ScenarioCall {
  const { alone = false, ...rest } = more;
  return {
    sessionId: `5e543a00-0000-4000-8000-00000000001${number}`,
    agoMs,
    audio: 'sound-check',
    cast: {
      left: { userId: leftUserId, peerIds: peer(10 * number + 1) },
      right: alone ? null : { userId: rightUserId, peerIds: peer(10 * number + 2) },
    },
    recordings: [],
    ...rest,
  };
}

const startedElsewhere: ScenarioMeeting = {
  id: controlRoom.startedElsewhere,
  title: 'Support case 4711',
  people: desk,
  calls: [
    deskCall(1, 25 * 60_000, {
      live: true,
      recordings: [
        {
          kind: 'track',
          id: elsewhereRecordingId,
          status: 'RECORDING',
          prefix: 'helpdesk',
          files: [],
        },
      ],
    }),
  ],
};

const waiting: ScenarioMeeting = {
  id: controlRoom.waiting,
  title: 'Green room',
  people: desk,
  calls: [deskCall(2, 3 * 60_000, { live: true, alone: true })],
};

const ended = ['Rundown, morning', 'Sound check, studio 2', 'Hand-over'].map(
  (title, i): ScenarioMeeting => ({
    id: `bbb43a00-0000-4000-8000-00000000002${i}`,
    title,
    people: desk,
    calls: [deskCall(3 + i, (i + 2) * hourMs)],
  }),
);

export const controlRoomScenario: Scenario = {
  ...harbour,
  name: 'control-room',
  meetings: [nightWatch, startedElsewhere, waiting, ...ended],
};
