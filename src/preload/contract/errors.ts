/** @file Contract. Every failure a person may meet has a code here; its words live in one file per face. */
import { z } from 'zod';

/**
 * Codes of expected failures. Anything else that is thrown is a `bug`.
 * A code without a sentence in `renderer/error-words.ts` and `main/cli/words.ts` does not compile.
 */
export const errorCodes = [
  'credentials.malformed',
  'credentials.unknown',
  'credentials.expired',
  'credentials.disabled',
  'credentials.lack-rights',
  'credentials.wrong-account',
  'credentials.wrong-app',
  'credentials.missing',
  'keychain.unavailable',
  'api.unreachable',
  'api.rate-limited',
  'api.refused',
  'api.server-trouble',
  'api.not-understood',
  'meeting.not-live',
  'meeting.people-unusable',
  'recording.already-running',
  'recording.answer-lost',
  'recording.start-outstanding',
  'recording.gone',
  'recording.unknown',
  'recording.no-folder',
  'track.unknown',
  'link.expired',
  'link.refused',
  'file.incomplete',
  'file.not-media',
  'file.changed',
  'file.gone',
  'file.not-ready',
  'file.corrupt',
  'audio.unreadable',
  'disk.full',
  'disk.refused',
  'library.missing',
  'library.not-there',
  'library.not-a-library',
  'library.locked',
  'library.newer',
  'library.read-only',
  'library.sample',
  'library.damaged',
  'ledger.damaged',
  'input.invalid',
  'cancelled',
  'bug',
] as const;

export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** Facts beside the code: short texts and numbers for the sentence. Never a token, never a link. */
export const ErrorDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type ErrorDetails = z.infer<typeof ErrorDetails>;

/** A failure as it crosses between processes: class and stack do not survive the bridge. */
export const FailureData = z.object({
  code: ErrorCode,
  /** For the log and for engineers; people read the sentence of the code. */
  message: z.string(),
  /** Epoch ms at which trying again makes sense. */
  retryAt: z.number().optional(),
  details: ErrorDetails.optional(),
});
export type FailureData = z.infer<typeof FailureData>;

/** An expected failure: thrown where the fact is known, caught only at the edge. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly retryAt: number | undefined;
  readonly details: ErrorDetails | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { retryAt?: number | undefined; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Failure';
    this.code = code;
    this.retryAt = more.retryAt;
    this.details = more.details;
  }
}

/** What is told of any thrown value: an expected failure as itself, everything else as `bug`. */
export function toFailureData(thrown: unknown): FailureData {
  if (thrown instanceof Failure) {
    return {
      code: thrown.code,
      message: thrown.message,
      ...(thrown.retryAt === undefined ? {} : { retryAt: thrown.retryAt }),
      ...(thrown.details === undefined ? {} : { details: thrown.details }),
    };
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return { code: 'cancelled', message: 'The work was cancelled.' };
  }
  return { code: 'bug', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
