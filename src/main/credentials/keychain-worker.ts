/** @file Keychain worker. Asks the operating system's keychain, one call after another, where its waits block nobody. */
import { parentPort } from 'node:worker_threads';

import { Entry } from '@napi-rs/keyring';

import { KeychainCall, type KeychainAnswer } from './keychain-call.ts';

const port = parentPort;
if (port === null) throw new Error('This file is a worker.');

port.on('message', (raw: unknown) => {
  const call = KeychainCall.parse(raw);
  port.postMessage(answer(call));
});

function answer(call: KeychainCall): KeychainAnswer {
  try {
    return { id: call.id, ok: true, value: perform(call) };
  } catch (error) {
    return { id: call.id, ok: false, because: reasonOf(error) };
  }
}

function perform(call: KeychainCall): string | boolean | null {
  // Pinned on Linux: the fallback, the kernel's keyring, forgets at log-out and must not pass for a keychain.
  const entry = new Entry(call.service, call.account, { linux: { store: 'secret-service' } });
  switch (call.do) {
    case 'write':
      entry.setPassword(call.secret);
      return entry.getPassword() === call.secret;
    case 'read':
      return entry.getPassword();
    case 'remove':
      return entry.deleteCredential();
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  const firstLine = text.split('\n', 1)[0]?.trim() ?? '';
  return firstLine === '' ? 'the keychain refused' : firstLine.slice(0, 200);
}
