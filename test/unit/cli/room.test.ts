/** @file Tests. Commands of the control room that stand on their own: one stop that fails keeps no other back. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Failure, RecordingId } from '#contract';
import { createOutput } from '../../../src/main/cli/output.ts';
import { stop } from '../../../src/main/cli/room-commands.ts';
import { createRealtimeKit } from '../../../src/main/realtimekit/index.ts';
import { createRecorder } from '../../../src/main/recorder/index.ts';
import { createLive } from '../../../src/main/sync/index.ts';
import { clockByHand } from '../../support/clock-by-hand.ts';

test('of several recordings each is stopped, whatever becomes of the others', async () => {
  const clock = clockByHand();
  const source = { host: 'localhost', accountId: 'account', appId: 'app' };
  const realtimekit = createRealtimeKit({
    ...source,
    apiRoot: 'http://127.0.0.1:9/client/v4',
    token: () => Promise.resolve('none'),
    clock,
  });
  const stopped: string[] = [];
  const recorder = {
    ...createRecorder({ realtimekit, library: null, clock, source, onChange: () => undefined }),
    stop: (recordingId: RecordingId) => {
      stopped.push(recordingId);
      return recordingId === 'gone'
        ? Promise.reject(new Failure('recording.gone', 'The service knows no such recording.'))
        : Promise.resolve();
    },
  };
  const nobody = () => undefined;
  const live = createLive({
    realtimekit,
    clock,
    onChange: nobody,
    onMoved: nobody,
    onBug: nobody,
  });
  const out = new PassThrough();
  const output = createOutput({ json: true, out, err: new PassThrough() });
  const { signal } = new AbortController();
  const ids = ['gone', 'one', 'two'].map((id) => RecordingId.parse(id));
  const work = stop({ live, recorder, clock, signal }, ids, { wait: false }, output);
  await expect(work).rejects.toMatchObject({ code: 'recording.gone' });
  expect(stopped).toEqual(['gone', 'one', 'two']);
  const lines = String(out.read()).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { recordingId: 'one', confirmed: null },
    { recordingId: 'two', confirmed: null },
  ]);
  live.close();
});
