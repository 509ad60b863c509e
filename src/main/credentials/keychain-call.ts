/** @file Main process. What main and the keychain worker say to each other. */
import { z } from 'zod';

const target = { id: z.number(), service: z.string(), account: z.string() };

export const KeychainCall = z.discriminatedUnion('do', [
  /** Answers whether the keychain gives back what was written. */
  z.object({ ...target, do: z.literal('write'), secret: z.string() }),
  /** Answers the secret, or `null`. */
  z.object({ ...target, do: z.literal('read') }),
  /** Answers whether there was something to remove. */
  z.object({ ...target, do: z.literal('remove') }),
]);
export type KeychainCall = z.infer<typeof KeychainCall>;

export const KeychainAnswer = z.discriminatedUnion('ok', [
  z.object({
    id: z.number(),
    ok: z.literal(true),
    value: z.union([z.string(), z.boolean(), z.null()]),
  }),
  /** `because`: a short text without secrets. */
  z.object({ id: z.number(), ok: z.literal(false), because: z.string() }),
]);
export type KeychainAnswer = z.infer<typeof KeychainAnswer>;
