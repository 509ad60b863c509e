/** @file Tests. Connecting: which field an answer is about, and the check that goes along with typing. */
import { describe, expect, it } from 'vitest';
import type { AccessCheck } from '../../../src/preload/contract/workspaces.ts';
import {
  detailOf,
  failedNotes,
  notesOf,
  testNote,
} from '../../../src/renderer/screens/check-words.ts';
import {
  createChecker,
  isAccountId,
  looksWhole,
  restMs,
  type LiveCheck,
  type Question,
} from '../../../src/renderer/screens/live-check.ts';

const answer = (state: AccessCheck['state'], more: Partial<AccessCheck> = {}): AccessCheck => ({
  state,
  detail: null,
  expiresAt: null,
  apps: [{ id: 'app-1', name: 'Studio' }],
  ...more,
});

describe('a token check', () => {
  it('says what is wrong with the shape of a token, and marks the words of the service as such', () => {
    expect(detailOf(answer('malformed', { detail: 'global-key' }))).toMatch(/^It is the global/);
    expect(detailOf(answer('unknown', { detail: 'Invalid API Token' }))).toBe(
      'Cloudflare’s words: “Invalid API Token”',
    );
    expect(detailOf(answer('ok'))).toBeNull();
  });

  it('speaks beside the field that is wrong, and there alone', () => {
    expect(Object.keys(notesOf(answer('expired'), ''))).toEqual(['token']);
    expect(Object.keys(notesOf(answer('wrong-account'), ''))).toEqual(['accountId']);
    expect(notesOf(answer('wrong-app'), 'gone')).toMatchObject({
      token: { tone: 'good' },
      appId: { tone: 'bad' },
    });
  });

  it('says until when a good token is valid', () => {
    const expiresAt = Date.UTC(2027, 2, 31, 12);
    expect(notesOf(answer('ok', { expiresAt }), '').token?.words.safe).toMatch(/2027\.$/);
    expect(notesOf(answer('ok'), '').token?.words.safe).toMatch(/^It may read/);
  });

  it('says so when the account has no app to choose', () => {
    expect(notesOf(answer('ok', { apps: [] }), '').appId).toMatchObject({ tone: 'bad' });
    expect(notesOf(answer('ok'), '').appId).toBeUndefined();
  });

  it('does not blame the token when nothing could be checked', () => {
    expect(notesOf(answer('not-checked'), '').token).toMatchObject({ tone: 'warn' });
  });

  it('blames the address when it was the address that could not be used', () => {
    const failure = { code: 'input.invalid', message: 'not https' } as const;
    expect(failedNotes(failure, 'ftp://x').apiRoot?.words.safe).toBe('The token was not sent.');
    expect(Object.keys(failedNotes(failure, ''))).toEqual(['token']);
  });

  it('of a kept token does not say that nothing was stored', () => {
    const states = ['malformed', 'unknown', 'expired', 'disabled', 'lacks-rights'] as const;
    for (const state of [...states, 'wrong-account', 'wrong-app'] as const) {
      const { what, safe } = testNote(answer(state)).words;
      expect(what).not.toBe('');
      expect(safe).toBe('Recordings already archived are untouched.');
    }
  });
});

describe('a live check', () => {
  const whole: Question = {
    accountId: '0123456789abcdef0123456789abcdef',
    apiRoot: '',
    token: `cfut_${'x'.repeat(40)}`,
  };
  const other: Question = { ...whole, token: `cfut_${'y'.repeat(40)}` };

  /** A checker whose time and service are in the hand of the test. */
  function build() {
    const asked: { question: Question; answer: (check: AccessCheck) => void; fail: () => void }[] =
      [];
    const said: LiveCheck[] = [];
    let timers: { ms: number; run: () => void }[] = [];
    const checker = createChecker({
      check: (question) =>
        new Promise((resolve, reject) => {
          asked.push({
            question,
            answer: resolve,
            fail: () => {
              reject(new Error('no bridge'));
            },
          });
        }),
      after: (ms, run) => {
        const timer = { ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
      say: (state) => said.push(state),
    });
    return {
      checker,
      asked,
      said,
      rest: () => {
        const due = timers;
        timers = [];
        for (const { ms, run } of due) {
          expect(ms).toBe(restMs);
          run();
        }
      },
      waiting: () => timers.length,
    };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('knows an account id and a token that may be whole', () => {
    expect(isAccountId(` ${whole.accountId.toUpperCase()} `)).toBe(true);
    expect(isAccountId(whole.accountId.slice(1))).toBe(false);
    expect(looksWhole(whole)).toBe(true);
    expect(looksWhole({ ...whole, token: 'cfut_abc' })).toBe(false);
    expect(looksWhole({ ...whole, accountId: 'abc' })).toBe(false);
  });

  it('asks once, after a rest, and says the answer', async () => {
    const { checker, asked, said, rest } = build();
    checker.typed({ ...whole, token: whole.token.slice(0, -1) });
    checker.typed(whole);
    expect(asked).toHaveLength(0);
    rest();
    expect(asked.map(({ question }) => question)).toEqual([whole]);
    asked[0]?.answer(answer('ok'));
    await settled();
    expect(said.at(-1)).toMatchObject({ state: 'answered', check: { state: 'ok' } });
    checker.typed({ ...whole });
    rest();
    expect(asked, 'the same is not asked twice').toHaveLength(1);
  });

  it('waits to be told about what does not look whole', () => {
    const { checker, asked, waiting } = build();
    const half = { ...whole, token: 'cfut_two words' };
    checker.typed(half);
    expect(waiting()).toBe(0);
    checker.ask(half);
    checker.ask(half);
    expect(asked).toHaveLength(1);
  });

  it('drops the answer to what is no longer typed, and asks one at a time', async () => {
    const { checker, asked, said, rest } = build();
    checker.typed(whole);
    rest();
    checker.typed(other);
    expect(said.at(-1)).toEqual({ state: 'idle' });
    rest();
    expect(said.at(-1)).toEqual({ state: 'checking', question: other });
    expect(asked).toHaveLength(1);
    asked[0]?.answer(answer('expired'));
    await settled();
    expect(said.some(({ state }) => state === 'answered')).toBe(false);
    expect(asked.map(({ question }) => question)).toEqual([whole, other]);
    asked[1]?.answer(answer('ok'));
    await settled();
    expect(said.at(-1)).toMatchObject({ state: 'answered', question: other });
  });

  it('says nothing more once the fields are empty', async () => {
    const { checker, asked, said, rest } = build();
    checker.typed(whole);
    rest();
    checker.typed(null);
    asked[0]?.answer(answer('ok'));
    await settled();
    expect(said.at(-1)).toEqual({ state: 'idle' });
    expect(asked).toHaveLength(1);
  });

  it('says a failure as one, and can be told to ask again', async () => {
    const { checker, asked, said } = build();
    checker.ask(whole);
    asked[0]?.fail();
    await settled();
    expect(said.at(-1)).toMatchObject({ state: 'failed', failure: { code: 'bug' } });
    checker.ask(whole);
    expect(asked).toHaveLength(2);
  });
});
