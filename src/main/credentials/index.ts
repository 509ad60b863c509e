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
  /**
   * The workspace's token; `null` when there is none or the keychain does not answer. Once read it is
   * remembered for this run.
   */
  read(key: WorkspaceKey): Promise<Token | null>;
  /** Where the workspace's token is now, without writing anything: what a list of workspaces needs. */
  locate(key: WorkspaceKey): Promise<'keychain' | 'memory' | 'missing'>;
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
  /** The keychain worker. Default: beside this file, or beside the bundle. */
  readonly workerUrl?: URL;
}

const workerPath = import.meta.url.endsWith('.ts')
  ? './keychain-worker.ts'
  : './credentials/keychain-worker.js';

/** Builds the module. Nothing is asked of the keychain before the first call. */
export function createCredentials(options: CredentialsOptions = {}): Credentials {
  const keyring = openKeyring({
    service: options.service ?? 'Trackvault',
    clock: options.clock ?? systemClock,
    patienceMs: options.patienceMs ?? 60_000,
    workerUrl: options.workerUrl ?? new URL(workerPath, import.meta.url),
  });
  return credentialsOver(keyring);
}

function credentialsOver(keyring: Keyring): Credentials {
  // Each token is asked for once a run: some keychains bother the person at every reading.
  const known = new Map<string, { readonly token: Token; readonly onlyHere: boolean }>();

  async function read(key: WorkspaceKey): Promise<Token | null> {
    const account = accountOf(key);
    const here = known.get(account);
    if (here !== undefined) return here.token;
    const text = await keyring.read(account);
    if (text === null) return null;
    const token = new Token(text);
    known.set(account, { token, onlyHere: false });
    return token;
  }

  return {
    probe: () => keyring.probe(),
    read,

    async store(key, text) {
      const trimmed = text.trim();
      if (trimmed === '') throw new Failure('credentials.malformed', 'The token is empty.');
      const account = accountOf(key);
      const token = new Token(trimmed);
      // Memory first: should the keychain fail half-way, this run still uses the token just given.
      known.set(account, { token, onlyHere: true });
      const kept = await keyring.write(account, trimmed);
      if (kept.storage === 'keychain') known.set(account, { token, onlyHere: false });
      return kept;
    },

    async locate(key) {
      if ((await read(key)) === null) return 'missing';
      return known.get(accountOf(key))?.onlyHere === true ? 'memory' : 'keychain';
    },

    async forget(key) {
      const account = accountOf(key);
      const here = known.get(account);
      known.delete(account);
      const removed = await keyring.remove(account);
      if (removed.done) return removed.existed || here !== undefined;
      // Where no keychain exists at all, memory was the only place.
      if (here?.onlyHere === true && (await keyring.probe()).storage === 'memory') return true;
      throw new Failure('keychain.unavailable', removed.because);
    },
  };
}
