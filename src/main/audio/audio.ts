/** @file Main process. The one face of audio for the rest: ask for facts, a picture, a stream; where it is done is chosen once. */
import { Failure } from '#contract';
import { derivedFiles, existingDerived } from './derived.ts';
import type { DerivedFiles, DerivedName } from './derived.ts';
import type { AudioFacts } from './facts.ts';
import { connectAudioJobs } from './jobs.ts';
import type { AudioAnswer, AudioJob, AudioJobs, AudioPort, RunOptions } from './jobs.ts';
import { createAudioPool } from './pool.ts';
import type { AudioSource, PreparedAudio } from './prepare.ts';

export interface Audio {
  /**
   * What a file is, whatever it is: `ok`, `damaged` from some moment, or `not-webm`.
   * @throws Failure `file.gone`, `disk.refused`; `audio.unreadable` when the worker dies of it; the signal's reason
   */
  facts(path: string, options?: RunOptions): Promise<AudioFacts>;
  /**
   * Packet index, peaks, overview and speech map, made where they are missing.
   * @throws Failure `audio.unreadable` when nothing in the file can be drawn; the signal's reason
   */
  prepare(source: AudioSource, options?: RunOptions): Promise<PreparedAudio>;
  /**
   * The playback stream, made where it is missing.
   * @returns its absolute path
   * @throws Failure `audio.unreadable`, `file.changed`; the signal's reason
   */
  playback(source: AudioSource, options?: RunOptions): Promise<string>;
  /** Absolute paths of all results for these bytes, whether they exist or not. */
  files(derivedDir: string, sha256: string): DerivedFiles;
  /** Which results exist. */
  existing(derivedDir: string, sha256: string): Promise<Record<DerivedName, boolean>>;
  close(): Promise<void>;
}

/** `threads` in plain Node; `process` in the app: `open` starts the media process, again if it should die. */
export type AudioRun =
  { in: 'threads'; workerUrl: URL; size?: number } | { in: 'process'; open: () => AudioPort };

const DEFAULT_THREADS = 2;

export function createAudio(run: AudioRun): Audio {
  const jobs: AudioJobs =
    run.in === 'threads'
      ? createAudioPool({ workerUrl: run.workerUrl, size: run.size ?? DEFAULT_THREADS })
      : connectAudioJobs({ open: run.open, attempts: 2 });
  return {
    async facts(path, options) {
      return (await ask(jobs, { kind: 'facts', path }, 'facts', options)).facts;
    },
    async prepare(source, options) {
      return (await ask(jobs, { kind: 'prepare', source }, 'prepare', options)).prepared;
    },
    async playback(source, options) {
      return (await ask(jobs, { kind: 'playback', source }, 'playback', options)).path;
    },
    files: derivedFiles,
    existing: existingDerived,
    close: () => jobs.close(),
  };
}

async function ask<Kind extends AudioAnswer['kind']>(
  jobs: AudioJobs,
  job: AudioJob,
  kind: Kind,
  options: RunOptions = {},
): Promise<Extract<AudioAnswer, { kind: Kind }>> {
  const answer = await jobs.run(job, options);
  if (!isOfKind(answer, kind)) throw new Failure('bug', `Asked ${kind}, answered ${answer.kind}.`);
  return answer;
}

function isOfKind<Kind extends AudioAnswer['kind']>(
  answer: AudioAnswer,
  kind: Kind,
): answer is Extract<AudioAnswer, { kind: Kind }> {
  return answer.kind === kind;
}
