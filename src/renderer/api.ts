/** @file Renderer. The only place that speaks to main: opens the envelope, gives each call its type. */
import { z } from 'zod';
import {
  calls,
  events,
  Failure,
  FailureData,
  isEventName,
  type Bridge,
  type EventName,
  type EventOf,
  type InputOf,
  type Method,
  type OutputOf,
} from '#contract';

declare global {
  interface Window {
    readonly trackvault?: Bridge;
  }
}

const Envelope = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: FailureData }),
]);

/** The same tables, seen so that a method or event name gives the type of its value. */
const answers: { [M in Method]: { output: z.ZodType<OutputOf<M>> } } = calls;
const told: { [Name in EventName]: z.ZodType<EventOf<Name>> } = events;

/** Calls without input are asked without one. */
type Asked<M extends Method> = undefined extends InputOf<M> ? [] : [InputOf<M>];

/**
 * Asks main.
 * @throws {Failure} with the code main gave; `bug` when the answer is not what the contract says.
 */
export async function ask<M extends Method>(method: M, ...asked: Asked<M>): Promise<OutputOf<M>> {
  const envelope = Envelope.safeParse(await bridge().invoke(method, asked[0]));
  if (!envelope.success) throw new Failure('bug', `${method}: the answer has no envelope`);
  if (!envelope.data.ok) {
    const { code, message, retryAt, details } = envelope.data.error;
    throw new Failure(code, message, { retryAt, ...(details ? { details } : {}) });
  }
  const value = answers[method].output.safeParse(envelope.data.value);
  if (!value.success) throw new Failure('bug', `${method}: ${value.error.message}`);
  return value.data;
}

type Hearer = (value: unknown) => void;
const hearers = new Map<EventName, Set<Hearer>>();
let listening = false;

/** Hears one kind of event until the returned function is called. Values that break the contract are dropped. */
export function hear<Name extends EventName>(
  name: Name,
  heard: (value: EventOf<Name>) => void,
): () => void {
  const schema = told[name];
  const hearer: Hearer = (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) heard(parsed.data);
  };
  const set = hearers.get(name) ?? new Set();
  hearers.set(name, set.add(hearer));
  if (!listening) {
    listening = true;
    bridge().listen((event, value) => {
      if (isEventName(event)) for (const each of hearers.get(event) ?? []) each(value);
    });
  }
  return () => {
    set.delete(hearer);
  };
}

function bridge(): Bridge {
  if (!window.trackvault) throw new Failure('bug', 'The window was opened without its bridge.');
  return window.trackvault;
}
