/** @file Renderer. Says of a workspace where its token is and where its API is. Pure. */
import type { Workspace } from '#contract';

const publicApi = 'https://api.cloudflare.com/client/v4';

export const isPublicApi = ({ apiRoot }: Pick<Workspace, 'apiRoot'>): boolean =>
  apiRoot === '' || apiRoot === publicApi;

/** Host of its API when that is not the public one; null otherwise. */
export const otherHost = (workspace: Pick<Workspace, 'apiRoot'>): string | null =>
  isPublicApi(workspace) ? null : (URL.parse(workspace.apiRoot)?.host ?? workspace.apiRoot);

export const tokenPlaces = {
  keychain: { text: 'Token in the keychain', isMissing: false },
  memory: { text: 'Token in memory until the app quits', isMissing: false },
  missing: { text: 'No token: connect again to fetch', isMissing: true },
} as const satisfies Record<Workspace['token'], { text: string; isMissing: boolean }>;

export const nameOf = ({ label, appId }: Pick<Workspace, 'label' | 'appId'>): string =>
  label === '' ? appId : label;
