/** @file Main process. Gets an answer out of the API: paced, retried where that is safe, decoded. */
import { Failure } from '#contract';
import { z } from 'zod';

import type { Clock } from '../clock.ts';
import { exchange, type Exchange, type Sending } from './exchange.ts';
import type { CallOptions, Contact, KitStatus } from './kit.ts';
import { createPace, type Ticket, type Waited } from './pace.ts';
import type { Headers } from './rate-limit.ts';
import {
  failureOf,
  isAboutCredentials,
  isUnknownThing,
  readRefusal,
  type Refusal,
} from './refusal.ts';

/** What the service said: something, or no. Trouble on the way is thrown. */
export type Answer =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly refusal: Refusal };

/** What became of something that must not be sent twice. */
export type Sent =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Nobody has read it: it never left, or the rate limit turned it away. */
  | { readonly kind: 'unsent'; readonly failure: Failure }
  /** The service may have done it or not. */
  | { readonly kind: 'lost'; readonly failure: Failure };

export interface Gateway {
  /**
   * Sends a GET, at most five times: lost, cut or garbled answers, 408 and 5xx are tried again.
   * @throws Failure `api.unreachable`, `api.rate-limited`, `api.server-trouble`,
   *   `api.not-understood`, or the signal's reason
   */
  ask(address: string, token: string, asked: CallOptions): Promise<Answer>;
  /**
   * Sends an order, once, and does not wait for a pause to end. Once it is on its way its signal does
   * not call it back.
   * @throws the signal's reason, before anything was sent
   */
  send(order: Sending, token: string, asked: CallOptions): Promise<Sent>;
  status(): KitStatus;
}

export interface GatewayOptions {
  readonly clock: Clock;
  readonly concurrency: number;
  readonly maxPauseMs: number;
  readonly answerWithinMs: number;
  readonly random: () => number;
  readonly onContact: (contact: Contact) => void;
  readonly onRequest: (host: string) => void;
}

const retries = 4;
// Several pauses in a row without one good answer between them: waiting on is of no use.
const mostPauses = 6;

const Envelope = z.record(z.string(), z.unknown());

type Attempt =
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'paused' }
  | { readonly kind: 'again'; readonly failure: Failure };

/** Opens the one way to the API. */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, random, onContact } = options;
  let skewMs: number | null = null;
  const pace = createPace({
    clock,
    concurrency: options.concurrency,
    maxPauseMs: options.maxPauseMs,
    onPause: (until) => onContact({ state: 'rate-limited', at: clock.now(), until }),
  });

  /** One request and what is learned from how it ends. */
  async function transmit(
    sending: Sending,
    token: string,
    ticket: Ticket,
    { signal, onSend }: CallOptions,
  ): Promise<Exchange> {
    const sentAt = clock.now();
    options.onRequest(new URL(sending.address).host);
    onSend?.();
    const result = await exchange(sending, token, options.answerWithinMs, signal);
    const now = clock.now();
    if (result.kind === 'silence') {
      onContact({ state: 'unreachable', at: now, message: result.message });
    }
    if (result.kind === 'answer') {
      skewMs = measureSkew(result.headers, sentAt, now) ?? skewMs;
      onContact({ state: 'answered', at: now, skewMs });
      pace.learn(result.status, result.headers, ticket);
    }
    return result;
  }

  async function attempt(
    address: string,
    token: string,
    ticket: Ticket,
    asked: CallOptions,
  ): Promise<Attempt> {
    const result = await transmit({ method: 'GET', address }, token, ticket, asked);
    if (result.kind === 'silence') return { kind: 'again', failure: unreachable(result.message) };
    if (result.kind === 'too-large') throw new Failure('api.not-understood', result.message);
    return judge(result, token);
  }

  return {
    async ask(address, token, asked) {
      const { signal, maxPauseMs } = asked;
      const waited: Waited = { ms: 0, atMostMs: maxPauseMs };
      let pauses = 0;
      for (let failures = 0; ;) {
        const tried = await pace.run(
          (ticket) => attempt(address, token, ticket, asked),
          waited,
          signal,
        );
        if (tried.kind === 'done') return tried.answer;
        if (tried.kind === 'paused') {
          pauses += 1;
          if (pauses >= mostPauses) throw stillLimited(pace.pausedUntil() ?? clock.now());
          continue;
        }
        failures += 1;
        if (failures > retries) throw tried.failure;
        // 0.5 s doubling to 8 s, less up to a quarter: slept outside the queue, others go on.
        const longestMs = Math.min(500 * 2 ** (failures - 1), 8_000);
        await clock.sleep(longestMs * (1 - 0.25 * random()), signal);
      }
    },

    async send(order, token, { signal, onSend }) {
      try {
        // The queue would let go of what already runs: it is not given the signal.
        const result = await pace.run(
          (ticket) => {
            signal?.throwIfAborted();
            return transmit(order, token, ticket, { onSend });
          },
          { ms: 0, atMostMs: 0 },
          undefined,
        );
        if (result.kind === 'answer' && result.status === 429) {
          return { kind: 'unsent', failure: stillLimited(pace.pausedUntil() ?? clock.now()) };
        }
        return judgeOrder(result, token);
      } catch (error) {
        if (error instanceof Failure) return { kind: 'unsent', failure: error };
        throw error;
      }
    },

    status: () => ({ rateLimitedUntil: pace.pausedUntil(), skewMs, quota: pace.quota() }),
  };
}

function judge(result: Extract<Exchange, { kind: 'answer' }>, token: string): Attempt {
  const { status, text } = result;
  if (status === 429) return { kind: 'paused' };
  const body = Envelope.safeParse(decode(text));
  if (status >= 200 && status < 300) {
    if (!body.success) return { kind: 'again', failure: somethingBetween() };
    if (body.data['success'] !== false) {
      return { kind: 'done', answer: { ok: true, body: body.data } };
    }
  }
  const refusal = readRefusal(status, body.data, [token]);
  const isContradiction = status < 300 && !isAboutCredentials(refusal) && !isUnknownThing(refusal);
  // A good status with bad news inside may be a hiccup; no read is harmed by asking again.
  if (isContradiction) return { kind: 'again', failure: failureOf(refusal) };
  if (status === 408 || status >= 500) return { kind: 'again', failure: failureOf(refusal) };
  // A redirect, or an error page in HTML, is not the service's way to say no; a bare 401 may be.
  const isBareRefusal = (status === 401 || status === 403) && text.trim() === '';
  if (!refusal.isFromService && !isBareRefusal) {
    return { kind: 'again', failure: somethingBetween() };
  }
  return { kind: 'done', answer: { ok: false, refusal } };
}

/** A good status with no good answer behind it, and every trouble of the service's own, leaves it open. */
function judgeOrder(result: Exchange, token: string): Sent {
  if (result.kind === 'silence') {
    const failure = unreachable(result.message);
    return result.hasLeft ? { kind: 'lost', failure } : { kind: 'unsent', failure };
  }
  if (result.kind === 'too-large') {
    return { kind: 'lost', failure: new Failure('api.not-understood', result.message) };
  }
  const { status, text } = result;
  const body = Envelope.safeParse(decode(text));
  const isGood = status >= 200 && status < 300;
  if (isGood && body.success && body.data['success'] !== false) {
    return { kind: 'answer', answer: { ok: true, body: body.data } };
  }
  const refusal = readRefusal(status, body.data, [token]);
  if (isGood && !body.success) return { kind: 'lost', failure: somethingBetween() };
  if (status === 408 || status >= 500 || (isGood && !isAboutCredentials(refusal))) {
    return { kind: 'lost', failure: failureOf(refusal) };
  }
  // A redirect is not followed, and whoever sent it is not the service.
  if (status < 400 && !isGood) return { kind: 'unsent', failure: somethingBetween() };
  return { kind: 'answer', answer: { ok: false, refusal } };
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The API's clock minus ours, from the `Date` header, which has whole seconds. */
function measureSkew(headers: Headers, sentAt: number, receivedAt: number): number | null {
  const { date } = headers;
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? null : Math.round(at + 500 - (sentAt + receivedAt) / 2);
}

function unreachable(message: string): Failure {
  return new Failure('api.unreachable', `The service could not be reached (${message}).`);
}

function somethingBetween(): Failure {
  return new Failure(
    'api.not-understood',
    'Something between you and Cloudflare answered, or the answer was cut short.',
  );
}

function stillLimited(retryAt: number): Failure {
  return new Failure('api.rate-limited', 'The service keeps asking to wait.', { retryAt });
}
