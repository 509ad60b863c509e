/** @file Integration tests. The same jobs in threads and in a media process: order, cancelling, and files that kill. */
import { fork } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAudio, readAudioFacts } from '../../src/main/audio/index.ts';
import type { Audio, AudioPort, PartialPicture } from '../../src/main/audio/index.ts';
import { fixtureTrack, sourceOf, withFolder } from './audio-material.ts';

const workerUrl = new URL('../../src/main/audio/audio-worker.ts', import.meta.url);
const deadlyUrl = new URL('./audio-deadly-worker.ts', import.meta.url);
const childPath = fileURLToPath(new URL('./audio-process-child.ts', import.meta.url));

function openChild(): AudioPort {
  const child = fork(childPath, [fileURLToPath(workerUrl), '2'], { serialization: 'advanced' });
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(`ended with ${String(code ?? signal)}`);
    });
  });
  return {
    postMessage: (message) => {
      if (child.connected) child.send(message as object);
    },
    onMessage: (listen) => child.on('message', listen),
    onExit: (listen) => void exited.then(listen),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

const runs: Record<string, () => Audio> = {
  threads: () => createAudio({ in: 'threads', workerUrl, size: 2 }),
  'a media process': () => createAudio({ in: 'process', open: openChild }),
};

async function withAudio<Value>(audio: Audio, work: (audio: Audio) => Promise<Value>) {
  try {
    return await work(audio);
  } finally {
    await audio.close();
  }
}

describe.each(Object.entries(runs))('audio in %s', (_name, create) => {
  it('answers what this thread would', async () => {
    const { path } = fixtureTrack('jonas');
    await withFolder((folder) =>
      withAudio(create(), async (audio) => {
        const source = sourceOf(path, folder);
        const here = await readAudioFacts(path);
        expect(await audio.facts(path)).toEqual(here);
        const partials: PartialPicture[] = [];
        const [prepared, again, playback] = await Promise.all([
          audio.prepare(source, { onPartial: (partial) => partials.push(partial) }),
          audio.prepare(source, { priority: 'visible' }),
          audio.playback(source),
        ]);
        expect(prepared.facts).toEqual(here);
        expect(again).toEqual(prepared);
        expect(playback).toBe(audio.files(source.derivedDir, source.sha256).playback);
        expect(await audio.existing(source.derivedDir, source.sha256)).toEqual({
          peaks: true,
          overview: true,
          speech: true,
          packets: true,
          playback: true,
        });
      }),
    );
  });

  it('says what is wrong by the code of the failure', async () => {
    await withFolder((folder) =>
      withAudio(create(), async (audio) => {
        await expect(audio.facts(`${folder}/none.webm`)).rejects.toMatchObject({
          code: 'file.gone',
        });
        const source = sourceOf(fileURLToPath(import.meta.url), folder);
        await expect(audio.prepare(source)).rejects.toMatchObject({ code: 'audio.unreadable' });
      }),
    );
  });

  it('stops what nobody waits for any more', async () => {
    const { path } = fixtureTrack('host');
    await withFolder((folder) =>
      withAudio(create(), async (audio) => {
        const source = sourceOf(path, folder);
        const controller = new AbortController();
        const started = new Promise<void>((resolve) => {
          audio
            .prepare(source, { signal: controller.signal, onStart: resolve })
            .catch((reason: unknown) => {
              expect(reason).toBe(controller.signal.reason);
            });
        });
        await started;
        controller.abort();
        await expect(
          audio.prepare(source, { signal: AbortSignal.abort(new Error('left')) }),
        ).rejects.toThrow('left');
        expect((await audio.prepare(source)).facts.kind).toBe('ok');
      }),
    );
  });

  it('tells whoever waits that it was closed', async () => {
    const audio = create();
    const waiting = audio.facts(fixtureTrack('host').path);
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ code: 'cancelled' }),
      audio.close(),
    ]);
    await expect(audio.facts(fixtureTrack('host').path)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('the queue before the threads', () => {
  it('takes what somebody looks at first', async () => {
    await withFolder((folder) =>
      withAudio(createAudio({ in: 'threads', workerUrl, size: 1 }), async (audio) => {
        const order: string[] = [];
        const ask = (name: string, priority: 'visible' | 'background') =>
          audio.prepare(sourceOf(fixtureTrack(name).path, folder), {
            priority,
            onStart: () => order.push(name),
          });
        await Promise.all([
          ask('host', 'background'),
          ask('mara', 'background'),
          ask('tariq', 'background'),
          ask('layla', 'visible'),
          ask('tariq', 'visible'),
        ]);
        expect(order.filter((name, i) => order.indexOf(name) === i)).toEqual([
          'host',
          'tariq',
          'layla',
          'mara',
        ]);
      }),
    );
  });
});

describe('a file that kills', () => {
  it('takes its thread along and nothing else', async () => {
    await withFolder((folder) =>
      withAudio(createAudio({ in: 'threads', workerUrl: deadlyUrl, size: 2 }), async (audio) => {
        const deadly = `${folder}/deadly.webm`;
        const { path } = fixtureTrack('mara');
        await copyFile(path, deadly);
        const many = ['mara', 'tariq', 'host', 'layla'].map((name) =>
          audio.prepare(sourceOf(fixtureTrack(name).path, folder)),
        );
        for (let time = 0; time < 3; time++) {
          await expect(audio.facts(deadly)).rejects.toMatchObject({
            code: 'audio.unreadable',
            message: expect.stringContaining('memory access out of bounds') as string,
            details: { why: 'crashed' },
          });
        }
        for (const { facts } of await Promise.all(many)) expect(facts.kind).toBe('ok');
        expect((await audio.facts(path)).kind).toBe('ok');
      }),
    );
  });

  it('is given up after it has ended the media process twice, and the others come through', async () => {
    await withFolder((folder) =>
      withAudio(createAudio({ in: 'process', open: openChild }), async (audio) => {
        const deadly = `${folder}/deadly.webm`;
        await copyFile(fixtureTrack('mara').path, deadly);
        const innocent = ['tariq', 'host'].map((name) =>
          audio.prepare(sourceOf(fixtureTrack(name).path, folder)),
        );
        await delay(100);
        await expect(audio.facts(deadly)).rejects.toMatchObject({
          code: 'audio.unreadable',
          details: { why: 'crashed' },
        });
        for (const { facts } of await Promise.all(innocent)) expect(facts.kind).toBe('ok');
      }),
    );
  });
});
