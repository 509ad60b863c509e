/** @file Main process. A small log for engineers: one line an event, no token, no link, no address with a query. */
import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';

export interface Log {
  info(what: string, facts?: Record<string, unknown>): void;
  warn(what: string, facts?: Record<string, unknown>): void;
  /** With the stack: only for what nobody expected. */
  bug(what: string, thrown: unknown): void;
  /** Resolves when everything said so far is on disk. */
  flush(): Promise<void>;
  /** The last lines, the oldest first, as they stand in the file. */
  recent(lines: number): Promise<string[]>;
}

/** Three files of this size at most: the one written to and two before it. */
const largestBytes = 2_000_000;

/** Addresses lose their query; signatures, bearer words and token shapes are blanked: the last net, not the first. */
export function cleaned(text: string): string {
  return text
    .replace(/(\bhttps?:\/\/[^\s"'?]+)\?[^\s"']*/gi, '$1?…')
    .replace(
      /\b(X-Amz-[A-Za-z-]+|AWSAccessKeyId|Signature|Policy|sig)(=|%3D)[^&\s"'\\]*/gi,
      '$1$2…',
    )
    .replace(/\bBearer(\s|%20)+[^\s"'\\]+/gi, 'Bearer …')
    .replace(/\bcf(?:ut|at|k)_[A-Za-z0-9_-]+/g, '…');
}

export function createLog(path: string, clock: Clock): Log {
  let writing: Promise<void> = mkdir(dirname(path), { recursive: true }).then(() => undefined);
  const write = (level: string, what: string, facts: unknown) => {
    const line = cleaned(
      JSON.stringify({
        at: new Date(clock.now()).toISOString(),
        level,
        what,
        ...(facts === undefined ? {} : { facts }),
      }),
    );
    writing = writing.then(() => appendLine(path, line)).catch(() => undefined);
  };
  return {
    info: (what, facts) => {
      write('info', what, facts);
    },
    warn: (what, facts) => {
      write('warn', what, facts);
    },
    bug: (what, thrown) => {
      write('bug', what, {
        stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
      });
    },
    flush: () => writing,
    async recent(lines) {
      await writing;
      const texts = await Promise.all([`${path}.1`, path].map(readOrNothing));
      return texts
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .slice(-lines);
    },
  };
}

async function appendLine(path: string, line: string): Promise<void> {
  const size = await stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
  if (size > largestBytes) {
    await rename(`${path}.1`, `${path}.2`).catch(() => undefined);
    await rename(path, `${path}.1`);
  }
  await appendFile(path, `${line}\n`);
}

function readOrNothing(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
