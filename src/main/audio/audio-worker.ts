/** @file Worker thread. Reads and decodes audio files, hostile ones too, one job at a time. */
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { serveAudioJobs } from './jobs.ts';
import { createLocalJobs } from './local-jobs.ts';

const port = parentPort;
if (port === null) throw new Error('audio-worker.ts runs as a worker thread only.');

// The decoder complains about every broken packet here: that is said once in the facts, not in somebody's log.
console.error = () => undefined;

serveAudioJobs(
  {
    postMessage: (message) => {
      port.postMessage(message);
    },
    onMessage: (listen) => {
      port.on('message', listen);
    },
  },
  createLocalJobs(systemClock),
);
