/** @file Contract. What the app remembers and says of itself. */
import { z } from 'zod';
import { FailureData } from './errors.ts';
import { EpochMs } from './nouns.ts';

export const Appearance = z.object({ theme: z.enum(['system', 'light', 'dark']) });
export type Appearance = z.infer<typeof Appearance>;

/** Columns of the list of meetings besides the title, which always stands. */
export const MeetingColumn = z.enum([
  'when',
  'people',
  'tracks',
  'length',
  'bytes',
  'state',
  'deadline',
]);
export type MeetingColumn = z.infer<typeof MeetingColumn>;

/** What meetings can be sorted by; rows without a value come last in either direction. */
export const MeetingSort = z.object({
  by: z.enum(['when', 'title', 'people', 'tracks', 'length', 'bytes', 'deadline']),
  descending: z.boolean(),
});
export type MeetingSort = z.infer<typeof MeetingSort>;

/** How the window is arranged. */
export const Layout = z.object({
  /** Sizes of panes in percent of their group, by the pane's name. */
  panes: z.record(z.string().max(64), z.number().min(0).max(100)),
  /** Panes a person closed. */
  closed: z.array(z.string().max(64)),
  meetingColumns: z.array(MeetingColumn),
  meetingSort: MeetingSort,
});
export type Layout = z.infer<typeof Layout>;

export const Behaviour = z.object({
  /** Begins with the system's session, in the tray, so that nothing passes its deadline. */
  startAtLogin: z.boolean(),
  /** Closing the window leaves the app in the tray, fetching. */
  stayInTray: z.boolean(),
  /** The two above were offered once; they are not offered again. */
  offered: z.boolean(),
  /** The system's own notes: losses ahead, recordings that need a hand, arrivals. */
  notifications: z.boolean(),
});
export type Behaviour = z.infer<typeof Behaviour>;

export const FetchSettings = z.object({
  /** Fetches without being asked: at start and then every so many minutes. */
  automatic: z.boolean(),
  everyMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  /** Files at the same time. */
  atOnce: z.number().int().min(1).max(8),
  /** Bytes per second for all files together; null: as fast as it goes. */
  speedLimit: z.number().int().min(16_384).nullable(),
});
export type FetchSettings = z.infer<typeof FetchSettings>;

/** Where a relay of the person's own may push the service's webhooks to (contract 13). */
export const RelaySettings = z.object({
  enabled: z.boolean(),
  port: z.number().int().min(1024).max(65_535),
});
export type RelaySettings = z.infer<typeof RelaySettings>;

/** How it goes with that. */
export const RelayStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({
    state: z.literal('listening'),
    port: z.number(),
    /** Deliveries taken and refused since it listens. */
    taken: z.number(),
    refused: z.number(),
    takenAt: EpochMs.nullable(),
  }),
  z.object({ state: z.literal('failed'), port: z.number(), failure: FailureData }),
]);
export type RelayStatus = z.infer<typeof RelayStatus>;

export const Settings = z.object({
  appearance: Appearance,
  layout: Layout,
  behaviour: Behaviour,
  fetching: FetchSettings,
  relay: RelaySettings,
});
export type Settings = z.infer<typeof Settings>;

/** Whole groups are replaced; what is not given stays. */
export const SettingsChange = Settings.partial();
export type SettingsChange = z.infer<typeof SettingsChange>;

export const AppInfo = z.object({
  version: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(),
  platform: z.string(),
  /** Where tokens are kept on this machine, or why they are not. */
  keychain: z.object({ available: z.boolean(), reason: z.string().nullable() }),
  /** Whether this system can start the app at login and show it in a tray. */
  offers: z.object({ startAtLogin: z.boolean(), tray: z.boolean() }),
  /** Where the app writes its log; text to read. */
  logDir: z.string(),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** A package the app is built from. */
export const Licence = z.object({
  name: z.string(),
  version: z.string(),
  /** SPDX expression, or the package's own words. */
  licence: z.string(),
  /** The licence's text; empty when the package carries none. */
  text: z.string(),
});
export type Licence = z.infer<typeof Licence>;

/** A host the app spoke to; for people who must know where data went. */
export const Contact = z.object({
  host: z.string(),
  what: z.enum(['api', 'files']),
  firstAt: EpochMs,
  lastAt: EpochMs,
  requests: z.number(),
});
export type Contact = z.infer<typeof Contact>;

/** Which library is open, or why none is. */
export const LibraryStatus = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('open'),
    libraryId: z.string(),
    dir: z.string(),
    access: z.enum(['writer', 'reader']),
    /** Why it is open for reading alone: `library.locked`, `library.read-only`, `library.sample`; null for a writer. */
    readingBecause: FailureData.nullable(),
    /** The one that comes with the app. */
    sample: z.boolean(),
    recordings: z.number(),
  }),
  z.object({ state: z.literal('opening'), dir: z.string() }),
  z.object({
    state: z.literal('closed'),
    dir: z.string().nullable(),
    failure: FailureData.nullable(),
  }),
]);
export type LibraryStatus = z.infer<typeof LibraryStatus>;

/** A library this profile has opened before. */
export const KnownLibrary = z.object({
  libraryId: z.string(),
  dir: z.string(),
  open: z.boolean(),
  /** Its folder is not there now: another disk, moved, deleted. */
  missing: z.boolean(),
  lastOpenedAt: EpochMs,
  /** As of when it was open last. */
  recordings: z.number(),
  tracks: z.number(),
  bytes: z.number(),
});
export type KnownLibrary = z.infer<typeof KnownLibrary>;
