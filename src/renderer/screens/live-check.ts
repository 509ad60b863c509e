/** @file Renderer. Asks what a token may do while a person types: once they rest, one question at a time, none twice. */
import type { AccessCheck, FailureData } from '#contract';
import { asFailure } from '../error-words.ts';

/** What a check is about. The app is not part of it: it is chosen from what the check finds. */
export interface Question {
  readonly accountId: string;
  readonly apiRoot: string;
  readonly token: string;
}

export type LiveCheck =
  | { readonly state: 'idle' }
  | { readonly state: 'checking'; readonly question: Question }
  | { readonly state: 'answered'; readonly question: Question; readonly check: AccessCheck }
  | { readonly state: 'failed'; readonly question: Question; readonly failure: FailureData };

export interface Checker {
  /** What is typed now; null when there is nothing to ask. An answer to anything else is dropped. */
  typed(question: Question | null): void;
  /** Asks at once, again even if it was answered. */
  ask(question: Question): void;
}

/** So long nothing is typed before the service is asked. */
export const restMs = 600;

const accountIdShape = /^[0-9a-f]{32}$/i;
/** Tokens have 40 characters and more (contract 1); a shorter one is asked about when a person says so. */
const wholeTokenLength = 40;

export const isAccountId = (text: string): boolean => accountIdShape.test(text.trim());

/** Whether it looks whole, so that asking makes sense without being told to. */
export const looksWhole = ({ accountId, token }: Question): boolean =>
  isAccountId(accountId) && token.length >= wholeTokenLength;

const isSame = (one: Question, other: Question): boolean =>
  one.accountId === other.accountId && one.apiRoot === other.apiRoot && one.token === other.token;

export function createChecker(world: {
  check: (question: Question) => Promise<AccessCheck>;
  /** Calls once after so many milliseconds, unless called off by what it returns. */
  after: (ms: number, run: () => void) => () => void;
  say: (state: LiveCheck) => void;
}): Checker {
  let state: LiveCheck = { state: 'idle' };
  let cancelRest = (): void => undefined;
  /** The one on its way; its answer counts as long as it is still what is typed. */
  let underWay: Question | null = null;
  let wanted: Question | null = null;

  const become = (next: LiveCheck): void => {
    state = next;
    world.say(next);
  };

  const settle = (question: Question, next: LiveCheck): void => {
    underWay = null;
    if (wanted === null) return;
    if (isSame(wanted, question)) become(next);
    else begin(wanted);
  };

  const begin = (question: Question): void => {
    become({ state: 'checking', question });
    // A second question waits for the first one's end: the service counts them.
    if (underWay !== null) return;
    underWay = question;
    world.check(question).then(
      (check) => {
        settle(question, { state: 'answered', question, check });
      },
      (thrown: unknown) => {
        settle(question, { state: 'failed', question, failure: asFailure(thrown) });
      },
    );
  };

  return {
    typed(question) {
      if (question !== null && wanted !== null && isSame(wanted, question)) return;
      cancelRest();
      wanted = question;
      if (state.state !== 'idle') become({ state: 'idle' });
      if (question === null || !looksWhole(question)) return;
      cancelRest = world.after(restMs, () => {
        begin(question);
      });
    },
    ask(question) {
      if (state.state === 'checking' && isSame(state.question, question)) return;
      cancelRest();
      wanted = question;
      begin(question);
    },
  };
}
