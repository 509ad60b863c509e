/** @file Sandbox. The scenarios by name. */
import type { Scenario } from '../scenario.ts';
import { allStates } from './all-states.ts';
import { busyWeek } from './busy-week.ts';
import { controlRoomScenario } from './control-room.ts';
import { harbour } from './harbour.ts';
import { padded } from './padded.ts';

export { liveMeetingId, oddMeetingId, oddRecordings } from './all-states.ts';
export { controlRoom, elsewhereRecordingId, nightWatchPeople } from './control-room.ts';
export { alignmentRecordings } from './padded.ts';

export const scenarios = {
  harbour,
  'busy-week': busyWeek,
  'all-states': allStates,
  padded,
  'control-room': controlRoomScenario,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
