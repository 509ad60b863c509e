/** @file Tests. File names on the screen: taken apart without losing a letter, hostile characters made visible. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameParts } from '../../../src/renderer/review/name-parts.ts';
import {
  evidenceFor,
  evidenceForWhole,
  evidenceText,
} from '../../../src/renderer/review/name-words.ts';
import { visiblePieces, visibleText } from '../../../src/renderer/review/visible-text.ts';

const settled = {
  fileName: 'speaker_user-123_peer-456_peer_audio_1760000000000.webm',
  prefix: 'speaker',
  userId: 'user-123',
  peerId: 'peer-456',
  streamKind: 'peer',
  mediaKind: 'audio',
  trackStamp: '1760000000000',
};
const roles = (read: typeof settled | Parameters<typeof nameParts>[0]) =>
  nameParts(read)
    .filter(({ role }) => role !== 'plain')
    .map(({ role, text }) => [role, text]);

describe('taking a name apart', () => {
  it('gives each settled part its own piece', () => {
    expect(roles(settled)).toEqual([
      ['prefix', 'speaker'],
      ['user', 'user-123'],
      ['peer', 'peer-456'],
      ['stream', 'peer'],
      ['media', 'audio'],
      ['stamp', '1760000000000'],
    ]);
  });

  it('leaves what nothing settles in one piece', () => {
    const open = { ...settled, prefix: null, userId: null, peerId: null };
    expect(roles(open)[0]).toEqual(['undivided', 'speaker_user-123_peer-456']);
    const unread = { ...open, streamKind: null, mediaKind: null, trackStamp: null };
    expect(nameParts(unread)).toEqual([{ role: 'undivided', text: settled.fileName }]);
  });

  it('reads from the right when ids are keywords, and keeps literal noise plain', () => {
    const keywords = {
      ...settled,
      fileName: 'peer_audio_peer_peer_audio_1760000000000.webm',
      prefix: 'peer',
      userId: 'audio',
      peerId: 'peer',
    };
    expect(roles(keywords).map(([, text]) => text)).toEqual([
      'peer',
      'audio',
      'peer',
      'peer',
      'audio',
      '1760000000000',
    ]);
    const noisy = {
      ...settled,
      fileName: 'speaker_user-123_peer-456_peer_media_kind_audio_1760000000000.webm',
    };
    expect(roles(noisy).map(([role]) => role)).toEqual([
      'prefix',
      'user',
      'peer',
      'stream',
      'media',
      'stamp',
    ]);
  });

  it('keeps the letters of the name where the reading knows an id in another case', () => {
    const upper = { ...settled, fileName: settled.fileName.replace('user-123', 'USER-123') };
    expect(roles(upper)[1]).toEqual(['user', 'USER-123']);
  });

  it('never loses or invents a letter', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(
        fc.record({
          fileName: fc.string({ unit: 'binary' }),
          prefix: fc.option(part),
          userId: fc.option(part),
          peerId: fc.option(part),
          streamKind: fc.option(fc.constantFrom('peer', 'screenshare', '')),
          mediaKind: fc.option(fc.constantFrom('audio', 'video', '')),
          trackStamp: fc.option(fc.constantFrom('1', '1760000000000', '')),
        }),
        (read) => {
          expect(
            nameParts(read)
              .map(({ text }) => text)
              .join(''),
          ).toBe(read.fileName);
        },
      ),
    );
  });
});

describe('characters nobody can see', () => {
  it('are named', () => {
    expect(visibleText('a\u202Egpj\u200B\n\u0000é')).toBe('a⟨U+202E⟩gpj⟨U+200B⟩⟨U+000A⟩⟨U+0000⟩é');
    expect(visibleText('\uD83D')).toBe('⟨U+D83D⟩');
    expect(visibleText('名前 👩 ليلى')).toBe('名前 👩 ليلى');
  });

  it('leave nothing unseen behind, and can be told back letter for letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        const back = visiblePieces(text).map((piece) =>
          piece.mark ? String.fromCodePoint(parseInt(piece.text.slice(2), 16)) : piece.text,
        );
        expect(back.join('')).toBe(text);
      }),
    );
  });
});

describe('evidence', () => {
  const all = [
    { kind: 'entry-peer', value: 'p' },
    { kind: 'two-uuids', value: '' },
    { kind: 'prefix-asked', value: 'x' },
  ];

  it('is said beside the part it supports', () => {
    expect(evidenceFor('peer', all)).toEqual([evidenceText('entry-peer')]);
    expect(evidenceFor('user', all)).toEqual([]);
  });

  it('is the shape of the name only where no fact is known', () => {
    const shape = { kind: 'peer-uuid', value: 'p' };
    expect(evidenceFor('peer', [...all, shape])).toEqual([evidenceText('entry-peer')]);
    expect(evidenceFor('peer', [shape])).toEqual([evidenceText('peer-uuid')]);
    expect(evidenceForWhole(all)).toEqual([]);
    expect(evidenceForWhole([{ kind: 'two-uuids', value: '' }, shape])).toEqual([
      evidenceText('two-uuids'),
    ]);
  });

  it('is shown as it is when its code is new', () => {
    expect(evidenceText('some-new-code')).toBe('some new code');
  });
});
