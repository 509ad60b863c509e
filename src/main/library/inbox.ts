/** @file Main process. Requests of readers to record something: one fsynced file each, appended by whoever holds the lock. */
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  exists,
  makeFolder,
  parseJson,
  readText,
  replaceFile,
  systemCode,
  type Folders,
} from './disk.ts';
import type { Actor, VerifyReport } from './types.ts';

/** A verify run somebody made without holding the lock. */
const Request = z.object({
  version: z.literal(1),
  kind: z.literal('verified-run'),
  actor: z.object({ osUser: z.string(), machine: z.string(), through: z.string() }),
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
});
export type Request = z.infer<typeof Request>;

/** Leaves a request for the holder of the lock. */
export async function leaveRequest(
  folders: Folders,
  actor: Actor,
  report: VerifyReport,
  results: string,
): Promise<void> {
  await makeFolder(folders.inbox);
  const { startedAt, endedAt, verified, damaged, missing, bytes } = report;
  const request: Request = {
    version: 1,
    kind: 'verified-run',
    actor,
    report: { startedAt, endedAt, verified, damaged, missing, bytes, results },
  };
  await replaceFile(
    folders,
    join(folders.inbox, `${startedAt}-${randomUUID()}.json`),
    `${JSON.stringify(request)}\n`,
  );
}

/** Hands every readable request on, oldest first, and removes it when it is taken. */
export async function takeRequests(
  folders: Folders,
  take: (request: Request) => Promise<void>,
  onBad: (name: string) => void,
): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folders.inbox);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names.sort()) {
    if (!name.endsWith('.json')) continue;
    const path = join(folders.inbox, name);
    const text = await readText(folders.dir, path).catch(() => null);
    const request = Request.safeParse(text === null ? undefined : parseJson(text));
    if (request.success) {
      await take(request.data);
      await rm(path, { force: true });
    } else {
      onBad(name);
      if (await exists(path)) await rm(path, { force: true, recursive: true });
    }
  }
}
