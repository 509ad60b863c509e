/** @file Main process. The key by which webhooks are known to be the vendor's (contract 13.2): public, asked for without a token. */
import { Failure } from '#contract';
import { z } from 'zod';

import { parseApiRoot } from './api-root.ts';
import { exchange } from './exchange.ts';

const publicHost = 'https://api.realtime.cloudflare.com';
const answerWithinMs = 15_000;

const Answer = z.object({ data: z.object({ publicKey: z.string().min(1).max(20_000) }) });

/**
 * Asks for the key, in PEM. It lies on a host of its own; a stand-in on this computer has it itself.
 * @throws Failure `api.unreachable`, `api.not-understood`, `input.invalid` for an unusable API base
 */
export async function fetchWebhookKey(
  apiRoot: string,
  onRequest: (host: string) => void = () => undefined,
): Promise<string> {
  const { href, isLoopback } = parseApiRoot(apiRoot);
  const address = `${isLoopback ? new URL(href).origin : publicHost}/.well-known/webhooks.json`;
  onRequest(new URL(address).host);
  const answer = await exchange({ method: 'GET', address }, null, answerWithinMs, undefined);
  if (answer.kind === 'silence') {
    throw new Failure('api.unreachable', `The key cannot be read (${answer.message}).`);
  }
  const read = answer.kind === 'answer' ? Answer.safeParse(decoded(answer.text)) : null;
  if (read?.success !== true) {
    throw new Failure('api.not-understood', 'The answer holds no key.');
  }
  return read.data.data.publicKey;
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
