/** @file Main process. Appends to the hash-chained ledger, checks it, and mends a line that a power cut tore. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#contract';
import type { Clock } from '../clock.ts';
import { onDisk, replaceFile, sizeOf, type Folders } from './disk.ts';
import { formatLine, noHash, readLine, type Entry, type LedgerLine } from './ledger-line.ts';
import type { Actor } from './types.ts';

/** A place in the ledger up to which all is known; lets the next opening check only what follows. */
export interface LedgerMark {
  seq: number;
  hash: string;
  /** Byte at which the line of `seq` starts. */
  lineStart: number;
  /** Byte after its newline. */
  end: number;
}

export const ledgerStart: LedgerMark = { seq: 0, hash: noHash, lineStart: 0, end: 0 };

/** A place where the chain does not hold. */
export interface LedgerBreak {
  seq: number;
  why: string;
}

export interface LedgerScan {
  /** The last good line. */
  mark: LedgerMark;
  /** Size of the file in bytes; more than `mark.end` when something unreadable follows. */
  sizeBytes: number;
  breaks: LedgerBreak[];
  /** The unreadable end of the file, if any: what a power cut leaves, or damage. */
  tail: { start: number; endsWithNewline: boolean } | null;
  /** The mark given does not stand in this file: the file was cut or replaced. */
  markLost: boolean;
}

const chunkBytes = 1024 * 1024;

/** Walks the ledger from a mark; each good line is handed on in order. Reads only. */
export async function scanLedger(
  path: string,
  after: LedgerMark,
  onLine: (line: LedgerLine) => void | Promise<void>,
): Promise<LedgerScan> {
  const sizeBytes = (await sizeOf(path)) ?? 0;
  let from = after;
  let markLost = false;
  if (after.seq > 0 && !(await standsIn(path, after, sizeBytes))) {
    from = ledgerStart;
    markLost = true;
  }
  const scan: LedgerScan = { mark: from, sizeBytes, breaks: [], tail: null, markLost };
  let bad: { start: number; why: string } | null = null;
  for await (const raw of rawLines(path, from.end, sizeBytes)) {
    const read = raw.whole ? readLine(raw.bytes) : { why: 'not ended' };
    if ('why' in read) {
      bad ??= { start: raw.start, why: read.why };
      scan.tail = { start: bad.start, endsWithNewline: raw.whole };
      continue;
    }
    const { line } = read;
    if (bad !== null) scan.breaks.push({ seq: scan.mark.seq + 1, why: bad.why });
    else if (line.seq !== scan.mark.seq + 1)
      scan.breaks.push({ seq: line.seq, why: `follows line ${scan.mark.seq}` });
    else if (line.prev !== scan.mark.hash)
      scan.breaks.push({ seq: line.seq, why: 'does not name the line before it' });
    bad = null;
    scan.tail = null;
    scan.mark = { seq: line.seq, hash: line.hash, lineStart: raw.start, end: raw.end };
    await onLine(line);
  }
  return scan;
}

/** What a full check of the ledger found. */
export interface LedgerReport {
  lines: number;
  /** Empty when the whole chain holds. */
  breaks: LedgerBreak[];
}

/** Checks every line from the first. Reads only. */
export async function verifyLedger(path: string): Promise<LedgerReport> {
  let lines = 0;
  const scan = await scanLedger(path, ledgerStart, () => {
    lines++;
  });
  const breaks = [...scan.breaks];
  if (scan.tail !== null) breaks.push({ seq: scan.mark.seq + 1, why: 'the end is not readable' });
  else if (lines === 0) breaks.push({ seq: 1, why: 'there is no line' });
  return { lines, breaks };
}

export interface Ledger {
  mark(): LedgerMark;
  /**
   * Appends a batch: one write, one fsync; when it returns, the lines are on disk.
   * @throws Failure `disk.full`, `disk.refused`
   */
  append(entries: readonly Entry[], actor?: Actor): Promise<LedgerLine[]>;
}

/** Only the holder of the lock may write. `start` is the end of what a scan found good. */
export function createLedger(world: {
  folders: Folders;
  clock: Clock;
  actor: Actor;
  start: LedgerMark;
}): Ledger {
  const { folders, clock } = world;
  let mark = world.start;
  return {
    mark: () => mark,
    async append(entries, actor = world.actor) {
      const at = clock.now();
      const lines: LedgerLine[] = [];
      let next = mark;
      let text = '';
      for (const recorded of entries) {
        const seq = next.seq + 1;
        const line = formatLine({ seq, at, actor, entry: recorded, prev: next.hash });
        lines.push({ seq, at, actor, entry: recorded, prev: next.hash, hash: line.hash });
        const lineStart = next.end;
        next = {
          seq,
          hash: line.hash,
          lineStart,
          end: lineStart + Buffer.byteLength(line.text) + 1,
        };
        text += `${line.text}\n`;
      }
      await onDisk(() => writeAt(folders.ledger, mark.end, text));
      mark = next;
      return lines;
    },
  };
}

/**
 * Makes the end of the ledger fit for appending and says what it did, for the ledger itself.
 * Bytes that are cut off are kept in `set-aside/`, named by their hash.
 */
export async function mendLedger(
  folders: Folders,
  scan: LedgerScan,
  known: LedgerMark,
): Promise<{ start: LedgerMark; repairs: Entry[] }> {
  const repairs: Entry[] = [];
  const note = (body: Extract<Entry, { kind: 'repaired' }>['body']): void => {
    repairs.push({ kind: 'repaired', body });
  };
  if (scan.markLost)
    note({
      what: 'shortened',
      atSeq: known.seq,
      removedBytes: 0,
      removedSha256: null,
      detail: `the index knew line ${known.seq}; the ledger no longer holds it`,
    });
  for (const { seq, why } of scan.breaks.slice(0, 100))
    note({ what: 'broken-chain', atSeq: seq, removedBytes: 0, removedSha256: null, detail: why });
  if (scan.tail === null) return { start: scan.mark, repairs };

  const torn = await bytesFrom(folders.ledger, scan.tail.start, scan.sizeBytes);
  const atSeq = scan.mark.seq + 1;
  const whole = readLine(torn);
  if ('line' in whole && whole.line.seq === atSeq && whole.line.prev === scan.mark.hash) {
    await onDisk(() => writeAt(folders.ledger, scan.sizeBytes, '\n'));
    note({
      what: 'missing-newline',
      atSeq,
      removedBytes: 0,
      removedSha256: null,
      detail: 'the line was whole but for its newline',
    });
    const start = {
      seq: atSeq,
      hash: whole.line.hash,
      lineStart: scan.tail.start,
      end: scan.sizeBytes + 1,
    };
    return { start, repairs };
  }
  if (scan.tail.endsWithNewline && !scan.markLost && known.seq === 0) {
    // Nothing tells a torn batch from a changed last line: the bytes stay where they are, as evidence.
    note({
      what: 'broken-chain',
      atSeq,
      removedBytes: 0,
      removedSha256: null,
      detail: 'the last lines are not readable',
    });
    return { start: { ...scan.mark, end: scan.sizeBytes }, repairs };
  }
  const removedSha256 = createHash('sha256').update(torn).digest('hex');
  await replaceFile(folders, join(folders.setAside, `ledger-${removedSha256}.txt`), torn);
  const { start } = scan.tail;
  await onDisk(async () => {
    const handle = await open(folders.ledger, 'r+');
    try {
      await handle.truncate(start);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
  note({
    what: 'torn-line',
    atSeq,
    removedBytes: torn.length,
    removedSha256,
    detail: 'the end was cut off in the middle of writing',
  });
  return { start: scan.mark, repairs };
}

/** True when the marked line stands where the mark says, unchanged. */
async function standsIn(path: string, mark: LedgerMark, sizeBytes: number): Promise<boolean> {
  if (mark.end > sizeBytes || mark.end - mark.lineStart < 2) return false;
  const read = readLine(await bytesFrom(path, mark.lineStart, mark.end - 1));
  return 'line' in read && read.line.seq === mark.seq && read.line.hash === mark.hash;
}

interface RawLine {
  bytes: Buffer;
  start: number;
  /** Byte after the newline. */
  end: number;
  /** False for what stands after the last newline. */
  whole: boolean;
}

async function* rawLines(path: string, from: number, sizeBytes: number): AsyncGenerator<RawLine> {
  if (from >= sizeBytes) return;
  const handle = await open(path, 'r');
  try {
    let held: Buffer[] = [];
    let start = from;
    for (let at = from; at < sizeBytes;) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, sizeBytes - at));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) break;
      const read = chunk.subarray(0, bytesRead);
      let lineStart = 0;
      for (let nl = read.indexOf(10); nl >= 0; nl = read.indexOf(10, lineStart)) {
        held.push(read.subarray(lineStart, nl));
        const end = at + nl + 1;
        yield {
          bytes: held.length === 1 ? (held[0] ?? read) : Buffer.concat(held),
          start,
          end,
          whole: true,
        };
        held = [];
        start = end;
        lineStart = nl + 1;
      }
      if (lineStart < read.length) held.push(read.subarray(lineStart));
      at += bytesRead;
    }
    if (held.length > 0) yield { bytes: Buffer.concat(held), start, end: sizeBytes, whole: false };
  } finally {
    await handle.close();
  }
}

async function bytesFrom(path: string, start: number, end: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Writes at the known end, so a failed append is overwritten by the next one instead of left in between. */
async function writeAt(path: string, position: number, text: string): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  const handle = await open(path, (await sizeOf(path)) === null ? 'wx+' : 'r+');
  try {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await handle.write(
        bytes,
        done,
        bytes.length - done,
        position + done,
      );
      if (bytesWritten === 0)
        throw new Failure('disk.refused', 'The disk took none of the ledger line.');
      done += bytesWritten;
    }
    await handle.truncate(position + bytes.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
