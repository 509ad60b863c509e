/** @file Command line. Takes file names apart without a library: the reader alone, with the evidence given. */
import type { Readable } from 'node:stream';
import { type NameReading, readFileName } from '../library/index.ts';
import type { Output } from './output.ts';
import { type ExitCode, exitCodes } from './words.ts';

export interface NameQuestion {
  /** From arguments; when there are none, standard input is read, one name a line. */
  names: readonly string[];
  prefixes: readonly string[];
  users: readonly string[];
  peers: readonly string[];
  input: Readable;
}

export async function parseNames(question: NameQuestion, output: Output): Promise<ExitCode> {
  const evidence = {
    prefixes: question.prefixes,
    users: question.users,
    peers: question.peers,
    // Whoever names people names them all: the help says so.
    usersComplete: question.users.length > 0,
  };
  // An empty line is a name too: answers and lines correspond one to one.
  const names = question.names.length > 0 ? question.names : linesOf(question.input);
  for await (const name of names) {
    const reading = readFileName(name, evidence);
    if (output.json) await output.value(row(reading));
    else await describe(reading, output);
  }
  return exitCodes.done;
}

/** Lines end at `\n` alone, `\r` before it included: names may hold any other separator. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    rest += first;
    for (const other of others) {
      yield withoutReturn(rest);
      rest = other;
    }
  }
  if (rest !== '') yield withoutReturn(rest);
}

function row(reading: NameReading) {
  return {
    reading: reading.reading,
    prefix: reading.prefix,
    userId: reading.userId,
    peerId: reading.peerId,
    streamKind: reading.streamKind,
    mediaKind: reading.mediaKind,
    trackStamp: reading.trackStamp,
    candidates: reading.candidates,
    flags: reading.flags,
  };
}

/** As many ways to read a name as a person looks through. */
const shown = 64;

async function describe(reading: NameReading, output: Output): Promise<void> {
  await output.line(`${reading.reading}: ${reading.fileName}`);
  const parts: [string, string | null][] = [
    ['prefix', reading.prefix],
    ['user_id', reading.userId],
    ['peer_id', reading.peerId],
    ['stream', reading.streamKind],
    ['media', reading.mediaKind],
    ['stamp', reading.trackStamp],
  ];
  for (const [name, value] of parts) {
    if (value !== null) await output.line(`  ${name.padEnd(8)} ${value}`);
  }
  if (reading.reading === 'ambiguous') {
    for (const candidate of reading.candidates.slice(0, shown)) {
      await output.line(
        `  maybe    prefix "${candidate.prefix}", user "${candidate.userId}", peer "${candidate.peerId}"`,
      );
    }
    const more = reading.candidates.length - shown;
    if (more > 0) await output.line(`  … and ${String(more)} more`);
  }
  if (reading.flags.length > 0) await output.line(`  flags    ${reading.flags.join(', ')}`);
}
