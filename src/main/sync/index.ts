/** @file Main process. LEARNS: what exists at the vendor, queues it in time, seals what is done. Read `pass.ts` next. */
export type { ExpectedRecording, LiveCall, RunningRecording } from './live-calls.ts';
export { peopleInCall } from './live-people.ts';
export { createLive, type Live, type LiveSight, type LiveWorld } from './live.ts';
export type { PassOptions, PassProgress } from './pass.ts';
export type { PassReport, Problem, ProblemCode, RecordingReport } from './report.ts';
export { createSync, type Sync, type SyncOptions } from './sync.ts';
export { idlePull } from './pull-status.ts';
export { patience } from './problems.ts';
export type { PassWorld, Wanted } from './world.ts';
