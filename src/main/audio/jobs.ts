/** @file Main process. What the audio workers can be asked, and how the question crosses to another thread or process. */
import { addAbortListener } from 'node:events';
import { z } from 'zod';
import { Failure, FailureData, toFailureData } from '#contract';
import { AudioFacts } from './facts.ts';
import { AudioSource, PartialPicture, PreparedAudio } from './prepare.ts';

export const AudioJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('facts'), path: z.string().min(1) }),
  z.object({ kind: z.literal('prepare'), source: AudioSource }),
  z.object({ kind: z.literal('playback'), source: AudioSource }),
]);
export type AudioJob = z.infer<typeof AudioJob>;

export const AudioAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('facts'), facts: AudioFacts }),
  z.object({ kind: z.literal('prepare'), prepared: PreparedAudio }),
  z.object({ kind: z.literal('playback'), path: z.string() }),
]);
export type AudioAnswer = z.infer<typeof AudioAnswer>;

/** `visible`: somebody looks at the place where the answer belongs. */
export const JobPriority = z.enum(['visible', 'background']);
export type JobPriority = z.infer<typeof JobPriority>;

export interface RunOptions {
  /** `background` when left out. */
  priority?: JobPriority;
  signal?: AbortSignal;
  /** Twice a second while a `prepare` runs. */
  onPartial?: (partial: PartialPicture) => void;
  /** The job left the queue. */
  onStart?: () => void;
}

/** Something that does jobs: this thread, a pool of threads, or another process that has one. */
export interface AudioJobs {
  /** @throws Failure `audio.unreadable` and what the job itself throws; the signal's reason */
  run(job: AudioJob, options?: RunOptions): Promise<AudioAnswer>;
  /** Ends what runs; whoever waits is told `cancelled`. */
  close(): Promise<void>;
}

/** One end of a channel to a thread or process that serves jobs. */
export interface AudioPort {
  postMessage(message: unknown): void;
  onMessage(listen: (message: unknown) => void): void;
  /** Once, when the other side is gone, whatever the reason. */
  onExit(listen: (why: string) => void): void;
  /** Ends the other side. */
  close(): Promise<void>;
  /** Whether somebody waits for an answer, so that this process must not end. */
  keepAlive?(waitedFor: boolean): void;
}

const JobId = z.number().int().nonnegative();

const Question = z.discriminatedUnion('say', [
  z.object({ say: z.literal('run'), id: JobId, job: AudioJob, priority: JobPriority }),
  z.object({ say: z.literal('cancel'), id: JobId }),
]);
type Question = z.infer<typeof Question>;

const Reply = z.discriminatedUnion('say', [
  z.object({ say: z.literal('started'), id: JobId }),
  z.object({ say: z.literal('partial'), id: JobId, partial: PartialPicture }),
  z.object({ say: z.literal('done'), id: JobId, answer: AudioAnswer }),
  z.object({ say: z.literal('failed'), id: JobId, failure: FailureData }),
]);
type Reply = z.infer<typeof Reply>;

/** Answers the questions that come through `port` with `jobs`. Messages that are none are dropped. */
export function serveAudioJobs(
  port: Pick<AudioPort, 'postMessage' | 'onMessage'>,
  jobs: AudioJobs,
): void {
  const running = new Map<number, AbortController>();
  const reply = (message: Reply) => {
    port.postMessage(message);
  };

  const run = async (id: number, job: AudioJob, priority: JobPriority) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const answer = await jobs.run(job, {
        priority,
        signal: controller.signal,
        onStart: () => {
          reply({ say: 'started', id });
        },
        onPartial: (partial) => {
          reply({ say: 'partial', id, partial });
        },
      });
      reply({ say: 'done', id, answer });
    } catch (thrown) {
      reply({ say: 'failed', id, failure: toFailureData(thrown) });
    } finally {
      running.delete(id);
    }
  };

  port.onMessage((message) => {
    const question = Question.safeParse(message);
    if (!question.success) return;
    if (question.data.say === 'run') {
      void run(question.data.id, question.data.job, question.data.priority);
    } else {
      running.get(question.data.id)?.abort();
    }
  });
}

export interface ConnectOptions {
  /** Starts the other side; called again when it is needed after it died. */
  open: () => AudioPort;
  /**
   * How often a job may have been sent when the other side dies before it is held to be the cause.
   * After a death what was sent is tried one at a time, so that the innocent come through.
   */
  attempts: number;
}

interface Pending {
  job: AudioJob;
  options: RunOptions;
  sent: boolean;
  deaths: number;
  resolve: (answer: AudioAnswer) => void;
  reject: (reason: unknown) => void;
}

/** The other end of `serveAudioJobs`. Survives the death of the side that serves. */
export function connectAudioJobs({ open, attempts }: ConnectOptions): AudioJobs {
  return new RemoteJobs(open, attempts);
}

class RemoteJobs implements AudioJobs {
  readonly #open: () => AudioPort;
  readonly #attempts: number;
  readonly #pending = new Map<number, Pending>();
  /** While there are any, jobs are tried one at a time: the first of these is the one being tried. */
  #suspects: number[] = [];
  #port: AudioPort | null = null;
  #nextId = 0;
  #closed = false;

  constructor(open: () => AudioPort, attempts: number) {
    this.#open = open;
    this.#attempts = attempts;
  }

  async run(job: AudioJob, options: RunOptions = {}): Promise<AudioAnswer> {
    options.signal?.throwIfAborted();
    if (this.#closed) throw closedFailure();
    const id = this.#nextId++;
    const watch =
      options.signal &&
      addAbortListener(options.signal, () => {
        this.#cancel(id);
      });
    try {
      return await new Promise<AudioAnswer>((resolve, reject) => {
        this.#pending.set(id, { job, options, sent: false, deaths: 0, resolve, reject });
        if (this.#suspects.length > 0) this.#suspects.push(id);
        else this.#send(id);
        this.#port?.keepAlive?.(true);
      });
    } finally {
      watch?.[Symbol.dispose]();
      this.#pending.delete(id);
      this.#cease(id);
      if (this.#pending.size === 0) this.#port?.keepAlive?.(false);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const port = this.#port;
    this.#port = null;
    for (const pending of this.#pending.values()) pending.reject(closedFailure());
    await port?.close();
  }

  #send(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.sent = true;
    const { job, options } = pending;
    this.#ask({ say: 'run', id, job, priority: options.priority ?? 'background' });
  }

  #ask(question: Question): void {
    this.#port ??= this.#connect();
    this.#port.postMessage(question);
  }

  #connect(): AudioPort {
    const port = this.#open();
    port.onMessage((message) => {
      if (port === this.#port) this.#hear(message);
    });
    port.onExit((why) => {
      if (port !== this.#port) return;
      this.#port = null;
      this.#mourn(why);
    });
    return port;
  }

  #hear(message: unknown): void {
    const reply = Reply.safeParse(message);
    if (!reply.success) return;
    const pending = this.#pending.get(reply.data.id);
    if (pending === undefined) return;
    switch (reply.data.say) {
      case 'started':
        if (pending.deaths === 0) pending.options.onStart?.();
        break;
      case 'partial':
        pending.options.onPartial?.(reply.data.partial);
        break;
      case 'done':
        pending.resolve(reply.data.answer);
        break;
      case 'failed': {
        const { code, message: text, ...more } = reply.data.failure;
        pending.reject(
          new Failure(code, text, {
            retryAt: more.retryAt,
            ...(more.details === undefined ? {} : { details: more.details }),
          }),
        );
        break;
      }
    }
  }

  #mourn(why: string): void {
    for (const [id, pending] of this.#pending) {
      if (!pending.sent) continue;
      pending.sent = false;
      if (++pending.deaths >= this.#attempts) this.#giveUp(id, pending, why);
      else if (!this.#suspects.includes(id)) this.#suspects.push(id);
    }
    this.#trySuspect();
  }

  #giveUp(id: number, pending: Pending, why: string): void {
    this.#pending.delete(id);
    this.#suspects = this.#suspects.filter((suspect) => suspect !== id);
    pending.reject(
      new Failure('audio.unreadable', `The worker ended while it read this file: ${why}`, {
        details: { why: 'crashed' },
      }),
    );
  }

  /** A job is over: if it was the one being tried, the next is. */
  #cease(id: number): void {
    const tried = this.#suspects[0] === id;
    this.#suspects = this.#suspects.filter((suspect) => suspect !== id);
    if (tried) this.#trySuspect();
  }

  #trySuspect(): void {
    const [id] = this.#suspects;
    if (id !== undefined && !this.#closed) this.#send(id);
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    if (this.#port !== null) this.#ask({ say: 'cancel', id });
    pending.reject(pending.options.signal?.reason);
  }
}

function closedFailure(): Failure {
  return new Failure('cancelled', 'The audio workers have been closed.');
}
