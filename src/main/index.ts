/** @file Main process. The boot list: builds every module, wires them, opens the window. Read this first. */
import { once } from 'node:events';
import { arch, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { app, dialog, nativeTheme, powerMonitor, shell } from 'electron';
import { Failure } from '#contract';
import { createAudio } from './audio/index.ts';
import { createChoice } from './choice.ts';
import { systemClock } from './clock.ts';
import { connectWorkspace, queuePlaceOf } from './connection.ts';
import { createControlRoom } from './control-room.ts';
import { createCredentials } from './credentials/index.ts';
import { createFront } from './desktop/front.ts';
import { answerCalls } from './desktop/ipc.ts';
import { createLog } from './desktop/log.ts';
import { hiddenSwitch, isHiddenStart, startAtLogin } from './desktop/login-item.ts';
import { openMediaProcess } from './desktop/media-host.ts';
import { declareSchemes, servePage } from './desktop/page-protocol.ts';
import { serveTracks } from './desktop/track-protocol.ts';
import { createStandby } from './desktop/standby.ts';
import { refusePermissions } from './desktop/window.ts';
import { diagnosticsText } from './diagnostics.ts';
import { createDispatch } from './dispatch.ts';
import { entries } from './entries.ts';
import { createHandlers } from './handlers.ts';
import { createLibraries, rememberLibrary } from './libraries.ts';
import { formatVersion } from './library/index.ts';
import { readLicences } from './licences.ts';
import { openOrCreate } from './opening.ts';
import { inContract, openContacts, openSettings, profileDir } from './settings/index.ts';
import { createRelaying } from './relaying.ts';
import { createWorkbench } from './workbench.ts';
import { createWorkspaces } from './workspaces.ts';

/** Longest wait, in ms, for an orderly end; the disk is safe at every moment, so nothing depends on it. */
const patienceAtQuitMs = 5_000;
/** Lines of the log that a support case is given. */
const linesForSupport = 50;

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
  // Second starts and addresses may come before there is anything to show them with.
  const early: (readonly string[])[] = [process.argv];
  let arrive = (args: readonly string[]): void => {
    early.push(args);
  };
  app.on('second-instance', (_event, args) => {
    if (!args.includes(hiddenSwitch)) arrive(args);
  });
  app.on('open-url', (event, address) => {
    event.preventDefault();
    arrive([address]);
  });

  const profile = app.getPath('userData');
  const logDir = join(profile, 'logs');
  const clock = systemClock;
  const log = createLog(join(logDir, 'main.log'), clock);
  const onBug = (thrown: unknown) => {
    log.bug('unforeseen', thrown);
  };
  process.on('uncaughtException', (thrown) => {
    log.bug('uncaught exception', thrown);
  });
  process.on('unhandledRejection', (thrown) => {
    log.bug('unhandled rejection', thrown);
  });
  app.on('child-process-gone', (_event, { type, name, reason, exitCode }) => {
    if (reason !== 'clean-exit') log.warn('a process ended', { type, name, reason, exitCode });
  });

  const devUrl = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null);
  const devOrigin = devUrl === null ? null : new URL(devUrl).origin;
  const resources = join(import.meta.dirname, '../../resources');

  const settings = await openSettings(profile);
  if (settings.setAside !== null) log.warn('settings could not be read and were set aside');
  const contacts = await openContacts(profile, clock, onBug);
  const up = new AbortController();
  const whenUp = once(up.signal, 'abort');
  const front = createFront({
    settings,
    clock,
    log,
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    icon: join(resources, 'icon.png'),
    devUrl,
    fetch: () => {
      void dispatch('pull.start', undefined).then(({ ok }) => {
        // What keeps it from fetching is said in the window.
        if (!ok) front.arrive([]);
      });
    },
    onUp: () => {
      up.abort();
    },
    onSight: (sight) => {
      controlRoom.seen(sight);
    },
  });
  const { tell } = front;
  const standby = createStandby({
    front,
    settings,
    clock,
    icon: join(resources, 'icon.png'),
    async passages() {
      const now = workbench.status();
      return now.state === 'open' && !now.sample ? workbench.transferring().list() : [];
    },
    pullStatus: () => workbench.pullStatus(),
    recorded: () => controlRoom.running().titles,
    skewMs: () => workspaces.skewMs(),
    onBug,
  });

  const credentials = createCredentials({ clock });
  let hasMediaProcessDied = false;
  const audio = createAudio({
    in: 'process',
    open: () => {
      if (hasMediaProcessDied) tell('app.recovered', { what: 'media-process' });
      hasMediaProcessDied = false;
      return openMediaProcess(entries.mediaProcess, entries.audioWorker, () => {
        hasMediaProcessDied = true;
      });
    },
  });
  const workspaces = createWorkspaces({
    settings,
    credentials,
    clock,
    onRequest: (host) => {
      contacts.note(host, 'api');
    },
    onNotice: ({ kind, call, message }) => {
      log.info(kind, { call, message });
    },
    onChange: () => {
      workbench.reconnect();
      controlRoom.reconnect();
      relaying.reconnect();
      tell('workspaces.changed', { count: settings.get().workspaces.length });
    },
  });
  const controlRoom = createControlRoom({
    workspaces,
    clock,
    onLive: standby.onLive,
    onBug,
  });
  const relaying = createRelaying({
    settings,
    workspace: () => workspaces.current(),
    clock,
    onNudge: (meetingId) => {
      controlRoom.nudge(meetingId);
    },
    onRequest: (host) => {
      contacts.note(host, 'api');
    },
  });
  const speedLimit = () => settings.get().fetching.speedLimit;
  const choice = createChoice(() => workspaces.current()?.archive ?? { kind: 'all' });
  const workbench = createWorkbench({
    choice,
    onOpen: (open) => {
      controlRoom.follow(open);
    },
    openLibrary: (dir, mode) =>
      openOrCreate(
        { clock, through: 'app', profile, nativeBinding, log },
        { dir, mode: mode === 'make' ? 'write' : mode, create: mode === 'make' },
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
    speedLimit,
    queuePlace: (dir) => queuePlaceOf(dir, nativeBinding),
    audio,
    connect: (library, onEvent) =>
      connectWorkspace({
        workspaces,
        library,
        audio,
        clock,
        nativeBinding,
        onEvent,
        atOnce: () => settings.get().fetching.atOnce,
        speedLimit,
        heartbeatMs: 60_000,
        wants: (recording) => choice.wants(recording),
        onRequest: (host) => {
          contacts.note(host, 'files');
        },
        log: (what, facts) => {
          log.info(what, facts);
        },
      }),
    clock,
    tell: standby.tell,
    onForecast: standby.onForecast,
    onBug,
  });
  const libraries = createLibraries({
    settings,
    workbench,
    sampleDir: app.isPackaged
      ? join(process.resourcesPath, 'sample-library')
      : join(resources, 'sample-library'),
    whenUp,
  });

  const about = async () => {
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
      offers: await front.offers(),
      logDir,
    };
  };
  const diagnostics = async () => {
    const library = workbench.status();
    return diagnosticsText({
      at: clock.now(),
      info: await about(),
      system: {
        release: release(),
        arch: arch(),
        locale: app.getLocale(),
        memoryBytes: totalmem(),
      },
      settings: inContract(settings.get()),
      workspaces: (await workspaces.list()).map(({ token }) => token),
      library,
      libraryFormat: formatVersion,
      totals: library.state === 'open' ? await workbench.library().totals() : null,
      pull: workbench.pullStatus(),
      log: await log.recent(linesForSupport),
    });
  };

  const dispatch = createDispatch({
    handlers: createHandlers({
      settings,
      contacts,
      workspaces,
      workbench,
      libraries,
      controlRoom,
      lookout: standby.lookout,
      relaying,
      desk: {
        about,
        diagnostics,
        licences: () => readLicences(join(import.meta.dirname, 'licences.json')),
        takeOpening: front.takeOpening,
        showStates: front.showStates,
        async openLogs() {
          await log.flush();
          const refusal = await shell.openPath(logDir);
          if (refusal !== '') throw new Failure('disk.refused', refusal);
        },
        async chooseFolder(title) {
          const options: Electron.OpenDialogOptions = {
            title,
            properties: ['openDirectory', 'createDirectory'],
          };
          const window = front.window();
          const chosen =
            window === null
              ? await dialog.showOpenDialog(options)
              : await dialog.showOpenDialog(window, options);
          return chosen.filePaths[0] ?? null;
        },
        showInFolder(path) {
          shell.showItemInFolder(path);
        },
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
  let told = settings.get();
  settings.onChange((changed) => {
    const before = told;
    told = changed;
    useTheme();
    if (changed.fetching !== before.fetching) workbench.reconsider();
    const [now, then] = [inContract(changed), inContract(before)];
    // Places of windows and libraries are remembered too; they concern no page.
    if (JSON.stringify(now) !== JSON.stringify(then)) tell('app.settings', now);
  });

  let leaving = false;
  app.on('before-quit', (event) => {
    if (leaving) return;
    leaving = true;
    event.preventDefault();
    standby.close();
    controlRoom.close();
    // One that fails cuts none of the others short.
    const orderly = [
      // A quit closes windows last, too late for a file.
      front.prepareToQuit(),
      workbench.close().then(() => audio.close()),
      contacts.flush(),
      relaying.close(),
    ].map((each) => each.catch(onBug));
    void Promise.race([Promise.all(orderly), clock.sleep(patienceAtQuitMs)])
      .then(() => log.flush())
      .then(() => {
        app.quit();
      });
  });

  await app.whenReady();
  refusePermissions();
  servePage(join(import.meta.dirname, '../renderer'));
  serveTracks((trackId, part) => workbench.reviewing().locate(trackId, part), devOrigin);
  powerMonitor.on('suspend', () => {
    workbench.suspend();
  });
  powerMonitor.on('resume', () => {
    workbench.wake();
    controlRoom.wake();
    standby.lookout.look();
  });
  for (const args of early) front.arrive(args);
  arrive = front.arrive;
  // Whoever started it again meanwhile, or opened an address, wants to see it.
  front.open({ hidden: isHiddenStart(process.argv) && early.length === 1 });
  if (app.isPackaged) {
    app.setAsDefaultProtocolClient('trackvault');
    // The app may have moved since it was turned on.
    if (settings.get().behaviour.startAtLogin) startAtLogin(true).catch(onBug);
  }

  const named = libraryArgument(process.argv);
  const last = settings.get().lastLibraryDir;
  if (named !== null) await libraries.open(named);
  else if (last !== null) await libraries.reopen(last);
}

/** `--library DIR`: the library to open instead of the last one. */
function libraryArgument(args: readonly string[]): string | null {
  const at = args.indexOf('--library');
  return at < 0 ? null : (args[at + 1] ?? null);
}
