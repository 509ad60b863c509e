/** @file Sandbox. The account-wide limit: counts calls in a window and refuses all once it is spent (contract 3). */
import { gatewayRefusal, type Answer } from './envelopes.ts';
import type { Switches } from './switches.ts';

export interface Quota {
  /** Counts one call. `refusal` is null while there are calls left. */
  count(
    switches: Switches,
    now: number,
  ): { refusal: Answer | null; headers: Record<string, string> };
}

export function createQuota(): Quota {
  let windowEndsAt = 0;
  let used = 0;
  return {
    count: ({ quota, rateLimitHeaders }, now) => {
      if (!quota) return { refusal: null, headers: {} };
      if (now >= windowEndsAt) {
        windowEndsAt = now + quota.windowSeconds * 1000;
        used = 0;
      }
      used += 1;
      const left = Math.max(0, quota.calls - used);
      const resetSeconds = Math.ceil((windowEndsAt - now) / 1000);
      const headers = limitHeaders(rateLimitHeaders, quota, left, resetSeconds);
      if (used <= quota.calls) return { refusal: null, headers };
      // Going over blocks everything for a whole window more, not only until this one ends.
      if (used === quota.calls + 1) windowEndsAt = now + quota.windowSeconds * 1000;
      const retryAfter = `${Math.ceil((windowEndsAt - now) / 1000)}`;
      return { refusal: tooManyCalls(), headers: { ...headers, 'Retry-After': retryAfter } };
    },
  };
}

export function tooManyCalls(): Answer {
  const message =
    'More than 1200 requests per 300 seconds reached. Please wait and consider throttling your request speed';
  return gatewayRefusal(429, { code: 10100, message });
}

function limitHeaders(
  spelling: Switches['rateLimitHeaders'],
  quota: { calls: number; windowSeconds: number },
  left: number,
  resetSeconds: number,
): Record<string, string> {
  switch (spelling) {
    case 'ratelimit':
      return {
        Ratelimit: `"default";r=${left};t=${resetSeconds}`,
        'Ratelimit-Policy': `"default";q=${quota.calls};w=${quota.windowSeconds}`,
      };
    case 'x-ratelimit':
      return {
        'X-RateLimit-Limit': `${quota.calls}`,
        'X-RateLimit-Remaining': `${left}`,
        'X-RateLimit-Reset': `${resetSeconds}`,
      };
    case 'none':
      return {};
  }
}
