/** @file Tests. The edge between page and system, tried from inside a real page. */
import { join } from 'node:path';
import { RecordingId } from '#contract';
import { projectRoot } from '../../scripts/setup/processes.mjs';
import { ask, askRaw } from '../support/bridge.ts';
import { expect, test } from '../support/app-world.ts';
import { meetingRow, meetingsPage } from '../support/meetings-page.ts';

const recordingId = RecordingId.parse('fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64');

test('the page has no Node, cannot leave, open windows, run made-up code or ask for rights', async ({
  world,
}) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  await meetingsPage(page).open();
  await expect(meetingsPage(page).rows).toHaveCount(3);
  const home = page.url();

  await test.step('there is no Node, and one object with two functions', async () => {
    const seen = await page.evaluate(() => ({
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
      module: typeof Reflect.get(window, 'module'),
      bridge: Object.keys(Object(Reflect.get(window, 'trackvault')) as object).sort(),
    }));
    expect(seen).toEqual({
      node: ['undefined', 'undefined'],
      module: 'undefined',
      bridge: ['invoke', 'listen'],
    });
  });

  await test.step('the policy allows neither inline code nor eval', async () => {
    const policy = await page.evaluate(async () => {
      const answer = await fetch('app://trackvault/index.html');
      return answer.headers.get('Content-Security-Policy') ?? '';
    });
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
    const again = await page.evaluate(async () => {
      const answer = await fetch('app://trackvault/index.html');
      return answer.headers.get('Content-Security-Policy') ?? '';
    });
    expect(again, 'a fresh nonce each time').not.toBe(policy);

    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.head.append(script);
      const style = document.createElement('style');
      style.textContent = 'body { outline: 7px solid red }';
      document.head.append(style);
      // A timer takes a text only where the policy lets it be code.
      window.setTimeout('window.evalRan = true' as unknown as () => void, 0);
      await new Promise((done) => setTimeout(done, 50));
      return {
        inline: Reflect.has(window, 'inlineRan'),
        evaluated: Reflect.has(window, 'evalRan'),
        outline: getComputedStyle(document.body).outlineWidth,
      };
    });
    expect(ran).toEqual({
      inline: false,
      evaluated: false,
      outline: expect.not.stringMatching('7px'),
    });
  });

  await test.step('nothing is fetched from the network', async () => {
    const sandbox = await world.sandbox();
    const reached = await page.evaluate(
      (root) =>
        fetch(root).then(
          () => true,
          () => false,
        ),
      sandbox.objectRoot,
    );
    expect(reached).toBe(false);
    expect(sandbox.requests).toHaveLength(0);
  });

  await test.step('every permission is refused', async () => {
    const answers = await page.evaluate(async () => {
      const asked = ['camera', 'microphone', 'geolocation', 'notifications'];
      const states = await Promise.all(
        asked.map((name) => navigator.permissions.query({ name: name as PermissionName })),
      );
      return states.map(({ state }) => state);
    });
    expect(new Set(answers)).toEqual(new Set(['denied']));
  });

  await test.step('windows and navigation are denied', async () => {
    expect(await page.evaluate(() => window.open('https://example.org/') === null)).toBe(true);
    for (const address of ['https://example.org/', 'file:///etc/passwd', 'app://elsewhere/']) {
      await page.evaluate((href) => {
        const link = document.createElement('a');
        link.href = href;
        document.body.append(link);
        link.click();
        link.remove();
      }, address);
    }
    // The driver itself would wait for where the page was not let go.
    const after = await app.evaluate(async ({ BrowserWindow }, row) => {
      const [own, ...others] = BrowserWindow.getAllWindows();
      const rows: unknown = await own?.webContents.executeJavaScript(
        `document.querySelectorAll('${row}').length`,
      );
      return { url: own?.webContents.getURL(), others: others.length, rows };
    }, meetingRow);
    expect(after).toEqual({ url: home, others: 0, rows: 3 });
  });
});

test('main answers this page alone, and only what the contract knows', async ({ world }) => {
  await world.fillLibrary();
  const { app, page } = await world.start();
  await meetingsPage(page).open();
  await expect(meetingsPage(page).rows).toHaveCount(3);

  await test.step('unknown methods and wrong inputs are refused with a code', async () => {
    for (const [method, input] of [
      ['library.destroy', undefined],
      ['__proto__', undefined],
      ['constructor', {}],
      [42, undefined],
      ['library.recording', { recordingId: '' }],
      ['library.recording', { recordingId: 'x'.repeat(10_000) }],
      ['library.meetings', { limit: 1_000_000 }],
      ['library.showInFolder', { trackId: '../../etc/passwd' }],
      ['app.changeSettings', { appearance: { theme: 'neon' } }],
    ] as const) {
      const answer = await askRaw(page, method, input);
      expect(answer, `${method} ${JSON.stringify(input)}`).toMatchObject({
        ok: false,
        error: { code: 'input.invalid' },
      });
    }
  });

  await test.step('a strange page with the same bridge is refused', async () => {
    const answer = await app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const stranger = new BrowserWindow({
          show: false,
          webPreferences: { preload, sandbox: true, contextIsolation: true },
        });
        await stranger.loadURL('data:text/html,<p>stranger</p>');
        const said: unknown = await stranger.webContents.executeJavaScript(
          'window.trackvault.invoke("library.meetings", {})',
        );
        stranger.destroy();
        return said;
      },
      join(projectRoot, 'out', 'preload', 'index.cjs'),
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'input.invalid' } });
  });

  await test.step('a frame inside the page gets nothing', async () => {
    const framed = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = 'app://trackvault/index.html';
      // A refused page still ends loading: in an error page of Chromium's own.
      const loaded = new Promise((done) => {
        frame.onload = done;
      });
      document.body.append(frame);
      await loaded;
      const inner: unknown = (() => {
        try {
          const found: unknown = Reflect.get(frame.contentWindow ?? {}, 'trackvault');
          return found;
        } catch {
          return undefined;
        }
      })();
      frame.remove();
      return typeof inner;
    });
    expect(framed).toBe('undefined');
  });

  await test.step('track:// answers ranges exactly and refuses the rest', async () => {
    const review = await ask(page, 'review.open', { recordingId });
    const trackId = review.tracks[0]?.trackId;
    if (trackId === undefined) throw new Error('the recording has no track');
    await ask(page, 'review.playable', { trackIds: [trackId] });
    const get = (path: string, range?: string) =>
      page.evaluate(
        async ([url, wanted]) => {
          const answer = await fetch(
            url,
            wanted === undefined ? {} : { headers: { Range: wanted } },
          );
          const { byteLength } = await answer.arrayBuffer();
          return { status: answer.status, byteLength, range: answer.headers.get('Content-Range') };
        },
        [`track://${path}`, range] as const,
      );
    const whole = await get(`${trackId}/audio`);
    const size = whole.byteLength;
    expect(whole.status).toBe(200);
    expect(size).toBeGreaterThan(100_000);
    const first = await get(`${trackId}/audio`, 'bytes=0-99');
    expect(first).toEqual({ status: 206, byteLength: 100, range: `bytes 0-99/${size}` });
    const last = await get(`${trackId}/audio`, 'bytes=-7');
    expect(last).toEqual({
      status: 206,
      byteLength: 7,
      range: `bytes ${size - 7}-${size - 1}/${size}`,
    });
    const beyond = await get(`${trackId}/audio`, `bytes=${size}-`);
    expect(beyond).toMatchObject({ status: 416, byteLength: 0, range: `bytes */${size}` });
    for (const path of [
      `${'0'.repeat(32)}/audio`,
      `${trackId}/data`,
      `${trackId}/..%2f..%2findex.db`,
      `${trackId}/`,
      'settings.json/audio',
    ]) {
      expect(await get(path), path).toMatchObject({ status: 404, byteLength: 0 });
    }
  });
});
