/** @file Main process. Reads the four shapes of error answers and gives each its code (contract 2.2, 14). */
import { Failure, type ErrorCode } from '#contract';
import { z } from 'zod';

import { safeText } from './safe-text.ts';

/** A refusal in the vendor's words, made safe. */
export interface Refusal {
  readonly status: number;
  /** All codes found, as text: E1 repeats the HTTP status, E2 has Cloudflare's numbers. */
  readonly codes: readonly string[];
  readonly text: string;
  /** False for HTML and empty bodies: then it is not certain that the service itself spoke. */
  readonly isFromService: boolean;
}

const Code = z.union([z.number(), z.string()]).nullish().catch(null);
const Text = z.string().nullish().catch(null);
const Entry = z.object({ code: Code, message: Text }).catch({ code: null, message: null });
const ErrorBody = z.object({
  error: z.union([Entry, z.string()]).nullish().catch(null),
  errors: z
    .array(
      z
        .object({ code: Code, message: Text, error_chain: z.array(Entry).nullish().catch(null) })
        .catch({ code: null, message: null, error_chain: null }),
    )
    .nullish()
    .catch(null),
  message: Text,
  success: z.boolean().nullish().catch(null),
});

/**
 * Reads an error answer; the text is found in the order of contract 2.2.
 * @param body decoded JSON, or `undefined` when it was none
 */
export function readRefusal(status: number, body: unknown, secrets: readonly string[]): Refusal {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) {
    return { status, codes: [], text: `HTTP ${status}`, isFromService: false };
  }
  const { error, errors, message, success } = parsed.data;
  const first = errors?.[0];
  const entry = typeof error === 'string' ? { code: null, message: error } : error;
  const candidates = [
    entry?.message,
    first?.error_chain?.[0]?.message,
    first?.message,
    message,
  ].filter((text) => text !== null && text !== undefined && text.trim() !== '');
  const codes = [
    entry?.code,
    ...(errors ?? []).flatMap((one) => [
      one.code,
      ...(one.error_chain ?? []).map((link) => link.code),
    ]),
  ].flatMap((code) => (code === null || code === undefined ? [] : [String(code)]));
  return {
    status,
    codes,
    text: safeText(candidates[0] ?? `HTTP ${status}`, secrets),
    isFromService: candidates.length > 0 || codes.length > 0 || typeof success === 'boolean',
  };
}

/** The header itself was called malformed (6003, chain 6111). */
export function isMalformedHeader(refusal: Refusal): boolean {
  return refusal.status === 400 && hasCode(refusal, '6003', '6111');
}

/** The path could not be routed: a malformed account id. The same number says so under 400 and 404. */
export function isUnroutable(refusal: Refusal): boolean {
  return hasCode(refusal, '7003', '7000');
}

/** About the token, its rights or the account; which of them only a check of the token tells (U17). */
export function isAboutCredentials(refusal: Refusal): boolean {
  return (
    refusal.status === 401 ||
    refusal.status === 403 ||
    isMalformedHeader(refusal) ||
    isUnroutable(refusal) ||
    (refusal.status === 200 && hasCode(refusal, '10000', '9109', '401', '403'))
  );
}

/** The vendor knows no such thing, and it is the vendor who says so. */
export function isUnknownThing(refusal: Refusal): boolean {
  const saysNotFound =
    refusal.status === 404 || (refusal.status === 200 && hasCode(refusal, '404'));
  return saysNotFound && refusal.isFromService && !isUnroutable(refusal);
}

/** The vendor finds fault with the query (400 or 422): a plainer one may pass. */
export function isAboutQuery(error: unknown): boolean {
  if (!(error instanceof Failure) || error.code !== 'api.refused') return false;
  const status = error.details?.['status'];
  return status === 400 || status === 422;
}

/** The failure of a refusal that is neither about credentials nor about a thing unknown. */
export function failureOf(refusal: Refusal): Failure {
  const [vendorCode] = refusal.codes;
  return new Failure(codeOf(refusal), refusal.text, {
    details: { status: refusal.status, ...(vendorCode === undefined ? {} : { vendorCode }) },
  });
}

function codeOf(refusal: Refusal): ErrorCode {
  if (refusal.status >= 500 || refusal.status === 408) return 'api.server-trouble';
  return refusal.isFromService ? 'api.refused' : 'api.not-understood';
}

function hasCode(refusal: Refusal, ...wanted: string[]): boolean {
  return refusal.codes.some((code) => wanted.includes(code));
}
