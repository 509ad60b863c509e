/** @file Sandbox. Harbour, and beside it a recording in every state and with every oddity the contract warns of. */
import {
  dayMs,
  hourMs,
  type Scenario,
  type ScenarioCall,
  type ScenarioMeeting,
  type ScenarioRecording,
} from '../scenario.ts';
import { harbour } from './harbour.ts';

/** The recordings by what they are there for. */
export const oddRecordings = {
  invoked: 'fff1a000-0000-4000-8000-000000000001',
  recording: 'fff1a000-0000-4000-8000-000000000002',
  paused: 'fff1a000-0000-4000-8000-000000000003',
  /** No error, no duration, for days (contract 10.2). */
  stuckUploading: 'fff1a000-0000-4000-8000-000000000004',
  errored: 'fff1a000-0000-4000-8000-000000000005',
  erroredWithMessage: 'fff1a000-0000-4000-8000-000000000006',
  /** `UPLOADED` without a file (U4). */
  zeroFiles: 'fff1a000-0000-4000-8000-000000000007',
  twoLayers: 'fff1a000-0000-4000-8000-000000000008',
  /** A file whose ids nobody knows. */
  unknownSpeaker: 'fff1a000-0000-4000-8000-000000000009',
  /** One file listed, one to come with `growFiles`. */
  growing: 'fff1a000-0000-4000-8000-00000000000a',
  oddNames: 'fff1a000-0000-4000-8000-00000000000b',
  /** The stored file itself ends in mid-packet. */
  truncated: 'fff1a000-0000-4000-8000-00000000000c',
  strangeStatus: 'fff1a000-0000-4000-8000-00000000000d',
  compositeWebm: 'fff1a000-0000-4000-8000-00000000000e',
  compositeErrored: 'fff1a000-0000-4000-8000-00000000000f',
  /** Uploaded more than seven days ago. */
  expired: 'fff1a000-0000-4000-8000-000000000010',
  /** Less than an hour of its seven days is left. */
  expiringSoon: 'fff1a000-0000-4000-8000-000000000011',
} as const;

/** The meeting of most of them; nobody gave it a title. */
export const oddMeetingId = 'bbb8c4f1-2e60-4a9d-97b5-3d0e7f1a6c28';

/** A meeting with a call going on and nothing being recorded. */
export const liveMeetingId = 'bbb5e8d2-07f1-4c96-b3a4-e9d60c2f7185';

const leftUserId = 'aaa41c6e-b920-4d7f-85e3-0a9f6c2d8b17';
const rightUserId = 'aaa9f035-6d8e-4b21-a7c4-c15e8d07f3b6';

const people: ScenarioMeeting['people'] = [
  { userId: leftUserId, customId: 'acme_jane_doe', name: 'Jane Doe', preset: 'interview_host' },
  { userId: rightUserId, customId: 'ops@example.org', name: '', preset: 'interview_guest' },
];

/** A two-person call; its ids are made of `number`. */
function soundCheckCall(
  number: number,
  agoMs: number,
  recordings: readonly ScenarioRecording[],
  live = false,
): ScenarioCall {
  const tail = number.toString(16).padStart(12, '0');
  return {
    sessionId: `5e550000-0000-4000-8000-${tail}`,
    agoMs,
    live,
    audio: 'sound-check',
    cast: {
      left: { userId: leftUserId, peerIds: [`1ef70000-0000-4000-8000-${tail}`] },
      right: { userId: rightUserId, peerIds: [`51980000-0000-4000-8000-${tail}`] },
    },
    recordings,
  };
}

function track(
  id: string,
  status: string,
  more: Partial<Omit<Extract<ScenarioRecording, { kind: 'track' }>, 'kind' | 'id'>> = {},
): ScenarioRecording {
  return { kind: 'track', id, status, prefix: 'case_12_A', ...more };
}

const left = 'sound-check/left.webm';
const right = 'sound-check/right.webm';
const none = { files: [] };

const studio: ScenarioMeeting = {
  id: oddMeetingId,
  title: null,
  people,
  calls: [
    soundCheckCall(1, 20 * 60_000, [track(oddRecordings.invoked, 'INVOKED', none)]),
    soundCheckCall(2, 40 * 60_000, [track(oddRecordings.recording, 'RECORDING', none)], true),
    soundCheckCall(3, 50 * 60_000, [track(oddRecordings.paused, 'PAUSED', none)]),
    soundCheckCall(4, 2 * dayMs, [track(oddRecordings.stuckUploading, 'UPLOADING', none)]),
    soundCheckCall(5, 2 * hourMs, [track(oddRecordings.errored, 'ERRORED', none)]),
    soundCheckCall(6, 3 * hourMs, [
      track(oddRecordings.erroredWithMessage, 'ERRORED', {
        ...none,
        errMessage: 'The worker lost its connection to the room',
      }),
    ]),
    soundCheckCall(7, 4 * hourMs, [track(oddRecordings.zeroFiles, 'UPLOADED', none)]),
    soundCheckCall(8, 5 * hourMs, [
      track(oddRecordings.twoLayers, 'UPLOADED', {
        files: [
          { audio: left },
          { audio: right },
          { audio: 'sound-check-padded/right.webm', layerName: 'backup' },
        ],
      }),
    ]),
    soundCheckCall(9, 6 * hourMs, [
      track(oddRecordings.unknownSpeaker, 'UPLOADED', {
        files: [
          { audio: left },
          {
            audio: right,
            userId: 'aaaffff0-1111-4222-8333-444455556666',
            peerId: '77778888-9999-4aaa-8bbb-ccccddddeeee',
          },
        ],
      }),
    ]),
    soundCheckCall(10, 7 * hourMs, [
      track(oddRecordings.growing, 'UPLOADED', {
        files: [{ audio: left }, { audio: right, late: true }],
      }),
    ]),
    soundCheckCall(11, 8 * hourMs, [
      track(oddRecordings.oddNames, 'UPLOADED', {
        files: [
          { audio: left, fileName: '../../etc/x_u1_p1_peer_audio_1794992535118.webm' },
          { audio: right, fileName: 'Jane final (1).webm' },
          { audio: left, fileName: 'default_acme_jane_doe_p1_peer_audio_1794992535118.webm' },
          { audio: right, fileName: 'DEFAULT_acme_jane_doe_p1_peer_audio_1794992535118.webm' },
          { audio: left, fileName: 'a:b?c*"d"<e>|%2F+_u1_p1_peer_audio_1794992535.WEBM' },
          { audio: right, fileName: 'ملف 🎙️_u\u202e1_p1_peer_audio_1794992535431123.webm' },
          { audio: left, fileName: '__proto__' },
        ],
      }),
    ]),
    soundCheckCall(12, 9 * hourMs, [
      track(oddRecordings.truncated, 'UPLOADED', {
        files: [
          {
            audio: 'odd/truncated.webm',
            userId: leftUserId,
            peerId: '1ef70000-0000-4000-8000-00000000000c',
          },
        ],
      }),
    ]),
    soundCheckCall(13, 10 * hourMs, [track(oddRecordings.strangeStatus, 'STOPPED')]),
    soundCheckCall(14, 11 * hourMs, [
      {
        kind: 'composite',
        id: oddRecordings.compositeWebm,
        status: 'UPLOADED',
        audio: 'odd/composite.webm',
      },
      {
        kind: 'composite',
        id: oddRecordings.compositeErrored,
        status: 'ERRORED',
        audio: 'odd/composite.mp4',
      },
    ]),
    soundCheckCall(16, 9 * dayMs, [track(oddRecordings.expired, 'UPLOADED')]),
    soundCheckCall(17, 7 * dayMs - 50 * 60_000, [track(oddRecordings.expiringSoon, 'UPLOADED')]),
  ],
};

const liveMeeting: ScenarioMeeting = {
  id: liveMeetingId,
  title: 'Live: desk and studio',
  people,
  calls: [soundCheckCall(32, 10 * 60_000, [], true)],
};

export const allStates: Scenario = {
  ...harbour,
  name: 'all-states',
  meetings: [...harbour.meetings, studio, liveMeeting],
};
