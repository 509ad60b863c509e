/** @file Main process, Electron edge. Brings a page back that died, and asks about one that does not answer. Nothing is lost: the page keeps nothing. */
import { type BrowserWindow, app, dialog } from 'electron';
import type { Clock } from '../clock.ts';
import type { Log } from './log.ts';
import { revivalAfter } from './revival.ts';

/** How long, in ms, a page may be busy before a person is asked. */
const patienceMs = 10_000;

export function watchPage(
  window: BrowserWindow,
  world: { clock: Clock; log: Log; onDeath: () => void },
): void {
  const { clock, log } = world;
  const page = window.webContents;
  const deaths: number[] = [];
  const closed = new AbortController();
  let busy: AbortController | null = null;

  const ask = async (message: string, detail: string, [yes, no]: [string, string]) => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message,
      detail,
      buttons: [yes, no],
      defaultId: 0,
      cancelId: 0,
    });
    return response === 0 ? 'first' : 'second';
  };

  const revive = async () => {
    deaths.push(clock.now());
    const revival = revivalAfter(deaths, clock.now());
    if (revival.kind === 'reload') {
      await clock.sleep(revival.afterMs, closed.signal);
    } else {
      const answer = await ask(
        'The window stopped working several times.',
        'Recordings and transfers are safe: they are kept outside the window. Load the window again, or quit and start Trackvault anew.',
        ['Load again', 'Quit'],
      );
      if (answer === 'second') {
        app.quit();
        return;
      }
      deaths.length = 0;
    }
    if (!window.isDestroyed()) page.reload();
  };

  page.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    busy?.abort();
    log.warn('the page ended', { reason, exitCode });
    world.onDeath();
    revive().catch((thrown: unknown) => {
      if (!closed.signal.aborted) log.bug('bringing the page back', thrown);
    });
  });

  page.on('unresponsive', () => {
    if (busy !== null) return;
    log.warn('the page does not answer');
    const own = new AbortController();
    busy = own;
    const signal = AbortSignal.any([own.signal, closed.signal]);
    clock
      .sleep(patienceMs, signal)
      .then(() =>
        ask(
          'The window does not answer.',
          'Recordings and transfers are safe: they go on outside the window.',
          ['Wait', 'Load the window again'],
        ),
      )
      .then((answer) => {
        // Its end is noticed above, and it is brought back from there.
        if (answer === 'second' && !signal.aborted) page.forcefullyCrashRenderer();
      })
      .catch((thrown: unknown) => {
        if (!signal.aborted) log.bug('asking about a busy page', thrown);
      })
      .finally(() => {
        if (busy === own) busy = null;
      });
  });
  page.on('responsive', () => {
    busy?.abort();
    busy = null;
  });
  window.on('closed', () => {
    closed.abort();
  });
}
