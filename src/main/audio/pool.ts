/** @file Main process. One or two worker threads and the queue before them: what is looked at first, the same work only once. */
import { addAbortListener } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '#contract';
import { connectAudioJobs } from './jobs.ts';
import type {
  AudioAnswer,
  AudioJob,
  AudioJobs,
  AudioPort,
  JobPriority,
  RunOptions,
} from './jobs.ts';

export interface PoolOptions {
  /** Entry of the worker: `audio-worker.ts` in plain Node, its bundled form in the app. */
  workerUrl: URL;
  /** Threads at most; each is started when it is first needed. */
  size: number;
}

/**
 * A hostile file may make a thread ask for more; it dies alone. The young generation is small because every decoded
 * packet leaves a little behind: collected early it costs little time and saves a quarter of the memory.
 */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 6 };

/**
 * A thread that dies takes the job it had with it (`audio.unreadable`) and is replaced;
 * the other jobs do not notice.
 */
export function createAudioPool({ workerUrl, size }: PoolOptions): AudioJobs {
  const threads = Array.from({ length: Math.max(1, size) }, () =>
    connectAudioJobs({ open: () => openWorker(workerUrl), attempts: 1 }),
  );
  return new Pool(threads);
}

function openWorker(url: URL): AudioPort {
  const worker = new Worker(url, { resourceLimits: THREAD_LIMITS });
  let why = 'it ended';
  worker.on('error', (thrown: unknown) => {
    if (thrown instanceof Error) why = thrown.message;
  });
  return {
    postMessage: (message) => {
      worker.postMessage(message);
    },
    onMessage: (listen) => {
      worker.on('message', listen);
    },
    onExit: (listen) => {
      worker.on('exit', () => {
        listen(why);
      });
    },
    close: async () => {
      await worker.terminate();
    },
    keepAlive: (waitedFor) => {
      if (waitedFor) worker.ref();
      else worker.unref();
    },
  };
}

interface Waiter {
  options: RunOptions;
  resolve: (answer: AudioAnswer) => void;
  reject: (reason: unknown) => void;
}

/** One piece of work and everybody who waits for it. */
interface Entry {
  key: string;
  job: AudioJob;
  priority: JobPriority;
  waiters: Set<Waiter>;
  /** Set when it runs. */
  abort: AbortController | null;
}

class Pool implements AudioJobs {
  readonly #idle: AudioJobs[];
  readonly #threads: readonly AudioJobs[];
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(threads: readonly AudioJobs[]) {
    this.#threads = threads;
    this.#idle = [...threads];
  }

  async run(job: AudioJob, options: RunOptions = {}): Promise<AudioAnswer> {
    options.signal?.throwIfAborted();
    if (this.#closed) throw new Failure('cancelled', 'The audio workers have been closed.');
    const entry = this.#join(job, options.priority ?? 'background');
    if (entry.abort !== null) options.onStart?.();
    let watch: Disposable | undefined;
    try {
      return await new Promise<AudioAnswer>((resolve, reject) => {
        const waiter: Waiter = { options, resolve, reject };
        entry.waiters.add(waiter);
        const { signal } = options;
        if (signal !== undefined) {
          watch = addAbortListener(signal, () => {
            this.#leave(entry, waiter);
            reject(signal.reason);
          });
        }
        this.#startNext();
      });
    } finally {
      watch?.[Symbol.dispose]();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closed = new Failure('cancelled', 'The audio workers have been closed.');
    for (const entry of this.#entries.values()) {
      for (const waiter of entry.waiters) waiter.reject(closed);
    }
    this.#entries.clear();
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #join(job: AudioJob, priority: JobPriority): Entry {
    const key = JSON.stringify(job);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      if (priority === 'visible') known.priority = 'visible';
      return known;
    }
    const entry: Entry = { key, job, priority, waiters: new Set(), abort: null };
    this.#entries.set(key, entry);
    return entry;
  }

  #leave(entry: Entry, waiter: Waiter): void {
    entry.waiters.delete(waiter);
    if (entry.waiters.size > 0) return;
    // Nobody waits any more; a later question for the same begins anew.
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    entry.abort?.abort();
  }

  #startNext(): void {
    const waiting = [...this.#entries.values()].filter((entry) => entry.abort === null);
    const next = waiting.find((entry) => entry.priority === 'visible') ?? waiting[0];
    if (next === undefined) return;
    const thread = this.#idle.pop();
    if (thread === undefined) return;
    void this.#work(thread, next);
  }

  async #work(thread: AudioJobs, entry: Entry): Promise<void> {
    const abort = new AbortController();
    entry.abort = abort;
    const each = (tell: (waiter: Waiter) => void) => {
      entry.waiters.forEach(tell);
    };
    each((waiter) => {
      waiter.options.onStart?.();
    });
    try {
      const answer = await thread.run(entry.job, {
        signal: abort.signal,
        onPartial: (partial) => {
          each((waiter) => {
            waiter.options.onPartial?.(partial);
          });
        },
      });
      each((waiter) => {
        waiter.resolve(answer);
      });
    } catch (thrown) {
      each((waiter) => {
        waiter.reject(thrown);
      });
    } finally {
      if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
      this.#idle.push(thread);
      if (!this.#closed) this.#startNext();
    }
  }
}
