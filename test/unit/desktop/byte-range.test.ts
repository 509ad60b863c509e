/** @file Tests. Byte ranges of the track protocol. */
import { describe, expect, it } from 'vitest';
import { readRange } from '../../../src/main/desktop/byte-range.ts';

describe('readRange', () => {
  it('sends everything when no range is asked', () => {
    expect(readRange(null, 100)).toBeNull();
  });

  it('reads a closed, an open and a suffix range', () => {
    expect(readRange('bytes=0-9', 100)).toEqual({ first: 0, last: 9 });
    expect(readRange('bytes=90-', 100)).toEqual({ first: 90, last: 99 });
    expect(readRange('bytes=-10', 100)).toEqual({ first: 90, last: 99 });
  });

  it('clips a range that reaches past the end', () => {
    expect(readRange('bytes=90-500', 100)).toEqual({ first: 90, last: 99 });
    expect(readRange('bytes=-500', 100)).toEqual({ first: 0, last: 99 });
  });

  it('refuses what lies behind the end or runs backwards', () => {
    expect(readRange('bytes=100-', 100)).toBe('unsatisfiable');
    expect(readRange('bytes=9-3', 100)).toBe('unsatisfiable');
    expect(readRange('bytes=-0', 100)).toBe('unsatisfiable');
    expect(readRange('bytes=0-0', 0)).toBe('unsatisfiable');
  });

  it('ignores what is not one byte range, as the standard allows', () => {
    for (const header of ['bytes=0-1,5-6', 'items=0-1', 'bytes=-', 'bytes=a-b', '']) {
      expect(readRange(header, 100)).toBeNull();
    }
  });
});
