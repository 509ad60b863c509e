/** @file Main process. Reads what an answer says about the rate limit, in every spelling (contract 3, U2). Pure. */
import type { Quota } from './kit.ts';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How much room is left; `null` where the headers do not say. */
export interface Allowance {
  readonly remaining: number | null;
  readonly quota: number | null;
  /** Ms until the quota is whole again. */
  readonly resetMs: number | null;
}

// A pause longer than an hour is a mistake or malice; the service speaks of five minutes.
const longestPauseMs = 3_600_000;

/**
 * The tightest allowance of the answer. Reads `Ratelimit` with `Ratelimit-Policy` (named lists,
 * and the older `limit=…, remaining=…, reset=…`), `ratelimit-…` and `x-ratelimit-…`.
 * @param now epoch ms, for resets given as a moment
 */
export function readAllowance(headers: Headers, now: number): Allowance | null {
  const found = [...structured(headers), separate(headers, now)].filter(
    (allowance) => allowance.remaining !== null || allowance.resetMs !== null,
  );
  return found.sort((a, b) => shareLeft(a) - shareLeft(b))[0] ?? null;
}

/** The slowest of the rates the answer's policies allow; `null` where it names none with its window. */
export function readQuota(headers: Headers): Quota | null {
  const quotas = members(headerText(headers, 'ratelimit-policy')).flatMap(({ values }): Quota[] => {
    const calls = values.get('q') ?? 0;
    const windowMs = (values.get('w') ?? 0) * 1000;
    return calls > 0 && windowMs > 0 ? [{ calls, windowMs }] : [];
  });
  return quotas.sort((a, b) => a.calls / a.windowMs - b.calls / b.windowMs)[0] ?? null;
}

/**
 * Ms to wait as `Retry-After` (seconds or a date) or `Retry-After-Ms` ask, at most an hour;
 * `null` when they do not say.
 */
export function readRetryAfterMs(headers: Headers, now: number): number | null {
  const ms = numberOf(headerText(headers, 'retry-after-ms'));
  if (ms !== null) return clampPause(ms);
  const text = headerText(headers, 'retry-after');
  const seconds = numberOf(text);
  if (seconds !== null) return clampPause(seconds * 1000);
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : clampPause(at - now);
}

/** 0 = nothing left, 1 = all; without a quota the bare count decides. */
export function shareLeft(allowance: Allowance): number {
  if (allowance.remaining === null) return Number.POSITIVE_INFINITY;
  if (allowance.quota !== null && allowance.quota > 0) {
    return allowance.remaining / allowance.quota;
  }
  return allowance.remaining === 0 ? 0 : 1;
}

function structured(headers: Headers): Allowance[] {
  const policies = new Map(
    members(headerText(headers, 'ratelimit-policy')).map((member) => [member.name, member.values]),
  );
  return members(headerText(headers, 'ratelimit')).map(({ name, values }) => {
    const policy = policies.get(name) ?? (policies.size === 1 ? [...policies.values()][0] : null);
    const resetSeconds = values.get('t') ?? values.get('reset') ?? null;
    return {
      remaining: values.get('r') ?? values.get('remaining') ?? null,
      quota: values.get('limit') ?? policy?.get('q') ?? null,
      resetMs: resetSeconds === null ? null : clampPause(resetSeconds * 1000),
    };
  });
}

function separate(headers: Headers, now: number): Allowance {
  const read = (what: string) =>
    numberOf(headerText(headers, `x-ratelimit-${what}`)) ??
    numberOf(headerText(headers, `ratelimit-${what}`));
  const reset = read('reset');
  return {
    remaining: read('remaining'),
    quota: read('limit'),
    resetMs: reset === null ? null : clampPause(reset > 1e9 ? reset * 1000 - now : reset * 1000),
  };
}

interface Member {
  readonly name: string;
  readonly values: ReadonlyMap<string, number>;
}

/** `"default";r=612;t=143, "burst";r=3;t=1` and `limit=100, remaining=7, reset=5`. */
function members(text: string | null): Member[] {
  if (text === null) return [];
  const named = text.includes(';');
  const groups = named ? text.slice(0, 2000).split(',') : [text.slice(0, 2000)];
  return groups.map((group) => {
    const values = new Map<string, number>();
    let name = '';
    for (const part of group.split(named ? ';' : ',')) {
      const pair = /^\s*([a-z-]+)\s*=\s*"?(\d+(?:\.\d+)?)"?\s*$/i.exec(part);
      if (pair === null) name ||= part.trim().replaceAll('"', '');
      else values.set((pair[1] ?? '').toLowerCase(), Number(pair[2]));
    }
    return { name, values };
  });
}

function headerText(headers: Headers, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}

/** The leading number of texts such as `612` or, as some proxies write, `100, 100;w=60`. */
function numberOf(text: string | null): number | null {
  const match = /^\s*(\d{1,15}(?:\.\d+)?)\s*(?:[,;]|$)/.exec(text ?? '');
  return match === null ? null : Number(match[1]);
}

function clampPause(ms: number): number {
  return Math.min(Math.max(ms, 0), longestPauseMs);
}
