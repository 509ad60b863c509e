/** @file Renderer. Says the answer of a token check to a person, beside the field it is about (contract 1.1). */
import type { AccessCheck, FailureData } from '#contract';
import { wordsFor, type Words } from '../error-words.ts';
import { dayText } from '../parts/format.ts';

type State = AccessCheck['state'];

const notStored = 'Nothing was stored.';
const archiveSafe = 'Recordings already archived are untouched.';

const words = {
  ok: {
    what: 'The token works.',
    safe: 'It may read what RealtimeKit has recorded in this account.',
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

export interface FieldNote {
  tone: 'good' | 'warn' | 'bad';
  words: Words;
  detail: string | null;
}

export type CheckedField = 'accountId' | 'apiRoot' | 'token' | 'appId';
export type FieldNotes = Partial<Record<CheckedField, FieldNote>>;

const fields: Record<State, CheckedField> = {
  ok: 'token',
  malformed: 'token',
  unknown: 'token',
  expired: 'token',
  disabled: 'token',
  'lacks-rights': 'token',
  'wrong-account': 'accountId',
  'wrong-app': 'appId',
  'not-checked': 'token',
};

const toneOf = (state: State): FieldNote['tone'] =>
  state === 'ok' ? 'good' : state === 'not-checked' ? 'warn' : 'bad';

const validUntil = (expiresAt: number | null): string =>
  expiresAt === null ? '' : `It is valid until ${dayText(expiresAt)}.`;

const noApps: Words = {
  what: 'This account has no RealtimeKit app.',
  safe: 'Token and account are right.',
  next: 'Create an app in the Cloudflare dashboard under Realtime, then check again.',
};

/** What is said beside each field of the form; `appId` is what is chosen so far. */
export function notesOf(check: AccessCheck, appId: string): FieldNotes {
  const { state, expiresAt, apps } = check;
  const detail = detailOf(check);
  const tokenWorks: FieldNote = {
    tone: 'good',
    words: { ...words.ok, safe: validUntil(expiresAt) || words.ok.safe },
    detail: null,
  };
  if (state === 'ok') {
    const note: FieldNotes = { token: { ...tokenWorks, detail } };
    return apps.length === 0 && appId === ''
      ? { ...note, appId: { tone: 'bad', words: noApps, detail: null } }
      : note;
  }
  const said: FieldNotes = {
    [fields[state]]: { tone: toneOf(state), words: words[state], detail },
  };
  return state === 'wrong-app' ? { token: tokenWorks, ...said } : said;
}

const badAddress: Words = {
  what: 'This address cannot be used.',
  safe: 'The token was not sent.',
  next: 'Give it as https://… up to and including /client/v4; http is accepted on this machine only.',
};

/** Why nothing was asked at all, beside the field it lies in: an unusable address above all. */
export function failedNotes(failure: FailureData, apiRoot: string): FieldNotes {
  if (failure.code === 'input.invalid' && apiRoot !== '') {
    return { apiRoot: { tone: 'bad', words: badAddress, detail: null } };
  }
  return { token: { tone: 'bad', words: wordsFor(failure), detail: null } };
}

/** What a test of a token that is kept already says: nothing is being stored, something is at stake. */
export function testNote(check: AccessCheck): FieldNote {
  const { state, expiresAt } = check;
  const { what, safe, next } = words[state];
  return {
    tone: toneOf(state),
    words: {
      what: state === 'ok' ? 'The token works for this app.' : what,
      safe:
        state === 'ok'
          ? validUntil(expiresAt) || 'The service told no date on which it ends.'
          : state === 'not-checked'
            ? safe
            : archiveSafe,
      next: state === 'malformed' ? 'Connect again with the whole token.' : next,
    },
    detail: detailOf(check),
  };
}
