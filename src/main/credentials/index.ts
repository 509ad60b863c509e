/** @file Main process. UNLOCKS: keeps the API token of each workspace in the OS keychain, or in memory for this run. */
import { Failure } from '#contract';

import { systemClock, type Clock } from '../clock.ts';
import { accountOf, type WorkspaceKey } from './account.ts';
import { openKeyring, type Keyring, type TokenStorage } from './keyring.ts';
import { Token } from './token.ts';

export { Token } from './token.ts';
export type { TokenStorage } from './keyring.ts';
export type { WorkspaceKey } from './account.ts';

export interface Credentials {
  /** Finds out by writing and deleting an entry of its own; asks the keychain anew each time. */
  probe(): Promise<TokenStorage>;
  /**
   * Keeps a token, trimmed, replacing the workspace's former one. Tells where it is kept: in memory
   * it is gone when the app ends.
   * @throws Failure `credentials.malformed` when there is nothing to keep
   */
  store(key: WorkspaceKey, token: string): Promise<TokenStorage>;
  /** The workspace's token, this run's memory first; `null` when there is none or the keychain does not answer. */
  read(key: WorkspaceKey): Promise<Token | null>;
  /**
   * Forgets the token in memory and keychain. False when there was none.
   * @throws Failure `keychain.unavailable` when the keychain may still hold it
   */
  forget(key: WorkspaceKey): Promise<boolean>;
}

export interface CredentialsOptions {
  /** Name of the entries as people see them in their keychain. Default `Trackvault`. */
  readonly service?: string;
  readonly clock?: Clock;
  /** How long the keychain may take, a person typing its password included. Default 60 000 ms. */
  readonly patienceMs?: number;
}

/** Builds the module. Nothing is asked of the keychain before the first call. */
export function createCredentials(options: CredentialsOptions = {}): Credentials {
  const keyring = openKeyring({
    service: options.service ?? 'Trackvault',
    clock: options.clock ?? systemClock,
    patienceMs: options.patienceMs ?? 60_000,
  });
  return credentialsOver(keyring);
}

function credentialsOver(keyring: Keyring): Credentials {
  const memory = new Map<string, Token>();

  return {
    probe: () => keyring.probe(),

    async store(key, text) {
      const trimmed = text.trim();
      if (trimmed === '') throw new Failure('credentials.malformed', 'The token is empty.');
      const account = accountOf(key);
      // Memory first: should the keychain fail half-way, this run still uses the token just given.
      memory.set(account, new Token(trimmed));
      const kept = await keyring.write(account, trimmed);
      if (kept.storage === 'keychain') memory.delete(account);
      return kept;
    },

    async read(key) {
      const account = accountOf(key);
      const remembered = memory.get(account);
      if (remembered !== undefined) return remembered;
      const text = await keyring.read(account);
      return text === null ? null : new Token(text);
    },

    async forget(key) {
      const account = accountOf(key);
      const remembered = memory.delete(account);
      const removed = await keyring.remove(account);
      if (removed.done) return removed.existed || remembered;
      // Where no keychain exists at all, memory was the only place.
      if (remembered && (await keyring.probe()).storage === 'memory') return true;
      throw new Failure('keychain.unavailable', removed.because);
    },
  };
}
