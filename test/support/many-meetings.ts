/** @file Tests. A library of many meetings and no files: what the service said of each, written as the app writes it. */
import { createLedger, ledgerStart } from '../../src/main/library/ledger.ts';
import { foldersOf } from '../../src/main/library/disk.ts';
import { writeFormat } from '../../src/main/library/format.ts';
import type { Entry } from '../../src/main/library/ledger-line.ts';
import { writeObserved } from '../../src/main/library/observed.ts';
import { recordingFacts } from '../bench/big-library.ts';

/** Meetings `Session 0` to `Session <count - 1>`, the last the newest, half an hour apart. */
export async function writeMeetings(dir: string, count: number): Promise<void> {
  const libraryId = await writeFormat(dir);
  const folders = foldersOf(dir);
  const payload = { bytes: 0, sha256: '0'.repeat(64), durationMs: 0 };
  const facts = Array.from({ length: count }, (_, number) => recordingFacts(number, 0, payload));
  const [first] = facts;
  const now = first?.observed.since ?? 0;
  const ledger = createLedger({
    folders,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    actor: { osUser: 'mara', machine: 'desk', through: 'test' },
    start: ledgerStart,
  });
  for (const { observed } of facts) await writeObserved(folders, observed);
  await ledger.append([
    { kind: 'library-created', body: { libraryId } },
    ...facts.flatMap(({ entries }): Entry[] => entries),
  ]);
}
