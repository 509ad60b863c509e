/** @file Worker thread. Brings files from their host to the disk: request, append, hash, so that nobody else waits for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { openAllowance } from './allowance.ts';
import { createAsk } from './ask.ts';
import { serveAsks } from './thread-talk.ts';

const port = parentPort;
const memory: unknown = workerData;
if (port === null || !(memory instanceof SharedArrayBuffer)) {
  throw new Error('transfer-worker.ts runs as a worker thread only.');
}

serveAsks(
  {
    postMessage: (message) => {
      port.postMessage(message);
    },
    onMessage: (listen) => {
      port.on('message', listen);
    },
  },
  createAsk({ clock: systemClock, allowance: openAllowance(memory) }),
);
