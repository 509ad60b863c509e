/** @file Contract. What the app remembers and says of itself. */
import { z } from 'zod';
import { FailureData } from './errors.ts';

export const Appearance = z.object({ theme: z.enum(['system', 'light', 'dark']) });
export type Appearance = z.infer<typeof Appearance>;

export const Settings = z.object({ appearance: Appearance });
export type Settings = z.infer<typeof Settings>;

export const AppInfo = z.object({
  version: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(),
  platform: z.string(),
  /** Where tokens are kept on this machine, or why they are not. */
  keychain: z.object({ available: z.boolean(), reason: z.string().nullable() }),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** Which library is open, or why none is. */
export const LibraryStatus = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('open'),
    dir: z.string(),
    access: z.enum(['writer', 'reader']),
    /** Why it is open for reading alone: `library.locked`, `library.read-only`; null for a writer. */
    readingBecause: FailureData.nullable(),
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
