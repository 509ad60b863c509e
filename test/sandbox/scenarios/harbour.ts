/** @file Sandbox. The default scenario: three meetings of the last days, all recorded and uploaded, and one composite. */
import { dayMs, hourMs, type Scenario, type ScenarioMeeting } from '../scenario.ts';

export const harbourPilots: ScenarioMeeting = {
  id: 'bbb41e77-0d3a-4c58-9b16-e2f07a9c3d51',
  title: 'Ep. 42 – Harbour pilots',
  people: [
    {
      userId: 'aaa90c3e-41d8-47fa-b2e5-7d6089a1c4f3',
      customId: 'host@example.org',
      name: null,
      preset: 'interview_host',
    },
    {
      userId: 'aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8',
      customId: 'guest_17',
      name: 'Mara Lindqvist',
      preset: 'interview_guest',
    },
    {
      userId: 'aaac7720-95e3-4b0d-a6f8-02d9c14be7a1',
      customId: 'jonas-w',
      name: 'Jonas Weber 🎧⚓',
      preset: 'interview_guest',
    },
    {
      userId: 'aaa13f8b-2c60-4d97-8e45-b7f0a6d2c918',
      customId: 'c0a8e1d4-7f23-4b96-91ee-5d0b3c82f6a7',
      name: 'Tariq Osei',
      preset: 'interview_guest',
      displayName: 'Tariq (tower)',
    },
  ],
  calls: [
    {
      sessionId: 'e81f5a36-7c2d-4b90-a1f4-6d3e09b7c215',
      agoMs: 26 * hourMs,
      audio: 'harbour-pilots',
      cast: {
        host: {
          userId: 'aaa90c3e-41d8-47fa-b2e5-7d6089a1c4f3',
          peerIds: ['7d41c0b9-3e86-4f52-a07d-c9e1b5f2846a'],
        },
        mara: {
          userId: 'aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8',
          peerIds: ['3b7e0c94-58a1-4d2f-86be-f0c9d1a7e432'],
        },
        jonas: {
          userId: 'aaac7720-95e3-4b0d-a6f8-02d9c14be7a1',
          peerIds: ['f25a9d13-b07c-4e68-8c31-6e4d70a9b5c2'],
        },
        tariq: {
          userId: 'aaa13f8b-2c60-4d97-8e45-b7f0a6d2c918',
          peerIds: ['1c96e4f7-8ad2-4035-b9e0-a35f7d8c0b61'],
        },
      },
      recordings: [
        {
          kind: 'track',
          id: 'fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64',
          status: 'UPLOADED',
          prefix: 'ep42',
          files: [
            { audio: 'harbour-pilots/host.webm' },
            { audio: 'harbour-pilots/mara.webm' },
            { audio: 'harbour-pilots/jonas.webm', style: 'media-kind' },
            { audio: 'harbour-pilots/tariq.webm' },
          ],
        },
        {
          kind: 'composite',
          id: 'fff0a8e5-93b7-4c21-8d46-5e7f10c2b9a3',
          status: 'UPLOADED',
          audio: 'odd/composite.mp4',
        },
      ],
    },
  ],
};

const editorialRound: ScenarioMeeting = {
  id: 'bbb7a052-c1e9-4f38-8d64-90b3e5f7a2c6',
  title: 'Editorial round',
  people: [
    {
      userId: 'aaa2b9e4-d075-4c1f-9a83-e6f1507d3cb8',
      customId: 'anna.schmidt@example.org',
      name: 'Anna Schmidt',
      preset: 'group_call_host',
    },
    {
      userId: 'aaae60d1-7b38-4294-b5cf-41a9d8f2e073',
      customId: 'field_anna',
      name: 'Anna Schmidt',
      preset: 'group_call_participant',
    },
    {
      userId: 'aaa84c5f-e2a7-4d60-93b1-f8c60d7a1e95',
      customId: 'layla-h',
      name: 'ليلى حداد',
      preset: 'group_call_participant',
    },
  ],
  calls: [
    {
      sessionId: 'c50b9e72-1f4d-4a86-b3c8-d27e60a9f134',
      agoMs: 2 * dayMs + 3 * hourMs,
      audio: 'editorial-round',
      cast: {
        'anna-desk': {
          userId: 'aaa2b9e4-d075-4c1f-9a83-e6f1507d3cb8',
          peerIds: ['a9d20f68-4b7e-4c13-8f95-07e3c6b1d84a'],
        },
        'anna-field': {
          userId: 'aaae60d1-7b38-4294-b5cf-41a9d8f2e073',
          peerIds: ['5e8c17b0-d9f4-4a62-b73d-2f60a1c8e495', 'd04f6a3c-82e1-49b7-a5d6-8b19f7e2c350'],
        },
        layla: {
          userId: 'aaa84c5f-e2a7-4d60-93b1-f8c60d7a1e95',
          peerIds: ['62b1e9d5-0a3f-4c87-9e14-f7d8c5a2b603'],
        },
      },
      recordings: [
        {
          kind: 'track',
          id: 'fff61b4d-a8c2-47e9-9f03-7d15e0c6b28a',
          status: 'UPLOADED',
          prefix: 'desk_friday',
        },
      ],
    },
  ],
};

const townHall: ScenarioMeeting = {
  id: 'bbbd3c90-84f6-4e1a-a752-1b0e9d6f7c83',
  title: 'Town hall: the bridge',
  people: [
    {
      userId: 'aaa0f7d6-39c4-4b8e-a210-5e6c9d8b4f17',
      customId: 'chair',
      name: 'Ewa Wójcik',
      preset: 'webinar_presenter',
    },
    {
      userId: 'aaab41e8-c62d-4f05-8793-d0a5f1e7b6c9',
      customId: '9e1c4f70-25b8-4ad3-8c6e-b07d5f3a19e2',
      name: 'Dr. Ines Ferreira',
      preset: 'webinar_presenter',
    },
    {
      userId: 'aaa7e5a3-1d90-4c6b-b8f2-94c3e0d7a15f',
      customId: 'market-9',
      name: 'Bäckerei Öztürk',
      preset: 'webinar_viewer',
    },
    {
      userId: 'aaa3d8c1-6f5e-4720-9ab4-e1b7d0c92f68',
      customId: 'student_4_b',
      name: 'Noor',
      preset: 'webinar_viewer',
    },
    {
      userId: 'aaad95b2-0e7a-4c3d-86f1-7a2c4e9b5d03',
      customId: 'clerk',
      name: null,
      preset: 'webinar_viewer',
    },
    {
      userId: 'aaa6a0f4-b81c-4d59-a3e7-2c8f5d1b9e70',
      customId: 'neighbour/12',
      name: 'O’Brien, "Mick" <mick>',
      preset: 'webinar_viewer',
    },
  ],
  calls: [
    {
      sessionId: '94e7c2a8-d5b1-4f06-8e39-b0c6f1d7a253',
      agoMs: 3 * dayMs + 20 * hourMs,
      audio: 'town-hall',
      cast: {
        chair: {
          userId: 'aaa0f7d6-39c4-4b8e-a210-5e6c9d8b4f17',
          peerIds: ['b7f3d0e6-59c2-41a8-97be-c4e0f8d1a635'],
        },
        engineer: {
          userId: 'aaab41e8-c62d-4f05-8793-d0a5f1e7b6c9',
          peerIds: ['08d6c1f4-e7b9-4a53-8f20-d5a3b9c7e146'],
        },
        baker: {
          userId: 'aaa7e5a3-1d90-4c6b-b8f2-94c3e0d7a15f',
          peerIds: ['e3a97b05-4c8d-4f61-b2e7-1d0f6c5a98b4'],
        },
        student: {
          userId: 'aaa3d8c1-6f5e-4720-9ab4-e1b7d0c92f68',
          peerIds: ['4f1d8e62-a0b7-4c95-83da-f6c2e7b9d501'],
        },
        clerk: {
          userId: 'aaad95b2-0e7a-4c3d-86f1-7a2c4e9b5d03',
          peerIds: ['c8b05f9d-7e34-4a16-9c07-e2d1a6f3b874'],
        },
        neighbour: {
          userId: 'aaa6a0f4-b81c-4d59-a3e7-2c8f5d1b9e70',
          peerIds: ['21e4a7d8-f6c0-4b93-a58e-0b7f9d2c6e13'],
        },
      },
      recordings: [
        {
          kind: 'track',
          id: 'fff92e50-c7d4-4b1f-a683-f0e9b5d8c174',
          status: 'UPLOADED',
          prefix: 'default',
          files: [
            { audio: 'town-hall/chair.webm' },
            { audio: 'town-hall/engineer.webm' },
            { audio: 'town-hall/baker.webm' },
            { audio: 'town-hall/student.webm', style: 'fraction' },
            { audio: 'town-hall/clerk.webm' },
            { audio: 'town-hall/neighbour.webm' },
          ],
        },
      ],
    },
  ],
};

export const harbour: Scenario = {
  name: 'harbour',
  accountId: '5c1e0f7a94d24be3a6087f1c2b9d3e44',
  app: { id: '7d0b6c1e-52f3-4f0a-9a57-2c8f4b1e6d90', name: 'Studio interviews' },
  meetings: [harbourPilots, editorialRound, townHall],
};
