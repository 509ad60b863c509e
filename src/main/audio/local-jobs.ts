/** @file Main process. Does audio jobs in this very thread: what a worker is for. */
import { Failure } from '#contract';
import type { ErrorCode } from '#contract';
import type { Clock } from '../clock.ts';
import { readAudioFacts } from './facts.ts';
import type { AudioAnswer, AudioJob, AudioJobs, RunOptions } from './jobs.ts';
import { makePlayback } from './playback.ts';
import { prepareAudio } from './prepare.ts';

export function createLocalJobs(clock: Clock): AudioJobs {
  return {
    async run(job, options = {}) {
      options.onStart?.();
      try {
        return await runHere(job, options, clock);
      } catch (thrown) {
        throw diskFailure(thrown) ?? thrown;
      }
    },
    close: () => Promise.resolve(),
  };
}

async function runHere(
  job: AudioJob,
  { signal, onPartial }: RunOptions,
  clock: Clock,
): Promise<AudioAnswer> {
  switch (job.kind) {
    case 'facts':
      return { kind: 'facts', facts: await readAudioFacts(job.path, signal) };
    case 'prepare': {
      const prepared = await prepareAudio(job.source, {
        clock,
        ...(signal === undefined ? {} : { signal }),
        ...(onPartial === undefined ? {} : { onPartial }),
      });
      return { kind: 'prepare', prepared };
    }
    case 'playback':
      return { kind: 'playback', path: await makePlayback(job.source, signal) };
  }
}

const diskCodes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'file.gone',
  ENOSPC: 'disk.full',
  EDQUOT: 'disk.full',
  EACCES: 'disk.refused',
  EPERM: 'disk.refused',
  EROFS: 'disk.refused',
  EIO: 'disk.refused',
};

/** What a person can be told of an error of the file system; null for everything else. */
function diskFailure(thrown: unknown): Failure | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') {
    return null;
  }
  const code = diskCodes[thrown.code];
  return code === undefined ? null : new Failure(code, thrown.message, { cause: thrown });
}
