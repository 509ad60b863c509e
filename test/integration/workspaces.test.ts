/** @file Tests. Several workspaces: one is the current one, each token is tested where it is kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkspaceId } from '#contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/clock.ts';
import { type Credentials, Token } from '../../src/main/credentials/index.ts';
import { type SettingsStore, openSettings } from '../../src/main/settings/index.ts';
import { type Workspaces, createWorkspaces } from '../../src/main/workspaces.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';

/** A keychain of this test alone. */
function keychain(): Credentials & { break(): void } {
  const tokens = new Map<string, string>();
  let isBroken = false;
  const keyOf = (key: Parameters<Credentials['read']>[0]) => JSON.stringify(key);
  const read: Credentials['read'] = (key) => {
    const text = isBroken ? undefined : tokens.get(keyOf(key));
    return Promise.resolve(text === undefined ? null : new Token(text));
  };
  return {
    break: () => {
      isBroken = true;
    },
    probe: () => Promise.resolve({ storage: 'keychain' }),
    store: (key, token) => {
      tokens.set(keyOf(key), token);
      return Promise.resolve({ storage: 'keychain' });
    },
    read,
    locate: async (key) => ((await read(key)) === null ? 'missing' : 'keychain'),
    forget: (key) => Promise.resolve(tokens.delete(keyOf(key))),
  };
}

let profile = '';
let sandbox: Sandbox;
let settings: SettingsStore;
let credentials: ReturnType<typeof keychain>;
let workspaces: Workspaces;
let changes = 0;
const hosts: string[] = [];

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'trackvault-workspaces-'));
  sandbox = await startSandbox();
  settings = await openSettings(profile);
  credentials = keychain();
  changes = 0;
  hosts.length = 0;
  workspaces = createWorkspaces({
    settings,
    credentials,
    clock: systemClock,
    onChange: () => {
      changes += 1;
    },
    onRequest: (host) => hosts.push(host),
  });
});
afterEach(async () => {
  await sandbox.close();
  await rm(profile, { recursive: true });
});

const connect = async (label: string, apiRoot = sandbox.apiRoot) => {
  const { accountId, appId, token } = sandbox;
  const answer = await workspaces.connect({ label, accountId, appId, apiRoot, token });
  return answer.workspace ?? expect.fail(answer.check.state);
};

describe('workspaces', () => {
  it('have one client each, for whoever asks: one pace for all of it', async () => {
    await connect('Here');
    const current = () => workspaces.current() ?? expect.fail('no workspace');
    const client = workspaces.clientOf(current());
    expect(workspaces.clientOf(current())).toBe(client);
    await connect('There');
    expect(workspaces.clientOf(current())).not.toBe(client);
  });

  it('can be several, and one of them is the current one', async () => {
    const here = await connect('Here');
    // The same machine under another name: another place to the app.
    const there = await connect('There', sandbox.apiRoot.replace('127.0.0.1', 'localhost'));
    expect((await workspaces.list()).map(({ label, current }) => [label, current])).toEqual([
      ['Here', false],
      ['There', true],
    ]);
    await workspaces.use(here.workspaceId);
    expect(workspaces.current()?.label).toBe('Here');
    expect(changes).toBe(3);
    await workspaces.use(here.workspaceId);
    expect(changes).toBe(3);
    await workspaces.forget(here.workspaceId);
    expect(workspaces.current()?.workspaceId).toBe(there.workspaceId);
    await expect(workspaces.use(here.workspaceId)).rejects.toMatchObject({
      code: 'credentials.missing',
    });
  });

  it('are tested with the token that is kept, and every question names its host', async () => {
    const { workspaceId } = await connect('Here');
    hosts.length = 0;
    expect(await workspaces.test(workspaceId)).toMatchObject({ state: 'ok' });
    expect(new Set(hosts)).toEqual(new Set([new URL(sandbox.apiRoot).host]));
    const workspace = workspaces.current() ?? expect.fail();
    await credentials.store(workspace, sandbox.tokens.lacksRights.value);
    expect(await workspaces.test(workspaceId)).toMatchObject({ state: 'lacks-rights' });
  });

  it('cannot be tested without a token, or when nobody remembers them', async () => {
    const { workspaceId } = await connect('Here');
    credentials.break();
    expect(await workspaces.list()).toMatchObject([{ token: 'missing' }]);
    const missing = { code: 'credentials.missing' };
    await expect(workspaces.test(workspaceId)).rejects.toMatchObject(missing);
    await expect(workspaces.test(WorkspaceId.parse('none'))).rejects.toMatchObject(missing);
  });
});
