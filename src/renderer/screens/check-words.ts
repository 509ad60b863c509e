/** @file Renderer. Says the answer of a token check to a person (contract 1.1). */
import type { AccessCheck } from '#contract';
import type { Words } from '../error-words.ts';

type State = AccessCheck['state'];

const notStored = 'Nothing was stored.';

const words = {
  ok: {
    what: 'The token works for this app.',
    safe: 'It may read what RealtimeKit has recorded here.',
    next: '',
  },
  malformed: {
    what: 'This does not look like a Cloudflare API token.',
    safe: 'It was not sent anywhere.',
    next: 'Copy it again without spaces or line breaks. The global API key (cfk_…) cannot be used.',
  },
  unknown: {
    what: 'Cloudflare does not know this token.',
    safe: notStored,
    next: 'Check that it was copied whole, and that it was not deleted or rolled since.',
  },
  expired: {
    what: 'The token has expired.',
    safe: notStored,
    next: 'Extend it in the Cloudflare dashboard or create a new one.',
  },
  disabled: {
    what: 'The token is valid but switched off.',
    safe: notStored,
    next: 'Switch it on in the Cloudflare dashboard, then check again.',
  },
  'lacks-rights': {
    what: 'Cloudflare knows the token, but it may not use RealtimeKit.',
    safe: notStored,
    next: 'Edit the token: add the account permission “Realtime” or “Realtime Admin”, then check again.',
  },
  'wrong-account': {
    what: 'The token works, but not for this account.',
    safe: notStored,
    next: 'Check the account id (32 letters and digits, in the dashboard’s address), or use a token of that account.',
  },
  'wrong-app': {
    what: 'The account has no RealtimeKit app with this id.',
    safe: 'Token and account are right. Nothing was stored yet.',
    next: 'Choose one of the account’s apps.',
  },
  'not-checked': {
    what: 'The token could not be checked.',
    safe: 'This says nothing about the token. The library works without a network.',
    next: 'Check the connection and try again.',
  },
} satisfies Record<State, Words>;

const appToChoose: Words = {
  what: 'The token works. Choose the app to archive.',
  safe: 'Nothing was stored yet.',
  next: '',
};

/** What is wrong with the shape of a token, in the words of somebody who looks at it. */
const faults: Record<string, string> = {
  empty: 'It is empty.',
  spaces: 'It has spaces inside.',
  'line-break': 'It has a line break inside.',
  quotes: 'It has quotation marks around it.',
  'repeated-bearer': 'It begins with the word “Bearer”, which is not part of it.',
  'global-key': 'It is the global API key, which cannot be limited and is not accepted.',
  characters: 'It has characters that no token has.',
  refused: 'Cloudflare itself called it malformed.',
};

/** The small print below an answer: our finding, or the service's own words marked as such. */
export function detailOf({ state, detail }: AccessCheck): string | null {
  if (detail === null) return null;
  if (state === 'malformed') return faults[detail] ?? null;
  return state === 'not-checked' ? detail : `Cloudflare’s words: “${detail}”`;
}

export interface CheckAnswer {
  tone: 'good' | 'warn' | 'bad';
  words: Words;
  /** The form field to look at, when there is one. */
  field: 'token' | 'accountId' | 'appId' | null;
}

const fields: Record<State, CheckAnswer['field']> = {
  ok: null,
  malformed: 'token',
  unknown: 'token',
  expired: 'token',
  disabled: 'token',
  'lacks-rights': 'token',
  'wrong-account': 'accountId',
  'wrong-app': 'appId',
  'not-checked': null,
};

/** `appId` is what the form asked about: without one, a good token still leaves the app to choose. */
export function answerOf(check: AccessCheck, appId: string): CheckAnswer {
  if (appId.trim() === '' && (check.state === 'ok' || check.state === 'wrong-app')) {
    return { tone: 'good', words: appToChoose, field: 'appId' };
  }
  const tone = check.state === 'ok' ? 'good' : check.state === 'not-checked' ? 'warn' : 'bad';
  return { tone, words: words[check.state], field: fields[check.state] };
}
