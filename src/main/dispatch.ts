/** @file Main process. Turns (method, unknown) into an answered envelope. Pure plumbing: never rejects. */
import {
  type Envelope,
  type Method,
  type OutputOf,
  type ParsedInputOf,
  Failure,
  calls,
  isMethod,
  toFailureData,
} from '#contract';

/** One function per call of the contract. */
export type Handlers = {
  [M in Method]: (input: ParsedInputOf<M>) => OutputOf<M> | Promise<OutputOf<M>>;
};

export interface DispatchOptions {
  handlers: Handlers;
  /** Output schemas run in tests and development; a mismatch is a bug of ours. */
  checkOutputs: boolean;
  /** Told of every `bug`, with the stack, for the log. */
  onBug: (method: string, thrown: unknown) => void;
}

export type Dispatch = (method: unknown, input: unknown) => Promise<Envelope<unknown>>;

export function createDispatch({ handlers, checkOutputs, onBug }: DispatchOptions): Dispatch {
  const answer = async <M extends Method>(method: M, input: unknown): Promise<unknown> => {
    const parsed = calls[method].input.safeParse(input);
    if (!parsed.success) {
      throw new Failure('input.invalid', `The call ${method} was given something else.`);
    }
    // The schema of this very method has just produced the value; TypeScript cannot relate the two by index.
    const handle: (input: ParsedInputOf<M>) => unknown = handlers[method];
    const value = await handle(parsed.data as ParsedInputOf<M>);
    if (checkOutputs) calls[method].output.parse(value);
    return value;
  };

  return async (method, input) => {
    if (typeof method !== 'string' || !isMethod(method)) {
      return {
        ok: false,
        error: { code: 'input.invalid', message: 'There is no such call.' },
      };
    }
    try {
      return { ok: true, value: await answer(method, input) };
    } catch (thrown) {
      const error = toFailureData(thrown);
      if (error.code === 'bug') onBug(method, thrown);
      return { ok: false, error };
    }
  };
}
