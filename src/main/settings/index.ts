/** @file Main process. Remembers workspaces, the last library, looks and window place. No secret is ever in here. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import {
  Appearance,
  ArchivePolicy,
  Behaviour,
  FetchSettings,
  Layout,
  RelaySettings,
  type Settings,
  WorkspaceId,
} from '#contract';
import { parseJson, replaceFile, systemCode } from './files.ts';

export { type Contacts, openContacts } from './contacts.ts';

const RememberedWorkspace = z.object({
  workspaceId: WorkspaceId,
  label: z.string(),
  accountId: z.string(),
  appId: z.string(),
  apiRoot: z.string(),
  /** What it fetches without being asked for. */
  archive: ArchivePolicy.catch({ kind: 'all' }),
});
/** A workspace without its token: that one is in the keychain. */
export type RememberedWorkspace = z.infer<typeof RememberedWorkspace>;

const WindowPlace = z.object({
  x: z.number().optional(),
  y: z.number().optional(),
  width: z.number(),
  height: z.number(),
  maximized: z.boolean(),
});
export type WindowPlace = z.infer<typeof WindowPlace>;

const KnownPlace = z.object({
  libraryId: z.string(),
  dir: z.string(),
  lastOpenedAt: z.number(),
  recordings: z.number(),
  tracks: z.number(),
  bytes: z.number(),
});
/** A library opened before, with what it held then. */
export type KnownPlace = z.infer<typeof KnownPlace>;

/** What was told and seen of the deadline of a recording, in hours before it. */
const KnownAlarm = z.object({
  recordingId: z.string(),
  toldHours: z.number().nullable(),
  seenHours: z.number().nullable(),
});

/** Absent in an older file, or from another version in words not known here. */
const or = <Schema extends z.ZodType>(schema: Schema, otherwise: z.output<Schema>) =>
  schema.catch(otherwise);

// What can be chosen again in a moment gives way by itself; without workspaces nothing would be fetched.
const Remembered = z.object({
  version: z.literal(1),
  appearance: or(Appearance, { theme: 'system' }),
  layout: or(Layout, {
    panes: {},
    closed: [],
    meetingColumns: ['when', 'people', 'tracks', 'length', 'bytes', 'state', 'deadline'],
    meetingSort: { by: 'when', descending: true },
  }),
  behaviour: or(Behaviour.extend({ notifications: or(z.boolean(), true) }), {
    startAtLogin: false,
    stayInTray: false,
    offered: false,
    notifications: true,
  }),
  fetching: or(FetchSettings.extend({ speedLimit: or(FetchSettings.shape.speedLimit, null) }), {
    automatic: true,
    everyMinutes: 10,
    atOnce: 3,
    speedLimit: null,
  }),
  relay: or(RelaySettings, { enabled: false, port: 8790 }),
  alarms: or(z.array(KnownAlarm), []),
  libraries: or(z.array(KnownPlace), []),
  workspaces: z.array(RememberedWorkspace).default([]),
  currentWorkspaceId: WorkspaceId.nullable().default(null),
  lastLibraryDir: z.string().nullable().default(null),
  window: or(WindowPlace.nullable(), null),
});
export type Remembered = z.infer<typeof Remembered>;

/** What the window may see and change of it. */
export function inContract({
  appearance,
  layout,
  behaviour,
  fetching,
  relay,
}: Remembered): Settings {
  return { appearance, layout, behaviour, fetching, relay };
}

export interface SettingsStore {
  get(): Remembered;
  /**
   * Changes and saves; the file is replaced whole, so a crash leaves the old or the new one. What could
   * not be saved is changed until the program ends.
   * @throws Failure `disk.full`, `disk.refused`
   */
  change(patch: Partial<Omit<Remembered, 'version'>>): Promise<void>;
  onChange(listener: (settings: Remembered) => void): () => void;
  /** What was wrong with the file when it could not be read; it was set aside, not overwritten. */
  readonly setAside: string | null;
}

/**
 * The folder of this person's profile: settings, logs, browser state. `TRACKVAULT_PROFILE` moves
 * it, for a portable installation or a second profile.
 */
export function profileDir(env: NodeJS.ProcessEnv): string {
  const chosen = env['TRACKVAULT_PROFILE'];
  return chosen !== undefined && chosen !== ''
    ? chosen
    : envPaths('trackvault', { suffix: '' }).data;
}

/**
 * Opens the profile's settings; a missing file means defaults, one that cannot be read or understood is
 * set aside.
 */
export async function openSettings(profile: string): Promise<SettingsStore> {
  const path = join(profile, 'settings.json');
  const defaults = Remembered.parse({ version: 1 });
  let current = defaults;
  let setAside: string | null = null;
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    // Only a file that is not there is none: another would be overwritten by the first change.
    return systemCode(thrown) === 'ENOENT' ? null : '';
  });
  if (text !== null) {
    const parsed = Remembered.safeParse(parseJson(text));
    if (parsed.success) {
      current = parsed.data;
    } else {
      setAside = `${path}.unreadable`;
      await rename(path, setAside);
    }
  }

  const listeners = new Set<(settings: Remembered) => void>();
  let saving: Promise<void> = Promise.resolve();

  return {
    get: () => current,
    setAside,
    change(patch) {
      current = { ...current, ...patch };
      const snapshot = current;
      for (const listener of listeners) listener(snapshot);
      // A failed save must not stop the next one; whoever asked for it is told.
      saving = saving
        .catch(() => undefined)
        .then(() => replaceFile(path, JSON.stringify(snapshot, null, 2)));
      return saving;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
