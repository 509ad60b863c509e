/** @file Media process. Holds the worker threads away from the app's own process, so that nothing a file does can end it. */
import { setPriority } from 'node:os';
import { pathToFileURL } from 'node:url';
import { createAudioPool } from './pool.ts';
import { serveAudioJobs } from './jobs.ts';

/** What Electron gives a utility process to talk to its parent. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listen: (event: { data: unknown }) => void): void;
}

/** A little below the app itself: the window and the sound come first. */
const NICENESS = 5;

const port = parentPort();
const [workerPath, threads] = process.argv.slice(2);
if (workerPath === undefined) {
  throw new Error('media-process.ts is given the path of the audio worker as its first argument.');
}
lowerPriority();
serveAudioJobs(
  {
    postMessage: (message) => {
      port.postMessage(message);
    },
    onMessage: (listen) => {
      port.on('message', (event) => {
        listen(event.data);
      });
    },
  },
  createAudioPool({ workerUrl: pathToFileURL(workerPath), size: Number(threads ?? '2') }),
);

function parentPort(): ParentPort {
  const found: unknown = Reflect.get(process, 'parentPort');
  if (!isParentPort(found)) throw new Error('media-process.ts runs as a utility process only.');
  return found;
}

function isParentPort(value: unknown): value is ParentPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'postMessage') === 'function' &&
    typeof Reflect.get(value, 'on') === 'function'
  );
}

function lowerPriority(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // Some systems forbid it; then the work is done at the usual priority.
  }
}
