/** @file Main process. Connects and forgets workspaces: settings remember them, the keychain holds their tokens. */
import { randomUUID } from 'node:crypto';
import {
  type AccessCheck,
  type ArchivePolicy,
  Failure,
  type Workspace,
  type WorkspaceForm,
  WorkspaceId,
} from '#contract';
import type { Clock } from './clock.ts';
import type { Credentials, Token } from './credentials/index.ts';
import {
  type Access,
  type Notice,
  type RealtimeKit,
  createRealtimeKit,
  defaultApiRoot,
} from './realtimekit/index.ts';
import type { RememberedWorkspace, SettingsStore } from './settings/index.ts';

/** Longest wait, in ms, for the rate limit while a person looks on. */
const checkPauseMs = 20_000;

export interface Workspaces {
  list(): Promise<Workspace[]>;
  current(): RememberedWorkspace | null;
  check(form: WorkspaceForm): Promise<AccessCheck>;
  connect(form: WorkspaceForm): Promise<{ check: AccessCheck; workspace: Workspace | null }>;
  /**
   * Makes a remembered workspace the current one.
   * @throws Failure `credentials.missing` when it is not remembered
   */
  use(workspaceId: WorkspaceId): Promise<void>;
  /**
   * Asks the service what the kept token may do now.
   * @throws Failure `credentials.missing` when the workspace is not remembered or has no token
   */
  test(workspaceId: WorkspaceId): Promise<AccessCheck>;
  forget(workspaceId: WorkspaceId): Promise<void>;
  /**
   * What this workspace fetches by itself from now on.
   * @throws Failure `credentials.missing` when it is not remembered
   */
  archive(workspaceId: WorkspaceId, policy: ArchivePolicy): Promise<void>;
  /**
   * The client of a workspace, the same at each call: whoever asks shares one pace (contract 3).
   * Its token is read from the keychain at each request.
   */
  clientOf(workspace: RememberedWorkspace): RealtimeKit;
  /** The clock of the current workspace's service minus ours, in ms; null before its first answer. */
  skewMs(): number | null;
}

export function createWorkspaces(world: {
  settings: SettingsStore;
  credentials: Credentials;
  clock: Clock;
  onChange: () => void;
  /** Told the host of each request before it is sent. */
  onRequest?: (host: string) => void;
  /** Told of rows of the service that could not be read. */
  onNotice?: (notice: Notice) => void;
}): Workspaces {
  const { settings, credentials, clock, onChange } = world;
  const { onRequest = () => undefined, onNotice = () => undefined } = world;
  const clients = new Map<string, RealtimeKit>();

  const known = (workspaceId: WorkspaceId): RememberedWorkspace => {
    const found = settings.get().workspaces.find((each) => each.workspaceId === workspaceId);
    if (found === undefined) {
      throw new Failure('credentials.missing', 'There is no such workspace.');
    }
    return found;
  };

  const describe = async (workspace: RememberedWorkspace): Promise<Workspace> => ({
    ...workspace,
    token: await credentials.locate(workspace),
    current: settings.get().currentWorkspaceId === workspace.workspaceId,
  });

  const checkForm = async (form: WorkspaceForm): Promise<AccessCheck> => {
    const client = createRealtimeKit({
      apiRoot: apiRootOf(form),
      accountId: form.accountId,
      appId: form.appId === '' ? null : form.appId,
      token: () => Promise.resolve(form.token),
      clock,
      maxPauseMs: checkPauseMs,
      onRequest,
    });
    return inContract(await client.checkAccess());
  };

  const current = (): RememberedWorkspace | null => {
    const { workspaces, currentWorkspaceId } = settings.get();
    return workspaces.find(({ workspaceId }) => workspaceId === currentWorkspaceId) ?? null;
  };

  const clientOf = (workspace: RememberedWorkspace): RealtimeKit => {
    const { workspaceId, label, apiRoot, accountId, appId } = workspace;
    // The label is part of where the token lies.
    const key = JSON.stringify([workspaceId, label, apiRoot, accountId, appId]);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const client = createRealtimeKit({
      apiRoot,
      accountId,
      appId,
      token: (): Promise<Token | null> => credentials.read(workspace),
      clock,
      onNotice,
      onRequest,
    });
    clients.set(key, client);
    return client;
  };

  return {
    list: () => Promise.all(settings.get().workspaces.map(describe)),
    current,
    check: checkForm,
    async connect(form) {
      const check = await checkForm(form);
      if (check.state !== 'ok' || form.appId === '') return { check, workspace: null };
      const known = settings
        .get()
        .workspaces.find(
          (each) =>
            each.accountId === form.accountId &&
            each.appId === form.appId &&
            each.apiRoot === apiRootOf(form),
        );
      const workspace: RememberedWorkspace = {
        workspaceId: known?.workspaceId ?? WorkspaceId.parse(randomUUID()),
        label: form.label.trim() === '' ? appName(check, form.appId) : form.label.trim(),
        accountId: form.accountId,
        appId: form.appId,
        apiRoot: apiRootOf(form),
        archive: known?.archive ?? { kind: 'all' },
      };
      // The label is part of the entry's name: under a new label the old entry would be orphaned.
      if (known !== undefined && known.label !== workspace.label) await credentials.forget(known);
      await credentials.store(workspace, form.token);
      await settings.change({
        workspaces: [
          ...settings.get().workspaces.filter((each) => each.workspaceId !== workspace.workspaceId),
          workspace,
        ],
        currentWorkspaceId: workspace.workspaceId,
      });
      onChange();
      return { check, workspace: await describe(workspace) };
    },
    async use(workspaceId) {
      const { workspaceId: wished } = known(workspaceId);
      if (settings.get().currentWorkspaceId === wished) return;
      await settings.change({ currentWorkspaceId: wished });
      onChange();
    },
    async test(workspaceId) {
      const workspace = known(workspaceId);
      const token = await credentials.read(workspace);
      if (token === null) {
        throw new Failure('credentials.missing', 'There is no token for this workspace.');
      }
      const { label, accountId, appId, apiRoot } = workspace;
      return checkForm({ label, accountId, appId, apiRoot, token: token.reveal() });
    },
    async forget(workspaceId) {
      const workspace = settings.get().workspaces.find((each) => each.workspaceId === workspaceId);
      if (workspace === undefined) return;
      await credentials.forget(workspace);
      const rest = settings.get().workspaces.filter((each) => each.workspaceId !== workspaceId);
      const { currentWorkspaceId } = settings.get();
      await settings.change({
        workspaces: rest,
        currentWorkspaceId:
          currentWorkspaceId === workspaceId ? (rest[0]?.workspaceId ?? null) : currentWorkspaceId,
      });
      onChange();
    },
    async archive(workspaceId, archive) {
      const changed = known(workspaceId);
      await settings.change({
        workspaces: settings
          .get()
          .workspaces.map((each) => (each === changed ? { ...each, archive } : each)),
      });
      onChange();
    },
    clientOf,
    skewMs() {
      const workspace = current();
      return workspace === null ? null : clientOf(workspace).status().skewMs;
    },
  };
}

function apiRootOf(form: WorkspaceForm): string {
  return form.apiRoot === '' ? defaultApiRoot : form.apiRoot.replace(/\/+$/, '');
}

function appName(check: AccessCheck, appId: string): string {
  return check.apps.find(({ id }) => id === appId)?.name ?? appId;
}

/** The vendor module's verdict, flattened for the window and the command line. */
export function inContract(access: Access): AccessCheck {
  const detail = (): string | null => {
    switch (access.state) {
      case 'malformed':
        return access.because;
      case 'unknown':
      case 'lacks-rights':
      case 'wrong-account':
        return access.message;
      case 'not-checked':
        return access.failure.message;
      default:
        return null;
    }
  };
  return {
    state: access.state,
    detail: detail(),
    expiresAt: 'expiresAt' in access ? access.expiresAt : null,
    apps: 'apps' in access ? access.apps.map(({ id, name }) => ({ id, name })) : [],
  };
}
