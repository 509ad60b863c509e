/** @file Tests. The packaged app as people get it: sealed, sandboxed, started by somebody without rights. */
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join, relative } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test as base } from 'playwright/test';
import { z } from 'zod';
import { readJson } from '../../scripts/setup/json.mjs';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { ask } from '../support/bridge.ts';
import { ordinaryPerson, type OrdinaryPerson } from '../support/ordinary-person.ts';
import { install, type InstalledApp } from '../support/packaged-app.ts';
import { selfSigned } from '../support/self-signed.ts';
import { startSandbox, type Sandbox } from '../sandbox/index.ts';

const { version } = z
  .object({ version: z.string() })
  .parse(readJson(join(projectRoot, 'package.json')));

interface Desk {
  readonly person: OrdinaryPerson;
  readonly app: InstalledApp;
  readonly sandbox: Sandbox;
  /** Filled by the packaged command line itself. */
  readonly library: string;
}

const test = base.extend<object, { desk: Desk }>({
  desk: [
    async ({ browserName: _browser }, use) => {
      const person = await ordinaryPerson();
      const app = await install(person);
      const sandbox = await startSandbox();
      const library = join(person.home, 'library');
      const { accountId, appId, apiRoot, token } = sandbox;
      const pulled = await app.cli(
        ['pull', '--library', library, '--account', accountId, '--app', appId, '--api', apiRoot],
        { TRACKVAULT_TOKEN: token },
      );
      if (pulled.code !== 0) throw new Error(`pull ended with ${JSON.stringify(pulled)}`);
      await use({ person, app, sandbox, library });
      await sandbox.close();
      await app.remove();
      await person.leave();
    },
    { scope: 'worker' },
  ],
});

/** Paths of all files of a folder, relative to it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

test.skip(process.platform !== 'linux', 'ordinary persons are made of Linux accounts');

test('fuses are set: no plain Node, no options from outside, nothing but the archive', async ({
  desk: { app },
}) => {
  const wire = await getCurrentFuseWire(app.executable);
  const on = (fuse: FuseV1Options) => wire[fuse] === FuseState.ENABLE;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyArchive: on(FuseV1Options.OnlyLoadAppFromAsar),
    ownSnapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
    filePrivileges: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
  }).toEqual({
    runAsNode: false,
    nodeOptions: false,
    inspect: false,
    integrity: true,
    onlyArchive: true,
    ownSnapshot: false,
    filePrivileges: false,
    cookieEncryption: false,
  });
});

test('outside the archive lie the two native addons and nothing else that runs', async ({
  desk: { app },
}) => {
  const files = await readdir(app.resources, { recursive: true, withFileTypes: true });
  const code = files
    .filter((entry) => entry.isFile() && /\.(node|so|[cm]?js|html|wasm)$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  expect(code).toEqual(['better_sqlite3.node', expect.stringMatching(/^keyring\..*\.node$/)]);
});

test('the sample library comes along whole, and can be read where nobody may write', async ({
  desk: { app },
}) => {
  const source = join(projectRoot, 'resources', 'sample-library');
  const shipped = join(app.resources, 'sample-library');
  const files = await filesIn(source);
  expect(files).toContain('trackvault.json');
  expect(await filesIn(shipped)).toEqual(files);
  for (const file of files) {
    const [here, there] = await Promise.all(
      [source, shipped].map((folder) => readFile(join(folder, file))),
    );
    expect(there?.equals(here ?? Buffer.alloc(0)), file).toBe(true);
  }
  const listed = await app.cli(['list', '--library', shipped, '--json']);
  expect(listed.code, listed.stderr).toBe(0);
  const tracks = files.filter((file) => file.endsWith('.webm')).length;
  expect(listed.stdout.trimEnd().split('\n')).toHaveLength(tracks);
  expect(await filesIn(shipped)).toEqual(files);
});

test('the command line answers without a display, with its own exit codes', async ({
  desk: { app, library },
}) => {
  expect(await app.cli(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });

  const named = await app.cli(['parse-name', '--json', 'no-track-name.txt']);
  expect(named.code).toBe(0);
  expect(JSON.parse(named.stdout)).toMatchObject({ reading: 'unreadable' });

  const listed = await app.cli(['list', '--library', library, '--json']);
  expect(listed.code).toBe(0);
  expect(listed.stdout.trimEnd().split('\n').length).toBeGreaterThan(5);

  const verified = await app.cli(['verify', '--library', library]);
  expect(verified.code, verified.stderr).toBe(0);

  expect(await app.cli(['no-such-command'])).toMatchObject({ code: 2, stdout: '' });
  expect(await app.cli(['show', 'nothing', '--library', library])).toMatchObject({ stdout: '' });
});

test('no environment and no switch makes it run other code', async ({
  desk: { app, person, library },
}) => {
  const trace = join(person.home, 'ran');
  const intruder = join(person.home, 'intruder.cjs');
  await writeFile(intruder, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`);
  const ran = async () => (await readdir(person.home)).includes('ran');

  const asNode = await app.cli(['--version'], { ELECTRON_RUN_AS_NODE: '1' });
  expect(asNode).toMatchObject({ code: 0, stdout: `${version}\n` });
  await app.cli(['--version'], { NODE_OPTIONS: `--require ${intruder}` });
  expect(await ran()).toBe(false);

  const inspected = await person.run(app.executable, ['--inspect=0', '--cli', '--version']);
  expect(inspected).toMatchObject({ code: 0, stdout: `${version}\n` });
  expect(inspected.stderr).not.toContain('Debugger listening');

  const listed = await app.cli(['list', '--library', library], {
    TRACKVAULT_SQLITE_BINDING: intruder,
  });
  expect(listed.code).toBe(0);
  expect(await ran()).toBe(false);
});

test('no environment makes it trust a stranger’s certificate', async ({ desk: { app } }) => {
  const certificate = selfSigned();
  const asked: unknown[] = [];
  const server = createServer(certificate, (request, response) => {
    asked.push(request.headers.authorization);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = z.object({ port: z.number() }).parse(server.address());
  const root = `https://127.0.0.1:${String(address.port)}/client/v4`;
  try {
    const answer = await app.cli(['check', '--json', '--account', '0'.repeat(32), '--api', root], {
      TRACKVAULT_TOKEN: 'not-for-strangers'.padEnd(40, '0'),
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    expect(answer.code).not.toBe(0);
    expect(`${answer.stdout}${answer.stderr}`).toMatch(/certificate/i);
    expect(asked).toEqual([]);
  } finally {
    server.close();
  }
});

test('the window works inside Chromium’s sandbox, and the page’s policy holds', async ({
  desk: { app, library },
}) => {
  // Whatever the pull has derived is made anew, by this app.
  await rm(join(library, 'derived'), { recursive: true, force: true });
  const opened = await app.openWindow(['--library', library]);
  const { page } = opened;

  await test.step('the page shows, and the index answers from its worker in the archive', async () => {
    expect(page.url()).toBe('app://trackvault/index.html');
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('visible');
    await expect(page.getByText('Trackvault').first()).toBeVisible();
    const meetings = async () => (await ask(page, 'library.meetings', {})).items.length;
    await expect.poll(meetings).toBe(3);
  });

  await test.step('the media process and its workers run from the archive', async () => {
    const { items } = await ask(page, 'library.meetings', {});
    const meetingId =
      items.find(({ title }) => title?.includes('Harbour pilots'))?.meetingId ?? null;
    if (meetingId === null) throw new Error('no such meeting');
    const [recording] = (await ask(page, 'library.recordings', { meetingId })).items;
    if (recording === undefined) throw new Error('no recording');
    const { recordingId } = recording;
    const { lanes } = await ask(page, 'review.open', { recordingId });
    const trackIds = lanes.flatMap(({ clips }) => clips.map(({ trackId }) => trackId));
    expect(trackIds.length).toBeGreaterThan(1);

    const made = await ask(page, 'review.playable', { trackIds });
    expect(made.map(({ failure }) => failure)).toEqual(trackIds.map(() => null));
    await ask(page, 'review.prepare', { trackIds });
    for (const trackId of trackIds) {
      for (const part of ['audio', 'peaks']) {
        const answered = () =>
          page.evaluate(
            async (address) => (await (await fetch(address)).arrayBuffer()).byteLength,
            `track://${trackId}/${part}`,
          );
        await expect.poll(answered, { message: part, timeout: 30_000 }).toBeGreaterThan(100);
      }
    }
  });

  await test.step('the renderer is confined by the kernel', async () => {
    const renderers = await opened.children('renderer');
    expect(renderers).toHaveLength(1);
    for (const pid of renderers) {
      const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
      // 2: a filter of system calls is in force.
      expect(/^Seccomp:\t(\d)$/m.exec(status)?.[1]).toBe('2');
      expect(/^NoNewPrivs:\t(\d)$/m.exec(status)?.[1]).toBe('1');
      expect(/^CapEff:\t(\w+)$/m.exec(status)?.[1]).toMatch(/^0+$/);
    }
  });

  await test.step('the policy is the strict one, with a nonce of this load', async () => {
    const policy = await page.evaluate(async () => {
      const answer = await fetch('app://trackvault/index.html');
      return answer.headers.get('Content-Security-Policy') ?? '';
    });
    expect(policy.replace(/'nonce-[\w+/=]{20,}'/, "'nonce'").split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self' 'nonce'",
      "img-src 'self' data:",
      "font-src 'self'",
      'media-src track:',
      "connect-src 'self' track:",
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  await test.step('inline script, inline style and eval are refused', async () => {
    const refused = await page.evaluate(async () => {
      const seen: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        seen.push(`${event.effectiveDirective} ${event.blockedURI}`);
      });
      const script = document.createElement('script');
      script.textContent = 'window.intruded = true';
      const style = document.createElement('style');
      style.textContent = 'body { outline: 7px solid red }';
      document.head.append(script, style);
      // A timer takes a text only where the policy lets it be code.
      window.setTimeout('window.intruded = true' as unknown as () => void, 0);
      await new Promise((done) => setTimeout(done, 100));
      script.remove();
      style.remove();
      return { seen: seen.sort(), intruded: Reflect.has(window, 'intruded') };
    });
    expect(refused).toEqual({
      intruded: false,
      seen: ['script-src eval', 'script-src-elem inline', 'style-src-elem inline'],
    });
  });

  await test.step('the sample library opens from where nobody may write', async () => {
    const sample = await ask(page, 'library.openSample');
    expect(sample).toMatchObject({ state: 'open', access: 'reader', sample: true, recordings: 3 });
  });

  await test.step('a middle click opens nothing', async () => {
    const link = page.locator('#elsewhere');
    await page.evaluate(() => {
      const made = document.createElement('a');
      made.id = 'elsewhere';
      made.href = 'https://example.org/';
      made.textContent = 'elsewhere';
      made.className = 'elsewhere';
      document.body.prepend(made);
      window.addEventListener('auxclick', () => (document.title = 'clicked'));
    });
    await link.click({ button: 'middle', force: true });
    await expect.poll(() => page.title()).toBe('clicked');
    expect(page.context().pages()).toHaveLength(1);
    expect(page.url()).toBe('app://trackvault/index.html');
  });

  expect(await opened.close()).toBe(0);
  expect(opened.output()).not.toContain('Error:');
});

test('window and command line share one entry of the keychain', async ({
  desk: { app, person, sandbox },
}) => {
  expect(person.keyring).toBe(true);
  const { accountId, appId, apiRoot, token } = sandbox;
  const where = ['--account', accountId, '--app', appId, '--api', apiRoot];
  const before = await app.cli(['check', ...where]);
  expect(before).toMatchObject({ code: 5, stdout: '' });

  const opened = await app.openWindow();
  const connected = await ask(opened.page, 'workspaces.connect', {
    label: 'Harbour',
    accountId,
    appId,
    apiRoot,
    token,
  });
  expect(connected.workspace).toMatchObject({ accountId, appId });
  expect(await opened.close()).toBe(0);

  // No token in the environment: this one comes from the keychain, for the workspace the app remembers.
  const after = await app.cli(['check', '--json', ...where]);
  expect(after.code, after.stderr).toBe(0);
  expect(z.object({ state: z.string() }).parse(JSON.parse(after.stdout)).state).toBe('ok');

  const entries = await person.run('secret-tool', ['search', '--all', 'service', 'Trackvault']);
  expect(entries.stdout.split('\n').filter((line) => line === `secret = ${token}`)).toHaveLength(1);
});

test('without its archive it runs nothing, whatever lies in its place', async ({
  desk: { app, person },
}) => {
  const trace = join(person.home, 'impostor-ran');
  const archive = join(app.resources, 'app.asar');
  const impostor = join(app.resources, 'app');
  await rename(archive, `${archive}.aside`);
  try {
    await mkdir(impostor);
    await writeFile(join(impostor, 'package.json'), '{"name":"impostor","main":"main.cjs"}');
    await writeFile(
      join(impostor, 'main.cjs'),
      `require('node:fs').writeFileSync(${JSON.stringify(trace)}, ''); process.exit(0)`,
    );
    const started = await app.cli(['--version']);
    expect(started.code).not.toBe(0);
    expect(await readdir(person.home)).not.toContain('impostor-ran');
  } finally {
    await rename(`${archive}.aside`, archive);
  }
});
