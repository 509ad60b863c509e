/** @file Unit tests. Laced blocks, in the three ways Matroska knows. */
import { expect, it } from 'vitest';
import { readLacing } from '../../../src/main/audio/lacing.ts';

const payload = (length: number) => new Uint8Array(length).fill(7);

it('reads lacing of fixed size', () => {
  const block = Uint8Array.of(2, ...payload(12));
  expect(readLacing(block, 0x04)).toEqual([
    { offset: 1, size: 4 },
    { offset: 5, size: 4 },
    { offset: 9, size: 4 },
  ]);
  expect(readLacing(Uint8Array.of(2, ...payload(13)), 0x04)).toBeNull();
});

it('reads lacing after Xiph, with sizes beyond 255', () => {
  const block = Uint8Array.of(2, 255, 45, 10, ...payload(330));
  expect(readLacing(block, 0x02)).toEqual([
    { offset: 4, size: 300 },
    { offset: 304, size: 10 },
    { offset: 314, size: 20 },
  ]);
});

it('reads lacing after EBML, with differences of both signs', () => {
  // 800 in two bytes, then 500 as the difference -300, then what is left.
  const block = Uint8Array.of(2, 0x43, 0x20, 0x5e, 0xd3, ...payload(2300));
  expect(readLacing(block, 0x06)).toEqual([
    { offset: 5, size: 800 },
    { offset: 805, size: 500 },
    { offset: 1305, size: 1000 },
  ]);
});

it('answers null when the sizes go past the block', () => {
  expect(readLacing(new Uint8Array(0), 0x02)).toBeNull();
  expect(readLacing(Uint8Array.of(1, 255), 0x02)).toBeNull();
  expect(readLacing(Uint8Array.of(1, 200, 1, 2), 0x02)).toBeNull();
  expect(readLacing(Uint8Array.of(2, 0x88, 0x80, 1), 0x06)).toBeNull();
  expect(readLacing(Uint8Array.of(1, 0), 0x06)).toBeNull();
});
