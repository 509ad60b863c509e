/** @file Tests. The queue's counts are kept at hand, and stay what a count of the rows says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecordingId } from '#contract';
import { fresh, next } from '../../src/main/downloads/job.ts';
import { openQueue, type Job } from '../../src/main/downloads/queue.ts';
import { jobOf } from './downloads-bench.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queue-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function job(name: string): Omit<Job, 'order'> {
  const recordingId = RecordingId.parse('fffd7c39-4e1b-46f8-b5a0-000000000001');
  const file = { recordingId, layerName: 'default', fileName: name };
  return jobOf(file, fresh);
}

test('after steps, a transaction undone and a new opening', async () => {
  const path = join(folder, 'queue.db');
  const queue = await openQueue(path);
  const one = queue.add(job('one.webm'));
  queue.add(job('two.webm'));
  queue.save({ ...one, state: next(one.state, { kind: 'started' }, 5) });
  expect(queue.counts()).toMatchObject({ queued: 1, running: 1 });
  expect(() => {
    queue.together(() => {
      queue.add(job('three.webm'));
      throw new Error('the disk is full');
    });
  }).toThrow('the disk is full');
  const before = queue.counts();
  expect(before).toMatchObject({ queued: 1, running: 1 });
  queue.close();
  const again = await openQueue(path);
  expect(again.counts()).toEqual(before);
  again.close();
});
