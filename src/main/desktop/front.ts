/** @file Main process, Electron edge. The face of the app on the desktop: one window, its menu bar, its tray; shown, hidden, brought back. */
import { type BrowserWindow, app } from 'electron';
import {
  type CommandId,
  type CommandStates,
  type DeepLink,
  type EventName,
  type EventOf,
} from '#contract';
import type { Clock } from '../clock.ts';
import type { SettingsStore } from '../settings/index.ts';
import { type Opening, createArrivals } from './arrivals.ts';
import { tellPage } from './ipc.ts';
import type { Log } from './log.ts';
import { canStartAtLogin, startAtLogin } from './login-item.ts';
import { type MenuBar, createMenuBar } from './menu.ts';
import { watchPage } from './page-watch.ts';
import { type TrayIcon, isTraySeen, showTray } from './tray.ts';
import { openWindow, rememberPlace } from './window.ts';

export interface Front {
  /** To the page, if there is one. */
  tell<Name extends EventName>(name: Name, value: EventOf<Name>): void;
  /** What the page was opened for; see `arrivals.ts`. */
  takeOpening(): Opening;
  /** Shows the window, at the address among these arguments if there is one; other arguments do nothing. */
  arrive(args: readonly string[]): void;
  showStates(states: CommandStates): void;
  /** What goes on, one line each, for whoever looks at the tray. */
  showWork(lines: readonly string[]): void;
  offers(): Promise<{ startAtLogin: boolean; tray: boolean }>;
  /** The window to which a native dialog belongs. */
  window(): BrowserWindow | null;
  /** Once, when Electron is ready. */
  open(how: { hidden: boolean }): void;
  /** From now on closing means closing. Resolves when the window's place is on disk. */
  prepareToQuit(): Promise<void>;
}

export interface FrontWorld {
  settings: SettingsStore;
  clock: Clock;
  log: Log;
  preload: string;
  /** Picture of the app where the system does not take it from the package. */
  icon: string;
  devUrl: string | null;
  /** Somebody chose so in the tray; there may be no window to do it. */
  fetch: () => void;
  /** The first page has painted or died, or none is to be shown. */
  onUp: () => void;
  /** Told what became of the window; `gone`: also when its page died or is loaded anew. */
  onSight: (sight: 'shown' | 'hidden' | 'gone') => void;
}

/** A panel may come up after us at login: how often, and how long between, in ms, it is looked for. */
const trayPatience = { times: 6, everyMs: 5_000 };

export function createFront(world: FrontWorld): Front {
  const { settings, clock, log } = world;
  let window: BrowserWindow | null = null;
  let menu: MenuBar | null = null;
  let tray: TrayIcon | null = null;
  let work: readonly string[] = [];
  let isQuitting = false;
  let isOpen = false;
  /** Started without a window, and none was asked for since. */
  let isOutOfSight = false;

  const tell: Front['tell'] = (name, value) => {
    if (window !== null && !window.isDestroyed()) tellPage(window.webContents, name, value);
  };
  const arrivals = createArrivals((link: DeepLink) => {
    tell('app.link', link);
  });

  const make = (): BrowserWindow => {
    arrivals.begin('fresh');
    const { preload, icon, devUrl } = world;
    const made = openWindow({ settings, preload, icon, devUrl });
    made.once('ready-to-show', world.onUp);
    watchPage(made, {
      clock,
      log,
      onDeath: () => {
        arrivals.begin('recovered');
        world.onSight('gone');
        // One that dies before it has painted must not keep recordings from being fetched.
        world.onUp();
      },
    });
    made.on('close', (event) => {
      void rememberPlace(made, settings);
      const staysInTray = tray !== null && settings.get().behaviour.stayInTray;
      if (isQuitting || !staysInTray) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => {
      if (window === made) window = null;
      world.onSight('gone');
    });
    const onShown = () => {
      world.onSight('shown');
    };
    const onHidden = () => {
      world.onSight('hidden');
    };
    made.on('show', onShown).on('restore', onShown);
    made.on('hide', onHidden).on('minimize', onHidden);
    made.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) world.onSight('gone');
    });
    return made;
  };

  const show = () => {
    if (isQuitting) return;
    isOutOfSight = false;
    if (window === null) {
      // Shows itself when it has painted.
      window = make();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };

  const choose = (id: CommandId) => {
    show();
    tell('app.command', { id });
  };

  /** Once at a time: two looks at the panel could show two icons. */
  let turn: Promise<void> = Promise.resolve();
  const fitTray = (times: number): Promise<void> => {
    turn = turn.then(async () => {
      const isWished = () => !isQuitting && (isOutOfSight || settings.get().behaviour.stayInTray);
      if (!isWished()) {
        tray?.takeAway();
        tray = null;
        // Hidden without an icon it could not be found again.
        if (window?.isVisible() === false && !window.webContents.isLoading()) show();
        return;
      }
      for (let left = times; tray === null && left > 0; left -= 1) {
        if (await isTraySeen()) {
          if (!isWished()) return;
          const quit = () => {
            app.quit();
          };
          tray = showTray(world.icon, { open: show, fetch: world.fetch, quit });
          tray.say(work);
        } else if (left > 1) {
          await clock.sleep(trayPatience.everyMs);
        }
      }
    });
    return turn;
  };
  const onTrouble = (what: string) => (thrown: unknown) => {
    log.bug(what, thrown);
  };

  let behaviour = settings.get().behaviour;
  settings.onChange((changed) => {
    if (changed.behaviour === behaviour) return;
    const before = behaviour;
    behaviour = changed.behaviour;
    if (before.startAtLogin !== behaviour.startAtLogin) {
      startAtLogin(behaviour.startAtLogin).catch(onTrouble('starting at login'));
    }
    if (before.stayInTray !== behaviour.stayInTray) fitTray(1).catch(onTrouble('the tray'));
  });

  app.on('window-all-closed', () => {
    app.quit();
  });
  app.on('activate', () => {
    if (isOpen) show();
  });

  return {
    tell,
    takeOpening: () => arrivals.take(),
    arrive(args) {
      arrivals.arrive(args);
      if (isOpen) show();
    },
    showStates(states) {
      menu?.show(states);
    },
    showWork(lines) {
      work = lines;
      tray?.say(lines);
    },
    offers: async () => ({ startAtLogin: canStartAtLogin, tray: await isTraySeen() }),
    window: () => window,
    open({ hidden }) {
      menu = createMenuBar(choose);
      isOpen = true;
      isOutOfSight = hidden;
      if (!hidden) {
        show();
        fitTray(1).catch(onTrouble('the tray'));
        return;
      }
      world.onUp();
      void fitTray(trayPatience.times)
        .catch(onTrouble('the tray'))
        .then(() => {
          // Nobody would know that it runs.
          if (tray === null) show();
        });
    },
    async prepareToQuit() {
      isQuitting = true;
      tray?.takeAway();
      tray = null;
      // A window already gone has its place under way.
      if (window === null || window.isDestroyed()) await settings.change({});
      else await rememberPlace(window, settings);
    },
  };
}
