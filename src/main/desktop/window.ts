/** @file Main process, Electron edge. The window: sandboxed, without navigation, where it was last time. */
import { BrowserWindow, nativeTheme, screen, session as electronSession } from 'electron';
import type { SettingsStore, WindowPlace } from '../settings/index.ts';
import { PAGE_ORIGIN } from './page-protocol.ts';

const smallest = { width: 900, height: 600 };

/** Shown when the page has painted, so a person never sees an empty frame. */
export function openWindow(options: {
  settings: SettingsStore;
  preload: string;
  /** Picture of the app where the system does not take it from the package. */
  icon: string;
  devUrl: string | null;
}): BrowserWindow {
  const { settings, preload, icon, devUrl } = options;
  const place = onSomeScreen(settings.get().window);
  const window = new BrowserWindow({
    ...place,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    icon,
    title: 'Trackvault',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#fbfbfa',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  window.setMenuBarVisibility(false);
  if (settings.get().window?.maximized === true) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });

  const page = window.webContents;
  page.setWindowOpenHandler(() => ({ action: 'deny' }));
  page.on('will-navigate', (event) => {
    event.preventDefault();
  });
  page.on('will-attach-webview', (event) => {
    event.preventDefault();
  });

  window.on('close', () => {
    void rememberPlace(window, settings);
  });

  void window.loadURL(devUrl ?? `${PAGE_ORIGIN}/index.html`);
  return window;
}

/** Resolves when the window's place is on disk, so that a quit can wait for it. */
export function rememberPlace(window: BrowserWindow, settings: SettingsStore): Promise<void> {
  const maximized = window.isMaximized();
  return settings.change({ window: { ...window.getNormalBounds(), maximized } });
}

/** A place remembered from a larger or a second screen must still be reachable on this one. */
function onSomeScreen(
  place: WindowPlace | null,
): { width: number; height: number } | { x: number; y: number; width: number; height: number } {
  if (place === null) return { width: 1280, height: 800 };
  const { x, y } = place;
  const area = screen.getDisplayMatching({
    x: x ?? 0,
    y: y ?? 0,
    width: place.width,
    height: place.height,
  }).workArea;
  const width = Math.max(smallest.width, Math.min(place.width, area.width));
  const height = Math.max(smallest.height, Math.min(place.height, area.height));
  const visible =
    x !== undefined &&
    y !== undefined &&
    x >= area.x - width / 2 &&
    y >= area.y &&
    x + width / 2 <= area.x + area.width &&
    y + height / 2 <= area.y + area.height;
  return visible ? { x, y, width, height } : { width, height };
}

/** Every permission is refused: the page asks for none. */
export function refusePermissions(): void {
  const page = electronSession.defaultSession;
  page.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false);
  });
  page.setPermissionCheckHandler(() => false);
}
