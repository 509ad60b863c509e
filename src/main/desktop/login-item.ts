/** @file Main process, Electron edge. Starts the app with the system's session, hidden. */
import { app } from 'electron';
import { autostartPath, setAutostart } from './autostart.ts';

/** Given to a start that nobody asked for by hand. */
export const hiddenSwitch = '--hidden';

/** True where the system offers a way. */
export const canStartAtLogin = ['linux', 'darwin', 'win32'].includes(process.platform);

/** Turns it on or off; on Linux by a file, for Electron has no way of its own there. */
export async function startAtLogin(isWished: boolean): Promise<void> {
  const ownArgs = [...(app.isPackaged ? [] : [app.getAppPath()]), hiddenSwitch];
  if (process.platform === 'linux') {
    // An AppImage runs from a mount of the moment: only its file is there next time.
    const program = process.env['APPIMAGE'] ?? process.execPath;
    await setAutostart(autostartPath(process.env), isWished ? [program, ...ownArgs] : null);
    return;
  }
  app.setLoginItemSettings({ openAtLogin: isWished, args: ownArgs });
}

/** Whether this program was started so, by its arguments. */
export function isHiddenStart(args: readonly string[]): boolean {
  if (args.includes(hiddenSwitch)) return true;
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
