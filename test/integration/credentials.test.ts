/** @file Tests. Tokens in a real keychain of their own, and on a machine without one. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const child = join(import.meta.dirname, 'credentials-child.ts');
const service = 'Trackvault test';
const canary = 'cfut_CanaryInKeychain';
const key = {
  accountId: '0123456789abcdef0123456789abcdef',
  appId: 'app',
  label: 'Studio “A”',
  apiRoot: 'https://api.cloudflare.com/client/v4',
};
const other = { ...key, label: 'Studio B' };

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trackvault-keychain-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  const { DBUS_SESSION_BUS_ADDRESS: _own, DISPLAY: _display, ...rest } = process.env;
  return { ...rest, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_RUNTIME_DIR: home };
}

/** Runs a shell script beside an unlocked gnome-keyring on a bus of its own. */
async function withKeychain(script: string, ...args: string[]): Promise<string> {
  const unlock = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null';
  const whole = `${unlock}; ${script}`;
  const { stdout } = await run('dbus-run-session', ['--', 'sh', '-c', whole, 'sh', ...args], {
    env: environment(),
  });
  return stdout;
}

const asked = (steps: readonly object[], patienceMs = 20_000) =>
  JSON.stringify({ service, patienceMs, steps });
const inNode = `"${process.execPath}" "${child}"`;

describe.runIf(process.platform === 'linux')('with a keychain', () => {
  test('a token is stored, read, told apart from others, and forgotten', async () => {
    const steps = [
      { do: 'probe' },
      { do: 'read', key },
      { do: 'store', key, token: ` ${canary}\n` },
      { do: 'store', key: other, token: 'second' },
      { do: 'read', key },
      { do: 'store', key, token: `${canary}2` },
      { do: 'read', key },
      { do: 'forget', key },
      { do: 'forget', key },
      { do: 'read', key },
      { do: 'read', key: other },
      { do: 'locate', key },
      { do: 'locate', key: other },
      { do: 'store', key, token: '  ' },
    ];
    expect(JSON.parse(await withKeychain(`${inNode} "$1"`, asked(steps)))).toEqual([
      { storage: 'keychain' },
      null,
      { storage: 'keychain' },
      { storage: 'keychain' },
      canary,
      { storage: 'keychain' },
      `${canary}2`,
      true,
      false,
      null,
      'second',
      'missing',
      'keychain',
      { thrown: 'credentials.malformed' },
    ]);
  });

  test('the next run reads it, others see one entry, and no file holds it in clear', async () => {
    const script = `${inNode} "$1" >/dev/null; ${inNode} "$2"; echo; secret-tool search --all service "$3" 2>&1`;
    const store = asked([{ do: 'probe' }, { do: 'store', key, token: canary }]);
    const read = asked([{ do: 'read', key }]);
    const [first = '', ...rest] = (await withKeychain(script, store, read, service)).split('\n');
    expect(JSON.parse(first)).toEqual([canary]);
    const seen = rest.join('\n');
    expect(seen).toContain(`secret = ${canary}`);
    // The probe's own entry is gone again.
    expect(seen.match(/^secret = /gm)).toHaveLength(1);
    const files = await readdir(home, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
    );
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).not.toContain(canary);
  });
});

describe.runIf(process.platform === 'linux')('without a keychain', () => {
  test('a token is kept for this run only, and that is said', async () => {
    const env = {
      ...environment(),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'no-such-bus')}`,
    };
    const steps = [
      { do: 'probe' },
      { do: 'store', key, token: canary },
      { do: 'read', key },
      { do: 'locate', key },
      { do: 'read', key: other },
      { do: 'forget', key },
      { do: 'read', key },
      { do: 'forget', key },
    ];
    const { stdout } = await run(process.execPath, [child, asked(steps)], { env });
    const memory = { storage: 'memory', because: expect.stringMatching(/./) as string };
    expect(JSON.parse(stdout)).toEqual([
      memory,
      memory,
      canary,
      'memory',
      null,
      true,
      null,
      { thrown: 'keychain.unavailable' },
    ]);
    expect(stdout.replaceAll(`"${canary}"`, '')).not.toContain(canary);
    const next = await run(process.execPath, [child, asked([{ do: 'read', key }])], { env });
    expect(JSON.parse(next.stdout)).toEqual([null]);
  });

  test('a keychain that never answers is given up after the time set', async () => {
    // A bus that takes every connection and says nothing.
    const path = join(home, 'silent-bus');
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(path, resolve));
    const steps = [
      { do: 'probe' },
      { do: 'store', key, token: canary },
      { do: 'read', key },
      { do: 'read', key: other },
    ];
    const env = { ...environment(), DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
    const spawned = spawn(process.execPath, [child, asked(steps, 300)], { env, stdio: 'pipe' });
    const [answers] = (await once(spawned.stdout, 'data')) as [Buffer];
    // The call under way cannot be taken back from the system: such a process has to be ended.
    spawned.kill('SIGKILL');
    silent.close();
    const memory = { storage: 'memory', because: 'the keychain did not answer' };
    expect(JSON.parse(answers.toString())).toEqual([memory, memory, canary, null]);
  });
});
