/** @file Contract. Workspaces: one app of one account, with the token kept elsewhere. */
import { z } from 'zod';
import { MeetingId, WorkspaceId } from './nouns.ts';

export { WorkspaceId };

/** What a person fills in. The token goes to main once and never comes back. */
export const WorkspaceForm = z.object({
  label: z.string().max(200),
  accountId: z.string().trim().min(1).max(200),
  appId: z.string().trim().max(200),
  /** Up to and including `/client/v4`; empty means the public API. */
  apiRoot: z.string().trim().max(2048),
  token: z.string().max(10_000),
});
export type WorkspaceForm = z.infer<typeof WorkspaceForm>;

/** What is fetched without being asked for. */
export const ArchivePolicy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('chosen'), meetingIds: z.array(MeetingId).max(10_000) }),
  /** Nothing: a person is shown what there is and how large it may be. */
  z.object({ kind: z.literal('ask') }),
]);
export type ArchivePolicy = z.infer<typeof ArchivePolicy>;

export const Workspace = z.object({
  workspaceId: WorkspaceId,
  label: z.string(),
  accountId: z.string(),
  appId: z.string(),
  apiRoot: z.string(),
  /** Where the token is: kept by the system, only in memory until the app quits, or nowhere. */
  token: z.enum(['keychain', 'memory', 'missing']),
  current: z.boolean(),
  archive: ArchivePolicy,
});
export type Workspace = z.infer<typeof Workspace>;

/** Answer of a token check, in the order it is found out (contract 1.1). */
export const AccessCheck = z.object({
  state: z.enum([
    'ok',
    'malformed',
    'unknown',
    'expired',
    'disabled',
    'lacks-rights',
    'wrong-account',
    'wrong-app',
    'not-checked',
  ]),
  /** The service's own words or the reason nothing could be checked; cleaned of addresses. */
  detail: z.string().nullable(),
  /** Epoch ms, when the service told it. */
  expiresAt: z.number().nullable(),
  /** Apps of the account, to choose from; names only. */
  apps: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
});
export type AccessCheck = z.infer<typeof AccessCheck>;
