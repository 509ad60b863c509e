/** @file Main process. Remembers every host the app spoke to: for people who must know where data went. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Contact } from '#contract';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { parseJson, replaceFile } from './files.ts';

export interface Contacts {
  /** A request goes out. `host` is a name and perhaps a port: never a path, never a query. */
  note(host: string, what: Contact['what']): void;
  /** The latest first. */
  list(): Contact[];
  /** Resolves when all that was noted is on disk. */
  flush(): Promise<void>;
}

/** Those not spoken to for longest are forgotten beyond this. */
const mostHosts = 200;
/** A pass asks hundreds of times: written together after this, in ms. */
const batchMs = 5_000;

const Kept = z.object({ version: z.literal(1), contacts: z.array(Contact) });

/** Opens the profile's record; one that cannot be read begins anew. */
export async function openContacts(
  profile: string,
  clock: Clock,
  onTrouble: (thrown: unknown) => void,
): Promise<Contacts> {
  const path = join(profile, 'contacts.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  const kept = Kept.safeParse(text === null ? null : parseJson(text));
  const keyOf = ({ host, what }: Pick<Contact, 'host' | 'what'>) => JSON.stringify([what, host]);
  const known = new Map(
    (kept.success ? kept.data.contacts : []).map((each) => [keyOf(each), each]),
  );

  let saving: Promise<void> = Promise.resolve();
  let pending: AbortController | null = null;

  const list = () => [...known.values()].sort((one, other) => other.lastAt - one.lastAt);
  const save = (): Promise<void> => {
    pending?.abort();
    pending = null;
    const value = { version: 1, contacts: list() } satisfies z.infer<typeof Kept>;
    saving = saving.then(() => replaceFile(path, JSON.stringify(value))).catch(onTrouble);
    return saving;
  };
  const saveSoon = () => {
    if (pending !== null) return;
    pending = new AbortController();
    clock.sleep(batchMs, pending.signal).then(save, () => undefined);
  };

  return {
    note(host, what) {
      const now = clock.now();
      const before = known.get(keyOf({ host, what }));
      known.set(keyOf({ host, what }), {
        host,
        what,
        firstAt: before?.firstAt ?? now,
        lastAt: now,
        requests: (before?.requests ?? 0) + 1,
      });
      for (const each of list().slice(mostHosts)) known.delete(keyOf(each));
      saveSoon();
    },
    list,
    flush: () => (pending === null ? saving : save()),
  };
}
