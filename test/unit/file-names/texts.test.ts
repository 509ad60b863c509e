/** @file Test. Texts of strangers: order, marks, and the names that files and folders get on disk. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bagFolderName,
  bagPath,
  compareNatural,
  diskNameFor,
  diskNameForOtherBytes,
  MAX_RELATIVE_PATH,
  visibleMarks,
} from '../../../src/main/library/file-names/index.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    'CON',
    'NUL.tar.gz',
    'COM¹',
    'a.',
    'a ',
    'a:b',
    '../../etc',
    '..\\..\\',
    'C:\\x',
    '\\\\host\\s',
    'file:///x',
  ),
);
const track = {
  recordingId: 'r1',
  layerName: 'default',
  fileName: 'x_u_p_peer_audio_1.webm',
  trackTimeMs: 0,
};

describe('natural order', () => {
  it('puts p2 before p10, whatever the locale', () => {
    expect(['p10', 'P2', 'p2', 'p1', 'p02', 'ä', 'z', 'p'].sort(compareNatural)).toEqual([
      'p',
      'p1',
      'P2',
      'p02',
      'p2',
      'p10',
      'z',
      'ä',
    ]);
    expect(compareNatural('9'.repeat(400), `1${'0'.repeat(400)}`)).toBeLessThan(0);
  });

  it('is a total order: only identical texts are equal', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'A', '0', '1', '9', '_', 'é', 'e\u0301') }),
      anyText,
    );
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compareNatural(a, b))).toBe(-Math.sign(compareNatural(b, a)) + 0);
        expect(compareNatural(a, b) === 0).toBe(a === b);
        if (compareNatural(a, b) <= 0 && compareNatural(b, c) <= 0)
          expect(compareNatural(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('visible marks', () => {
  it('shows what cannot be seen and leaves the rest alone', () => {
    expect(visibleMarks('a\u0000b\n\x1b[2J\x7f')).toBe('a␀b␊␛[2J␡');
    expect(visibleMarks('a\u202eb\u200bc\ud83dd\u2028')).toBe(
      'a⟨U+202E⟩b⟨U+200B⟩c⟨U+D83D⟩d⟨U+2028⟩',
    );
    expect(visibleMarks('🎙 Zoë 日本 \u{e0041}')).toBe('🎙 Zoë 日本 ⟨U+E0041⟩');
  });

  it('lets no control, direction mark or broken character through', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = visibleMarks(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/u);
        expect(visibleMarks(shown)).toBe(shown);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('names on disk', () => {
  it('hold the time and ten digits, and no person', () => {
    const name = diskNameFor({ ...track, trackTimeMs: Date.UTC(2026, 10, 18, 9, 2, 15, 437) });
    // printf '%s' '["r1","default","x_u_p_peer_audio_1.webm"]' | sha256sum
    expect(name).toBe('20261118T090215Z_5b58c2fad0.webm');
    expect(diskNameForOtherBytes(name, `AB12CD34${'0'.repeat(56)}`)).toBe(
      '20261118T090215Z_5b58c2fad0_ab12cd34.webm',
    );
    expect(diskNameFor({ ...track, trackTimeMs: null })).toBe('undated_5b58c2fad0.webm');
  });

  it('differ for names that differ in case, layer, recording or a lone surrogate', () => {
    const names = [
      track,
      { ...track, fileName: track.fileName.toUpperCase() },
      { ...track, layerName: 'second' },
      { ...track, recordingId: 'r2' },
      { ...track, fileName: '\ud800' },
      { ...track, fileName: '\ud801' },
      { ...track, fileName: '\ufffd' },
    ].map(diskNameFor);
    expect(new Set(names).size).toBe(names.length);
  });

  it('name the folder of a recording by day, title and digest', () => {
    const invokedAt = Date.UTC(2026, 10, 18, 9, 2, 10);
    expect(bagPath({ invokedAt, title: 'Ep. 42 – Harbour pilots', recordingId: 'rec' })).toMatch(
      /^recordings\/2026\/2026-11-18_ep-42-harbour-pilots_[0-9a-f]{8}$/,
    );
    expect(bagFolderName({ invokedAt, title: 'Zoë & Frédéric', recordingId: 'rec' })).toContain(
      '_zoe-frederic_',
    );
    expect(bagFolderName({ invokedAt: null, title: '日本', recordingId: 'rec' })).toMatch(
      /^undated_untitled_/,
    );
  });

  it('are short and safe on every system, whatever a stranger wrote', () => {
    const time = fc.oneof(
      fc.constant(null),
      fc.double(),
      fc.integer({ min: -1e15, max: 9e15 }),
      fc.constant(NaN),
    );
    fc.assert(
      fc.property(anyText, anyText, anyText, time, (recordingId, text, fileName, timeMs) => {
        const bag = bagPath({ invokedAt: timeMs, title: text, recordingId });
        const disk = diskNameFor({ recordingId, layerName: text, fileName, trackTimeMs: timeMs });
        const path = `${bag}/data/${diskNameForOtherBytes(disk, 'f'.repeat(64))}`;
        expect(path.length).toBeLessThanOrEqual(MAX_RELATIVE_PATH);
        for (const part of path.split('/')) {
          // Windows' rules: letters of our own choosing, no device name, no dot or space at the end.
          expect(part).toMatch(/^[0-9A-Za-z][0-9A-Za-z_-]*(?:\.webm)?$/);
          expect(part).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
