/** @file Tests of the ledger's chain: any changed byte is found, any torn end is mended and said. */
import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecordingId } from '#contract';
import { foldersOf, type Folders } from '../../../src/main/library/disk.ts';
import {
  createLedger,
  ledgerStart,
  mendLedger,
  scanLedger,
  verifyLedger,
  type Ledger,
} from '../../../src/main/library/ledger.ts';
import type { Entry, LedgerLine } from '../../../src/main/library/ledger-line.ts';
import { actor, handClock, invokedAt } from '../../support/temp-library.ts';

let folders: Folders;
beforeEach(async () => {
  folders = foldersOf(await mkdtemp(join(tmpdir(), 'ledger-')));
  await mkdir(folders.setAside, { recursive: true });
});
afterEach(async () => {
  await rm(folders.dir, { recursive: true });
});

const runs = process.env['TRACKVAULT_SOAK'] === '1' ? 2000 : 60;

const newLedger = (start = ledgerStart): Ledger =>
  createLedger({ folders, clock: handClock(invokedAt), actor, start });

const anyEntry: fc.Arbitrary<Entry> = fc
  .record({
    recordingId: fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
    because: fc.string({ maxLength: 30, unit: 'binary' }),
  })
  .map(({ recordingId, because }) => ({
    kind: 'lost',
    body: {
      recordingId: RecordingId.parse(recordingId),
      layerName: '\ud800',
      fileName: `${because},"hash":"`,
      because,
    },
  }));

const anyBatches = fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 5,
});

async function write(batches: readonly Entry[][]): Promise<Buffer> {
  await rm(folders.ledger, { force: true });
  const ledger = newLedger();
  for (const batch of batches) await ledger.append(batch);
  return readFile(folders.ledger);
}

test('the hash of a line is SHA-256 of its bytes before `,"hash":`, and names the line before it', async () => {
  const ledger = newLedger();
  await ledger.append([
    { kind: 'gone', body: { recordingId: RecordingId.parse('é\ud800') } },
    { kind: 'gone', body: { recordingId: RecordingId.parse('b') } },
  ]);
  const lines = (await readFile(folders.ledger, 'utf8')).trimEnd().split('\n');
  let prev = '0'.repeat(64);
  for (const [at, line] of lines.entries()) {
    const cut = line.lastIndexOf(',"hash":');
    const hash = createHash('sha256').update(line.slice(0, cut)).digest('hex');
    expect(line.slice(cut)).toBe(`,"hash":"${hash}"}`);
    expect(Object.keys(JSON.parse(line) as object)).toEqual([
      'seq',
      'at',
      'actor',
      'kind',
      'body',
      'prev',
      'hash',
    ]);
    expect(JSON.parse(line)).toMatchObject({ seq: at + 1, prev });
    prev = hash;
  }
});

test('what was appended reads back, whatever texts are in it', async () => {
  await fc.assert(
    fc.asyncProperty(anyBatches, async (batches) => {
      await write(batches);
      const read: LedgerLine[] = [];
      const scan = await scanLedger(folders.ledger, ledgerStart, (line) => {
        read.push(line);
      });
      expect(read.map(({ entry }) => entry)).toEqual(batches.flat());
      expect(scan).toMatchObject({ breaks: [], tail: null, mark: { end: scan.sizeBytes } });
    }),
    { numRuns: runs },
  );
});

test('any changed byte is found', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyBatches,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (batches, at, flip) => {
        const bytes = await write(batches);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        await writeFile(folders.ledger, bytes);
        expect((await verifyLedger(folders.ledger)).breaks).not.toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});

test('any removed, doubled or exchanged line is found', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEntry, { minLength: 3, maxLength: 8 }),
      fc.nat(),
      fc.constantFrom('removed', 'doubled', 'exchanged'),
      async (entries, at, how) => {
        const text = (await write([entries])).toString('utf8');
        const lines = text.trimEnd().split('\n');
        // Not the last one: a shorter chain is a chain; the mark in the index notices that.
        const place = at % (lines.length - 1);
        if (how === 'removed') lines.splice(place, 1);
        else if (how === 'doubled') lines.splice(place, 0, lines[place] ?? '');
        else lines.splice(place, 2, lines[place + 1] ?? '', lines[place] ?? '');
        await writeFile(folders.ledger, `${lines.join('\n')}\n`);
        expect((await verifyLedger(folders.ledger)).breaks).not.toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});

test('a ledger torn anywhere keeps its whole lines, goes on, and says what was cut off', async () => {
  await fc.assert(
    fc.asyncProperty(anyBatches, fc.nat(), async (batches, at) => {
      const bytes = await write(batches);
      const cut = at % bytes.length;
      await truncate(folders.ledger, cut);
      const whole = bytes.subarray(0, cut).filter((byte) => byte === 10).length;
      const scan = await scanLedger(folders.ledger, ledgerStart, () => undefined);
      expect(scan.mark.seq).toBe(whole);
      const { start, repairs } = await mendLedger(folders, scan, ledgerStart);
      const atEdge = cut === 0 || bytes[cut - 1] === 10;
      expect(repairs.map(({ kind }) => kind)).toEqual(atEdge ? [] : ['repaired']);
      const ledger = newLedger(start);
      await ledger.append([...repairs, ...batches.flat()]);
      const report = await verifyLedger(folders.ledger);
      expect(report.breaks).toEqual([]);
      expect(report.lines).toBeGreaterThanOrEqual(whole + batches.flat().length);
    }),
    { numRuns: runs },
  );
});

test('an opening with a mark looks at what follows alone, and notices when the mark is gone', async () => {
  const ledger = newLedger();
  await ledger.append([{ kind: 'gone', body: { recordingId: RecordingId.parse('a') } }]);
  const mark = ledger.mark();
  await ledger.append([{ kind: 'gone', body: { recordingId: RecordingId.parse('b') } }]);
  const seen: number[] = [];
  await scanLedger(folders.ledger, mark, ({ seq }) => void seen.push(seq));
  expect(seen).toEqual([2]);
  const bytes = await readFile(folders.ledger);
  bytes[mark.lineStart + 20] = (bytes[mark.lineStart + 20] ?? 0) ^ 1;
  await writeFile(folders.ledger, bytes);
  const scan = await scanLedger(folders.ledger, mark, () => undefined);
  expect(scan.markLost).toBe(true);
});

test('an unreadable end that nobody can date stays where it is, and the chain goes on behind it', async () => {
  const ledger = newLedger();
  await ledger.append([{ kind: 'gone', body: { recordingId: RecordingId.parse('a') } }]);
  await appendFile(folders.ledger, 'somebody wrote here\n');
  const scan = await scanLedger(folders.ledger, ledgerStart, () => undefined);
  const { start, repairs } = await mendLedger(folders, scan, ledgerStart);
  await newLedger(start).append(repairs);
  const text = await readFile(folders.ledger, 'utf8');
  expect(text).toContain('somebody wrote here\n');
  expect(text).toContain('"what":"broken-chain"');
  expect((await verifyLedger(folders.ledger)).breaks).toHaveLength(1);
});
