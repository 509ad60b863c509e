/** @file Tests of reading an HTTP answer that comes in pieces of any size (RFC 9112). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswerReader } from '../../../src/main/downloads/http-body.ts';

/** Reads an answer that comes in the pieces that end at `cuts`. */
function read(answer: Buffer, cuts: readonly number[] = []) {
  const reader = createAnswerReader();
  const body: Buffer[] = [];
  let from = 0;
  for (const to of [...[...cuts].sort((a, b) => a - b), answer.length]) {
    const piece = Buffer.from(answer.subarray(from, to));
    reader.take(piece, (slice) => body.push(Buffer.from(slice)));
    // The buffer is filled again: nothing of it may be kept.
    piece.fill(0x5a);
    from = to;
  }
  return { reader, head: reader.head, body: Buffer.concat(body) };
}

const answerOf = (head: string, body: string | Buffer = '') =>
  Buffer.concat([Buffer.from(`${head.replaceAll('\n', '\r\n')}\r\n\r\n`), Buffer.from(body)]);

const content = Buffer.from('\r\n0\r\n\r\nbytes that look like\r\nHTTP/1.1 200 OK\r\n\r\n');
const hex = (bytes: Buffer) => bytes.length.toString(16);
const chunks = (...pieces: Buffer[]) =>
  Buffer.concat([
    ...pieces.flatMap((piece) => [
      Buffer.from(`${hex(piece)};x=1\r\n`),
      piece,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('0\r\nTrailer: yes\r\n\r\n'),
  ]);

const whole = [
  ['a length', answerOf(`HTTP/1.1 200 OK\nContent-Length: ${content.length}`, content)],
  [
    'chunks',
    answerOf(
      'HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\nContent-Length: 3',
      chunks(content.subarray(0, 5), content.subarray(5)),
    ),
  ],
  [
    'an interim answer before it',
    answerOf(
      'HTTP/1.1 103 Early Hints\nLink: x',
      answerOf(`HTTP/1.1 200 OK\nContent-Length: ${content.length}`, content),
    ),
  ],
] as const;

describe.each(whole)('a body told by %s', (_how, answer) => {
  test('is the same however the bytes come, and ends where it ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length), { maxLength: 6 }), (cuts) => {
        const { reader, head, body } = read(answer, cuts);
        expect(head?.status).toBe(200);
        expect(body.equals(content)).toBe(true);
        expect(reader.isWhole).toBe(true);
        expect(() => {
          reader.end();
        }).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  test('is cut when any of its bytes is missing', () => {
    for (let length = 0; length < answer.length; length += 1) {
      const { reader } = read(answer.subarray(0, length));
      expect(() => {
        reader.end();
      }).toThrow(expect.objectContaining({ code: 'file.incomplete' }));
    }
  });

  test('does not swallow what follows it', () => {
    expect(read(Buffer.concat([answer, Buffer.from('more')])).body.equals(content)).toBe(true);
  });
});

test('a body of untold length ends with the connection', () => {
  const { reader, body } = read(answerOf('HTTP/1.0 200 OK\nETag: "x"', content));
  expect(reader.isWhole).toBe(false);
  reader.end();
  expect(reader.isWhole).toBe(true);
  expect(body.equals(content)).toBe(true);
});

test('names of headers are told in lower case, values without their edges, repeated ones together', () => {
  const { head } = read(answerOf('HTTP/1.1 206\nETag:  "a b" \nX-A: 1\nx-a: 2\nContent-Length: 0'));
  expect(head).toEqual({
    status: 206,
    headers: { etag: '"a b"', 'x-a': '1, 2', 'content-length': '0' },
  });
});

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9\nx: y'],
  ['another version', 'HTTP/2 200 OK'],
  ['a header without a name', 'HTTP/1.1 200 OK\n: x'],
  ['a folded header', 'HTTP/1.1 200 OK\nX: a\n b'],
  ['two lengths', 'HTTP/1.1 200 OK\nContent-Length: 3\nContent-Length: 4'],
  ['a length that is none', 'HTTP/1.1 200 OK\nContent-Length: -1'],
  ['a chunk without a size', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nbytes\n'],
  ['a head without an end', `HTTP/1.1 200 OK\nX: ${'x'.repeat(70_000)}`],
])('%s is refused', (_what, head) => {
  expect(() => read(answerOf(head))).toThrow(
    expect.objectContaining({ code: 'api.not-understood' }),
  );
});
