/** @file Tests. Dispatch answers every message with an envelope and runs nothing on bad input. */
import { Failure, type Settings, calls } from '#contract';
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

const settings: Settings = {
  appearance: { theme: 'dark' },
  layout: {
    panes: {},
    closed: [],
    meetingColumns: ['when'],
    meetingSort: { by: 'when', descending: true },
  },
  behaviour: { startAtLogin: false, stayInTray: false, offered: false, notifications: true },
  fetching: { automatic: true, everyMinutes: 10, atOnce: 3, speedLimit: null },
  relay: { enabled: false, port: 8790 },
};

describe('dispatch', () => {
  it('answers with the value of the handler', async () => {
    const dispatch = dispatchWith({ 'app.settings': () => settings });
    expect(await dispatch('app.settings', undefined)).toEqual({ ok: true, value: settings });
  });

  it('runs no handler on input that does not fit', async () => {
    const change = vi.fn();
    const dispatch = dispatchWith({ 'app.changeSettings': change });
    const answer = await dispatch('app.changeSettings', { appearance: { theme: 'pink' } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'input.invalid' } });
    expect(change).not.toHaveBeenCalled();
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
    const wrong = { ...settings, appearance: { theme: 'pink' } } as unknown as ReturnType<
      Handlers['app.settings']
    >;
    const dispatch = dispatchWith({ 'app.settings': () => wrong }, onBug);
    expect(await dispatch('app.settings', undefined)).toMatchObject({
      ok: false,
      error: { code: 'bug' },
    });
    expect(onBug).toHaveBeenCalledOnce();
  });

  it('takes the name of a file that is not quite one for nothing, not for the whole recording', async () => {
    const cancel = vi.fn();
    const dispatch = dispatchWith({ 'transfers.cancel': cancel });
    const recordingId = 'r';
    for (const wrong of [{ fileName: 'a' }, { layerName: 'l', fileName: 'a'.repeat(5000) }]) {
      expect(await dispatch('transfers.cancel', { recordingId, ...wrong })).toMatchObject({
        ok: false,
        error: { code: 'input.invalid' },
      });
    }
    expect(cancel).not.toHaveBeenCalled();
    await dispatch('transfers.cancel', { recordingId });
    expect(cancel.mock.calls).toEqual([[{ recordingId }]]);
  });
});
