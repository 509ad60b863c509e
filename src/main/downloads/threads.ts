/** @file Main process. A few threads that fetch, started when they are needed; one that dies fails its requests and is replaced. */
import { addAbortListener } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Allowance } from './allowance.ts';
import type { Ask, AskOptions, Outcome } from './ask.ts';
import { failureOf, FromThread, outcomeOf, toThread, type ToThread } from './thread-talk.ts';

export interface TransferThreads {
  /** Asks from the thread that has least to do. When aborted it rejects as soon as the part is let go. */
  ask: Ask;
  /** Ends the threads; whatever they held of a part stays on disk. */
  close(): Promise<void>;
}

interface Waiting {
  options: AskOptions;
  resolve(outcome: Outcome): void;
  reject(reason: unknown): void;
}

interface Thread {
  post(message: ToThread): void;
  waiting: Map<number, Waiting>;
  /** Whether the process must not end before it has answered. */
  holdProcess(wanted: boolean): void;
  end(): Promise<void>;
}

/**
 * @param options.entry `transfer-worker.ts` in plain Node, its bundled form in the app
 * @param options.size threads at most
 */
export function createTransferThreads(options: {
  entry: URL;
  size: number;
  allowance: Allowance;
}): TransferThreads {
  const threads = new Set<Thread>();
  let lastId = 0;

  const open = (): Thread => {
    const worker = new Worker(options.entry, { workerData: options.allowance.memory });
    const waiting: Thread['waiting'] = new Map();
    const thread: Thread = {
      waiting,
      post: (message) => {
        worker.postMessage(message);
      },
      holdProcess: (wanted) => {
        if (wanted) worker.ref();
        else worker.unref();
      },
      async end() {
        await worker.terminate();
      },
    };
    worker.on('message', (raw: unknown) => {
      hear(waiting, FromThread.parse(raw));
    });
    let why = 'it ended';
    worker.on('error', (thrown: unknown) => {
      // Its message may hold what was being fetched.
      why = thrown instanceof Error ? thrown.name : 'unknown';
    });
    worker.on('exit', () => {
      threads.delete(thread);
      for (const { reject } of waiting.values()) {
        reject(new Error(`The transfer thread died: ${why}.`));
      }
    });
    threads.add(thread);
    return thread;
  };

  /** The idlest; another one as long as there may be more and all have something to do. */
  const choose = (): Thread => {
    const [idlest] = [...threads].sort((a, b) => a.waiting.size - b.waiting.size);
    if (idlest === undefined) return open();
    return idlest.waiting.size > 0 && threads.size < options.size ? open() : idlest;
  };

  return {
    async ask(question, askOptions) {
      const { signal } = askOptions;
      signal.throwIfAborted();
      const thread = choose();
      const id = ++lastId;
      const watch = addAbortListener(signal, () => {
        thread.post({ say: 'abort', id });
      });
      try {
        return await new Promise<Outcome>((resolve, reject) => {
          thread.waiting.set(id, { options: askOptions, resolve, reject });
          thread.holdProcess(true);
          thread.post(toThread(id, question));
        });
      } catch (thrown) {
        // What the thread says of an abort is the abort.
        signal.throwIfAborted();
        throw thrown;
      } finally {
        watch[Symbol.dispose]();
        thread.waiting.delete(id);
        if (thread.waiting.size === 0) thread.holdProcess(false);
      }
    },
    async close() {
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

function hear(waiting: Thread['waiting'], message: FromThread): void {
  const one = waiting.get(message.id);
  if (one === undefined) return;
  switch (message.say) {
    case 'request':
      one.options.onRequest?.(message.host);
      break;
    case 'progress':
      one.options.onProgress(message.receivedBytes, message.totalBytes);
      break;
    case 'outcome':
      one.resolve(outcomeOf(message.outcome));
      break;
    case 'failed':
      one.reject(failureOf(message.failure));
      break;
  }
}
