/** @file Tests. Dispatch answers every message with an envelope and runs nothing on bad input. */
import { Failure, calls } from '#contract';
import { describe, expect, it, vi } from 'vitest';
import { type Handlers, createDispatch } from '../../src/main/dispatch.ts';

/** Handlers that all fail but those given: a test says what it uses. */
function handlersWith(some: Partial<Handlers>): Handlers {
  const refusing = Object.fromEntries(
    Object.keys(calls).map((method) => [
      method,
      () => {
        throw new Error(`${method} was not expected`);
      },
    ]),
  );
  return { ...refusing, ...some } as Handlers;
}

const dispatchWith = (some: Partial<Handlers>, onBug = vi.fn()) =>
  createDispatch({ handlers: handlersWith(some), checkOutputs: true, onBug });

describe('dispatch', () => {
  it('answers with the value of the handler', async () => {
    const dispatch = dispatchWith({ 'app.settings': () => ({ appearance: { theme: 'dark' } }) });
    expect(await dispatch('app.settings', undefined)).toEqual({
      ok: true,
      value: { appearance: { theme: 'dark' } },
    });
  });

  it('runs no handler on input that does not fit', async () => {
    const setAppearance = vi.fn();
    const dispatch = dispatchWith({ 'app.setAppearance': setAppearance });
    const answer = await dispatch('app.setAppearance', { theme: 'pink' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'input.invalid' } });
    expect(setAppearance).not.toHaveBeenCalled();
  });

  it.each(['__proto__', 'constructor', 'nothing.here', 7, null, { method: 'app.info' }])(
    'refuses %j as a method',
    async (method) => {
      expect(await dispatchWith({})(method, undefined)).toMatchObject({
        ok: false,
        error: { code: 'input.invalid' },
      });
    },
  );

  it('passes an expected failure on with its code and does not call it a bug', async () => {
    const onBug = vi.fn();
    const dispatch = dispatchWith(
      {
        'pull.start': () => {
          throw new Failure('credentials.missing', 'none', { details: { account: 'a' } });
        },
      },
      onBug,
    );
    expect(await dispatch('pull.start', undefined)).toEqual({
      ok: false,
      error: { code: 'credentials.missing', message: 'none', details: { account: 'a' } },
    });
    expect(onBug).not.toHaveBeenCalled();
  });

  it('calls everything else a bug, and a wrong answer of ours too', async () => {
    const onBug = vi.fn();
    const wrong = { appearance: { theme: 'pink' } } as unknown as ReturnType<
      Handlers['app.settings']
    >;
    const dispatch = dispatchWith({ 'app.settings': () => wrong }, onBug);
    expect(await dispatch('app.settings', undefined)).toMatchObject({
      ok: false,
      error: { code: 'bug' },
    });
    expect(onBug).toHaveBeenCalledOnce();
  });
});
