/** @file Main process. The operating system's keychain: asked off the main thread, never trusted to answer. */
import { randomUUID } from 'node:crypto';

import { AsyncEntry } from '@napi-rs/keyring';

import type { Clock } from '../clock.ts';

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

/** Wraps the keychain entries of one service name. */
export function openKeyring(world: {
  readonly service: string;
  readonly clock: Clock;
  readonly patienceMs: number;
}): Keyring {
  const { service, clock, patienceMs } = world;

  /** Runs one keychain call; a keychain that never answers (a prompt nobody sees) counts as absent. */
  async function ask<T>(account: string, call: (entry: AsyncEntry) => Promise<T>): Promise<T> {
    // Pinned on Linux: the fallback, the kernel's keyring, forgets at log-out and must not pass for a keychain.
    const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    const answered = new AbortController();
    const silence = clock.sleep(patienceMs, answered.signal).then(() => {
      throw new Error('the keychain did not answer');
    });
    try {
      return await Promise.race([call(entry), silence]);
    } finally {
      answered.abort();
      silence.catch(() => undefined);
    }
  }

  async function write(account: string, secret: string): Promise<TokenStorage> {
    try {
      await ask(account, (entry) => entry.setPassword(secret));
      const readBack = await ask(account, (entry) => entry.getPassword());
      if (readBack === secret) return { storage: 'keychain' };
      return { storage: 'memory', because: 'the keychain did not return what was stored in it' };
    } catch (error) {
      return { storage: 'memory', because: reasonOf(error) };
    }
  }

  async function remove(account: string): Promise<Removal> {
    try {
      return { done: true, existed: await ask(account, (entry) => entry.deleteCredential()) };
    } catch (error) {
      return { done: false, because: reasonOf(error) };
    }
  }

  return {
    write,
    remove,

    async read(account) {
      try {
        return await ask(account, (entry) => entry.getPassword());
      } catch {
        return null;
      }
    },

    async probe() {
      const account = `probe ${randomUUID()}`;
      const found = await write(account, 'probe');
      await remove(account);
      return found;
    },
  };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  const firstLine = text.split('\n', 1)[0]?.trim() ?? '';
  return firstLine === '' ? 'the keychain refused' : firstLine.slice(0, 200);
}
