/** @file Main process, Electron edge. Stands by while nobody looks: rings before deadlines, shows notes, keeps the tray's words true. */
import { app } from 'electron';
import type { EventName, EventOf, Forecast, LiveNow, Passage, PullStatus } from '#contract';
import type { Clock } from '../clock.ts';
import { type Lookout, createLookout } from '../lookout.ts';
import { createNotices } from '../notices.ts';
import type { SettingsStore } from '../settings/index.ts';
import { throttled } from '../throttled.ts';
import type { Front } from './front.ts';
import { showNotice } from './notices.ts';
import { trayLines } from './tray-words.ts';

export interface StandbyWorld {
  front: Pick<Front, 'tell' | 'window' | 'arrive' | 'showWork'>;
  settings: SettingsStore;
  clock: Clock;
  /** Picture of the app where the system does not take it from the package. */
  icon: string;
  /** What is on its way; empty while no library is open. */
  passages: () => Promise<readonly Passage[]>;
  pullStatus: () => PullStatus;
  /** Titles of the calls that are being recorded. */
  recorded: () => readonly (string | null)[];
  /** The service's clock minus ours, in ms; null while it is not known. */
  skewMs: () => number | null;
  onBug: (thrown: unknown) => void;
}

export interface Standby {
  lookout: Lookout;
  /** Tells the window, and hears what it is told. */
  tell<Name extends EventName>(name: Name, value: EventOf<Name>): void;
  onLive(live: LiveNow): void;
  onForecast(forecast: Forecast): void;
  close(): void;
}

export function createStandby(world: StandbyWorld): Standby {
  const { front, settings, clock, onBug } = world;
  const open = new AbortController();
  const moment = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(app.getLocale(), options);
    return (at: number) => format.format(at);
  };

  const notices = createNotices({
    clock,
    ended: open.signal,
    show: (notice) => {
      // Whoever looks at the window sees arrivals there.
      const isSeen = front.window()?.isFocused() === true;
      const isPressing = notice.news.some(({ kind }) => kind !== 'archived');
      if (!settings.get().behaviour.notifications || (isSeen && !isPressing)) return;
      const timeText = moment({ weekday: 'long', hour: '2-digit', minute: '2-digit' });
      showNotice(notice, world.icon, timeText, (address) => {
        front.arrive(address === null ? [] : [address]);
      });
    },
  });
  const lookout = createLookout({
    passages: world.passages,
    memory: {
      get: () => settings.get().alarms,
      set: (alarms) => settings.change({ alarms }),
    },
    notices,
    serviceNow: () => clock.now() + (world.skewMs() ?? 0),
    clock,
    onChange: () => {
      showWork();
    },
    onBug,
  });
  const showWork = throttled(clock, open.signal, () => {
    const { state, files, bytesPerSecond } = world.pullStatus();
    const left = files.total - files.kept - files.failed;
    const work = {
      recording: world.recorded(),
      fetching: state === 'fetching' && left > 0 ? { files: left, bytesPerSecond } : null,
      nearest: lookout.nearest(),
    };
    front.showWork(
      trayLines(work, moment({ weekday: 'short', hour: '2-digit', minute: '2-digit' })),
    );
  });

  return {
    lookout,
    tell(name, value) {
      front.tell(name, value);
      if (name === 'pull.status') showWork();
      if (name === 'library.changed' || name === 'library.status') lookout.look();
    },
    onLive(live) {
      front.tell('live.now', live);
      lookout.onLive(live);
      showWork();
    },
    onForecast(forecast) {
      front.tell('transfers.forecast', forecast);
      lookout.onForecast(forecast);
    },
    close() {
      open.abort();
      lookout.close();
    },
  };
}
