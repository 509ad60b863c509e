/** @file Main process. READS: WebM index (times, holes, duration), peaks, speech map. The only door to this folder. */
export { AudioFacts, audioProblems, readAudioFacts } from './facts.ts';
export type { AudioProblem } from './facts.ts';
