/** @file Main process. The boot list: builds every module, wires them, opens the window. Read this first. */
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, nativeTheme, shell } from 'electron';
import type { AppInfo, EventName, EventOf } from '#contract';
import { createAudio } from './audio/index.ts';
import { systemClock } from './clock.ts';
import { createCredentials } from './credentials/index.ts';
import { answerCalls, tellPage } from './desktop/ipc.ts';
import { createLog } from './desktop/log.ts';
import { openMediaProcess } from './desktop/media-host.ts';
import { setMenu } from './desktop/menu.ts';
import { declareSchemes, servePage } from './desktop/page-protocol.ts';
import { serveTracks } from './desktop/track-protocol.ts';
import { openWindow, refusePermissions, rememberPlace } from './desktop/window.ts';
import { createDispatch } from './dispatch.ts';
import { entries } from './entries.ts';
import { createHandlers } from './handlers.ts';
import { rememberLibrary } from './libraries.ts';
import { openOrCreate } from './opening.ts';
import { inContract, openSettings, profileDir } from './settings/index.ts';
import { connectWorkspace, queuePlaceOf } from './connection.ts';
import { createWorkbench } from './workbench.ts';
import { createWorkspaces } from './workspaces.ts';

/** Longest wait, in ms, for an orderly end; the disk is safe at every moment, so nothing depends on it. */
const patienceAtQuitMs = 5_000;

/** A package has its own addon, and lets no environment name another. */
const nativeBinding = app.isPackaged ? null : (process.env['TRACKVAULT_SQLITE_BINDING'] ?? null);

const commandLine = process.argv.indexOf('--cli');
if (commandLine >= 0) {
  // Before `ready`: the command line needs no display.
  const { runCommandLine } = await import('./cli.ts');
  app.exit(await runCommandLine(process.argv.slice(commandLine + 1), nativeBinding));
} else {
  // Electron's own switch wins: whoever gives it means this run alone.
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', profileDir(process.env));
  }
  if (app.requestSingleInstanceLock()) {
    declareSchemes();
    void boot();
  } else {
    app.quit();
  }
}

async function boot(): Promise<void> {
  const profile = app.getPath('userData');
  const clock = systemClock;
  const log = createLog(join(profile, 'logs', 'main.log'), clock);
  process.on('uncaughtException', (thrown) => {
    log.bug('uncaught exception', thrown);
  });
  process.on('unhandledRejection', (thrown) => {
    log.bug('unhandled rejection', thrown);
  });
  const onBug = (thrown: unknown) => {
    log.bug('unforeseen', thrown);
  };

  const devUrl = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null);
  const devOrigin = devUrl === null ? null : new URL(devUrl).origin;
  let window: BrowserWindow | null = null;
  const tell = <Name extends EventName>(name: Name, value: EventOf<Name>) => {
    if (window !== null && !window.isDestroyed()) tellPage(window.webContents, name, value);
  };

  const settings = await openSettings(profile);
  if (settings.setAside !== null) log.warn('settings could not be read and were set aside');
  const credentials = createCredentials({ clock });
  const audio = createAudio({
    in: 'process',
    open: () => openMediaProcess(entries.mediaProcess, entries.audioWorker),
  });
  const workspaces = createWorkspaces({
    settings,
    credentials,
    clock,
    onChange: () => {
      workbench.reconnect();
      tell('workspaces.changed', { count: settings.get().workspaces.length });
    },
  });
  const workbench = createWorkbench({
    openLibrary: (dir, mode) =>
      openOrCreate(
        { clock, through: 'app', profile, nativeBinding, log },
        { dir, mode, create: mode === 'write' },
      ),
    remember: (library, totals) => rememberLibrary(settings, clock, library, totals),
    rhythm: () => {
      const { automatic, everyMinutes } = settings.get().fetching;
      // Without a workspace there is nothing to ask.
      return {
        automatic: automatic && workspaces.current() !== null,
        everyMs: everyMinutes * 60_000,
      };
    },
    audio,
    connect: (library, onEvent) =>
      connectWorkspace({
        workspaces,
        library,
        audio,
        clock,
        nativeBinding,
        onEvent,
        log: (what, facts) => {
          log.info(what, facts);
        },
      }),
    queuePlace: (dir) => queuePlaceOf(dir, nativeBinding),
    clock,
    tell,
    onBug,
  });

  const about = async (): Promise<AppInfo> => {
    const storage = await credentials.probe();
    return {
      version: app.getVersion(),
      electron: process.versions.electron,
      chrome: process.versions.chrome,
      node: process.versions.node,
      platform: process.platform,
      keychain: {
        available: storage.storage === 'keychain',
        reason: storage.storage === 'keychain' ? null : storage.because,
      },
      offers: { startAtLogin: true, tray: true },
      logDir: join(profile, 'logs'),
    };
  };

  const dispatch = createDispatch({
    handlers: createHandlers({
      settings,
      workspaces,
      workbench,
      about,
      chooseFolder: async () => {
        const options = {
          title: 'Choose a library folder',
          properties: ['openDirectory' as const, 'createDirectory' as const],
        };
        const chosen =
          window === null
            ? await dialog.showOpenDialog(options)
            : await dialog.showOpenDialog(window, options);
        return chosen.filePaths[0] ?? null;
      },
      showInFolder: (path) => {
        shell.showItemInFolder(path);
      },
      defaultLibraryDir: join(app.getPath('documents'), 'Trackvault'),
    }),
    checkOutputs: !app.isPackaged,
    onBug: (method, thrown) => {
      log.bug(`call ${method}`, thrown);
    },
  });
  answerCalls(dispatch, devOrigin);
  const useTheme = () => {
    nativeTheme.themeSource = settings.get().appearance.theme;
  };
  useTheme();
  settings.onChange((changed) => {
    useTheme();
    tell('app.settings', inContract(changed));
  });

  app.on('second-instance', () => {
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  let leaving = false;
  app.on('before-quit', (event) => {
    if (leaving) return;
    leaving = true;
    event.preventDefault();
    // A quit closes windows last, too late for a file; a window already gone has its place under way.
    const placed =
      window === null || window.isDestroyed()
        ? settings.change({})
        : rememberPlace(window, settings);
    const orderly = Promise.all([placed, workbench.close().then(() => audio.close())]);
    void Promise.race([orderly, clock.sleep(patienceAtQuitMs)])
      .catch(onBug)
      .then(() => log.flush())
      .then(() => {
        app.quit();
      });
  });

  await app.whenReady();
  refusePermissions();
  setMenu();
  servePage(join(import.meta.dirname, '../renderer'));
  serveTracks((trackId, part) => workbench.reviewing().locate(trackId, part), devOrigin);
  window = openWindow({
    settings,
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    icon: join(import.meta.dirname, '../../resources/icon.png'),
    devUrl,
  });

  const wanted = libraryArgument(process.argv) ?? settings.get().lastLibraryDir;
  if (wanted === null) return;
  const opened = await workbench.open(wanted);
  if (opened.state !== 'open') return;
  await settings.change({ lastLibraryDir: opened.dir });
  // What the service will delete is fetched without being asked; without a workspace there is nothing to ask.
  if (workspaces.current() !== null && opened.access === 'writer') workbench.pulling().start();
}

/** `--library DIR`: the library to open instead of the last one. */
function libraryArgument(args: readonly string[]): string | null {
  const at = args.indexOf('--library');
  return at < 0 ? null : (args[at + 1] ?? null);
}
