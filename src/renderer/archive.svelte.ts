/** @file Renderer. What the whole window knows: settings, library, workspaces, the pull, which screen is open. */
import type {
  AppInfo,
  Appearance,
  FailureData,
  LibraryStatus,
  PullStatus,
  RecordingId,
  Settings,
  TrackId,
  Workspace,
} from '#contract';
import { ask, hear } from './api.ts';
import { asFailure } from './error-words.ts';
import { createScope } from './scope.ts';

export type Screen =
  | { name: 'meetings' }
  | { name: 'connect' }
  | { name: 'search'; text: string; how: 'exact' | 'prefix' }
  | { name: 'review'; recordingId: RecordingId; trackId: TrackId | null };

const isUnderWay = ({ state }: PullStatus): boolean =>
  state === 'listing' || state === 'fetching' || state === 'verifying';

class Archive {
  info = $state<AppInfo | null>(null);
  settings = $state<Settings>({ appearance: { theme: 'system' } });
  library = $state.raw<LibraryStatus | null>(null);
  workspaces = $state.raw<Workspace[]>([]);
  pull = $state.raw<PullStatus | null>(null);
  /** Set when the window could not learn its own state at start. */
  failure = $state.raw<FailureData | null>(null);
  started = $state(false);
  screen = $state.raw<Screen>({ name: 'meetings' });
  /** Goes up whenever what is listed may have changed. */
  changes = $state(0);
  /** What the system says of its network; nothing waits for it. */
  online = $state(navigator.onLine);
  /** Spoken to screen readers; short. */
  announcement = $state('');
  /** Epoch ms, moved on twice a minute so that "time left" stays true. */
  now = $state(Date.now());

  readonly workspace = $derived(this.workspaces.find((each) => each.current) ?? null);
  readonly pulling = $derived(this.pull !== null && isUnderWay(this.pull));
  readonly libraryOpen = $derived(this.library?.state === 'open');
  readonly canAdd = $derived(this.library?.state === 'open' && this.library.access === 'writer');
  /** Nothing is set up yet: neither a library nor a workspace. */
  readonly firstRun = $derived(
    this.started && this.workspaces.length === 0 && this.library?.state === 'closed',
  );

  readonly #scope = createScope();
  readonly #complain = (thrown: unknown): void => {
    this.failure = asFailure(thrown);
  };
  #visited: Screen[] = [];

  /** Learns the state and follows it. Never rejects: what cannot be learned is `failure`. */
  async start(): Promise<void> {
    this.#followTheme();
    for (const told of ['online', 'offline']) {
      this.#scope.listen(window, told, () => {
        this.online = navigator.onLine;
      });
    }
    this.#scope.every(30_000, () => {
      this.now = Date.now();
    });
    try {
      hear('library.status', (status) => {
        this.library = status;
      });
      hear('library.changed', () => {
        this.changes += 1;
      });
      hear('pull.status', (status) => {
        // The end of a pull settles states that no single file's arrival told of.
        if (this.pulling && !isUnderWay(status)) this.changes += 1;
        this.pull = status;
      });
      hear('app.settings', (settings) => {
        this.settings = settings;
        this.#applyTheme();
      });
      hear('workspaces.changed', () => {
        void this.reloadWorkspaces();
      });
      // The keychain may take its time to answer; nothing on screen waits for it.
      void ask('app.info').then((info) => {
        this.info = info;
      }, this.#complain);
      // Each answer is taken as it comes: put off until all are here, it would undo what events told meanwhile.
      await Promise.all([
        ask('app.settings').then((settings) => {
          this.settings = settings;
        }),
        ask('library.status').then((library) => {
          this.library = library;
        }),
        ask('workspaces.list').then((workspaces) => {
          this.workspaces = workspaces;
        }),
        ask('pull.status').then((pull) => {
          this.pull = pull;
        }),
      ]);
      this.#applyTheme();
    } catch (thrown) {
      this.#complain(thrown);
    }
    this.started = true;
  }

  go(screen: Screen): void {
    this.#visited = [...this.#visited.slice(-20), this.screen];
    this.screen = screen;
  }

  back(): void {
    this.screen = this.#visited.pop() ?? { name: 'meetings' };
  }

  async reloadWorkspaces(): Promise<void> {
    try {
      this.workspaces = await ask('workspaces.list');
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Opens the system's folder dialog; the library it yields becomes the open one. */
  async chooseLibrary(): Promise<void> {
    try {
      this.library = await ask('library.choose');
      this.failure = null;
      this.changes += 1;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code !== 'cancelled') this.failure = failure;
    }
  }

  async startPull(): Promise<void> {
    try {
      this.failure = null;
      await ask('pull.start');
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async cancelPull(): Promise<void> {
    try {
      await ask('pull.cancel');
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async setTheme(theme: Appearance['theme']): Promise<void> {
    this.settings = { ...this.settings, appearance: { theme } };
    this.#applyTheme();
    try {
      await ask('app.changeSettings', { appearance: { theme } });
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  announce(text: string): void {
    this.announcement = text;
  }

  /** Counts whatever redraws on a change of colours, canvases above all. */
  themeChanges = $state(0);

  #followTheme(): void {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.#scope.listen(dark, 'change', () => {
      this.#applyTheme();
    });
    this.#applyTheme();
  }

  #applyTheme(): void {
    const { theme } = this.settings.appearance;
    const dark =
      theme === 'dark' ||
      (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    this.themeChanges += 1;
  }
}

export const archive = new Archive();
