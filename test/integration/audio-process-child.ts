/** @file Tests. The media process in plain Node: gives it the port that Electron would, over the channel of `fork`. */
const send = process.send?.bind(process);
if (send === undefined) throw new Error('Start this with fork().');

Object.defineProperty(process, 'parentPort', {
  value: {
    postMessage: (message: unknown) => send(message),
    on: (_event: 'message', listen: (event: { data: unknown }) => void) => {
      process.on('message', (data) => {
        // Where a hostile file would end the whole process.
        if (JSON.stringify(data).includes('/deadly.webm')) process.kill(process.pid, 'SIGKILL');
        listen({ data });
      });
    },
  },
});

await import('../../src/main/audio/media-process.ts');

export {};
