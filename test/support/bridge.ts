/** @file Tests. Asks main what the window would ask, through the same bridge, with the contract's own schemas. */
import type { Page } from 'playwright/test';
import { z } from 'zod';
import { calls, type InputOf, type Method, type OutputOf } from '#contract';

const Envelope = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type RawAnswer = z.infer<typeof Envelope>;

/** The envelope as main sent it; method and input may be anything. */
export async function askRaw(page: Page, method: unknown, input?: unknown): Promise<RawAnswer> {
  const answer: unknown = await page.evaluate(
    ([asked, given]) => {
      const bridge: unknown = Reflect.get(globalThis, 'trackvault');
      if (typeof bridge !== 'object' || bridge === null) throw new Error('no bridge');
      const invoke: unknown = Reflect.get(bridge, 'invoke');
      if (typeof invoke !== 'function') throw new Error('no invoke');
      return Reflect.apply(invoke, bridge, [asked, given]) as unknown;
    },
    [method, input] as const,
  );
  return Envelope.parse(answer);
}

/** @throws Error with the code when main refuses */
export async function ask<M extends Method>(
  page: Page,
  method: M,
  input?: InputOf<M>,
): Promise<OutputOf<M>> {
  const answer = await askRaw(page, method, input);
  if (!answer.ok) throw new Error(`${method}: ${answer.error.code}: ${answer.error.message}`);
  const schema: z.ZodType<OutputOf<M>> = calls[method].output as unknown as z.ZodType<OutputOf<M>>;
  return schema.parse(answer.value);
}
