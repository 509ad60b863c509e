/** @file Main process. Requests of readers to record something: one fsynced file each, appended by whoever holds the lock. */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '#contract';
import {
  makeFolder,
  onDisk,
  parseJson,
  readText,
  replaceFile,
  systemCode,
  type Folders,
} from './disk.ts';
import { Note } from './order-notes.ts';

const actor = z.object({ osUser: z.string(), machine: z.string(), through: z.string() });

const Request = z.discriminatedUnion('kind', [
  /** A verify run somebody made without holding the lock. */
  z.object({
    version: z.literal(1),
    kind: z.literal('verified-run'),
    actor,
    report: z.object({
      startedAt: z.number(),
      endedAt: z.number(),
      verified: z.number(),
      damaged: z.number(),
      missing: z.number(),
      bytes: z.number(),
      /** The results file, letter for letter. */
      results: z.string(),
    }),
  }),
  /** Lines for the ledger, in their order, as they are. */
  z.object({
    version: z.literal(1),
    kind: z.literal('noted'),
    actor,
    notes: z.array(Note).min(1),
  }),
]);
export type Request = z.infer<typeof Request>;
export type VerifyRequest = Extract<Request, { kind: 'verified-run' }>;

/**
 * Leaves a request for the holder of the lock, durable when it resolves.
 * @param at epoch ms: requests are taken in the order of it
 */
export async function leaveRequest(folders: Folders, at: number, request: Request): Promise<void> {
  await onDisk(() => makeFolder(folders.inbox));
  await replaceFile(
    folders,
    join(folders.inbox, `${String(Math.round(at))}-${randomUUID()}.json`),
    `${JSON.stringify(request)}\n`,
  );
}

/** Every readable request that waits, oldest first; nothing is taken. */
export async function readRequests(folders: Folders): Promise<Request[]> {
  const requests: Request[] = [];
  for (const name of await namesIn(folders)) {
    const read = await readRequest(folders, name);
    if (read.kind === 'request') requests.push(read.request);
  }
  return requests;
}

/**
 * Hands every readable request on, oldest first, and removes it when it is taken. What is no request, or
 * one of a newer program, is set aside beside it: it may hold an order, and keeps no other back. What the
 * disk does not give away now stays where it is.
 */
export async function takeRequests(
  folders: Folders,
  take: (request: Request) => Promise<void>,
  onBad: (name: string, what: 'set-aside' | 'unreadable') => void,
): Promise<void> {
  for (const name of await namesIn(folders)) {
    const path = join(folders.inbox, name);
    const read = await readRequest(folders, name);
    if (read.kind === 'request') {
      await take(read.request);
      await rm(path, { force: true });
    } else if (read.kind === 'other') {
      await rename(path, `${path}.unread`);
      onBad(name, 'set-aside');
    } else if (read.kind === 'unreadable') onBad(name, 'unreadable');
  }
}

async function namesIn(folders: Folders): Promise<string[]> {
  try {
    return (await readdir(folders.inbox)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

type Read =
  | { kind: 'request'; request: Request }
  /** Nothing this program could have left. */
  | { kind: 'other' }
  /** The disk refuses; another time it may not. */
  | { kind: 'unreadable' }
  /** Taken since its name was read. */
  | { kind: 'gone' };

async function readRequest(folders: Folders, name: string): Promise<Read> {
  try {
    const text = await readText(folders.dir, join(folders.inbox, name));
    if (text === null) return { kind: 'gone' };
    const request = Request.safeParse(parseJson(text));
    return request.success ? { kind: 'request', request: request.data } : { kind: 'other' };
  } catch (error) {
    return { kind: error instanceof Failure ? 'other' : 'unreadable' };
  }
}
