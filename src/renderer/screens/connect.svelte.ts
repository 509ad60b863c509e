/** @file Renderer. The state of the connection form: what is typed, what the live check says, what connecting did. */
import type { FailureData, LibraryStatus, Workspace } from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { createScope } from '../scope.ts';
import { fittingApps, needsFilter } from './app-list.ts';
import { failedNotes, notesOf, type FieldNotes } from './check-words.ts';
import { isPublicApi } from './settings/workspace-words.ts';
import { createChecker, type LiveCheck, type Question } from './live-check.ts';

/** What stands once a workspace is connected. */
export interface Connection {
  readonly workspace: Workspace;
  /** Folder of the library that connecting opened, because none of one's own was; null: it was open before. */
  readonly openedDir: string | null;
}

const ownDir = (library: LibraryStatus | null): string | null =>
  library?.state === 'open' && !library.sample ? library.dir : null;

export class ConnectForm {
  label = $state('');
  accountId = $state('');
  appId = $state('');
  apiRoot = $state('');
  token = $state('');
  /** While the address is being typed nothing is sent: half of one may be somebody else's host. */
  addressing = $state(false);
  filter = $state('');

  /** The remembered workspace this form gives a token again. */
  lost = $state.raw<Workspace | null>(null);
  live = $state.raw<LiveCheck>({ state: 'idle' });
  connecting = $state(false);
  /** Why connecting failed, when it was not the token’s doing. */
  failure = $state.raw<FailureData | null>(null);
  connection = $state.raw<Connection | null>(null);

  /** What there is to ask; null while a field is missing or the address is being typed. */
  readonly question = $derived.by((): Question | null => {
    const accountId = this.accountId.trim();
    const token = this.token.trim();
    if (accountId === '' || token === '' || this.addressing) return null;
    return { accountId, token, apiRoot: this.apiRoot.trim() };
  });
  readonly check = $derived(this.live.state === 'answered' ? this.live.check : null);
  readonly checking = $derived(this.live.state === 'checking');
  readonly apps = $derived(this.check?.apps ?? []);
  readonly manyApps = $derived(needsFilter(this.apps));
  readonly fittingApps = $derived(fittingApps(this.apps, this.filter, this.appId));
  readonly appName = $derived(this.apps.find((app) => app.id === this.appId)?.name ?? '');
  readonly notes = $derived.by((): FieldNotes => {
    const { live } = this;
    if (live.state === 'failed') return failedNotes(live.failure, live.question.apiRoot);
    return this.check === null ? {} : notesOf(this.check, this.appId);
  });
  readonly canConnect = $derived(
    this.check?.state === 'ok' && this.apps.some((app) => app.id === this.appId),
  );

  readonly #scope = createScope();
  readonly #checker = createChecker({
    check: (question) => ask('workspaces.check', { ...question, label: '', appId: '' }),
    after: (ms, run) => this.#scope.after(ms, run),
    say: (live) => {
      this.live = live;
      this.#keepApp();
    },
  });

  /** A workspace without a token is most likely the one to be connected: it needs nothing but the token. */
  constructor(lost: Workspace | null) {
    if (lost === null) return;
    this.lost = lost;
    this.label = lost.label;
    this.accountId = lost.accountId;
    this.appId = lost.appId;
    this.apiRoot = isPublicApi(lost) ? '' : lost.apiRoot;
  }

  /** Begins anew, for another app. */
  clear(): void {
    this.lost = null;
    this.label = '';
    this.accountId = '';
    this.appId = '';
    this.apiRoot = '';
    this.token = '';
  }

  /** To be told of every change of `question`. */
  typed(question: Question | null): void {
    this.failure = null;
    this.#checker.typed(question);
  }

  /** Asks at once, whatever it looks like. */
  checkNow(): void {
    if (this.question !== null) this.#checker.ask(this.question);
  }

  async connect(): Promise<void> {
    const { question } = this;
    if (question === null || !this.canConnect || this.connecting) return;
    this.connecting = true;
    this.failure = null;
    const before = ownDir(archive.library);
    try {
      const label = this.label.trim() || this.appName;
      const { check, workspace } = await ask('workspaces.connect', {
        ...question,
        label,
        appId: this.appId,
      });
      if (workspace === null) {
        // Between check and connecting the service changed its mind.
        this.live = { state: 'answered', question, check };
        return;
      }
      this.token = '';
      await archive.reloadWorkspaces();
      const after = ownDir(await ask('library.status'));
      this.connection = { workspace, openedDir: after === before ? null : after };
      archive.announce('Connected');
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.connecting = false;
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Chooses the only app there is; lets one go that another account had. */
  #keepApp(): void {
    if (this.live.state !== 'answered') return;
    const { apps, state } = this.live.check;
    const [first] = apps;
    if (apps.length === 1 && first !== undefined) this.appId = first.id;
    else if (state === 'ok' && !apps.some((app) => app.id === this.appId)) this.appId = '';
  }
}
