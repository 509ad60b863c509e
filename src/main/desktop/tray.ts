/** @file Main process, Electron edge. The tray: a sign that the app still fetches, and the way back to its window. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Menu, Tray, nativeImage } from 'electron';
import { commands } from '#contract';

const run = promisify(execFile);

/** Points of height: what panels give an icon. */
const sizes: Partial<Record<NodeJS.Platform, number>> = { darwin: 18, win32: 16 };
const usualSize = 24;

export interface TrayChoices {
  open: () => void;
  fetch: () => void;
  quit: () => void;
}

export interface TrayIcon {
  /** What goes on, one line each; above the choices. */
  say(lines: readonly string[]): void;
  takeAway(): void;
}

/** Shows the icon. */
export function showTray(icon: string, choices: TrayChoices): TrayIcon {
  const height = sizes[process.platform] ?? usualSize;
  const tray = new Tray(nativeImage.createFromPath(icon).resize({ height }));
  let said: string | null = null;
  const say = (lines: readonly string[]) => {
    const text = ['Trackvault', ...lines].join('\n');
    // A menu that is put in place anew closes the one a person has open.
    if (text === said) return;
    said = text;
    tray.setToolTip(text);
    const work: Electron.MenuItemConstructorOptions[] = lines.map((label) => ({
      label,
      enabled: false,
    }));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        ...work,
        ...(work.length === 0 ? [] : [{ type: 'separator' as const }]),
        { label: 'Open Trackvault', click: choices.open },
        { label: commands['pull.start'].title, click: choices.fetch },
        { type: 'separator' },
        { label: 'Quit', click: choices.quit },
      ]),
    );
  };
  say([]);
  tray.on('click', choices.open);
  return {
    say,
    takeAway: () => {
      tray.destroy();
    },
  };
}

/**
 * Whether an icon would be seen. macOS and Windows always have a place; on Linux a panel must have
 * said that it shows such icons (StatusNotifierItem), and some desktops have none.
 */
export async function isTraySeen(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const watcher = 'org.kde.StatusNotifierWatcher';
  const get = 'org.freedesktop.DBus.Properties.Get';
  const property = 'IsStatusNotifierHostRegistered';
  const askings: [string, string[]][] = [
    [
      'gdbus',
      ['call', '--session', '--timeout', '2', '--dest', watcher]
        .concat(['--object-path', '/StatusNotifierWatcher', '--method', get])
        .concat([watcher, property]),
    ],
    [
      'dbus-send',
      ['--session', '--print-reply', '--reply-timeout=2000', `--dest=${watcher}`]
        .concat(['/StatusNotifierWatcher', get])
        .concat([`string:${watcher}`, `string:${property}`]),
    ],
  ];
  for (const [program, args] of askings) {
    try {
      const { stdout } = await run(program, args, { timeout: 5_000 });
      return /\btrue\b/.test(stdout);
    } catch (thrown) {
      // The program is not there: the next may be. It answered no: nobody shows icons.
      const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      if (!isMissing) return false;
    }
  }
  return false;
}
