/** @file Main process. READS: WebM index (times, holes, duration), peaks, speech map. The only door to this folder. */
export { createAudio } from './audio.ts';
export type { Audio, AudioRun } from './audio.ts';
export { derivedFiles, existingDerived } from './derived.ts';
export type { DerivedFiles, DerivedName } from './derived.ts';
export { AudioFacts, readAudioFacts } from './facts.ts';
export type { AudioProblem } from './facts.ts';
export type { AudioPort, JobPriority, RunOptions } from './jobs.ts';
export type { AudioSource, PartialPicture, PreparedAudio } from './prepare.ts';
export type { SpeechMap } from './speech.ts';
