/** @file Main process, Electron edge. The window: sandboxed, without navigation, where it was last time. */
import { BrowserWindow, nativeTheme, screen, session as electronSession } from 'electron';
import type { SettingsStore } from '../settings/index.ts';
import { PAGE_ORIGIN } from './page-protocol.ts';
import { placeWindow } from './place.ts';

/** `--ground` of the page's tokens, so that the frame has its colour before the page paints. */
export const ground = { light: '#f6f6f4', dark: '#131417' };

const groundNow = () => (nativeTheme.shouldUseDarkColors ? ground.dark : ground.light);

/** Shown when the page has painted, so a person never sees an empty frame. */
export function openWindow(options: {
  settings: SettingsStore;
  preload: string;
  /** Picture of the app where the system does not take it from the package. */
  icon: string;
  devUrl: string | null;
}): BrowserWindow {
  const { settings, preload, icon, devUrl } = options;
  const { bounds, smallest } = placeWindow(
    settings.get().window,
    screen.getAllDisplays().map(({ workArea }) => workArea),
    screen.getPrimaryDisplay().workArea,
  );
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    icon,
    title: 'Trackvault',
    // The bar is there with Alt; everything in it is in the palette too.
    autoHideMenuBar: true,
    backgroundColor: groundNow(),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  if (settings.get().window?.maximized === true) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });

  const repaint = () => {
    window.setBackgroundColor(groundNow());
  };
  nativeTheme.on('updated', repaint);
  window.on('closed', () => {
    nativeTheme.off('updated', repaint);
  });

  const page = window.webContents;
  page.setWindowOpenHandler(() => ({ action: 'deny' }));
  page.on('will-navigate', (event) => {
    event.preventDefault();
  });
  page.on('will-attach-webview', (event) => {
    event.preventDefault();
  });

  void window.loadURL(devUrl ?? `${PAGE_ORIGIN}/index.html`);
  return window;
}

/** Resolves when the window's place is on disk, so that a quit can wait for it. */
export function rememberPlace(window: BrowserWindow, settings: SettingsStore): Promise<void> {
  const maximized = window.isMaximized();
  return settings.change({ window: { ...window.getNormalBounds(), maximized } });
}

/** The one thing the page may: put text on the clipboard, as a click on an id does. It cannot read it. */
const mayCopy = 'clipboard-sanitized-write';

/** Every other permission is refused. */
export function refusePermissions(): void {
  const page = electronSession.defaultSession;
  page.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(permission === mayCopy);
  });
  page.setPermissionCheckHandler((_contents, permission) => permission === mayCopy);
}
