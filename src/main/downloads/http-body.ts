/** @file Main process. Reads an HTTP/1.1 answer as it comes: its head, and which of the following bytes are the body (RFC 9112). */
import { Failure } from '#contract';

import type { AnswerHead } from './answer.ts';

export interface AnswerReader {
  /** Null until all of it has come. */
  readonly head: AnswerHead | null;
  /** Whether the last byte of the body has come, as its own framing tells. */
  readonly isWhole: boolean;
  /**
   * Takes what came; tells the bytes of the body among it, which lie in `bytes` itself.
   * @throws Failure `api.not-understood`
   */
  take(bytes: Buffer, onBody: (slice: Buffer) => void): void;
  /** The host has ended the connection. @throws Failure `file.incomplete` when that is too early */
  end(): void;
}

const headAtMost = 65_536;
const chunkLineAtMost = 1_024;

type Framing =
  | { kind: 'head' }
  | { kind: 'length'; leftBytes: number }
  | { kind: 'chunk-size'; line: string }
  | { kind: 'chunk'; leftBytes: number }
  | { kind: 'chunk-end'; line: string }
  | { kind: 'trailer'; line: string }
  /** Nobody told how long it is: all that comes belongs to it. */
  | { kind: 'until-end' }
  | { kind: 'whole' };

export function createAnswerReader(): AnswerReader {
  let head: AnswerHead | null = null;
  let headBytes = Buffer.alloc(0);
  let framing: Framing = { kind: 'head' };

  /** @returns what follows the head; empty while it has not all come */
  const takeHead = (bytes: Buffer): Buffer => {
    headBytes = Buffer.concat([headBytes, bytes]);
    const end = headBytes.indexOf('\r\n\r\n');
    if (end > headAtMost || (end < 0 && headBytes.length > headAtMost)) throw notUnderstood();
    if (end < 0) return Buffer.alloc(0);
    const read = readHead(headBytes.subarray(0, end).toString('latin1'));
    const rest = headBytes.subarray(end + 4);
    headBytes = Buffer.alloc(0);
    // An interim answer: the one that counts is still to come.
    if (read.status < 200) return takeHead(rest);
    head = read;
    framing = framingOf(read);
    return rest;
  };

  /** One step; returns how many bytes it used up. */
  const step = (bytes: Buffer, onBody: (slice: Buffer) => void): number => {
    switch (framing.kind) {
      case 'length':
      case 'chunk': {
        const slice = bytes.subarray(0, framing.leftBytes);
        framing.leftBytes -= slice.length;
        if (framing.leftBytes === 0) {
          framing = framing.kind === 'length' ? { kind: 'whole' } : { kind: 'chunk-end', line: '' };
        }
        onBody(slice);
        return slice.length;
      }
      case 'until-end':
        onBody(bytes);
        return bytes.length;
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer': {
        const newline = bytes.indexOf('\n');
        const used = newline < 0 ? bytes.length : newline + 1;
        framing.line += bytes.toString('latin1', 0, used);
        if (framing.line.length > chunkLineAtMost) throw notUnderstood();
        if (newline >= 0) framing = afterLine(framing.kind, framing.line.trim());
        return used;
      }
      case 'head':
      case 'whole':
        // Nothing that follows belongs to this answer.
        return bytes.length;
    }
  };

  return {
    get head() {
      return head;
    },
    get isWhole() {
      return framing.kind === 'whole';
    },
    take(bytes, onBody) {
      let rest = framing.kind === 'head' ? takeHead(bytes) : bytes;
      while (rest.length > 0) rest = rest.subarray(step(rest, onBody));
    },
    end() {
      if (framing.kind === 'until-end') framing = { kind: 'whole' };
      if (framing.kind !== 'whole') {
        throw new Failure('file.incomplete', 'The connection ended before the file did.');
      }
    },
  };
}

function readHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw notUnderstood();
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    const [, name = '', value = ''] = match ?? [];
    if (match === null) throw notUnderstood();
    const known = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`;
  }
  return { status: Number(status), headers };
}

function framingOf({ status, headers }: AnswerHead): Framing {
  if (status === 204 || status === 304) return { kind: 'whole' };
  const coding = headers['transfer-encoding'];
  if (typeof coding === 'string') {
    return /(?:^|,)\s*chunked$/i.test(coding)
      ? { kind: 'chunk-size', line: '' }
      : { kind: 'until-end' };
  }
  const length = headers['content-length'];
  if (typeof length !== 'string') return { kind: 'until-end' };
  if (!/^\d{1,15}$/.test(length)) throw notUnderstood();
  return length === '0' ? { kind: 'whole' } : { kind: 'length', leftBytes: Number(length) };
}

function afterLine(kind: 'chunk-size' | 'chunk-end' | 'trailer', line: string): Framing {
  if (kind === 'chunk-end') {
    if (line !== '') throw notUnderstood();
    return { kind: 'chunk-size', line: '' };
  }
  if (kind === 'trailer') return line === '' ? { kind: 'whole' } : { kind: 'trailer', line: '' };
  const size = /^([0-9a-f]{1,12})(?:\s*;.*)?$/i.exec(line)?.[1];
  if (size === undefined) throw notUnderstood();
  const leftBytes = Number.parseInt(size, 16);
  return leftBytes === 0 ? { kind: 'trailer', line: '' } : { kind: 'chunk', leftBytes };
}

function notUnderstood(): Failure {
  return new Failure('api.not-understood', 'The file host gave no answer that can be read.');
}
