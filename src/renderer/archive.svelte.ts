/** @file Renderer. What the whole window knows: settings, library, workspaces, the pull, which screen is open. */
import type {
  AppInfo,
  DeepLink,
  FailureData,
  LibraryStatus,
  PullStatus,
  Recording,
  Settings,
  SettingsChange,
  Today,
  Workspace,
} from '#contract';
import { ask, hear } from './api.ts';
import { asFailure } from './error-words.ts';
import { layout } from './layout.svelte.ts';
import { noteScreen, notedScreen, type Screen } from './navigation.ts';
import { toasts } from './parts/toasts.svelte.ts';
import { createScope } from './scope.ts';

const isUnderWay = ({ state }: PullStatus): boolean =>
  state === 'listing' || state === 'fetching' || state === 'verifying';

/** A deadline nearer than this is a risk by itself, however well things go. */
const nearMs = 24 * 3_600_000;
/** A pull changes lists many times a second; what deserves attention is asked less often. */
const todayRestMs = 700;

/** So far back the way is remembered. */
const stepsBack = 30;

class Archive {
  info = $state.raw<AppInfo | null>(null);
  /** Null until main has told them. */
  settings = $state.raw<Settings | null>(null);
  library = $state.raw<LibraryStatus | null>(null);
  workspaces = $state.raw<Workspace[]>([]);
  pull = $state.raw<PullStatus | null>(null);
  /** A lasting trouble of the window as a whole: its state could not be learned, or main refused an order. */
  failure = $state.raw<FailureData | null>(null);
  started = $state(false);
  screen = $state.raw<Screen>({ name: 'today' });
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
  readonly sample = $derived(this.library?.state === 'open' && this.library.sample);
  /** What deserves attention, from the index alone; null until it is known. */
  today = $state.raw<Today | null>(null);
  /** Recordings of which something may be lost; what is being fetched with time to spare is none. */
  readonly riskCount = $derived.by(() => {
    const troubled = new Set(
      (this.pull?.atRisk ?? [])
        .filter(({ why }) => why === 'failed' || why === 'stuck-at-provider')
        .map(({ recordingId }) => recordingId),
    );
    for (const { recordingId, deadlineAt } of this.today?.atRisk ?? []) {
      const hasTime = deadlineAt !== null && deadlineAt - this.now >= nearMs;
      if (!this.pulling || !hasTime) troubled.add(recordingId);
    }
    return troubled.size;
  });
  readonly filesUnderWay = $derived(
    (this.pull?.transfers ?? []).filter(({ state }) => state !== 'failed' && state !== 'cancelled')
      .length,
  );
  /** Nothing is set up yet: neither a library nor a workspace. */
  readonly firstRun = $derived(
    this.started && this.workspaces.length === 0 && this.library?.state === 'closed',
  );
  readonly canGoBack = $derived.by(() => this.#visited.length > 0);

  readonly #scope = createScope();
  readonly #complain = (thrown: unknown): void => {
    const failure = asFailure(thrown);
    if (failure.code !== 'cancelled') this.failure = failure;
  };
  #visited = $state.raw<readonly Screen[]>([]);
  /** Changes that keep coming must not put off what they change. */
  #todayIsDue = false;
  /** An address that came before its library was open. */
  #pendingLink: DeepLink | null = null;

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
      this.#followMain();
      // The keychain may take its time to answer; nothing on screen waits for it.
      void ask('app.info').then((info) => {
        this.info = info;
      }, this.#complain);
      // Each answer is taken as it comes: put off until all are here, it would undo what events told meanwhile.
      await Promise.all([
        ask('app.settings').then((settings) => {
          layout.take(settings.layout);
          this.#takeSettings(settings);
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
      await Promise.all([this.#takeOpening(), this.#learnToday()]);
    } catch (thrown) {
      this.#complain(thrown);
    }
    this.started = true;
  }

  go(screen: Screen): void {
    this.#visited = [...this.#visited.slice(-stepsBack), this.screen];
    this.show(screen);
  }

  /** Another screen in the place of this one: the way back does not lead here. */
  show(screen: Screen): void {
    this.screen = screen;
    noteScreen(screen);
  }

  back(): void {
    const last = this.#visited.at(-1);
    this.#visited = this.#visited.slice(0, -1);
    this.show(last ?? { name: 'meetings', key: null });
  }

  /** Opens the meeting an address names, at its moment. It opens, it never acts. */
  async follow(link: DeepLink): Promise<void> {
    if (this.library?.state !== 'open') {
      this.#pendingLink = link;
      return;
    }
    const { meetingId, recordingId, at } = link;
    try {
      const { items } = await ask('library.recordings', { meetingId, limit: 500 });
      const recording =
        items.find((each) => each.recordingId === recordingId) ??
        (at?.kind === 'moment' ? items.find((each) => wasRunning(each, at.at)) : undefined) ??
        items.find((each) => each.trackCount > 0) ??
        items[0];
      if (recording === undefined) {
        toasts.say({
          tone: 'warn',
          text: 'This library does not hold the meeting of that link.',
          detail: 'Open the library it was archived in, then follow the link again.',
        });
        return;
      }
      this.go({ name: 'review', recordingId: recording.recordingId, trackId: null, at });
    } catch (thrown) {
      this.#complain(thrown);
    }
  }

  async reloadWorkspaces(): Promise<void> {
    try {
      this.workspaces = await ask('workspaces.list');
    } catch (thrown) {
      this.#complain(thrown);
    }
  }

  /** Opens the system's folder dialog; the library it yields becomes the open one. */
  chooseLibrary(): Promise<void> {
    return this.#openBy(() => ask('library.choose'));
  }

  /** Makes a library in a folder of the person's choice. */
  createLibrary(): Promise<void> {
    return this.#openBy(() => ask('library.create'));
  }

  /** The library that comes with the app; needs no network. */
  openSample(): Promise<void> {
    return this.#openBy(() => ask('library.openSample'));
  }

  openKnown(libraryId: string): Promise<void> {
    return this.#openBy(() => ask('library.openKnown', { libraryId }));
  }

  async startPull(): Promise<void> {
    await this.#order(() => ask('pull.start'));
  }

  async cancelPull(): Promise<void> {
    await this.#order(() => ask('pull.cancel'));
  }

  /** Takes effect at once; main remembers it. */
  async change(change: SettingsChange): Promise<void> {
    if (this.settings !== null) this.#takeSettings({ ...this.settings, ...withoutHoles(change) });
    await this.#order(() => ask('app.changeSettings', change));
  }

  announce(text: string): void {
    this.announcement = text;
  }

  /** Counts whatever redraws on a change of colours, canvases above all. */
  themeChanges = $state(0);

  async #order(give: () => Promise<void>): Promise<void> {
    try {
      this.failure = null;
      await give();
    } catch (thrown) {
      this.#complain(thrown);
    }
  }

  async #openBy(choose: () => Promise<LibraryStatus>): Promise<void> {
    await this.#order(async () => {
      this.#takeLibrary(await choose());
    });
  }

  /** Told by an event and by the answer to whoever asked for it, in either order. */
  #takeLibrary(status: LibraryStatus): void {
    const was = this.library;
    this.library = status;
    if (status.state !== 'open') {
      this.today = null;
      return;
    }
    if (was?.state === 'open' && was.libraryId !== status.libraryId) {
      this.today = null;
      this.#leaveLibrary();
    }
    this.#changed();
    const link = this.#pendingLink;
    this.#pendingLink = null;
    if (link !== null) void this.follow(link);
  }

  #changed(): void {
    this.changes += 1;
    if (this.#todayIsDue) return;
    this.#todayIsDue = true;
    this.#scope.after(this.today === null ? 0 : todayRestMs, () => {
      this.#todayIsDue = false;
      void this.#learnToday();
    });
  }

  async #learnToday(): Promise<void> {
    const { library } = this;
    if (library?.state !== 'open') return;
    try {
      const today = await ask('library.today');
      // Another library may have been opened meanwhile.
      if (this.library?.state === 'open' && this.library.libraryId === library.libraryId) {
        this.today = today;
      }
    } catch (thrown) {
      this.#complain(thrown);
    }
  }

  #followMain(): void {
    hear('library.status', (status) => {
      this.#takeLibrary(status);
    });
    hear('library.changed', () => {
      this.#changed();
    });
    hear('pull.status', (status) => {
      // The end of a pull settles states that no single file's arrival told of.
      if (this.pulling && !isUnderWay(status)) this.#changed();
      this.pull = status;
    });
    hear('app.settings', (settings) => {
      this.#takeSettings(settings);
    });
    hear('app.link', (link) => {
      void this.follow(link);
    });
    hear('app.recovered', () => {
      toasts.say({
        tone: 'info',
        text: 'The part of Trackvault that reads audio was started again.',
        detail: 'A file made it stop. Nothing is lost; what was being drawn or played goes on.',
      });
    });
    hear('workspaces.changed', () => {
      void this.reloadWorkspaces();
    });
  }

  async #takeOpening(): Promise<void> {
    const { link, recovered } = await ask('app.opening');
    if (recovered) {
      const screen = notedScreen();
      if (screen !== null) this.screen = screen;
      toasts.say({
        tone: 'warn',
        text: 'The window was started again after a fault.',
        detail: 'Nothing is lost: fetching went on meanwhile. The details are in the log.',
      });
    }
    if (link !== null) await this.follow(link);
  }

  /** What a recording of another library was on screen leads nowhere now. */
  #leaveLibrary(): void {
    this.#visited = [];
    if (this.screen.name === 'review') this.show({ name: 'meetings', key: null });
  }

  #takeSettings(settings: Settings): void {
    this.settings = settings;
    this.#applyTheme();
  }

  #followTheme(): void {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.#scope.listen(dark, 'change', () => {
      this.#applyTheme();
    });
    this.#applyTheme();
  }

  #applyTheme(): void {
    const theme = this.settings?.appearance.theme ?? 'system';
    const dark =
      theme === 'dark' ||
      (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
    const name = dark ? 'dark' : 'light';
    if (document.documentElement.dataset['theme'] === name) return;
    document.documentElement.dataset['theme'] = name;
    this.themeChanges += 1;
  }
}

/** Whether a recording was running at a moment, as far as its times are known. */
function wasRunning({ startedAt, invokedAt, lengthMs }: Recording, at: number): boolean {
  const from = startedAt ?? invokedAt;
  return from !== null && at >= from && at <= from + (lengthMs ?? 0);
}

/** Members that are not there, without those that are `undefined`. */
function withoutHoles(change: SettingsChange): Partial<Settings> {
  const { appearance, layout: arranged, behaviour, fetching, relay } = change;
  return {
    ...(appearance ? { appearance } : {}),
    ...(arranged ? { layout: arranged } : {}),
    ...(behaviour ? { behaviour } : {}),
    ...(fetching ? { fetching } : {}),
    ...(relay ? { relay } : {}),
  };
}

export const archive = new Archive();
