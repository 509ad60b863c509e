/** @file Renderer. Changes what a workspace fetches by itself. */
import type { ArchivePolicy, Workspace } from '#contract';
import { ask } from '../../api.ts';
import { archive } from '../../archive.svelte.ts';
import { attempt } from '../../commands/items.ts';
import { policyNames } from '../estimate-words.ts';

/** In force from the next recording on; what is fetched already stays. */
export async function setPolicy(
  { workspaceId }: Pick<Workspace, 'workspaceId'>,
  policy: ArchivePolicy,
): Promise<void> {
  await attempt(async () => {
    await ask('workspaces.archive', { workspaceId, archive: policy });
    await archive.reloadWorkspaces();
    archive.announce(`Fetched by itself: ${policyNames[policy.kind].text}`);
  });
}
