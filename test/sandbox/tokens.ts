/** @file Sandbox. The API tokens that exist here, and what the gateway says to each (contract 1.1, 14). */
import { isoTime } from './clock.ts';
import { gatewayRefusal, json, refusalAs, type Answer } from './envelopes.ts';
import type { Switches } from './switches.ts';

export interface Token {
  readonly value: string;
  readonly owner: 'user' | 'account';
  readonly state: 'active' | 'disabled' | 'expired';
  /** Whether it holds the permission group "Realtime". */
  readonly mayUseRealtime: boolean;
  readonly accountId: string;
  readonly expiresAt: number | null;
}

/** One token of each kind, by what is the matter with it. */
export type TokenSet = Readonly<
  Record<'good' | 'accountOwned' | 'disabled' | 'expired' | 'lacksRights' | 'otherAccount', Token>
>;

export function createTokens(good: string, accountId: string, now: number): TokenSet {
  const base: Token = {
    value: good,
    owner: 'user',
    state: 'active',
    mayUseRealtime: true,
    accountId,
    expiresAt: now + 120 * 86_400_000,
  };
  const make = (mark: string, differing: Partial<Token>): Token => ({
    ...base,
    value: `cfut_${mark.padEnd(40, '0')}a1b2c3d4`,
    ...differing,
  });
  return {
    good: base,
    accountOwned: make('', { value: `cfat_${'Owned'.padEnd(40, '0')}a1b2c3d4`, owner: 'account' }),
    disabled: make('Disabled', { state: 'disabled' }),
    expired: make('Expired', { state: 'expired', expiresAt: now - 3 * 86_400_000 }),
    lacksRights: make('NoRealtime', { mayUseRealtime: false }),
    otherAccount: make('Elsewhere', { accountId: '0f9e8d7c6b5a49382716f5e4d3c2b1a0' }),
  };
}

export type Bearer =
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Reads the header as strictly as the gateway: one word `Bearer`, one blank, one token. */
export function readBearer(header: string | undefined): Bearer {
  const value = /^Bearer ([A-Za-z0-9_.~+/-]+=*)$/.exec(header ?? '')?.[1];
  if (value !== undefined) return { kind: 'token', value };
  return {
    kind: 'refused',
    answer: gatewayRefusal(400, {
      code: 6003,
      message: 'Invalid request headers',
      error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
    }),
  };
}

/** `…/tokens/verify`; `owner` is the endpoint's kind. A token of the other kind is unknown there. */
export function verifyToken(
  token: Token | undefined,
  owner: Token['owner'],
  accountId: string | null,
): Answer {
  const isOfAccount = accountId === null || token?.accountId === accountId;
  if (token?.owner !== owner || !isOfAccount) {
    return gatewayRefusal(401, { code: 1000, message: 'Invalid API Token' });
  }
  const says = token.state === 'active' ? 'valid and active' : token.state;
  return json(200, {
    result: {
      id: '4f0b6a8e2d7c41959b3e60a1c7f2d853',
      status: token.state,
      ...(token.expiresAt === null ? {} : { expires_on: isoTime(token.expiresAt) }),
    },
    success: true,
    errors: [],
    messages: [{ code: 10000, message: `This API Token is ${says}`, type: null }],
  });
}

/** What stops this token from using RealtimeKit in this account, or null. */
export function refuseToken(
  token: Token | undefined,
  accountId: string,
  switches: Switches,
): Answer | null {
  if (token?.state !== 'active') {
    return gatewayRefusal(401, { code: 10000, message: 'Authentication error' });
  }
  const { status, shape } = switches.lackingRights;
  if (token.accountId !== accountId) {
    return refusalAs(shape, status, 9109, 'Unauthorized to access requested resource');
  }
  if (!token.mayUseRealtime) return refusalAs(shape, status, 10000, 'Authentication error');
  return null;
}
