/** @file Main process. The one writer of a library: one change at a time, and after a crash everything is brought to a whole state. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingId } from '#contract';
import type { Clock } from '../clock.ts';
import { listBags, readBag } from './bag.ts';
import { replaceFile, type Folders } from './disk.ts';
import { takeRequests, type VerifyRequest } from './inbox.ts';
import type { IndexClient } from './index-client.ts';
import { createLedger, ledgerStart, mendLedger, type Ledger, type LedgerMark } from './ledger.ts';
import type { Entry, LedgerLine } from './ledger-line.ts';
import { sha256Of } from './bag-text.ts';
import { readObserved } from './observed.ts';
import { recordingsNoted, type Note } from './order-notes.ts';
import { looksUnfinished, mendBag } from './payloads.ts';
import type { Actor } from './types.ts';

/** Told of everything a person should hear of later: never a token, never a link. */
export interface Log {
  info(what: string, facts?: Record<string, unknown>): void;
  warn(what: string, facts?: Record<string, unknown>): void;
}

export interface Writer {
  /** Runs one change after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  record(recordingId: RecordingId | null, entries: readonly Entry[], actor?: Actor): Promise<void>;
  /** @returns every recording whose rows were written */
  settle(recordingIds: readonly RecordingId[]): Promise<RecordingId[]>;
  rebuild(onProgress?: (done: number, total: number) => void): Promise<void>;
  /** Appends what readers left; returns recordings that changed. */
  drainInbox(): Promise<RecordingId[]>;
  recordVerification(request: VerifyRequest): Promise<RecordingId[]>;
  /** Appends what the ledger does not say yet; returns recordings that changed. */
  note(notes: readonly Note[], by?: Actor): Promise<RecordingId[]>;
  /** Waits for the change under way. */
  idle(): Promise<void>;
}

/** A crash can only have hit the last change; its lines are among these when the index is gone. */
const linesOfLastChanges = 64;

/** Opens for writing: mends the ledger's end, then the bags the last lines speak of, then the index. */
export async function startWriter(world: {
  folders: Folders;
  clock: Clock;
  actor: Actor;
  index: IndexClient;
  /** How far the index knows the ledger; null for an empty one. */
  mark: LedgerMark | null;
  libraryId: string;
  log: Log;
}): Promise<Writer> {
  const { folders, index, log } = world;
  await clearTemporary(folders);
  const known = world.mark ?? ledgerStart;
  const { scan, lines } = await index.call('scanLedger', {
    after: known,
    keepLast: world.mark === null ? linesOfLastChanges : Number.MAX_SAFE_INTEGER,
  });
  const { start, repairs } = await mendLedger(folders, scan, known);
  const ledger: Ledger = createLedger({ ...world, start });
  const unsettled: LedgerLine[] = [...lines];
  if (start.seq === 0)
    unsettled.push(
      ...(await ledger.append([{ kind: 'library-created', body: { libraryId: world.libraryId } }])),
    );
  if (repairs.length > 0) {
    log.warn(`The ledger was mended: ${repairs.length} entries.`);
    unsettled.push(...(await ledger.append(repairs)));
  }
  /** Requests the disk did not give away, each told once. */
  const unreadable = new Set<string>();
  /** Recordings whose bag may stand between two steps. */
  const unfinished = new Set(recordingsIn(lines));

  const mend = async (recordingId: RecordingId, path: string): Promise<void> => {
    const observed = await readObserved(folders, recordingId);
    const { adopted, unknown } = await mendBag(
      {
        folders,
        hashFile: (file) => index.call('hashFile', { path: file }),
        collected: async () => (await index.call('collected', { recordingId })).tracks,
      },
      {
        recordingId,
        path,
        observation: observed !== null && 'value' in observed ? observed.value.observation : null,
      },
    );
    if (adopted.length > 0) log.info(`${path}: ${adopted.length} payloads taken in again.`);
    if (unknown.length > 0)
      log.warn(`${path}: ${unknown.length} payloads the ledger says nothing of.`);
  };
  /** What cannot be mended now stays on the list; other recordings do not wait for it. */
  const mendUnfinished = async (): Promise<void> => {
    const mended: RecordingId[] = [];
    for (const recordingId of unfinished) {
      try {
        const path = bagIn(unsettled, recordingId) ?? (await bagOf(recordingId));
        if (path !== null) await mend(recordingId, path);
        mended.push(recordingId);
      } catch (error) {
        log.warn(`A recording could not be brought to a whole state: ${String(error)}`);
      }
    }
    await settle(mended);
  };
  const bagOf = async (recordingId: RecordingId): Promise<string | null> =>
    (await index.call('decided', { recordingId })).bag;

  let settledMark: LedgerMark = known;
  const settle = async (recordingIds: readonly RecordingId[]): Promise<RecordingId[]> => {
    // A recording whose bag is unfinished keeps its lines: the next opening looks at them again.
    const left = unsettled.filter((line) =>
      recordingsIn([line]).some((id) => unfinished.has(id) && !recordingIds.includes(id)),
    );
    const mark = left.length === 0 ? ledger.mark() : settledMark;
    const { touched } = await index.call('apply', {
      lines: unsettled,
      recordingIds: [...recordingIds],
      mark,
    });
    settledMark = mark;
    if (left.length === 0) unsettled.length = 0;
    for (const id of recordingIds) unfinished.delete(id);
    return touched;
  };

  const rebuild = async (onProgress?: (done: number, total: number) => void): Promise<void> => {
    for (const path of await listBags(folders)) {
      if (!(await looksUnfinished(folders, path))) continue;
      const recordingId =
        (await readBag(folders, path))?.recordingId ?? recordingUnder(unsettled, path);
      if (recordingId !== null) await mend(recordingId, path);
    }
    const { mark, problems } = await index.call('rebuild', {}, { onProgress });
    settledMark = mark;
    unsettled.length = 0;
    for (const { path, why } of problems) log.warn(`${path}: ${why}`);
  };

  if (scan.markLost || world.mark === null) {
    for (const recordingId of [...unfinished]) {
      const path = bagIn(unsettled, recordingId);
      if (path !== null) await mend(recordingId, path);
    }
    unfinished.clear();
    await rebuild();
  } else {
    // Folded first: where a bag stands may be said by the lines themselves.
    if (unsettled.length > 0) await settle([]);
    if (unfinished.size > 0) await mendUnfinished();
  }

  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(async () => {
      if (unfinished.size > 0) await mendUnfinished();
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  };

  const recordVerification = async (request: VerifyRequest): Promise<RecordingId[]> => {
    const { results, ...numbers } = request.report;
    const resultsSha256 = sha256Of(results);
    const { known: again } = await index.call('knowsRun', { resultsSha256 });
    if (again) return [];
    await replaceFile(folders, join(folders.verifications, `${resultsSha256}.json`), results);
    unsettled.push(
      ...(await ledger.append(
        [{ kind: 'verified-run', body: { resultsSha256, ...numbers } }],
        request.actor,
      )),
    );
    return settle([]);
  };

  const note = async (notes: readonly Note[], by?: Actor): Promise<RecordingId[]> => {
    const { notes: fresh } = await index.call('notNoted', { notes: [...notes] });
    if (fresh.length === 0) return [];
    unsettled.push(...(await ledger.append(fresh, by)));
    return settle(recordingsNoted(fresh));
  };

  return {
    alone,
    async record(recordingId, entries, actor) {
      const appended = await ledger.append(entries, actor);
      unsettled.push(...appended);
      if (recordingId !== null) unfinished.add(recordingId);
    },
    settle,
    rebuild: (onProgress) => alone(() => rebuild(onProgress)),
    recordVerification,
    note,
    async drainInbox() {
      const touched: RecordingId[] = [];
      await takeRequests(
        folders,
        async (request) => {
          touched.push(
            ...(await (request.kind === 'noted'
              ? note(request.notes, request.actor)
              : recordVerification(request))),
          );
        },
        (name, what) => {
          if (what === 'set-aside')
            log.warn(`incoming/inbox/${name} is no request this program knows and was set aside.`);
          else if (!unreadable.has(name))
            log.warn(`incoming/inbox/${name} cannot be read now and was left.`);
          if (what === 'unreadable') unreadable.add(name);
        },
      );
      return touched;
    },
    idle: () => last.then(() => undefined),
  };
}

/** Recordings some lines speak of, in order. */
function recordingsIn(lines: readonly LedgerLine[]): RecordingId[] {
  const ids = new Set<RecordingId>();
  for (const { entry } of lines)
    if (entry !== null && 'recordingId' in entry.body && entry.body.recordingId !== null)
      ids.add(entry.body.recordingId);
  return [...ids];
}

/** The bag some lines name for a recording. */
function bagIn(lines: readonly LedgerLine[], recordingId: RecordingId): string | null {
  const line = lines.findLast(
    ({ entry }) => entry?.kind === 'collected' && entry.body.recordingId === recordingId,
  );
  return line?.entry?.kind === 'collected' ? line.entry.body.bag : null;
}

function recordingUnder(lines: readonly LedgerLine[], bag: string): RecordingId | null {
  const line = lines.findLast(({ entry }) => entry?.kind === 'collected' && entry.body.bag === bag);
  return line?.entry?.kind === 'collected' ? line.entry.body.recordingId : null;
}

/** Temporary copies of a run that was killed. */
async function clearTemporary(folders: Folders): Promise<void> {
  for (const name of await readdir(folders.incoming))
    if (name.endsWith('.tmp')) await rm(join(folders.incoming, name), { force: true });
}
