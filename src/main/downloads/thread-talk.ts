/** @file Main process and its threads. What is said between who wants a part and the thread that fetches it. Links cross here, in memory alone. */
import { Failure, FailureData, toFailureData } from '#contract';
import { z } from 'zod';

import { throttled } from '../throttled.ts';
import { systemClock } from '../clock.ts';
import { Link } from '../realtimekit/index.ts';
import type { Ask, Outcome, Question } from './ask.ts';

const id = z.number().int().nonnegative();

const ToThread = z.discriminatedUnion('say', [
  z.object({
    say: z.literal('ask'),
    id,
    address: z.string(),
    expiresAt: z.number().nullable(),
    partPath: z.string(),
    deadlineAt: z.number().nullable(),
    skewMs: z.number(),
  }),
  z.object({ say: z.literal('abort'), id }),
]);
export type ToThread = z.infer<typeof ToThread>;

const OutcomeData = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('received'),
    received: z.object({
      sha256: z.string(),
      bytes: z.number(),
      etag: z.string().nullable(),
      lastModified: z.string().nullable(),
      matchesEtag: z.boolean(),
    }),
  }),
  z.object({ kind: z.literal('start-over') }),
  z.object({ kind: z.literal('not-taken'), failure: FailureData }),
]);

export const FromThread = z.discriminatedUnion('say', [
  z.object({ say: z.literal('request'), id, host: z.string() }),
  z.object({
    say: z.literal('progress'),
    id,
    receivedBytes: z.number(),
    totalBytes: z.number().nullable(),
  }),
  z.object({ say: z.literal('outcome'), id, outcome: OutcomeData }),
  z.object({ say: z.literal('failed'), id, failure: FailureData }),
]);
export type FromThread = z.infer<typeof FromThread>;

/** What the thread has at its workers entry: a way to hear and a way to speak. */
export interface ThreadPort {
  postMessage(message: FromThread): void;
  onMessage(listen: (message: unknown) => void): void;
}

/** A question as it crosses. */
export function toThread(id: number, { link, ...rest }: Question): ToThread {
  return { say: 'ask', id, address: link.reveal(), expiresAt: link.expiresAt, ...rest };
}

/** An outcome as it was before it crossed. */
export function outcomeOf(data: z.infer<typeof OutcomeData>): Outcome {
  return data.kind === 'not-taken' ? { ...data, failure: failureOf(data.failure) } : data;
}

/** A failure as it was before it crossed: what was unforeseen there is so here. */
export function failureOf({ code, message, ...more }: FailureData): Failure {
  const { retryAt, details } = more;
  return new Failure(code, message, { retryAt, ...(details === undefined ? {} : { details }) });
}

/** Answers what comes through `port` by `ask`; progress at most five times a second for each file. */
export function serveAsks(port: ThreadPort, ask: Ask): void {
  const running = new Map<number, AbortController>();

  const run = async ({ id, address, expiresAt, ...rest }: ToThread & { say: 'ask' }) => {
    const controller = new AbortController();
    const ended = new AbortController();
    running.set(id, controller);
    let latest: { receivedBytes: number; totalBytes: number | null } | null = null;
    const tell = () => {
      if (latest !== null) port.postMessage({ say: 'progress', id, ...latest });
      latest = null;
    };
    const tellSoon = throttled(systemClock, ended.signal, tell);
    let answer: FromThread;
    try {
      const question = { ...rest, link: new Link(address, expiresAt) };
      const outcome = await ask(question, {
        signal: controller.signal,
        onRequest: (host) => {
          port.postMessage({ say: 'request', id, host });
        },
        onProgress: (receivedBytes, totalBytes) => {
          latest = { receivedBytes, totalBytes };
          tellSoon();
        },
      });
      answer = { say: 'outcome', id, outcome: asData(outcome) };
    } catch (thrown) {
      answer = { say: 'failed', id, failure: withoutSecrets(thrown) };
    }
    ended.abort();
    running.delete(id);
    tell();
    port.postMessage(answer);
  };

  port.onMessage((raw) => {
    const message = ToThread.parse(raw);
    if (message.say === 'ask') void run(message);
    else running.get(message.id)?.abort();
  });
}

function asData(outcome: Outcome): z.infer<typeof OutcomeData> {
  return outcome.kind === 'not-taken'
    ? { kind: outcome.kind, failure: toFailureData(outcome.failure) }
    : outcome;
}

/** Nobody knows what an unforeseen error says of the link it met: its kind and where it was thrown have to do. */
function withoutSecrets(thrown: unknown): FailureData {
  if (thrown instanceof Failure) return toFailureData(thrown);
  const { name, stack = '' } = thrown instanceof Error ? thrown : new Error();
  const places = stack.split('\n').filter((line) => line.startsWith('    at '));
  return { code: 'bug', message: [`${name} in the transfer thread`, ...places].join('\n') };
}
