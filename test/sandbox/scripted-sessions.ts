/** @file Sandbox. The door to the scripted sessions: their data, their stage and their player. */
export { scriptedSessions } from './scripted/sessions.ts';
export {
  meetingId as scriptedMeetingId,
  people as scriptedPeople,
  playSession,
  startStage,
  stranger,
  type Archive as ScriptedArchive,
  type CellWords,
  type Expected,
  type Order as ScriptedOrder,
  type Person as ScriptedPerson,
  type Played,
  type ScriptedSession,
  type ScriptStep,
  type Why,
} from './scripted/stage.ts';
