/** @file Sandbox. One short call by both readings of U13: files that start at their own audio, and files padded to the recording's start. */
import { hourMs, type Scenario, type ScenarioCall, type ScenarioRecording } from '../scenario.ts';
import { harbour } from './harbour.ts';

const leftUserId = 'aaa41c6e-b920-4d7f-85e3-0a9f6c2d8b17';
const rightUserId = 'aaa9f035-6d8e-4b21-a7c4-c15e8d07f3b6';

export const alignmentRecordings = {
  ownStart: 'fff2b000-0000-4000-8000-000000000001',
  padded: 'fff2b000-0000-4000-8000-000000000002',
} as const;

function call(number: number, agoMs: number, recording: ScenarioRecording): ScenarioCall {
  return {
    sessionId: `5e551000-0000-4000-8000-00000000000${number}`,
    agoMs,
    audio: 'sound-check',
    cast: {
      left: { userId: leftUserId, peerIds: [`1ef71000-0000-4000-8000-00000000000${number}`] },
      right: { userId: rightUserId, peerIds: [`51981000-0000-4000-8000-00000000000${number}`] },
    },
    recordings: [recording],
  };
}

export const padded: Scenario = {
  ...harbour,
  name: 'padded',
  meetings: [
    {
      id: 'bbb6d1e9-48c3-4f72-a0b5-7e9d2c8f1a34',
      title: 'Sound check',
      people: [
        { userId: leftUserId, customId: 'left', name: 'Left', preset: 'group_call_host' },
        { userId: rightUserId, customId: 'right', name: 'Right', preset: 'group_call_participant' },
      ],
      calls: [
        call(1, 2 * hourMs, {
          kind: 'track',
          id: alignmentRecordings.ownStart,
          status: 'UPLOADED',
          prefix: 'own',
        }),
        call(2, hourMs, {
          kind: 'track',
          id: alignmentRecordings.padded,
          status: 'UPLOADED',
          prefix: 'padded',
          padded: true,
          files: [
            { audio: 'sound-check-padded/left.webm' },
            { audio: 'sound-check-padded/right.webm' },
          ],
        }),
      ],
    },
  ],
};
