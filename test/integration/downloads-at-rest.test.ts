/** @file Tests. A queue that nobody runs is read as it is, and says what the disk refuses. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { RecordingId } from '../../src/preload/contract/index.ts';
import { changeAtRest, readAtRest } from '../../src/main/downloads/index.ts';
import type { State } from '../../src/main/downloads/job.ts';
import { openQueue } from '../../src/main/downloads/queue.ts';
import { clockByHand } from '../support/clock-by-hand.ts';
import { jobOf } from './downloads-bench.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trackvault-at-rest-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const tries = { attempts: 1, allowed: 8 };
const states: Record<string, State> = {
  queued: { kind: 'queued', ...tries },
  running: { kind: 'running', ...tries, startedAt: 1 },
  failed: { kind: 'failed', ...tries, because: 'file.incomplete', lost: false, failedAt: 1 },
  cancelled: { kind: 'cancelled', ...tries, cancelledAt: 1 },
  paused: { kind: 'paused', ...tries, pausedAt: 1 },
};

const fileOf = (fileName: string) => ({
  recordingId: RecordingId.parse('r'),
  layerName: 'default',
  fileName,
});

async function fill(queuePath: string): Promise<void> {
  const queue = await openQueue(queuePath);
  for (const [name, state] of Object.entries(states)) {
    queue.add(jobOf(fileOf(name), state));
  }
  queue.close();
}

test('what was given up is unfinished, as it is while the queue runs', async () => {
  const queuePath = join(dir, 'queue.db');
  await fill(queuePath);
  const queue = readAtRest({ queuePath });
  expect(queue?.unfinished(10).map(({ fileName, state }) => [fileName, state.kind])).toEqual([
    ['queued', 'queued'],
    ['running', 'queued'],
    ['failed', 'failed'],
    ['paused', 'paused'],
  ]);
  expect(queue?.unfinished(1)).toHaveLength(1);
  queue?.close();
});

test('a queue that the disk does not give is no bug of ours', async () => {
  const queuePath = join(dir, 'queue.db');
  await mkdir(queuePath);
  const change = changeAtRest({ queuePath }, [fileOf('queued')], 'retry', clockByHand());
  await expect(change).rejects.toMatchObject({ code: 'disk.refused' });
});
