/** @file Main process. The index as main sees it: typed calls to the worker, every answer parsed. */
import { addAbortListener } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '#contract';
import {
  FromIndex,
  indexSchemas,
  type IndexCall,
  type Input,
  type Output,
  type ToIndex,
} from './index-calls.ts';

export interface CallOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface IndexClient {
  call<Name extends IndexCall>(
    name: Name,
    input: Input<Name>,
    options?: CallOptions,
  ): Promise<Output<Name>>;
  stop(): Promise<void>;
}

interface Waiting {
  done(value: unknown): void;
  failed(error: unknown): void;
  progress(done: number, total: number): void;
}

/** Starts the worker. When it dies, every call that waits fails, and every later one. */
export function startIndex(
  workerUrl: URL,
  onSlow: (name: string, ms: number) => void,
): IndexClient {
  const worker = new Worker(workerUrl);
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let dead: Error | null = null;

  const die = (error: Error): void => {
    dead ??= error;
    for (const one of waiting.values()) one.failed(dead);
    waiting.clear();
  };
  worker.on('error', (error) => {
    die(error instanceof Error ? error : new Error(String(error)));
  });
  worker.on('exit', () => {
    die(new Error('the index worker has ended'));
  });
  worker.on('message', (raw: unknown) => {
    const message = FromIndex.parse(raw);
    if (message.kind === 'slow') {
      onSlow(message.name, message.ms);
      return;
    }
    const one = waiting.get(message.id);
    if (message.kind === 'progress') {
      one?.progress(message.done, message.total);
      return;
    }
    waiting.delete(message.id);
    if (message.kind === 'done') one?.done(message.value);
    else {
      const { code, message: text, retryAt, details } = message.error;
      const more = details === undefined ? { retryAt } : { retryAt, details };
      one?.failed(code === 'bug' ? new Error(text) : new Failure(code, text, more));
    }
  });
  const post = (message: ToIndex): void => {
    worker.postMessage(message);
  };

  const call = async <Name extends IndexCall>(
    name: Name,
    input: Input<Name>,
    options: CallOptions = {},
  ): Promise<Output<Name>> => {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    if (dead !== null) throw dead;
    const id = ++lastId;
    const cancelling =
      signal === undefined
        ? null
        : addAbortListener(signal, () => {
            post({ kind: 'cancel', id });
          });
    try {
      const value = await new Promise<unknown>((done, failed) => {
        waiting.set(id, { done, failed, progress: onProgress ?? (() => undefined) });
        post({ kind: 'call', id, name, input });
      });
      return indexSchemas[name].output.parse(value);
    } finally {
      cancelling?.[Symbol.dispose]();
    }
  };

  return {
    call,
    async stop() {
      await worker.terminate();
    },
  };
}
