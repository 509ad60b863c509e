/** @file Main process. Finds out what is wrong with a token, in the order of contract 1.1. */
import { Failure, toFailureData } from '#contract';
import { z } from 'zod';

import { addressOf } from './api-root.ts';
import { Time } from './answers.ts';
import type { Answer, Gateway } from './gateway.ts';
import type { Access } from './kit.ts';
import { failureOf, isMalformedHeader, isUnroutable, type Refusal } from './refusal.ts';
import { readTokenShape, type TokenShape } from './token-shape.ts';
import type { VendorApp } from './vendor.ts';

export interface AccessQuestion {
  readonly gateway: Gateway;
  /** Up to and including the version. */
  readonly apiRoot: string;
  readonly accountId: string;
  readonly appId: string | null;
  /** All apps of the account. */
  readonly listApps: () => Promise<VendorApp[]>;
}

type SoundToken = Extract<TokenShape, { sound: true }>;

type Verified =
  | { readonly state: 'active'; readonly by: 'user' | 'account'; readonly expiresAt: number | null }
  | { readonly state: 'expired' | 'disabled' | 'malformed'; readonly at: number | null }
  | { readonly state: 'unknown'; readonly message: string }
  /** The API has no such endpoint: its other answers must do. */
  | { readonly state: 'silent' };

const Verification = z.object({
  status: z.string(),
  expires_on: Time,
  not_before: Time,
});
const Accounts = z.array(z.object({ id: z.string() }));

/**
 * Judges a token. Trouble on the way (network, 5xx, rate limit) is `not-checked`, never a verdict.
 * A token the service works with is good, whatever its verification said.
 * @throws the signal's reason
 */
export async function judgeAccess(
  question: AccessQuestion,
  tokenText: string,
  signal: AbortSignal | undefined,
): Promise<Access> {
  const shape = readTokenShape(tokenText);
  if (!shape.sound) return { state: 'malformed', because: shape.because };
  try {
    return await judgeSound(question, shape, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    return { state: 'not-checked', failure: toFailureData(error) };
  }
}

/** The failure an ordinary call ends with, given the verdict; `null` when the token is good. */
export function failureOfAccess(access: Access): Failure | null {
  switch (access.state) {
    case 'ok':
      return null;
    case 'malformed':
      return new Failure('credentials.malformed', 'The token is not written as tokens are.', {
        details: { because: access.because },
      });
    case 'unknown':
      return new Failure('credentials.unknown', access.message);
    case 'expired':
      return new Failure('credentials.expired', 'The token has expired.', {
        details: access.expiresAt === null ? {} : { expiresAt: access.expiresAt },
      });
    case 'disabled':
      return new Failure('credentials.disabled', 'The token is disabled or not valid yet.', {
        details: access.validFrom === null ? {} : { validFrom: access.validFrom },
      });
    case 'lacks-rights':
      return new Failure('credentials.lack-rights', access.message, {
        details: { certain: access.certain },
      });
    case 'wrong-account':
      return new Failure('credentials.wrong-account', access.message, {
        details: { certain: access.certain },
      });
    case 'wrong-app':
      return new Failure('credentials.wrong-app', 'The account has no app with this id.');
    case 'not-checked':
      return new Failure(access.failure.code, access.failure.message, {
        retryAt: access.failure.retryAt,
        ...(access.failure.details === undefined ? {} : { details: access.failure.details }),
      });
  }
}

async function judgeSound(
  question: AccessQuestion,
  shape: SoundToken,
  signal: AbortSignal | undefined,
): Promise<Access> {
  const { gateway, apiRoot, accountId, appId } = question;
  const verified = await verify(question, shape, signal);
  if (verified.state === 'malformed') return { state: 'malformed', because: 'refused' };
  if (verified.state === 'expired') return { state: 'expired', expiresAt: verified.at };
  if (verified.state === 'disabled') return { state: 'disabled', validFrom: verified.at };

  const address = addressOf(apiRoot, ['accounts', accountId, 'realtime', 'kit', 'apps'], {
    page_no: 1,
    per_page: 1,
  });
  const answer = await gateway.ask(address, shape.token, { signal });
  if (!answer.ok) return judgeRefusal(question, shape, verified, answer.refusal, signal);

  const apps = await question.listApps();
  const expiresAt = verified.state === 'active' ? verified.expiresAt : null;
  return appId === null || apps.some((app) => app.id === appId)
    ? { state: 'ok', apps, expiresAt }
    : { state: 'wrong-app', apps, expiresAt };
}

/** Asks the endpoint of the token's kind; a token without prefix may be of either (contract 1.1). */
async function verify(
  { gateway, apiRoot, accountId }: AccessQuestion,
  { token, owner }: SoundToken,
  signal: AbortSignal | undefined,
): Promise<Verified> {
  const endpoints = {
    user: ['user', 'tokens', 'verify'],
    account: ['accounts', accountId, 'tokens', 'verify'],
  } as const;
  const order = owner === 'unmarked' ? (['user', 'account'] as const) : ([owner] as const);
  let found: Verified = { state: 'silent' };
  for (const by of order) {
    const answer = await gateway.ask(addressOf(apiRoot, endpoints[by]), token, { signal });
    const verified = readVerification(answer, by);
    if (verified.state === 'silent') continue;
    if (verified.state !== 'unknown') return verified;
    found = verified;
  }
  return found;
}

/** Judges by `success` and `status` alone: the good answer carries the number of an error (contract 1.1). */
function readVerification(answer: Answer, by: 'user' | 'account'): Verified {
  if (!answer.ok) {
    const { refusal } = answer;
    if (isMalformedHeader(refusal)) return { state: 'malformed', at: null };
    if (refusal.status === 401 || refusal.codes.includes('1000')) {
      return { state: 'unknown', message: refusal.text };
    }
    return { state: 'silent' };
  }
  const parsed = Verification.safeParse(answer.body['result'] ?? answer.body['data']);
  if (!parsed.success) return { state: 'silent' };
  const { status, expires_on: expiresAt, not_before: validFrom } = parsed.data;
  if (status === 'active') return { state: 'active', by, expiresAt };
  if (status === 'expired') return { state: 'expired', at: expiresAt };
  if (status === 'disabled') return { state: 'disabled', at: validFrom };
  return { state: 'silent' };
}

/** What a refused list of apps means beside the verification (contract 14, U17). */
async function judgeRefusal(
  question: AccessQuestion,
  shape: SoundToken,
  verified: Verified,
  refusal: Refusal,
  signal: AbortSignal | undefined,
): Promise<Access> {
  const message = refusal.text;
  if (isMalformedHeader(refusal)) return { state: 'malformed', because: 'refused' };
  if (isUnroutable(refusal)) return { state: 'wrong-account', certain: true, message };
  const isAboutRights = refusal.status === 401 || refusal.status === 403 || refusal.status === 200;
  if (!isAboutRights && refusal.status !== 404) {
    return { state: 'not-checked', failure: toFailureData(failureOf(refusal)) };
  }
  if (verified.state === 'unknown') {
    // An account's token fails its verification too when that account is another one; an unknown
    // token is refused with 401, one that is known but has no business here with 403.
    return shape.owner === 'account' && refusal.status === 403
      ? { state: 'wrong-account', certain: false, message }
      : { state: 'unknown', message: verified.message };
  }
  if (refusal.status === 404) return { state: 'wrong-account', certain: false, message };
  if (verified.state === 'silent' && refusal.status === 401) return { state: 'unknown', message };
  if (verified.state === 'active' && verified.by === 'account') {
    return { state: 'lacks-rights', certain: true, message };
  }
  const seesAccount = await tokenSeesAccount(question, shape, signal);
  if (seesAccount !== null) {
    return { state: seesAccount ? 'lacks-rights' : 'wrong-account', certain: true, message };
  }
  const state = refusal.codes.includes('9109') ? 'wrong-account' : 'lacks-rights';
  return { state, certain: false, message };
}

/** Whether a user's token can see the account at all; `null` when the API does not tell (contract 1.1, end). */
async function tokenSeesAccount(
  { gateway, apiRoot, accountId }: AccessQuestion,
  { token }: SoundToken,
  signal: AbortSignal | undefined,
): Promise<boolean | null> {
  const answer = await gateway.ask(addressOf(apiRoot, ['accounts'], { per_page: 50 }), token, {
    signal,
  });
  if (!answer.ok) return null;
  const parsed = Accounts.safeParse(answer.body['result'] ?? answer.body['data']);
  if (!parsed.success || parsed.data.length === 0) return null;
  if (parsed.data.some((account) => account.id === accountId)) return true;
  return parsed.data.length < 50 ? false : null;
}
