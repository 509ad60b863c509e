/** @file Main process, Electron edge. Parent of the media process: where hostile files are decoded, away from the app's own process. */
import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { AudioPort } from '../audio/index.ts';

/** Two cores are common; the window, the sound and the downloads want theirs. */
const threads = 2;

/** Starts the process; called again when it died and is needed. `onDeath` is told of an end nobody asked for. */
export function openMediaProcess(entry: URL, audioWorker: URL, onDeath: () => void): AudioPort {
  const child = utilityProcess.fork(
    fileURLToPath(entry),
    [fileURLToPath(audioWorker), String(threads)],
    { serviceName: 'Trackvault media', stdio: 'ignore' },
  );
  let isClosing = false;
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      if (!isClosing) onDeath();
      resolve(code);
    });
  });
  return {
    postMessage: (message) => {
      child.postMessage(message);
    },
    onMessage: (listen) => {
      child.on('message', listen);
    },
    onExit: (listen) => {
      void exited.then((code) => {
        listen(`the media process ended with code ${String(code)}`);
      });
    },
    close: async () => {
      isClosing = true;
      if (child.kill()) await exited;
    },
  };
}
