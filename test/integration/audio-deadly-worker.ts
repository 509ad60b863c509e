/** @file Tests. The audio worker, but a file called `deadly.webm` ends it as a decoder gone wild would. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (message: unknown) => {
  if (JSON.stringify(message).includes('/deadly.webm')) {
    throw new Error('memory access out of bounds');
  }
});
await import('../../src/main/audio/audio-worker.ts');
