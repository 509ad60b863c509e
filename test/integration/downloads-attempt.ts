/** @file Tests. One attempt at one file of a host by hand: its world, and what it may fail with. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

import { openAllowance } from '../../src/main/downloads/allowance.ts';
import { createAsk } from '../../src/main/downloads/ask.ts';
import type { AttemptWorld } from '../../src/main/downloads/attempt.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import type { Failure } from '../../src/preload/contract/index.ts';
import type { Clock } from '../../src/main/clock.ts';
import { hastyClock } from './downloads-bench.ts';

export interface AttemptBench {
  dir: string;
  /** The world of an attempt at `address`, its part under `name`. */
  world(
    address: string,
    more?: Partial<AttemptWorld> & { name?: string; clock?: Clock },
  ): TestWorld;
  close(): Promise<void>;
}

export type TestWorld = AttemptWorld & {
  /** Links that were refused, in order. */
  links: (Link | null)[];
  /** Bytes on disk as they were told. */
  progress: number[];
  part(): Buffer;
};

export async function attemptBench(): Promise<AttemptBench> {
  const dir = await mkdtemp(join(tmpdir(), 'trackvault-attempt-'));
  return {
    dir,
    world(address, { name = 'a', clock = hastyClock(), ...more } = {}) {
      const link = new Link(address);
      const links: TestWorld['links'] = [];
      const progress: number[] = [];
      const partPath = join(dir, `${name}.part`);
      return {
        ask: createAsk({ clock, allowance: openAllowance() }),
        partPath,
        link,
        deadlineAt: null,
        skewMs: 0,
        links,
        progress,
        part: () => readFileSync(partPath),
        freshLink: (refused) => {
          links.push(refused);
          return Promise.resolve(refused ?? link);
        },
        signal: new AbortController().signal,
        onProgress: (bytes) => progress.push(bytes),
        ...more,
      };
    },
    close: () => rm(dir, { recursive: true }),
  };
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What it was rejected with; a test fails when it was not. */
export const failing = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (thrown: unknown) => thrown as Failure,
  );
