/** @file Renderer. Makes every character of a hostile name visible: controls, bidi marks, zero widths, lone surrogates. Pure. */

export interface TextPiece {
  text: string;
  /** True for a stand-in such as `U+202E`. */
  mark: boolean;
}

/** Characters that show nothing, move others about, or look like a plain space. */
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u034f\u115f\u1160\u17b4\u17b5\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]/u;

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** The text in pieces, each either as it is or a mark that names a character nobody could see. */
export function visiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const character of text) {
    const mark = unseen.test(character);
    const shown = mark ? codePoint(character) : character;
    const last = pieces[pieces.length - 1];
    if (last && !last.mark && !mark) last.text += shown;
    else pieces.push({ text: shown, mark });
  }
  return pieces;
}

/** The same in one string, for places without markup: `evil⟨U+202E⟩gpj`. */
export const visibleText = (text: string): string =>
  visiblePieces(text)
    .map((piece) => (piece.mark ? `⟨${piece.text}⟩` : piece.text))
    .join('');
