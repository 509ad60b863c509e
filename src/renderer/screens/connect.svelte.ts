/** @file Renderer. The state of the connection form: what is typed, what a check said, what connecting did. */
import type { AccessCheck, FailureData, WorkspaceId } from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { answerOf } from './check-words.ts';

export class ConnectForm {
  label = $state('');
  accountId = $state('');
  appId = $state('');
  apiRoot = $state('');
  token = $state('');

  busy = $state<'check' | 'connect' | null>(null);
  check = $state.raw<AccessCheck | null>(null);
  failure = $state.raw<FailureData | null>(null);
  connected = $state(false);
  /** What the last check was about; an edit afterwards makes its answer stale. */
  #checked = $state.raw('');

  readonly #typed = $derived(
    JSON.stringify([this.accountId, this.appId, this.apiRoot, this.token]),
  );
  readonly fresh = $derived(this.check !== null && this.#checked === this.#typed);
  readonly answer = $derived(
    this.check !== null && this.fresh ? answerOf(this.check, this.appId) : null,
  );
  /** Apps stay offered while the app id is edited. */
  readonly apps = $derived(this.check?.apps ?? []);
  readonly complete = $derived(this.accountId.trim() !== '' && this.token.trim() !== '');
  /** Connected, and nothing typed since: there is nothing to press. */
  readonly settled = $derived(this.connected && this.token === '');
  readonly canConnect = $derived(this.complete && this.appId.trim() !== '');

  readonly #form = $derived({
    label: this.label.trim() || this.#appName(),
    accountId: this.accountId.trim(),
    appId: this.appId.trim(),
    apiRoot: this.apiRoot.trim(),
    token: this.token.trim(),
  });

  #appName(): string {
    return this.apps.find((app) => app.id === this.appId.trim())?.name ?? '';
  }

  /** Asks the service what the token may do; stores nothing. */
  async ask(): Promise<void> {
    await this.#run('check', async () => {
      this.#take(await ask('workspaces.check', this.#form));
    });
  }

  async connect(): Promise<void> {
    await this.#run('connect', async () => {
      const { check, workspace } = await ask('workspaces.connect', this.#form);
      this.#take(check);
      if (workspace === null) return;
      this.token = '';
      this.check = null;
      this.connected = true;
      archive.announce('Connected');
      await archive.reloadWorkspaces();
    });
  }

  async forget(workspaceId: WorkspaceId): Promise<void> {
    try {
      await ask('workspaces.forget', { workspaceId });
      await archive.reloadWorkspaces();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  #take(check: AccessCheck): void {
    const only = check.apps.length === 1 ? check.apps[0] : undefined;
    if (this.appId.trim() === '' && only) this.appId = only.id;
    this.check = check;
    this.#checked = this.#typed;
  }

  async #run(what: 'check' | 'connect', work: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    this.failure = null;
    this.connected = false;
    try {
      await work();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.busy = null;
    }
  }
}
