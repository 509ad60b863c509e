/** @file Main process. The operating system's keychain: asked in a worker, for it may block, and never trusted to answer. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';

import type { Clock } from '../clock.ts';
import { KeychainAnswer, type KeychainCall } from './keychain-call.ts';

/** Where tokens are kept; `because` is a short text for people, without secrets. */
export type TokenStorage =
  { readonly storage: 'keychain' } | { readonly storage: 'memory'; readonly because: string };

export interface Keyring {
  probe(): Promise<TokenStorage>;
  write(account: string, secret: string): Promise<TokenStorage>;
  /** `null` when there is no such entry, or no keychain: reading cannot tell the two apart. */
  read(account: string): Promise<string | null>;
  remove(account: string): Promise<Removal>;
}

type Removal =
  | { readonly done: true; readonly existed: boolean }
  | { readonly done: false; readonly because: string };

export interface KeyringOptions {
  readonly service: string;
  readonly clock: Clock;
  readonly patienceMs: number;
  readonly workerUrl: URL;
}

type Answer = KeychainAnswer | { readonly ok: false; readonly because: string };
type Wish =
  | { readonly do: 'write'; readonly secret: string }
  | { readonly do: 'read' }
  | { readonly do: 'remove' };

/** Wraps the keychain entries of one service name. The worker starts with the first call. */
export function openKeyring({ service, clock, patienceMs, workerUrl }: KeyringOptions): Keyring {
  const waiting = new Map<number, (answer: Answer) => void>();
  let worker: Worker | null = null;
  let lastId = 0;

  function start(): Worker {
    const started = new Worker(workerUrl);
    const fail = (because: string) => {
      if (worker === started) worker = null;
      for (const done of waiting.values()) done({ ok: false, because });
      waiting.clear();
    };
    started.on('message', (raw: unknown) => {
      const answer = KeychainAnswer.parse(raw);
      waiting.get(answer.id)?.(answer);
    });
    started.on('error', () => fail('the keychain cannot be used on this system'));
    started.on('exit', () => fail('the keychain cannot be used on this system'));
    // A waiting call keeps the process alive by its clock; an idle worker must not.
    started.unref();
    return started;
  }

  /** Asks once; a keychain that never answers (a prompt nobody sees) counts as absent. */
  async function ask(account: string, wish: Wish): Promise<Answer> {
    const id = (lastId += 1);
    const call: KeychainCall = { id, service, account, ...wish };
    worker ??= start();
    const answered = new AbortController();
    const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    const silence = clock.sleep(patienceMs, answered.signal).then(
      (): Answer => ({ ok: false, because: 'the keychain did not answer' }),
      (): Answer => ({ ok: false, because: 'the keychain was not waited for' }),
    );
    worker.postMessage(call);
    const first = await Promise.race([answer, silence]);
    waiting.delete(id);
    answered.abort();
    return first;
  }

  async function write(account: string, secret: string): Promise<TokenStorage> {
    const answer = await ask(account, { do: 'write', secret });
    if (!answer.ok) return { storage: 'memory', because: answer.because };
    if (answer.value === true) return { storage: 'keychain' };
    return { storage: 'memory', because: 'the keychain did not return what was stored in it' };
  }

  async function remove(account: string): Promise<Removal> {
    const answer = await ask(account, { do: 'remove' });
    return answer.ok
      ? { done: true, existed: answer.value === true }
      : { done: false, because: answer.because };
  }

  return {
    write,
    remove,

    async read(account) {
      const answer = await ask(account, { do: 'read' });
      return answer.ok && typeof answer.value === 'string' ? answer.value : null;
    },

    async probe() {
      const account = `probe ${randomUUID()}`;
      const found = await write(account, 'probe');
      if (found.storage === 'keychain') await remove(account);
      return found;
    },
  };
}
