/** @file Tests. The app among others on a desktop: menu bar, addresses, second starts, tray, crashes, what it remembers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';
import { electronPath, launchArgs, launchEnv } from '../../scripts/setup/runtime.mjs';
import { type Bridge, MeetingId } from '#contract';
import type { Sandbox } from '../sandbox/index.ts';
import { harbourPilots } from '../sandbox/scenarios/harbour.ts';
import { type AppWorld, expect, test } from '../support/app-world.ts';
import { ask } from '../support/bridge.ts';
import { reviewPage } from '../support/review-page.ts';

/** Keeps what main tells the page, from now on. */
async function listen(
  page: Page,
): Promise<{ names(): Promise<string[]>; all(): Promise<unknown> }> {
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Reflect.set(globalThis, 'heard', heard);
    const bridge = Reflect.get(globalThis, 'trackvault') as Bridge;
    bridge.listen((name, value) => heard.push([name, value]));
  });
  const all = () => page.evaluate(() => Reflect.get(globalThis, 'heard') as unknown);
  return {
    all,
    names: async () => ((await all()) as [string, unknown][]).map(([name]) => name),
  };
}

/** Starts the program once more on the same profile, as clicking an address or the icon does, and waits for its end. */
async function startAgain(world: AppWorld, ...args: string[]): Promise<number | null> {
  const env = { ...process.env, ...launchEnv() };
  const own = [...launchArgs(), `--user-data-dir=${world.profile}`, ...args];
  const child = spawn(electronPath(), own, { env, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Connects a workspace as the screen does, without the screen. */
async function connectWith(page: Page, sandbox: Sandbox, label = ''): Promise<void> {
  const { accountId, appId, apiRoot, token } = sandbox;
  const form = { label, accountId, appId, apiRoot, token };
  expect(await ask(page, 'workspaces.connect', form)).toMatchObject({ check: { state: 'ok' } });
}

const windowState = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => {
    const [window, ...others] = BrowserWindow.getAllWindows();
    return {
      count: others.length + (window === undefined ? 0 : 1),
      visible: window?.isVisible() === true,
      minimized: window?.isMinimized() === true,
    };
  });

const chooseInMenu = (app: ElectronApplication, id: string) =>
  app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
    if (!item) throw new Error(`the menu bar has no ${wanted}`);
    // Typed as any function; it takes nothing here.
    (item.click as () => void)();
  }, id);

const menuItem = (app: ElectronApplication, id: string) =>
  app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
    return item && { enabled: item.enabled, type: item.type, checked: item.checked };
  }, id);

/** A panel that shows icons stands behind the question that the app asks of the session's bus. */
async function withPanel(world: AppWorld): Promise<Record<string, string>> {
  const programs = join(world.folder, 'programs');
  await mkdir(programs, { recursive: true });
  await writeFile(join(programs, 'gdbus'), '#!/bin/sh\necho "(<true>,)"\n', { mode: 0o755 });
  return { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
}

test('an item of the menu bar acts in the page, and follows what the page can do', async ({
  world,
}) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  const heard = await listen(page);
  await expect.poll(() => menuItem(app, 'review.play')).toMatchObject({ enabled: false });
  await chooseInMenu(app, 'go.transfers');
  await expect(page.getByRole('heading', { name: 'Transfers', level: 1 })).toBeVisible();
  expect(await heard.all()).toContainEqual(['app.command', { id: 'go.transfers' }]);

  await chooseInMenu(app, 'view.theme.dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect
    .poll(() => menuItem(app, 'view.theme.dark'))
    .toEqual({ enabled: true, type: 'checkbox', checked: true });

  await ask(page, 'app.commandStates', { available: ['go.today'], checked: [] });
  expect(await menuItem(app, 'go.today')).toMatchObject({ enabled: true });
  expect(await menuItem(app, 'go.transfers')).toMatchObject({ enabled: false });
  expect(await menuItem(app, 'view.theme.dark')).toMatchObject({ checked: false });
});

test('a key that the menu bar shows is heard once, by the page alone', async ({ world }) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  const heard = await listen(page);
  const press = (keyCode: string) =>
    app.evaluate(({ BrowserWindow }, key) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.focus();
      for (const type of ['keyDown', 'keyUp'] as const) {
        contents?.sendInputEvent({ type, keyCode: key, modifiers: ['control'] });
      }
    }, keyCode);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // The page lets this one pass: a menu that had registered it would act now.
  await ask(page, 'app.commandStates', { available: ['view.details'], checked: [] });
  await press('I');
  await press('4');
  await expect(page.getByRole('heading', { name: 'Transfers', level: 1 })).toBeVisible();
  await press('3');
  await expect(page.getByRole('heading', { name: 'Meetings', level: 1 })).toBeVisible();
  expect(await heard.names()).not.toContain('app.command');
});

test('a second start hands its address over, brings the window forth, and ends', async ({
  world,
}) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  const heard = await listen(page);
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.hide();
  });
  const meeting = encodeURIComponent(harbourPilots.id);
  expect(await startAgain(world, `trackvault://meeting/${meeting}?t=1.5`)).toBe(0);
  await expect.poll(() => windowState(app)).toEqual({ count: 1, visible: true, minimized: false });
  const review = reviewPage(page);
  await review.ready();
  await expect.poll(() => review.positionMs()).toBe(1_500);

  await test.step('one that is not ours does nothing but show the window', async () => {
    const before = (await heard.names()).filter((name) => name === 'app.link').length;
    expect(await startAgain(world, 'trackvault://pull/now', 'trackvault://meeting/a/b')).toBe(0);
    expect((await heard.names()).filter((name) => name === 'app.link')).toHaveLength(before);
  });
});

test('an address opens the app at its moment, without acting', async ({ world }) => {
  await world.fillLibrary();
  const meeting = encodeURIComponent(harbourPilots.id);
  const address = `trackvault://meeting/${meeting}?t=0:02`;
  const { page } = await world.start({ args: ['--library', world.library, address] });
  const review = reviewPage(page);
  await review.ready();
  await expect.poll(() => review.positionMs()).toBe(2_000);
  await expect(review.play).toBeVisible();
  expect(await ask(page, 'app.opening')).toEqual({ link: null, recovered: false });
});

test('a page that dies comes back and is told so; the rest goes on', async ({ world }) => {
  await world.fillLibrary();
  const { app } = await world.start();
  // The page’s own process is gone, and with it the driver’s way to it: looked at from main.
  const inPage = (code: string) =>
    app.evaluate(({ BrowserWindow }, script) => {
      const answer: Promise<unknown> | undefined =
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script);
      // A page that is being loaded does not answer at all.
      const silence = new Promise((resolve) => setTimeout(resolve, 1_000, 'no answer'));
      return Promise.race([answer, silence]);
    }, code);
  const crash = () =>
    app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    });
  await inPage('window.isTheFirst = true');
  await crash();
  await expect
    .poll(() => inPage(`window.isTheFirst === true ? '' : document.body.innerText`).catch(String), {
      timeout: 20_000,
    })
    .toContain('The window was started again after a fault.');
  await expect(readFile(join(world.profile, 'logs', 'main.log'), 'utf8')).resolves.toContain(
    'the page ended',
  );
  const status = await inPage(`window.trackvault.invoke('library.status')`);
  expect(status).toMatchObject({ ok: true, value: { state: 'open', dir: world.library } });
});

test('a media process that dies is started again when it is needed, and the page is told', async ({
  world,
}) => {
  await world.fillLibrary();
  await rm(join(world.library, 'derived'), { recursive: true, force: true });
  const { app, page } = await world.start();
  const heard = await listen(page);
  const { items } = await ask(page, 'library.recordings', {
    meetingId: MeetingId.parse(harbourPilots.id),
  });
  const [recording] = items;
  if (recording === undefined) throw new Error('the library holds no recording of this meeting');
  const { recordingId } = recording;
  const tracks = (await ask(page, 'library.tracks', { recordingId })).items;
  const [first, second] = tracks.map(({ trackId }) => trackId);
  if (first === undefined || second === undefined) throw new Error('two tracks are needed');
  expect(await ask(page, 'review.playable', { trackIds: [first] })).toMatchObject([
    { failure: null },
  ]);
  const killed = await app.evaluate(({ app: electron }) => {
    const media = electron.getAppMetrics().find(({ name }) => name === 'Trackvault media');
    return media !== undefined && process.kill(media.pid, 'SIGKILL');
  });
  expect(killed).toBe(true);
  await expect
    .poll(() => readFile(join(world.profile, 'logs', 'main.log'), 'utf8').catch(() => ''))
    .toContain('a process ended');
  expect(await ask(page, 'review.playable', { trackIds: [second] })).toMatchObject([
    { failure: null },
  ]);
  expect(await heard.all()).toContainEqual(['app.recovered', { what: 'media-process' }]);
});

test('settings, columns and the window’s place survive a restart', async ({ world }) => {
  const first = await world.start();
  await ask(first.page, 'app.changeSettings', {
    appearance: { theme: 'dark' },
    fetching: { automatic: false, everyMinutes: 45, atOnce: 6, speedLimit: null },
  });
  const bounds = { x: 40, y: 30, width: 1000, height: 700 };
  await first.app.evaluate(({ BrowserWindow }, wanted) => {
    BrowserWindow.getAllWindows()[0]?.setBounds(wanted);
  }, bounds);
  // The system takes its time over a new size.
  await expect
    .poll(() =>
      first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
    )
    .toEqual(bounds);
  await first.close();
  const second = await world.start();
  expect(await ask(second.page, 'app.settings')).toMatchObject({
    appearance: { theme: 'dark' },
    fetching: { automatic: false, everyMinutes: 45, atOnce: 6, speedLimit: null },
  });
  const found = await second.app.evaluate(({ BrowserWindow, nativeTheme }) => ({
    bounds: BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
    smallest: BrowserWindow.getAllWindows()[0]?.getMinimumSize(),
    theme: nativeTheme.themeSource,
  }));
  expect(found).toEqual({ bounds, smallest: [900, 600], theme: 'dark' });
});

test('starting at login is a file that comes and goes', async ({ world }) => {
  test.skip(process.platform !== 'linux', 'elsewhere Electron asks the system');
  const config = join(world.folder, 'config');
  const { page } = await world.start({ env: { XDG_CONFIG_HOME: config } });
  const entry = join(config, 'autostart', 'trackvault.desktop');
  const behaviour = { startAtLogin: true, stayInTray: false, offered: true, notifications: true };
  await ask(page, 'app.changeSettings', { behaviour });
  await expect.poll(() => readFile(entry, 'utf8').catch(() => '')).toContain('"--hidden"');
  await ask(page, 'app.changeSettings', { behaviour: { ...behaviour, startAtLogin: false } });
  await expect
    .poll(() =>
      access(entry).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
});

test('closing the window leaves the app in the tray where that is wished and seen', async ({
  world,
}) => {
  test.skip(process.platform !== 'linux', 'the panel is stood in for by a program of Linux');
  const env = await withPanel(world);
  const { app, page } = await world.start({ env });
  expect((await ask(page, 'app.info')).offers).toEqual({ startAtLogin: true, tray: true });
  const behaviour = { startAtLogin: false, stayInTray: true, offered: true, notifications: true };
  await ask(page, 'app.changeSettings', { behaviour });
  const close = () =>
    app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close();
    });
  await expect
    .poll(async () => {
      await close();
      return windowState(app);
    })
    .toEqual({ count: 1, visible: false, minimized: false });
  expect(await ask(page, 'library.status')).toMatchObject({ state: 'open' });
  expect(await startAgain(world)).toBe(0);
  await expect.poll(() => windowState(app)).toMatchObject({ visible: true });

  await test.step('and quits where no panel shows the icon', async () => {
    const ended = once(app.process(), 'exit');
    await ask(page, 'app.changeSettings', { behaviour: { ...behaviour, stayInTray: false } });
    await close().catch(() => undefined);
    await ended;
  });
});

test('where no panel shows icons the tray is not offered, and closing quits', async ({ world }) => {
  test.skip(process.platform !== 'linux', 'elsewhere there is always a tray');
  const { app, page } = await world.start();
  expect((await ask(page, 'app.info')).offers.tray).toBe(false);
  const behaviour = { startAtLogin: false, stayInTray: true, offered: true, notifications: true };
  await ask(page, 'app.changeSettings', { behaviour });
  const ended = once(app.process(), 'exit');
  await app
    .evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close();
    })
    .catch(() => undefined);
  await ended;
});

test('a start with the session shows no window and fetches, until somebody asks for it', async ({
  world,
}) => {
  test.skip(process.platform !== 'linux', 'the panel is stood in for by a program of Linux');
  const env = await withPanel(world);
  let isShown = false;
  const starting = world
    .start({ env, args: ['--library', world.library, '--hidden'] })
    .then((started) => {
      isShown = true;
      return started;
    });
  await expect
    .poll(() =>
      access(join(world.library, 'index.db')).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  expect(isShown).toBe(false);
  expect(await startAgain(world, '--hidden')).toBe(0);
  expect(isShown).toBe(false);
  expect(await startAgain(world)).toBe(0);
  const { app, page } = await starting;
  await expect.poll(() => windowState(app)).toMatchObject({ count: 1, visible: true });
  expect(await ask(page, 'library.status')).toMatchObject({ state: 'open' });
});

test('nothing goes over the network before the window has painted; then the hosts are noted', async ({
  world,
}) => {
  await world.fillLibrary();
  const sandbox = await world.sandbox();
  const first = await world.start();
  await connectWith(first.page, sandbox);
  await first.close();
  const asked = sandbox.requests.length;

  const { page } = await world.start();
  await sandbox.waitFor((request) => sandbox.requests.indexOf(request) >= asked);
  const paintedAt = await page.evaluate(() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return performance.timeOrigin + (paint?.startTime ?? Number.POSITIVE_INFINITY);
  });
  expect(sandbox.requests[asked]?.at).toBeGreaterThanOrEqual(Math.floor(paintedAt));

  const { host } = new URL(sandbox.apiRoot);
  const contacts = await ask(page, 'app.contacts');
  expect(contacts.find((each) => each.what === 'api')).toMatchObject({ host });
  for (const each of contacts) expect(each.host).toMatch(/^[a-z0-9.:-]+$/);
});

test('without a wish for it nothing is fetched by itself', async ({ world }) => {
  const sandbox = await world.sandbox();
  const first = await world.start();
  await connectWith(first.page, sandbox);
  const fetching = { automatic: false, everyMinutes: 10, atOnce: 3, speedLimit: null };
  await ask(first.page, 'app.changeSettings', { fetching });
  await first.close();
  const asked = sandbox.requests.length;

  const { page } = await world.start();
  await expect.poll(() => ask(page, 'library.status')).toMatchObject({ state: 'open' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await ask(page, 'pull.status')).toMatchObject({ state: 'idle' });
  expect(sandbox.requests.length).toBe(asked);
  await ask(page, 'pull.start');
  await sandbox.waitFor((request) => sandbox.requests.indexOf(request) >= asked);
});

test('the sample opens for reading, takes nothing in, and gives way again', async ({ world }) => {
  await world.fillLibrary();
  const sandbox = await world.sandbox();
  const { page } = await world.start();
  expect(await ask(page, 'library.openSample')).toMatchObject({
    state: 'open',
    sample: true,
    access: 'reader',
    readingBecause: { code: 'library.sample' },
  });
  await expect(ask(page, 'pull.start')).rejects.toThrow('library.sample');
  const [known] = await ask(page, 'library.known');
  expect(known).toMatchObject({ dir: world.library, open: false, missing: false });
  expect(known?.tracks).toBeGreaterThan(0);

  // Whoever connects wants recordings: they go to the library of before.
  await connectWith(page, sandbox);
  expect(await ask(page, 'library.status')).toMatchObject({
    state: 'open',
    sample: false,
    dir: world.library,
    access: 'writer',
  });
});

test('what a support case is given names versions and no person; licences are listed', async ({
  world,
}) => {
  const token = `cfut_Canary${'7'.repeat(34)}a1b2c3d4`;
  await world.fillLibrary();
  const sandbox = await world.sandbox({ token });
  const { page } = await world.start();
  await connectWith(page, sandbox, 'Canary label');
  const [workspace] = await ask(page, 'workspaces.list');
  expect(
    await ask(page, 'workspaces.test', { workspaceId: workspace?.workspaceId ?? '' }),
  ).toMatchObject({ state: 'ok' });
  const text = await ask(page, 'app.diagnostics');
  expect(text).toContain('workspaces: ["keychain"]');
  expect(text).toMatch(/holds: \{"recordings":[1-9]/);
  for (const secret of [
    token,
    'Canary',
    sandbox.accountId,
    sandbox.appId,
    world.folder,
    'Mara',
    'Harbour',
  ]) {
    expect(text).not.toContain(secret);
  }
  const licences = await ask(page, 'app.licences');
  const named = licences.map(({ name }) => name);
  for (const name of ['electron', 'svelte', 'wavesurfer.js', 'bits-ui', 'better-sqlite3']) {
    expect(named).toContain(name);
  }
  expect(licences.find(({ name }) => name === '@fontsource-variable/inter')?.text).toContain(
    'SIL OPEN FONT LICENSE',
  );
});
