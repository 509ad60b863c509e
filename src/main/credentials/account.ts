/** @file Main process. Which keychain entry belongs to a workspace. */
import { createHash } from 'node:crypto';

/** What makes a workspace: two of them never share a token, even for one app. */
export interface WorkspaceKey {
  readonly accountId: string;
  readonly appId: string;
  /** The person's own name for the workspace. */
  readonly label: string;
  /** Base of the API, e.g. `https://api.cloudflare.com/client/v4`. */
  readonly apiRoot: string;
}

// Windows refuses user names longer than 512 characters.
const longest = 400;

/**
 * Name of the keychain entry: stable, readable by a person, and different for different keys
 * (every part is percent-encoded, so the separators occur nowhere else).
 */
export function accountOf(key: WorkspaceKey): string {
  const root = key.apiRoot.trim().replace(/\/+$/, '');
  const parts = [key.label, key.accountId, key.appId, root].map((part) =>
    encodeURIComponent(
      part
        .trim()
        .replace(/\p{Surrogate}/gu, '\uFFFD')
        .normalize('NFC'),
    ),
  );
  const whole = parts.join('/');
  if (whole.length <= longest) return whole;
  const hash = createHash('sha256').update(whole).digest('hex');
  return `${whole.slice(0, longest - hash.length - 1)}#${hash}`;
}
