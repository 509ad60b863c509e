/** @file Renderer. The list of workspaces: which is in use, what a test of each token said, which is to be forgotten. */
import { SvelteMap } from 'svelte/reactivity';
import type { FailureData, Workspace, WorkspaceId } from '#contract';
import { archive } from '../../archive.svelte.ts';
import { ask } from '../../api.ts';
import { attempt } from '../../commands/items.ts';
import { asFailure } from '../../error-words.ts';
import { toasts } from '../../parts/toasts.svelte.ts';
import { testNote, type FieldNote } from '../check-words.ts';
import { nameOf } from './workspace-words.ts';

export type TokenTest =
  | { state: 'testing' }
  | { state: 'answered'; note: FieldNote }
  | { state: 'failed'; failure: FailureData };

export class WorkspaceList {
  readonly tests = new SvelteMap<WorkspaceId, TokenTest>();
  /** The one a dialog asks about. */
  leaving = $state.raw<Workspace | null>(null);

  async use({ workspaceId }: Workspace): Promise<void> {
    await attempt(async () => {
      await ask('workspaces.use', { workspaceId });
      await archive.reloadWorkspaces();
    });
  }

  async test({ workspaceId }: Workspace): Promise<void> {
    if (this.tests.get(workspaceId)?.state === 'testing') return;
    this.tests.set(workspaceId, { state: 'testing' });
    try {
      const check = await ask('workspaces.test', { workspaceId });
      this.tests.set(workspaceId, { state: 'answered', note: testNote(check) });
    } catch (thrown) {
      this.tests.set(workspaceId, { state: 'failed', failure: asFailure(thrown) });
    }
  }

  /** Forgets the one the dialog asked about. */
  async forget(): Promise<void> {
    const workspace = this.leaving;
    this.leaving = null;
    if (workspace === null) return;
    await attempt(async () => {
      await ask('workspaces.forget', { workspaceId: workspace.workspaceId });
      this.tests.delete(workspace.workspaceId);
      await archive.reloadWorkspaces();
      toasts.say({ tone: 'good', text: `${nameOf(workspace)} was forgotten.` });
    });
  }
}
